"""The price step of each month, as Freqtrade reads it off the candles.

Working it out leaves five columns behind in the frame that the strategy is given: how
many decimals each price of a candle uses, and the most of the four.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from freqtrade.data.btanalysis import get_tick_size_over_time
from pandas import DataFrame, Series, date_range

from tidegate.freqtrade.trimming import rising_times
from tidegate.kernel.digits import NONE, UNSURE, shown_decimals

if TYPE_CHECKING:
    from tidegate.model import Floats, Ints

_PRICES: Final = ("open", "high", "low", "close")
_COUNTS: Final = ("open_count", "high_count", "low_count", "close_count", "max_count")
_LONG_AGO: Final = np.iinfo(np.int64).min
_UNKNOWN: Final = -1


def tick_sizes(candles: DataFrame) -> Series:
    """Return the price step by month, and add the columns of decimals to the frame."""
    times = rising_times(candles)
    if times is None or not len(times):
        return get_tick_size_over_time(candles)
    counts = np.empty((len(_PRICES) + 1, len(times)), dtype=np.int64)
    most = counts[-1]
    most[:] = NONE
    for name, count in zip(_PRICES, counts, strict=False):
        _decimals(candles[name].to_numpy(dtype=np.float64), count)
        np.maximum(most, count, out=most)
    are_whole = counts.min(axis=1) > NONE
    # the columns are handed over as they lie
    columns = DataFrame(counts.T, columns=_COUNTS, index=candles.index, copy=False)
    for name, count, whole in zip(_COUNTS, counts, (*are_whole[:-1], are_whole.all()), strict=True):
        candles[name] = columns[name] if whole else _floats(count)
    return _by_month(candles, times, most, whole=bool(are_whole.all()))


def month_ticks(sizes: Series | None) -> tuple[Ints, Ints]:
    """Return from when on which decimals are in force; a month without any keeps the last ones.

    Before the first month that has any they are not known: -1.
    """
    known = None if sizes is None else sizes.dropna()
    if known is None or not len(known):
        return np.array([_LONG_AGO]), np.array([_UNKNOWN])
    starts = known.index.tz_convert(None).to_numpy(dtype="datetime64[ns]").view(np.int64)
    digits = np.rint(-np.log10(known.to_numpy())).astype(np.int64)
    return np.append(_LONG_AGO, starts), np.append(_UNKNOWN, digits)


def _decimals(prices: Floats, decimals: Ints) -> None:
    """Write down the decimals of each price, NONE where there are none."""
    _, unsure = shown_decimals(np.ascontiguousarray(prices), decimals)
    if unsure:
        for row in np.flatnonzero(decimals == UNSURE):
            decimals[row] = _printed(prices[row])


def _printed(price: float) -> int:
    """Return the decimals of a price by printing it."""
    shown = np.format_float_positional(
        price, precision=14, unique=False, fractional=False, trim="-"
    )
    return len(shown.partition(".")[2]) or NONE


def _floats(count: Ints) -> Floats:
    values = count.astype(np.float64)
    values[count == NONE] = np.nan
    return values


def _by_month(candles: DataFrame, times: Ints, most: Ints, *, whole: bool) -> Series:
    """Return one step for each calendar month from the first to the last."""
    months = times[[0, -1]].view("datetime64[ns]").astype("datetime64[M]")
    starts = np.arange(months[0], months[1] + np.timedelta64(1, "M"))
    rows = np.searchsorted(times, starts[1:].astype("datetime64[ns]").view(np.int64))
    rows = np.append(0, rows)
    digits = np.maximum.reduceat(most, rows)
    empty = np.diff(np.append(rows, len(times))) == 0
    digits[empty] = NONE
    counted = digits if whole and not empty.any() else _floats(digits)
    unit = candles["date"].dt.unit
    index = date_range(str(starts[0]), periods=len(starts), freq="MS", tz="UTC", unit=unit)
    return 1 / 10 ** Series(counted, index=index.rename("date"), name="max_count")
