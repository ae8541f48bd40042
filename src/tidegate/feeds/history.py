"""The candles that one run works on, cut out of a data folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tidegate.feeds import absence, files
from tidegate.feeds.resample import divides, resample
from tidegate.feeds.soundness import Gaps, require_sound
from tidegate.feeds.timerange import EVERYTHING, TimeRange

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tidegate.model import Candles, Timeframe

# One candle to decide on and one to trade.
_LEAST_TRADED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Candles, and how they came to be."""

    candles: Candles
    provenance: str
    """Where they are from: "read from BTC_USDT-1h.feather" or "resampled from 5m"."""
    filled: int = 0
    """How many candles were missing and are filled with the close before, without volume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a run asks of a data folder. It begins and ends where Freqtrade's does."""

    datadir: Path
    timerange: TimeRange = EVERYTHING
    startup: int = 0
    """Candles of warm-up wanted before the start of the range."""
    gaps: Gaps = "refuse"

    def load(
        self,
        pairs: Sequence[str],
        timeframe: Timeframe,
        progress: Callable[[str], None] | None = None,
    ) -> list[Candles]:
        """Return sound, gapless candles for each pair, in that order.

        They reach from `startup` candles before the range to its end, both included, as
        far as the file does; their first `startup` rows are the warm-up, whatever their
        dates. `progress` is told each pair that is done.
        """
        return [loaded.candles for loaded in self.load_all(pairs, timeframe, progress)]

    def load_all(
        self,
        pairs: Sequence[str],
        timeframe: Timeframe,
        progress: Callable[[str], None] | None = None,
    ) -> list[Loaded]:
        """Do as `load` does, and say of each pair how it was come by."""
        if not pairs:
            raise absence.no_pairs()
        done = []
        for pair in pairs:
            path = self._path(pair, timeframe)
            loaded = self._cut(files.read(path, pair, timeframe), path, self.startup)
            if len(loaded.candles) < self.startup + _LEAST_TRADED:
                raise absence.too_few(loaded.candles, path, self.startup + _LEAST_TRADED)
            done.append(loaded)
            if progress is not None:
                progress(pair)
        return done

    def other(
        self, pair: str, timeframe: Timeframe, *, base: Timeframe, startup: int | None = None
    ) -> Loaded:
        """Return another timeframe of a pair: its file, or else its base file resampled.

        The warm-up (`startup`, or this history's) counts in candles of `timeframe`. Fewer
        than that are no error here: the first indicator values are then unknown.
        """
        warmup = self.startup if startup is None else startup
        path = files.path_of(self.datadir, pair, timeframe)
        if path.exists() or timeframe == base or not divides(base, timeframe):
            path = self._path(pair, timeframe)
            return self._cut(files.read(path, pair, timeframe), path, warmup)
        path = self._path(pair, base)
        # Whole candles of the longer timeframe are cut out, so that none is made of a part.
        whole = History(
            datadir=self.datadir, gaps=self.gaps, timerange=self._around(timeframe, warmup)
        )
        shorter = whole._cut(files.read(path, pair, base), path, 0)
        candles = resample(shorter.candles, timeframe)
        if not len(candles):
            raise absence.too_short(shorter.candles, path, timeframe)
        return Loaded(candles=candles, provenance=f"resampled from {base}", filled=shorter.filled)

    def _path(self, pair: str, timeframe: Timeframe) -> Path:
        path = files.path_of(self.datadir, pair, timeframe)
        if not path.exists():
            raise absence.missing(self.datadir, pair, timeframe)
        return path

    def _around(self, timeframe: Timeframe, warmup: int) -> TimeRange:
        """Return the range that holds every candle of `timeframe` that opens in this one."""
        start, stop = self.timerange.start_ns, self.timerange.stop_ns
        return TimeRange(
            None if start is None else max(0, start - warmup * timeframe.ns),
            None if stop is None else timeframe.opening(stop) + timeframe.ns - 1,
        )

    def _cut(self, candles: Candles, path: Path, warmup: int) -> Loaded:
        if not len(candles):
            raise absence.empty(candles, path)
        start, stop = self.timerange.start_ns, self.timerange.stop_ns
        if start is not None:
            start = max(0, start - warmup * candles.timeframe.ns)
        first, last = _rows_between(candles, start, stop)
        cut = _released(candles, first, last)
        sound = require_sound(cut, path, gaps=self.gaps, first_row=first)
        if not len(sound) or not self._meets(int(sound.time[-1])):
            raise absence.outside(candles, path, self.timerange)
        return Loaded(
            candles=sound,
            provenance=f"read from {path.name}",
            filled=len(sound) - len(cut),
        )

    def _meets(self, last_ns: int) -> bool:
        """Return whether candles that end here reach past the warm-up into the range."""
        return self.timerange.start_ns is None or last_ns >= self.timerange.start_ns


def _rows_between(candles: Candles, start: int | None, stop: int | None) -> tuple[int, int]:
    """Return the rows that open in a stretch, both ends included.

    Candles out of order are kept as a whole: the check that follows refuses them.
    """
    time = candles.time
    if (start is None and stop is None) or (time[1:] < time[:-1]).any():
        return 0, len(time)
    first = 0 if start is None else int(np.searchsorted(time, start, side="left"))
    last = len(time) if stop is None else int(np.searchsorted(time, stop, side="right"))
    return first, max(first, last)


def _released(candles: Candles, first: int, last: int) -> Candles:
    """Return those rows; as a copy if they are few, so that the whole file can be let go."""
    part = candles.rows(first, last)
    if 2 * len(part) >= len(candles):
        return part
    return replace(
        part,
        time=part.time.copy(),
        open=part.open.copy(),
        high=part.high.copy(),
        low=part.low.copy(),
        close=part.close.copy(),
        volume=part.volume.copy(),
    )
