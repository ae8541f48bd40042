"""The price step of a pair, read off its candles, and rounding to it.

A pair's step is taken as one in the last decimal that its prices use, looked up by
calendar month: exchanges change it, and old candles keep the old one. A month's
step comes from the whole month, so it knows a little of the future; that is
Freqtrade's rule, and the only trace it leaves is the rounding of a price.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tidegate.kernel.compiled import compiled
from tidegate.kernel.decimal import exact, product

if TYPE_CHECKING:
    from tidegate.model import Candles, Floats, Ints

_SIGNIFICANT = 14  # beyond this many digits a price is float noise, not a price
_POWERS = np.array([10.0**n for n in range(23)])
_MOST_DIGITS = len(_POWERS) - 1
_BLOCK = 256
_EXACT_STEPS = 1e14  # up to so many steps doubles and decimal texts round alike
_TEXT_ENDS = 1e-9  # of a step; a text of 17 digits has none as small, or none at all
_ON_STEP = 0.5e-14  # half of the 14th digit of the largest number of a decade


@compiled
def nearest(x: float, digits: int) -> float:
    """Round to `digits` decimals, halves away from zero."""
    power = _POWERS[digits]
    if abs(x) * power >= _EXACT_STEPS:
        return _by_text(x, digits, 1)
    k = _whole_steps(x, power)
    return float((k + 1.0) / power if x >= (10.0 * k + 5.0) / (power * 10.0) else k / power)


@compiled
def down(x: float, digits: int) -> float:
    """Cut to `digits` decimals."""
    power = _POWERS[digits]
    if abs(x) * power >= _EXACT_STEPS:
        return _by_text(x, digits, 0)
    return float(_whole_steps(x, power) / power)


@compiled
def up(x: float, digits: int) -> float:
    """Round up to `digits` decimals; what is on a step already stays as it is."""
    power = _POWERS[digits]
    if abs(x) * power >= _EXACT_STEPS:
        return _by_text(x, digits, 2)
    k = _whole_steps(x, power)
    return float(x if k / power == x else (k + 1.0) / power)


@compiled
def _by_text(x: float, digits: int, way: int) -> float:
    """Round a number of very many steps by its decimal text; way 0: down, 1: nearest, 2: up."""
    power = _POWERS[digits]
    high, low = exact(x, np.int64(digits))
    scaled, error = product(high, power)
    error += low * power
    whole = np.floor(scaled)
    rest = (scaled - whole) + error
    more = np.floor(rest + _TEXT_ENDS)
    rest -= more
    if (way == 1 and rest >= 0.5 - _TEXT_ENDS) or (way == 2 and rest > _TEXT_ENDS):  # noqa: PLR2004 - a half, and the third way
        more += 1.0
    found = whole / power
    back, error = product(found, power)
    return float(found + (((whole - back) - error) + more) / power)


@compiled
def _whole_steps(x: float, power: float) -> float:
    """Return how many whole steps of 1/power fit into x, as decimal texts would say it."""
    k = math.floor(x * power)
    if (k + 1.0) / power <= x:
        k += 1
    elif k / power > x:
        k -= 1
    return float(k)


@compiled
def _off_step(prices: Floats, start: int, stop: int, power: float) -> int:
    """Return the first of the prices that may use more decimals than 1/power shows.

    In blocks, each without a branch, so that the compiler can look at several at once.
    What is this close to a step, relative to itself, is on it with 14 digits.
    """
    while start < stop:
        end = min(start + _BLOCK, stop)
        off = 0
        for i in range(start, end):
            scaled = prices[i] * power
            off += abs(scaled - np.rint(scaled)) > scaled * _ON_STEP
        if off:
            break
        start = end
    while start < stop:
        scaled = prices[start] * power
        if abs(scaled - np.rint(scaled)) > scaled * _ON_STEP:
            break
        start += 1
    return start


@compiled
def _most_decimals(prices: Floats, start: int, stop: int, least: int | np.int64) -> int:
    """Return the most decimals any of the prices uses, if that is more than `least`.

    A price counts as printed with 14 significant digits. -1 stands for none.
    """
    most = least
    i = start
    while i < stop:
        if most >= 0:
            i = _off_step(prices, i, stop, _POWERS[most])
            if i == stop:
                break
        most = max(most, _decimals(prices[i]))
        i += 1
    return int(most)


@compiled
def _decimals(x: float) -> int:
    """Return how many decimals x has when printed with 14 significant digits; -1 for none."""
    exponent = math.floor(math.log10(x))
    n = _SIGNIFICANT - 1 - exponent
    if n <= 0:
        return -1
    n = min(n, _MOST_DIGITS)
    high, low = product(x, _POWERS[n])
    k = int(np.floor(high))
    rest = high - k
    if rest > 0.5 or (rest == 0.5 and (low > 0.0 or (low == 0.0 and k % 2 == 1))):  # noqa: PLR2004 - a half
        k += 1
    while n > 0 and k % 10 == 0:
        k //= 10
        n -= 1
    return n if n > 0 else -1


@compiled
def _by_month(
    first_rows: Ints,
    open_: Floats,
    high: Floats,
    low: Floats,
    close: Floats,
    otherwise: int,
) -> Ints:
    """Return the decimals of each month; months without any inherit the one before."""
    months = len(first_rows) - 1
    digits = np.empty(months, dtype=np.int64)
    last = otherwise
    for m in range(months):
        start, stop = first_rows[m], first_rows[m + 1]
        most = _most_decimals(close, start, stop, np.int64(-1))
        most = _most_decimals(open_, start, stop, most)
        most = _most_decimals(high, start, stop, most)
        most = _most_decimals(low, start, stop, most)
        if most > 0:
            last = most
        digits[m] = last
    return digits


def price_digits(candles: Candles, *, otherwise: int = 8) -> tuple[Ints, Ints]:
    """Return the row at which each calendar month (UTC) starts, and its decimals.

    `otherwise` serves until the first month in which any price has a decimal.
    """
    days = candles.time.view("datetime64[ns]")
    first, last = (days[i].astype("datetime64[M]") for i in (0, -1))
    months = np.arange(first, last + np.timedelta64(1, "M")).astype("datetime64[ns]").view(np.int64)
    rows = np.searchsorted(candles.time, np.append(months, np.iinfo(np.int64).max))
    rows[-1] = len(candles)
    digits = _by_month(rows, candles.open, candles.high, candles.low, candles.close, otherwise)
    return rows[:-1], digits
