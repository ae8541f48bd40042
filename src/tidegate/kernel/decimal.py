"""Exact decimal products in compiled code.

A price of 0.1 is meant as one tenth, not as the binary fraction nearest to it.
Money is therefore computed on the shortest decimal text of each double, as
`decimal.Decimal(repr(x))` would. Here such a number is an unevaluated sum of two
doubles (`high` the nearest, `low` what is missing), good to some 105 bits, which
is enough to round a product of three correctly.
"""

from __future__ import annotations

import math

import numpy as np

from tidegate.kernel.compiled import compiled

_SPLIT = 134217729.0  # 2**27 + 1: cuts a double into two halves that multiply exactly
_MOST_DIGITS = 22  # 10**22 is the largest power of ten that is a double exactly
_POWERS = np.array([10.0**n for n in range(_MOST_DIGITS + 1)])
_HUNDRED_MILLION = 1e8
_QUINTILLION = 1e18
_NOTHING_TO_CUT = 0.01  # 17 digits from here on end at the 18th decimal at the latest
_CLEARLY_LESS = 1e-13
_LEAST_HALF_ULP = 2.0**-54  # of x, as a fraction of x
_COARSE = 2.0**26  # from here on neighbouring doubles are further apart than 1e-8


@compiled
def product(a: float, b: float) -> tuple[float, float]:
    """Return a * b as the rounded product and its exact error."""
    high = a * b
    t = _SPLIT * a
    a1 = t - (t - a)
    a2 = a - a1
    t = _SPLIT * b
    b1 = t - (t - b)
    b2 = b - b1
    return high, ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2


@compiled
def exact(x: float, hint: int | np.int64) -> tuple[float, float]:
    """Return the shortest decimal that reads back as x, as a double and what is missing.

    `hint` is a number of decimals that x may have; a wrong one only costs time.
    """
    if x == 0.0 or not math.isfinite(x):
        return x, 0.0
    half_ulp = abs(x) * _LEAST_HALF_ULP  # a bound from below; the true one only where it matters
    is_bound = True
    for n in range(-1, _MOST_DIGITS + 1):
        power = _POWERS[hint if n < 0 else n]
        high, low = product(x, power)
        whole = np.rint(high)
        rest = (high - whole) + low
        rest -= np.rint(rest)
        if is_bound and abs(rest) > half_ulp * power:
            half_ulp = math.ldexp(1.0, math.frexp(x)[1] - 54)
            is_bound = False
        # 17 digits say it all; the hint may use 15, which no other double can share
        if abs(rest) <= half_ulp * power and abs(high) < (1e15 if n < 0 else 1e17):
            return x, -rest / power
    return x, 0.0


@compiled
def times(
    a: tuple[float, float],
    b: tuple[float, float],
) -> tuple[float, float]:
    """Multiply two such numbers."""
    high, low = product(a[0], b[0])
    low += a[0] * b[1] + a[1] * b[0]
    total = high + low
    return total, low - (total - high)


@compiled
def one_plus(a: tuple[float, float]) -> tuple[float, float]:
    """Add one to such a number."""
    high = 1.0 + a[0]
    part = high - 1.0
    low = (1.0 - (high - part)) + (a[0] - part) + a[1]
    total = high + low
    return total, low - (total - high)


@compiled
def round8(x: float) -> float:
    """Round to 8 decimals, the exact binary value deciding, halves to even."""
    if not math.isfinite(x) or abs(x) > _COARSE:
        return x
    high, low = product(x, _HUNDRED_MILLION)
    whole = np.floor(high)
    rest = high - whole  # exact, and so is its distance from a half
    if rest == 0.5 and low != 0.0:  # noqa: PLR2004 - a half
        rest += math.copysign(0.25, low)
    if rest > 0.5 or (rest == 0.5 and whole % 2.0 == 1.0):  # noqa: PLR2004 - a half
        whole += 1.0
    return float(whole / _HUNDRED_MILLION)


@compiled
def signed8(x: float) -> float:
    """Round to 8 decimals as Python does, which keeps the sign of what is rounded to nothing."""
    return math.copysign(round8(x), x)


@compiled
def cut18(x: float) -> float:
    """Cut a small positive price to 18 decimals, as Freqtrade's decimal division leaves it."""
    if x >= _NOTHING_TO_CUT:
        return x
    high, low = exact(x, np.int64(0))
    scaled, error = product(high, _QUINTILLION)
    whole = np.floor(scaled)
    # above 1e-13 no text is longer than 30 decimals: a fraction is none, or at least 1e-12
    rest = (scaled - whole) + (error + low * _QUINTILLION) + _CLEARLY_LESS
    quotient = whole / _QUINTILLION
    back, error = product(quotient, _QUINTILLION)
    return float(quotient + (((whole - back) - error) + np.floor(rest)) / _QUINTILLION)
