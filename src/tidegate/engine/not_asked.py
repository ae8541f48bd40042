"""Where a walk's keeper would ask a broker to fill, and there is none to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.errors import DefectError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from tidegate.model import Order


class NotAsked:
    """Stands where a broker would be asked to fill: an exchange is never asked to."""

    def trade(self, order: str, price: Decimal, now_ns: int) -> None:
        """Refuse."""
        message = f"{order} at {price}, {now_ns}"
        raise DefectError(message)

    def take_again(self, orders: Sequence[Order], now_ns: int) -> None:
        """Refuse."""
        message = f"{len(orders)} orders, {now_ns}"
        raise DefectError(message)

    def knows(self, order: str) -> bool:
        """Refuse."""
        raise DefectError(order)
