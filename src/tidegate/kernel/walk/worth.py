"""What a position is worth at a price, with fees and funding, and the price for a profit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tidegate.kernel.compiled import compiled
from tidegate.kernel.decimal import signed8
from tidegate.kernel.profit import value_with_fee

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World

_HUNDRED_MILLION = 1e8
_NEAR_A_HALF = 1e-5
_DIGITS = np.int64(8)  # as int64, or a literal would be compiled for by itself


@compiled
def known(x: float) -> float:
    """Return a figure, nothing where it is not known."""
    return 0.0 if math.isnan(x) else x


@compiled
def open_value(p: Any, amount: float, rate: float) -> float:  # noqa: ANN401 - a record of `layout`
    """Return what an amount cost at a rate, fee included."""
    return value_with_fee(amount, rate, p.side * p.fee, _DIGITS)


@compiled
def close_value(w: World, p: Any, amount: float, rate: float) -> float:  # noqa: ANN401 - as above
    """Return what an amount brings at a rate, fee and funding included."""
    value = value_with_fee(amount, rate, -p.side * p.fee, _DIGITS)
    if w.rules[0].futures:
        value += p.side * known(p.funding_fees)
    return value


@compiled
def _ratio(p: Any, close: float) -> float:  # noqa: ANN401 - as above
    if p.side > 0:
        return float((close / p.open_value - 1.0) * p.leverage)
    return float((1.0 - close / p.open_value) * p.leverage)


@compiled
def profit_ratio(w: World, p: Any, rate: float) -> float:  # noqa: ANN401 - as above
    """Return the profit ratio at a rate, leveraged, 8 decimals.

    Plain doubles will do unless they come near a half of the last decimal.
    """
    if p.open_value == 0.0:
        return 0.0
    close = p.amount * rate * (1.0 - p.side * p.fee)
    if w.rules[0].futures:
        close += p.side * known(p.funding_fees)
    ratio = _ratio(p, close)
    scaled = ratio * _HUNDRED_MILLION
    near_nothing = abs(scaled) < 0.5  # noqa: PLR2004 - then even the sign is the exact value's
    if near_nothing or abs(scaled - math.floor(scaled) - 0.5) < _NEAR_A_HALF:
        ratio = _ratio(p, close_value(w, p, p.amount, rate))
    return signed8(ratio)


@compiled
def rate_for_ratio(w: World, p: Any, ratio: float) -> float:  # noqa: ANN401 - as above
    """Return the rate at which the profit ratio is exactly `ratio`."""
    at_nothing = close_value(w, p, p.amount, 0.0)
    per_unit = close_value(w, p, p.amount, 1.0) - at_nothing
    wanted = 1.0 + ratio / p.leverage * p.side
    return float((wanted * p.open_value - at_nothing) / per_unit)
