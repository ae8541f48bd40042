"""What an exchange lets one pair be traded in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tidegate.model.money import ONE, ZERO

if TYPE_CHECKING:
    from tidegate.model.pair import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A pair as its exchange trades it: steps, least sizes, fees. Unknown is never zero: refuse."""

    pair: Pair
    price_step: Decimal
    """Prices are multiples of it; 0: any price."""
    amount_step: Decimal
    """Amounts of the base currency are multiples of it; 0: any amount."""
    min_amount: Decimal = ZERO
    """Least amount of an order, base currency."""
    min_cost: Decimal = ZERO
    """Least amount times price of an order, quote currency."""
    taker_fee: Decimal = Decimal("0.001")
    """Fraction of the cost that a filled order pays."""
    most_leverage: Decimal = ONE
    can_short: bool = False
