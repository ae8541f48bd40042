"""Longer candles out of shorter ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tidegate.errors import CandleError, Code, OptionError
from tidegate.feeds.instants import spoken
from tidegate.model import TIMEFRAMES

if TYPE_CHECKING:
    from tidegate.model import Candles, Timeframe


def divides(short: Timeframe, long: Timeframe) -> bool:
    """Return whether candles of one length are made up of whole candles of the other."""
    return long.minutes % short.minutes == 0


def require_divides(short: Timeframe, long: Timeframe) -> None:
    """Refuse a timeframe that whole candles of the other do not make up."""
    if not divides(short, long):
        raise _indivisible(short, long)


def resample(candles: Candles, to: Timeframe, *, incomplete: bool = False) -> Candles:
    """Return the same history in longer candles.

    The first and the last are left out where the history does not reach their ends,
    unless `incomplete`. Candles missing in between are passed over.
    """
    base = candles.timeframe
    require_divides(base, to)
    time = candles.time
    if to == base or not len(time):
        return replace(candles, timeframe=to)
    unsorted = np.flatnonzero(time[1:] <= time[:-1])
    if len(unsorted):
        raise _unsorted(candles, int(unsorted[0]) + 1)
    number = (time - to.anchor_ns) // to.ns
    first = np.flatnonzero(np.append(True, number[1:] != number[:-1]))
    last = np.append(first[1:], len(time)) - 1
    opening = number[first] * to.ns + to.anchor_ns
    longer = replace(
        candles,
        timeframe=to,
        time=opening,
        open=candles.open[first],
        high=np.maximum.reduceat(candles.high, first),
        low=np.minimum.reduceat(candles.low, first),
        close=candles.close[last],
        volume=np.add.reduceat(candles.volume, first),
    )
    if incomplete:
        return longer
    start = int(time[0] != opening[0])
    stop = len(opening) - int(time[-1] + base.ns != opening[-1] + to.ns)
    return longer.rows(start, max(start, stop))


def _indivisible(base: Timeframe, to: Timeframe) -> OptionError:
    shorter = to < base
    fitting = [other.name for other in TIMEFRAMES if other > base and divides(base, other)]
    return OptionError(
        Code.WRONG_TIMEFRAME,
        f"{base} candles cannot become {to} candles",
        where=str(to),
        expected=f"a timeframe that {base} divides: {', '.join(fitting) or 'there is none'}",
        found=f"{to}, which is {'shorter' if shorter else 'no multiple'}",
        remedy=f"fetch {to} candles, or start from a timeframe that divides {to}",
    )


def _unsorted(candles: Candles, row: int) -> CandleError:
    return CandleError(
        Code.UNSORTED_CANDLES,
        f"the candles of {candles.pair} are out of order or double, so they cannot be resampled",
        where=f"{candles.pair}, {candles.timeframe}, row {row}, {spoken(candles.time[row])}",
        expected="candles from the oldest to the newest, one for each time",
        found=f"{spoken(candles.time[row])} after {spoken(candles.time[row - 1])}",
        remedy="mend the file first with tidegate data check --repair",
    )
