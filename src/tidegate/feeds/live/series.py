"""Closed candles of one pair and length: one thread writes, any may read, and nobody waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.feeds.spans import MS_NS, candles_of, sound_rows, united

if TYPE_CHECKING:
    from tidegate.feeds.spans import Rows
    from tidegate.model import Candles, Timeframe


class Series:
    """The latest `keep` closed candles. What is shown has no hole, unless the venue has it too."""

    def __init__(self, pair: str, timeframe: Timeframe, keep: int) -> None:
        """Begin with none."""
        self.pair, self.timeframe, self._keep = pair, timeframe, keep
        self.candles: Candles = candles_of(pair, timeframe, [])
        """Never changed, only replaced: a reader may keep what it was given."""
        self._ahead: dict[int, list[float]] = {}

    @property
    def last_ns(self) -> int | None:
        """When the latest candle that is shown opened."""
        return int(self.candles.time[-1]) if len(self.candles) else None

    @property
    def waiting(self) -> int:
        """Candles that are known, and not shown because one before them is not."""
        return len(self._ahead)

    def add(self, rows: Rows, *, whole_to_ns: int | None = None) -> int:
        """Take closed candles in any order; how many are shown for it.

        `whole_to_ns`: up to here the rows are all there are, so that a hole is the venue's own.
        """
        last_ns = self.last_ns
        for row in sound_rows(rows, self.timeframe):
            time_ns = int(row[0]) * MS_NS
            if last_ns is None or time_ns > last_ns:
                self._ahead[time_ns] = row
        fit = self._fit(whole_to_ns)
        if fit:
            whole = united(self.candles, candles_of(self.pair, self.timeframe, fit))
            self.candles = whole.rows(max(0, len(whole) - self._keep), len(whole))
        while len(self._ahead) > self._keep:  # of a stream that runs while no question is answered
            del self._ahead[min(self._ahead)]
        return len(fit)

    def _fit(self, whole_to_ns: int | None) -> Rows:
        """Take out what may be shown: what follows at once, and what no answer will come before."""
        fit: Rows = []
        next_ns = None if self.last_ns is None else self.last_ns + self.timeframe.ns
        for time_ns in sorted(self._ahead):
            told = whole_to_ns is not None and time_ns < whole_to_ns
            if not told and time_ns != next_ns:
                break
            fit.append(self._ahead.pop(time_ns))
            next_ns = time_ns + self.timeframe.ns
        return fit
