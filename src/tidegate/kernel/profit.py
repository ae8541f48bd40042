"""What a position is worth: values with fees, profit at a price, price for a profit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tidegate.kernel.compiled import compiled
from tidegate.kernel.decimal import exact, one_plus, round8, times

if TYPE_CHECKING:
    from tidegate.kernel.numbers import Position

_AMOUNT_DIGITS = 8
_FEE_DIGITS = 4


@compiled
def gross_value(amount: float, rate: float, digits: int | np.int64) -> tuple[float, float]:
    """Return amount * rate as an exact decimal product; see `decimal`."""
    # as int64, or each literal would be compiled for by itself
    return times(exact(amount, np.int64(_AMOUNT_DIGITS)), exact(rate, digits))


@compiled
def with_fee(gross: tuple[float, float], fee: float) -> float:
    """Return gross * (1 + fee), rounded once."""
    return times(gross, one_plus(exact(fee, np.int64(_FEE_DIGITS))))[0]


@compiled
def value_with_fee(amount: float, rate: float, fee: float, digits: int | np.int64) -> float:
    """Return amount * rate * (1 + fee), the decimal product rounded once."""
    return with_fee(gross_value(amount, rate, digits), fee)


@compiled
def most_a_short_costs(opened: float, stake: float, amount: float, fee: float) -> float:
    """Return the price at which buying back takes all that a short brought in and its stake."""
    return (opened + stake) / (amount * (1.0 + fee))


@compiled
def profit_ratio(position: Position, rate: float) -> float:
    """Return the profit ratio at `rate`, fees of both sides included, 8 decimals."""
    close = position.amount * rate * (1.0 - position.side * position.fee)
    return round8(position.side * (close / position.open_value - 1.0))


@compiled
def rate_for_ratio(position: Position, ratio: float) -> float:
    """Return the price at which the profit ratio is exactly `ratio`."""
    one = value_with_fee(position.amount, 1.0, -position.side * position.fee, position.digits)
    return (1.0 + ratio * position.side) * position.open_value / one
