"""The value of the account at the end of each UTC day: the basis of every return-based figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.model.timeframe import DAY_NS

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats, Ints
    from tidegate.model.outcome import Outcome

DAYS_A_YEAR: Final = 365
"""A market that never closes has no other trading days than these."""

NOISE: Final = 1e-13
"""Spread of daily returns below which they differ by rounding alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """One row a UTC day, from the first candle's day to the last one's; no day is missing.

    A candle belongs to the day in which it closed. A day without a candle carries the
    last value on. The first day's return is taken from the wallet, so that the returns
    compound to the whole; the first and the last day may be partial.
    """

    day: Ints
    """Days since 1970-01-01."""
    equity: Floats
    returns: Floats
    """Fraction gained on each day; NaN where the day before ended at zero or below."""
    hold_returns: Floats
    """The same of the hold benchmark."""


def daily(outcome: Outcome) -> Daily:
    """Pick the last equity of each day, without looking at the rows in between."""
    length = outcome.timeframe.ns
    if len(outcome.time) == 0:
        nothing = np.empty(0)
        return Daily(
            day=np.empty(0, np.int64), equity=nothing, returns=nothing, hold_returns=nothing
        )
    first = int(outcome.time[0]) // DAY_NS
    last = int(outcome.time[-1] + length - 1) // DAY_NS
    day = np.arange(first, last + 1, dtype=np.int64)
    # The last candle that closed by the day's end; -1 before the first one.
    row = np.searchsorted(outcome.time, (day + 1) * DAY_NS - length, side="right") - 1
    equity = np.where(row < 0, outcome.wallet, outcome.equity[row])
    hold = np.where(row < 0, outcome.wallet, outcome.hold[row])
    return Daily(
        day=day,
        equity=equity,
        returns=returns_of(equity, outcome.wallet),
        hold_returns=returns_of(hold, outcome.wallet),
    )


def returns_of(values: Floats, start: float) -> Floats:
    """Return the gain of each value on the one before, as a fraction; NaN where that has none."""
    before = np.concatenate(([start], values[:-1]))[: len(values)]
    gains = np.full(len(values), np.nan)
    np.divide(values - before, before, out=gains, where=before > 0)
    return gains


def flaw(returns: Floats) -> str | None:
    """Say why nothing can be made of these daily returns, or return None."""
    if len(returns) < 2:  # noqa: PLR2004 - one value has no spread
        return "fewer than two days"
    if not np.isfinite(returns).all():
        return "the equity fell to zero or below"
    return None
