"""The work of `tidegate data convert`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tidegate.errors import Code, OptionError
from tidegate.feeds import CandleFile, path_of, resample
from tidegate.feeds.aside import require_free
from tidegate.feeds.convert import KEEPS_ORIGIN, format_of, read_any, write_any
from tidegate.feeds.files import RECORDED, absent
from tidegate.feeds.resample import divides, require_divides

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tidegate.model import Timeframe


class Converted(NamedTuple):
    """One file that was written."""

    source: Path
    target: Path
    candles: int
    label_lost: str
    """What the candles said of their making, where the format cannot say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What candle files are to become."""

    folder: Path
    ending: str
    timeframe: Timeframe | None = None
    overwrite: bool = False

    def run(self, sources: Sequence[CandleFile]) -> Iterator[Converted]:
        """Convert each file; nothing is written where one name is taken."""
        jobs = [(source, self._target(source)) for source in self._fitting(sources)]
        for source, target in jobs:
            if source.path.resolve() == target.resolve():
                raise _nothing_to_do(source)
        if not self.overwrite:
            require_free(target for _, target in jobs)
        for source, target in jobs:
            candles = read_any(source.path, source.pair, source.timeframe)
            if self.timeframe is not None:
                candles = resample(candles, self.timeframe)
            write_any(target, candles)
            lost = self.ending not in KEEPS_ORIGIN and candles.origin != RECORDED
            yield Converted(source.path, target, len(candles), candles.origin if lost else "")

    def _target(self, source: CandleFile) -> Path:
        timeframe = self.timeframe or source.timeframe
        return path_of(self.folder, source.pair, timeframe, ending=self.ending)

    def _fitting(self, sources: Sequence[CandleFile]) -> list[CandleFile]:
        """Return the files to convert: for a longer timeframe, the finest of each pair."""
        if self.timeframe is None:
            return list(sources)
        finest: dict[str, CandleFile] = {}
        for source in sources:
            if divides(source.timeframe, self.timeframe):
                best = finest.setdefault(source.pair, source)
                if source.timeframe < best.timeframe:
                    finest[source.pair] = source
        for source in sources:
            if source.pair not in finest:
                require_divides(source.timeframe, self.timeframe)
        return list(finest.values())


def single_file(path: Path, pairs: Sequence[str], timeframes: Sequence[Timeframe]) -> CandleFile:
    """Return a file of any name as the candles of the one pair and timeframe it is said to be."""
    format_of(path)
    if len(pairs) == 1 and len(timeframes) == 1:
        if not path.is_file():
            raise absent(path)
        return CandleFile(pairs[0], timeframes[0], path)
    raise OptionError(
        Code.BAD_OPTION,
        "--file needs to know whose candles it holds",
        where="--file",
        expected="one pair in --pairs and one timeframe in --timeframes",
        found=f"{len(pairs)} pairs and {len(timeframes)} timeframes",
        remedy=f"write --file {path} --pairs BTC/USDT --timeframes 1m",
    )


def _nothing_to_do(source: CandleFile) -> OptionError:
    return OptionError(
        Code.BAD_OPTION,
        f"the {source.timeframe} candles of {source.pair} are to become what they are",
        where=str(source.path),
        expected="another format, another timeframe or another folder",
        found="none of these",
        remedy="add --format csv, --to 1h or --output FOLDER",
    )
