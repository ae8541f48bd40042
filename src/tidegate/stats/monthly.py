"""The account month by month, UTC: the rows of a heat map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.model.timeframe import DAY_NS
from tidegate.stats.breakdown import Row, split
from tidegate.stats.daily import returns_of
from tidegate.stats.figure import Figure, known, undefined

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats, Ints
    from tidegate.stats.daily import Daily
    from tidegate.stats.readings import Readings

MONTHS: Final = 12
OUTSIDE: Final = "outside the test"
_BROKE: Final = "the equity had fallen to zero or below"
_EPOCH_YEAR: Final = 1970


@dataclass(frozen=True, slots=True)
class Year:
    """What the equity gained in each month of one year, and in the whole of it, as fractions.

    The first and the last month, and with them their years, may be partial.
    """

    year: int
    months: tuple[Figure, ...]
    """January to December."""
    total: Figure


def monthly(days: Daily, wallet: float) -> tuple[Year, ...]:
    """Return a row for each year of the test, oldest first."""
    if len(days.day) == 0:
        return ()
    month, gains = _by(_months(days.day), days.equity, wallet)
    year, totals = _by(_months(days.day) // MONTHS, days.equity, wallet)
    by_month = dict(zip(month.tolist(), map(_figure, gains.tolist()), strict=True))
    return tuple(
        Year(
            year=_EPOCH_YEAR + number,
            months=tuple(
                by_month.get(number * MONTHS + place, undefined(OUTSIDE)) for place in range(MONTHS)
            ),
            total=_figure(total),
        )
        for number, total in zip(year.tolist(), totals.tolist(), strict=True)
    )


def month_rows(readings: Readings) -> tuple[Row, ...]:
    """Split the trades by month of exit, a row for every month of the test, with its return."""
    days = readings.daily
    exits = _months(readings.closed // DAY_NS)
    if len(days.day) == 0:
        return ()
    month, gains = _by(_months(days.day), days.equity, readings.outcome.wallet)
    first = int(month[0])
    # The last candle may close, and a position with it, as the next month begins.
    codes = np.clip(exits - first, 0, len(month) - 1)
    keys = [f"{_EPOCH_YEAR + m // MONTHS}-{m % MONTHS + 1:02d}" for m in month.tolist()]
    return tuple(
        replace(row, month_return=_figure(gain))
        for row, gain in zip(split(readings, codes, keys), gains.tolist(), strict=True)
    )


def _months(day: Ints) -> Ints:
    """Return the months since 1970-01 in which days since 1970-01-01 lie."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _by(period: Ints, equity: Floats, wallet: float) -> tuple[Ints, Floats]:
    """Return each period once, and what the equity gained in it."""
    last = np.flatnonzero(np.diff(period, append=period[-1] + 1))
    return period[last], returns_of(equity[last], wallet)


def _figure(gain: float) -> Figure:
    """Return a gain as a figure; it is NaN where it began with nothing."""
    return undefined(_BROKE) if np.isnan(gain) else known(gain)
