"""Recorded candles handed out as they close, and never one before its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tidegate.strategies import PairMarket

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.model import Candles, Timeframe
    from tidegate.runtime.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a strategy looks at."""

    pairs: tuple[str, ...]
    timeframe: Timeframe
    others: tuple[Timeframe, ...]
    warmup: int
    """Candles before the first one that is traded."""


class Feed:
    """The candles of one strategy, shown up to a time; a kind of its own reads them."""

    def __init__(self, wanted: Wanted) -> None:
        """Begin with no candles."""
        self.wanted = wanted
        self.from_now = False
        """Whether who is new here begins at the latest candle."""
        self._base: dict[str, Candles] = {}
        self._others: dict[str, dict[Timeframe, Candles]] = {}
        self._marks: tuple[tuple[int, int], ...] = ()

    def read_if_changed(self) -> bool:
        """Read the files anew if they have grown; whether they had."""
        if self._look() == self._marks:
            return False
        self.read()
        return True

    def read(self) -> None:
        """Read everything that will be shown."""
        raise NotImplementedError

    def reach(self, since_ns: int) -> None:
        """See that all is there that a strategy needs which goes on from a time; files are."""

    def leave(self) -> None:
        """Give nothing back: nothing was taken."""

    def _look(self) -> tuple[tuple[int, int], ...]:
        """Return what changes when a file does."""
        return tuple(
            (found.st_mtime_ns, found.st_size)
            for found in (path.stat() for path in self._files() if path.exists())
        )

    def _files(self) -> Iterator[Path]:
        raise NotImplementedError

    def _startup(self, other: Timeframe) -> int:
        return -(-self.wanted.warmup * self.wanted.timeframe.minutes // other.minutes) + 1

    def start_ns(self) -> int:
        """Return when the first candle closes that a strategy may decide on."""
        warmup = self.wanted.warmup
        first = min(int(candles.time[warmup]) for candles in self._base.values())
        return first + self.wanted.timeframe.ns

    def begin_ns(self) -> int:
        """Return when a strategy begins that has not been here before."""
        return max(self.start_ns(), self.end_ns()) if self.from_now else self.start_ns()

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

    def candles(self, pair: str) -> Candles:
        """Return a pair's candles, all that are known by now."""
        return self._base[pair]


class RecordedFeed(Feed):
    """Candles from Tidegate's files, read whole, and once for all who look at them."""

    def __init__(self, shelf: Shelf, wanted: Wanted) -> None:
        """Read everything that will be shown."""
        super().__init__(wanted)
        self._shelf = shelf
        self._looked = 0
        self.read()

    def read_if_changed(self) -> bool:
        """Read the files anew if they have grown; whether they had."""
        self._looked = self._shelf.look(self._looked)
        if self._version == self._shelf.version:
            return False
        self.read()
        return True

    def read(self) -> None:
        """Take what lies on the shelf."""
        wanted, shelf = self.wanted, self._shelf
        self._version = shelf.version
        for pair in wanted.pairs:
            self._base[pair] = shelf.candles(pair, wanted.timeframe, wanted.warmup)
            self._others[pair] = {
                other: shelf.other(pair, other, wanted.timeframe, self._startup(other))
                for other in wanted.others
            }


def _closed(candles: Candles, now_ns: int) -> Candles:
    last = int(np.searchsorted(candles.time, now_ns - candles.timeframe.ns, side="right"))
    return candles.rows(0, last)


def _since(candles: Candles, since_ns: int) -> Candles:
    first = int(np.searchsorted(candles.time, since_ns, side="left"))
    return candles.rows(first, len(candles))
