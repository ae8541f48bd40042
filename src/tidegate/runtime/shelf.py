"""Candle files looked at and read once for all strategies, however many follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidegate.feeds import History, TimeRange, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tidegate.model import Candles, Timeframe

    Mark = tuple[int, int] | None
    """What changes when a file does; None: there is none."""


_LEAST: Final = 2  # one candle to decide on and one to trade


class _Read(NamedTuple):
    marks: tuple[Mark, ...]
    candles: Candles


class Shelf:
    """The candles of one folder, holes filled."""

    def __init__(self, datadir: Path, timerange: TimeRange) -> None:
        """Begin with nothing read."""
        self._datadir, self._timerange = datadir, timerange
        self._marks: dict[Path, Mark] = {}
        self._read: dict[tuple[object, ...], _Read] = {}
        self._looks = 0
        self.version = 0
        """Another whenever a file was seen to have changed."""

    def look(self, latest: int) -> int:
        """Look at the files, unless somebody has since that look; the number of the latest."""
        if latest == self._looks:
            self._looks += 1
            for path, known in self._marks.items():
                found = _mark(path)
                if found != known:
                    self._marks[path] = found
                    self.version += 1
        return self._looks

    def candles(self, pair: str, timeframe: Timeframe, startup: int) -> Candles:
        """Return a pair's candles, so many of them before the range; see `History.load`."""
        key = (pair, timeframe, self._settled(startup))
        marks = self._marks_of([path_of(self._datadir, pair, timeframe)])
        known = self._read.get(key)
        if known is None or known.marks != marks or len(known.candles) < startup + _LEAST:
            (loaded,) = self._history(startup).load([pair], timeframe)
            known = self._read[key] = _Read(marks, loaded)
        return known.candles

    def other(self, pair: str, timeframe: Timeframe, base: Timeframe, startup: int) -> Candles:
        """Return another timeframe of a pair; see `History.other`."""
        key = (pair, timeframe, base, self._settled(startup))
        paths = [path_of(self._datadir, pair, each) for each in (timeframe, base)]
        marks = self._marks_of(paths)
        known = self._read.get(key)
        if known is None or known.marks != marks:
            history = self._history(startup)
            loaded = history.other(pair, timeframe, base=base, startup=startup)
            known = self._read[key] = _Read(marks, loaded.candles)
        return known.candles

    def _settled(self, startup: int) -> int:
        """Return what of a warm-up makes a difference: none where all that is there is read."""
        return 0 if self._timerange.start_ns is None else startup

    def _history(self, startup: int) -> History:
        return History(
            datadir=self._datadir, timerange=self._timerange, startup=startup, gaps="fill"
        )

    def _marks_of(self, paths: Iterable[Path]) -> tuple[Mark, ...]:
        """Return the marks of files as of the latest look, or the first."""
        for path in paths:
            if path not in self._marks:
                self._marks[path] = _mark(path)
        return tuple(self._marks[path] for path in paths)


def _mark(path: Path) -> Mark:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_mtime_ns, found.st_size
