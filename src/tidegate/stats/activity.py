"""How much was traded, how much of the time, and what that cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tidegate.stats.figure import Figure, known, undefined

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats, Ints


def trades_per_day(trades: int, days: float) -> Figure:
    """Return trades / length of the test in days, parts of days included."""
    return known(trades / days) if days > 0 else undefined("no candles")


def time_in_market(opened: Ints, closed: Ints, span_ns: int) -> Figure:
    """Return the time with at least one open position / the length of the test, a fraction.

    Two positions open at once count once. Times are nanoseconds UTC.
    """
    if span_ns <= 0:
        return undefined("no candles")
    if len(opened) == 0:
        return known(0.0)
    order = np.argsort(opened, kind="stable")
    begins, ends = opened[order], np.maximum.accumulate(closed[order])
    # Where an earlier position is still open, this one adds only what comes after it.
    fresh = np.maximum(begins[1:], ends[:-1])
    covered = int(ends[0] - begins[0]) + int((ends[1:] - fresh).sum())
    return known(covered / span_ns)


def average_exposure(exposure: Floats, equity: Floats) -> Figure:
    """Return the mean, over all candles, of value of open positions / equity, a fraction.

    Above 1 with borrowed money. Undefined where the equity fell to zero or below.
    """
    if len(equity) == 0:
        return undefined("no candles")
    if equity.min() <= 0:
        return undefined("the equity fell to zero or below")
    return known(float((exposure / equity).mean()))


def turnover(traded: float, equity: Floats) -> Figure:
    """Return value bought and sold / mean equity over all candles: how often the account turned.

    `traded` counts both sides of every trade, in currency.
    """
    if len(equity) == 0:
        return undefined("no candles")
    mean = float(equity.mean())
    if mean <= 0:
        return undefined("the equity was zero or below on average")
    return known(traded / mean)


def fees_paid(fees: Floats) -> Figure:
    """Return the fees of both sides of every trade, in currency."""
    return known(fees.sum())


def slippage_paid(slippage: Floats) -> Figure:
    """Return what worse prices than the candle's cost on both sides of every trade, in currency."""
    return known(slippage.sum())
