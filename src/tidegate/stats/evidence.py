"""Whether the trades differ from luck."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.errors import DefectError
from tidegate.stats.figure import Figure, known, undefined
from tidegate.stats.trades import NO_TRADES

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats

_FEWEST: Final = 2
_ROUNDING: Final = 1e-12
_TINY: Final = 1e-300
_ACCURATE: Final = 1e-15
_MOST_TERMS: Final = 100_000


def sqn(profits: Floats) -> Figure:
    """Return the system quality number: sqrt(trades) * mean / sample deviation of trade profit.

    Undefined below two trades and where every trade made the same. It is also the t of `p_value`.
    """
    why = _flaw(profits)
    if why:
        return undefined(why)
    return known(_t_statistic(profits))


def p_value(profits: Floats) -> Figure:
    """Return how likely a mean profit this far from zero is by luck alone, 0 to 1.

    Two-sided one-sample t-test of the profit of a trade against zero, trades - 1 degrees
    of freedom; it takes trades to be independent. Undefined where `sqn` is.
    """
    why = _flaw(profits)
    if why:
        return undefined(why)
    return known(two_sided(_t_statistic(profits), len(profits) - 1))


def two_sided(t: float, freedom: int) -> float:
    """Return the chance that Student's t of so many degrees of freedom is beyond +-t."""
    square = t * t
    return incomplete_beta(
        freedom / 2, 0.5, freedom / (freedom + square), square / (freedom + square)
    )


def incomplete_beta(a: float, b: float, x: float, rest: float) -> float:
    """Return the regularised incomplete beta function of x; `rest` is 1 - x without its rounding.

    A continued fraction, which converges fast below (a + 1) / (a + b + 2); above it the
    mirrored one is taken.
    """
    if x <= 0.0:
        return 0.0
    if rest <= 0.0:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - incomplete_beta(b, a, rest, x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
        + a * math.log(x) + b * math.log(rest)
    )  # fmt: skip
    return front / (a * _fraction(a, b, x))


def _fraction(a: float, b: float, x: float) -> float:
    """Evaluate 1 + d1/(1 + d2/(1 + ...)) from the top, keeping both parts away from zero."""
    value = upper = 1.0
    lower = 0.0
    for term in range(1, _MOST_TERMS):
        m = term // 2
        if term % 2:
            step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1.0 / ((1.0 + step * lower) or _TINY)
        upper = (1.0 + step / upper) or _TINY
        change = upper * lower
        value *= change
        if abs(change - 1.0) < _ACCURATE:
            return value
    message = f"the incomplete beta function of {a}, {b}, {x} did not converge"
    raise DefectError(message)


def _t_statistic(profits: Floats) -> float:
    """Return how many standard errors the mean lies from zero."""
    scaled = profits / np.abs(profits).max()
    return float(scaled.mean() / np.std(scaled, ddof=1) * math.sqrt(len(scaled)))


def _flaw(profits: Floats) -> str | None:
    """Say why the trades prove nothing either way."""
    if len(profits) < _FEWEST:
        return "only one trade" if len(profits) else NO_TRADES
    largest = float(np.abs(profits).max())
    if largest == 0.0 or float(np.std(profits / largest, ddof=1)) <= _ROUNDING:
        return "every trade made the same"
    return None
