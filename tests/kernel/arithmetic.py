"""Money on decimal texts and prices on ticks, the slow and obvious way."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from tidegate.model import Candles

_EXACT: Final = Context(prec=200)
_EIGHTEEN: Final = Decimal("1e-18")


def text(x: float) -> Decimal:
    """Return the number that the shortest text of a double says."""
    return Decimal(repr(float(x)))


def value(amount: float, rate: float, fee: float) -> float:
    """Return amount * rate * (1 + fee), exact until the end."""
    gross = _EXACT.multiply(text(amount), text(rate))
    return float(_EXACT.multiply(gross, _EXACT.add(Decimal(1), text(fee))))


def average(cost: Decimal, amount: Decimal) -> float:
    """Return a quotient, cut at the 18th decimal."""
    quotient = _EXACT.divide(cost, amount)
    return float(quotient.quantize(_EIGHTEEN, ROUND_DOWN, _EXACT))


def entry_average(amount: float, price: float) -> float:
    """Return the average price of a single entry order."""
    return average(_EXACT.multiply(text(amount), text(price)), text(amount))


def _to_step(x: float, digits: int, rounding: str) -> float:
    return float(text(x).quantize(Decimal(1).scaleb(-digits), rounding, _EXACT))


def nearest(x: float, digits: int) -> float:
    """Round a price, halves away from zero."""
    return _to_step(x, digits, ROUND_HALF_UP)


def cut(x: float, digits: int) -> float:
    """Cut an amount."""
    return _to_step(x, digits, ROUND_DOWN)


def stop_at(side: int, rate: float, ratio: float, digits: int) -> float:
    """Return the price of a stop, rounded towards the market."""
    if side > 0:
        return _to_step(rate * (1.0 - abs(ratio)), digits, ROUND_CEILING)
    return _to_step(rate * (1.0 + abs(ratio)), digits, ROUND_FLOOR)


def decimals(x: float) -> int:
    """Return how many decimals a price has, printed with 14 significant digits."""
    printed = np.format_float_positional(x, precision=14, unique=False, fractional=False, trim="-")
    return len(printed.partition(".")[2])


def digits_by_candle(candles: Candles, otherwise: int = 8) -> list[int]:
    """Return the decimals of a price at each candle: the most of its month, or an earlier one."""
    months = candles.time.view("datetime64[ns]").astype("datetime64[M]").tolist()
    most: dict[object, int] = {}
    for i, month in enumerate(months):
        prices = (candles.open[i], candles.high[i], candles.low[i], candles.close[i])
        most[month] = max(most.get(month, 0), *(decimals(float(price)) for price in prices))
    known, found = otherwise, {}
    for month in sorted(most, key=str):
        known = most[month] or known
        found[month] = known
    return [found[month] for month in months]
