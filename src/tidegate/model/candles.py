"""Price history of one pair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats, Ints
    from tidegate.model.timeframe import Timeframe


@dataclass(frozen=True, slots=True, kw_only=True)
class Candles:
    """The candles of one pair and timeframe, oldest first.

    `time` is when each candle opened, in nanoseconds UTC; prices are in quote
    currency, `volume` in base currency. The arrays are read-only and one length.
    """

    pair: str
    timeframe: Timeframe
    time: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    origin: str = "recorded"
    """Where the prices came from: "recorded", or a sentence saying how they were made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only, so that nobody's indicator can move a price."""
        for array in (self.time, self.open, self.high, self.low, self.close, self.volume):
            array.flags.writeable = False

    def __len__(self) -> int:
        """Return how many candles there are."""
        return len(self.time)

    def rows(self, start: int, stop: int) -> Candles:
        """Return the candles of rows `start` up to but not including `stop`, without a copy."""
        part = slice(start, stop)
        return replace(
            self,
            time=self.time[part],
            open=self.open[part],
            high=self.high[part],
            low=self.low[part],
            close=self.close[part],
            volume=self.volume[part],
        )
