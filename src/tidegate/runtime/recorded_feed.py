"""Recorded candles handed out as they close, and never one before its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tidegate.feeds import History, TimeRange, path_of
from tidegate.strategies import PairMarket

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.model import Candles, Timeframe


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a strategy looks at."""

    pairs: tuple[str, ...]
    timeframe: Timeframe
    others: tuple[Timeframe, ...]
    warmup: int
    """Candles before the first one that is traded."""


class RecordedFeed:
    """The candles of one strategy, from files read whole, shown up to a time."""

    def __init__(self, datadir: Path, wanted: Wanted, timerange: TimeRange) -> None:
        """Read everything that will be shown."""
        self.wanted = wanted
        self._datadir, self._timerange = datadir, timerange
        self._base: dict[str, Candles] = {}
        self._others: dict[str, dict[Timeframe, Candles]] = {}
        self._marks: tuple[tuple[int, int], ...] = ()
        self.read()

    def read_if_changed(self) -> None:
        """Read the files anew if they have grown."""
        if self._look() != self._marks:
            self.read()

    def _look(self) -> tuple[tuple[int, int], ...]:
        wanted = self.wanted
        marks = []
        for pair in wanted.pairs:
            for timeframe in (wanted.timeframe, *wanted.others):
                path = path_of(self._datadir, pair, timeframe)
                if path.exists():
                    found = path.stat()
                    marks.append((found.st_mtime_ns, found.st_size))
        return tuple(marks)

    def read(self) -> None:
        """Read the files."""
        self._marks = self._look()
        wanted = self.wanted
        history = History(
            datadir=self._datadir, timerange=self._timerange, startup=wanted.warmup, gaps="fill"
        )
        for loaded in history.load_all(wanted.pairs, wanted.timeframe):
            self._base[loaded.candles.pair] = loaded.candles
        for pair in wanted.pairs:
            self._others[pair] = {
                other: history.other(
                    pair, other, base=wanted.timeframe, startup=self._startup(other)
                ).candles
                for other in wanted.others
            }

    def _startup(self, other: Timeframe) -> int:
        return -(-self.wanted.warmup * self.wanted.timeframe.minutes // other.minutes) + 1

    def start_ns(self) -> int:
        """Return when the first candle closes that a strategy may decide on."""
        warmup = self.wanted.warmup
        first = min(int(candles.time[warmup]) for candles in self._base.values())
        return first + self.wanted.timeframe.ns

    def next_close(self, after_ns: int) -> int | None:
        """Return the first time after `after_ns` at which candles of all pairs have closed.

        None: there are no more candles yet.
        """
        step, start = self.wanted.timeframe.ns, self.start_ns()
        close = start if after_ns < start else after_ns + step - (after_ns - start) % step
        return close if close <= self.end_ns() else None

    def end_ns(self) -> int:
        """Return when the last candle closes that all pairs have."""
        last = min(int(candles.time[-1]) for candles in self._base.values())
        return last + self.wanted.timeframe.ns

    def available_ns(self, pair: str) -> int:
        """Return when the last candle of a pair closes that is known.

        A plan may be made of all of them at once: what it says of a candle it says by that
        candle and those before it, and it is shown no sooner than that candle's time.
        """
        return int(self._base[pair].time[-1]) + self.wanted.timeframe.ns

    def market(self, pair: str, now_ns: int, most: int | None = None) -> PairMarket:
        """Return a pair's candles that have closed by a time; at most so many of the shortest."""
        base = _closed(self._base[pair], now_ns)
        if most is not None and len(base) > most:
            base = base.rows(len(base) - most, len(base))
        since = int(base.time[0]) if len(base) else 0
        others = {
            timeframe: _since(_closed(candles, now_ns), since - self._span(timeframe))
            for timeframe, candles in self._others[pair].items()
        }
        return PairMarket(base=base, others=others)

    def _span(self, other: Timeframe) -> int:
        return self._startup(other) * other.ns

    def price(self, pair: str, now_ns: int) -> float | None:
        """Return what a pair traded at when its latest candle closed by a time; None: none has."""
        closed = _closed(self._base[pair], now_ns)
        return float(closed.close[-1]) if len(closed) else None


def _closed(candles: Candles, now_ns: int) -> Candles:
    last = int(np.searchsorted(candles.time, now_ns - candles.timeframe.ns, side="right"))
    return candles.rows(0, last)


def _since(candles: Candles, since_ns: int) -> Candles:
    first = int(np.searchsorted(candles.time, since_ns, side="left"))
    return candles.rows(first, len(candles))
