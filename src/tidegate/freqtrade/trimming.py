"""Rows cut away by date or by count, as Freqtrade cuts them, without copying what stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from freqtrade.data.converter import trim_dataframe
from pandas import to_datetime

if TYPE_CHECKING:
    from freqtrade.configuration import TimeRange
    from pandas import DataFrame, Series

    from tidegate.model import Ints

_NS: Final = 1_000_000_000
_PER_UNIT: Final = {"s": _NS, "ms": 1_000_000, "us": 1_000, "ns": 1}


def times_of(dates: Series) -> Ints:
    """Return instants in nanoseconds UTC."""
    if getattr(dates.dtype, "kind", "") != "M":
        dates = to_datetime(dates, utc=True)
    times: Ints = dates.astype(np.int64).to_numpy()
    return times * np.int64(_PER_UNIT[dates.dt.unit])


def trimmed(frame: DataFrame, timerange: TimeRange, startup: int) -> DataFrame:
    """Return the frame without its start-up rows, or from the start, and up to the stop.

    Both ends count in. With start-up rows the start of the range plays no part.
    """
    by_start = not startup and timerange.starttype == "date"
    by_stop = timerange.stoptype == "date"
    if not by_start and not by_stop:
        return frame.iloc[startup:]
    times = rising_times(frame)
    if times is None or (by_start and not timerange.startts) or (by_stop and not timerange.stopts):
        return trim_dataframe(frame, timerange, startup_candles=startup)
    first = int(np.searchsorted(times, timerange.startts * _NS)) if by_start else startup
    last = int(np.searchsorted(times, timerange.stopts * _NS, "right")) if by_stop else len(times)
    return frame.iloc[first : max(first, last)]


def rising_times(frame: DataFrame) -> Ints | None:
    """Return the instants of a frame if each is later than the one before."""
    dates = frame["date"]
    if getattr(dates, "ndim", 0) != 1 or getattr(dates.dtype, "kind", "") != "M":
        return None
    times = times_of(dates)
    return times if (times[1:] > times[:-1]).all() else None
