"""Laying candles of a longer timeframe over shorter ones, without showing the future."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tidegate.model import Candles, Floats, Ints, Timeframe


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """The rows of one timeframe, and where each base candle finds what it may know of them.

    A longer candle is known on the base candle that closes with it, and from there on
    until the next one closes. `latest` holds, for each base row, the last row known by
    then (-1: none yet); None stands for the base timeframe itself.
    """

    timeframe: Timeframe
    base: Timeframe
    latest: Ints | None = None

    @classmethod
    def over(cls, base: Candles, other: Candles) -> Axis:
        """Return the axis of `other` as the base candles see it."""
        known_from = other.time + (other.timeframe.ns - base.timeframe.ns)
        first_row = np.searchsorted(base.time, known_from)
        spans = np.diff(first_row, append=len(base.time), prepend=0)
        return cls(
            other.timeframe,
            base.timeframe,
            np.repeat(np.arange(-1, len(other), dtype=np.int64), spans),
        )

    def spread(self, values: Floats) -> Floats:
        """Return values of this timeframe on base rows; NaN before the first is known."""
        if self.latest is None:
            return values
        if len(values) == 0:
            return np.full(len(self.latest), np.nan)
        spread = values[self.latest]
        unknown = np.searchsorted(self.latest, 0)
        spread[:unknown] = np.nan
        return spread

    def in_base(self, rows: int) -> int:
        """Return how many base candles cover so many candles of this timeframe."""
        if self.latest is None or rows == 0:
            return rows
        return -(-(rows + 1) * self.timeframe.minutes // self.base.minutes)
