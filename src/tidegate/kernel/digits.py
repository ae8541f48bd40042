"""How many decimals each price of a column shows, one by one.

`ticks` needs the most of a month only; Freqtrade leaves the number for every price in the
frame, where a strategy can see it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tidegate.kernel.compiled import compiled
from tidegate.kernel.decimal import product

if TYPE_CHECKING:
    from tidegate.model import Floats, Ints

NONE = -1
UNSURE = -2
_SIGNIFICANT = 14  # beyond this many digits a price is float noise, not a price
_POWERS = np.array([10.0**n for n in range(23)])
_MOST_POWER = len(_POWERS) - 1
_WHOLE = 1e14  # from here on a whole number has more than the significant digits
_ON_STEP = 0.49e-14  # below half of the 14th digit of the largest number of a decade
_HALF = 0.5
_CLOSE = 1e-9  # of a half: which way it goes is not for doubles to say
_LEAST = 1e-28
_MOST = 1e15


@compiled
def shown_decimals(prices: Floats, decimals: Ints) -> tuple[bool, bool]:
    """Write how many decimals each price has when printed with 14 significant digits.

    NONE stands for a price without, UNSURE for one too small, too large or too close to
    call. Returns whether there is any of the first, and any of the second.
    """
    usual = 0
    some_none, some_unsure = False, False
    for i in range(len(prices)):
        x = abs(prices[i])
        scaled = x * _POWERS[usual]
        k = np.rint(scaled)
        if 0.0 < k < _WHOLE and abs(scaled - k) <= scaled * _ON_STEP:
            # the usual case: the price lies on the step of the one before
            found = _without_zeros(int(k), usual)
        else:
            found = _decimals(x)
            usual = max(0, min(found, _MOST_POWER))
        decimals[i] = found
        some_none |= found == NONE
        some_unsure |= found == UNSURE
    return some_none, some_unsure


@compiled
def _decimals(x: float) -> int:
    """Return how many decimals x shows, of whatever size it is."""
    if x == 0.0 or not math.isfinite(x) or x >= _MOST:
        return NONE
    if x < _LEAST:
        return UNSURE
    n = _SIGNIFICANT - 1 - math.floor(math.log10(x))
    if n <= 0:
        return NONE
    first = min(n, _MOST_POWER)
    high, low = product(x, _POWERS[first])
    if n > first:
        larger, rest = product(high, _POWERS[n - first])
        high, low = larger, rest + low * _POWERS[n - first]
    k = math.floor(high)
    over = (high - k) + low
    if abs(over - _HALF) < _CLOSE:
        return UNSURE
    return _without_zeros(int(k) + (1 if over > _HALF else 0), n)


@compiled
def _without_zeros(k: int, digits: int) -> int:
    """Return the decimals of k / 10**digits that are left without trailing zeros."""
    while digits > 0 and k % 10 == 0:
        k //= 10
        digits -= 1
    return digits if digits > 0 else NONE
