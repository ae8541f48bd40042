"""Who owns what: balances in units, and the orders of one account."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.exchange.venue.order import Order, Trade

MILLION: Final = 1_000_000


class Account:
    """One account: what is free, what is locked in orders, and every order it ever had."""

    def __init__(
        self,
        name: str,
        balances: Mapping[str, int] | None = None,
        *,
        maker_fee: int = 1000,
        taker_fee: int = 1000,
        boundless: bool = False,
    ) -> None:
        """Begin with these balances, in units; fees are in millionths."""
        self.name = name
        self.free: defaultdict[str, int] = defaultdict(int, balances or {})
        self.locked: defaultdict[str, int] = defaultdict(int)
        self.maker_fee = maker_fee
        self.taker_fee = taker_fee
        self.boundless = boundless
        self.orders: dict[int, Order] = {}
        self.named: dict[tuple[str, str], Order] = {}
        self.open: defaultdict[str, dict[int, Order]] = defaultdict(dict)
        self.history: defaultdict[str, list[Order]] = defaultdict(list)
        self.trades: defaultdict[str, list[Trade]] = defaultdict(list)
        self.updated_ns = 0

    def lock(self, asset: str, amount: int) -> None:
        """Set an amount aside for an order."""
        self.free[asset] -= amount
        self.locked[asset] += amount

    def release(self, asset: str, amount: int) -> None:
        """Let go of what was set aside."""
        self.locked[asset] -= amount
        self.free[asset] += amount

    def total(self, asset: str) -> int:
        """Return what it has of a currency, locked or not."""
        return self.free[asset] + self.locked[asset]
