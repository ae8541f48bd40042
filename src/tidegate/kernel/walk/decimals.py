"""Sums and quotients of exact decimals, beyond the products that one fill needs.

A number is an unevaluated sum of two doubles, as in `decimal`; a quotient is cut at the
18th decimal, which is how far Freqtrade's decimal division goes.
"""

from __future__ import annotations

import numpy as np

from tidegate.kernel.compiled import compiled
from tidegate.kernel.decimal import exact, product

_QUINTILLION = 1e18
_DUST = 1e-28  # of what it is taken from: less than this two doubles cannot tell from nothing
_ROUNDING = 1e-29  # of a quotient: what two doubles may be wrong by
_FINE_ENOUGH = 1e6  # from here on the 18th decimal is below the last bit of the second double


@compiled
def decimal(x: float) -> tuple[float, float]:
    """Return the shortest decimal that reads back as x."""
    return exact(x, np.int64(8))


@compiled
def plus(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """Add two numbers."""
    high = a[0] + b[0]
    part = high - a[0]
    low = (a[0] - (high - part)) + (b[0] - part)
    second = a[1] + b[1]
    part = second - a[1]
    least = (a[1] - (second - part)) + (b[1] - part)
    low += second
    total = high + low
    low = low - (total - high) + least
    high = total + low
    return high, low - (high - total)


@compiled
def minus(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """Subtract the second number from the first."""
    rest = plus(a, (-b[0], -b[1]))
    return (0.0, 0.0) if abs(rest[0]) <= abs(a[0]) * _DUST else rest


@compiled
def _less_multiple(a: tuple[float, float], q: float, b: tuple[float, float]) -> tuple[float, float]:
    """Return a - q * b."""
    high, low = product(q, b[0])
    return plus(a, (-high, -(low + q * b[1])))


@compiled
def divided(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """Divide two positive numbers, as exactly as two doubles can say it."""
    first = a[0] / b[0]
    rest = _less_multiple(a, first, b)
    second = rest[0] / b[0]
    rest = _less_multiple(rest, second, b)
    third = rest[0] / b[0]
    high = first + second
    return high, (second - (high - first)) + third


@compiled
def quotient(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """Divide two positive numbers, cut at the 18th decimal."""
    high, low = divided(a, b)
    if high >= _FINE_ENOUGH or high <= 0.0:
        return high, low
    scaled, error = product(high, _QUINTILLION)
    error += low * _QUINTILLION
    whole = np.floor(scaled)
    part = np.floor((scaled - whole) + error + scaled * _ROUNDING)
    back = whole / _QUINTILLION
    high, low = product(back, _QUINTILLION)
    low = ((whole - high) - low + part) / _QUINTILLION
    high = back + low
    return high, low - (high - back)
