"""The files of a data folder that a user means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.errors import CandleError, Code
from tidegate.feeds import absence, files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tidegate.feeds.files import CandleFile
    from tidegate.model import Timeframe


def chosen(
    datadir: Path,
    pairs: Sequence[str] = (),
    timeframes: Sequence[Timeframe] = (),
    *,
    ending: str = "feather",
) -> list[CandleFile]:
    """Return the files of these pairs and timeframes; of all, where none are named."""
    if not datadir.is_dir():
        raise absence.no_folder(datadir)
    present = files.listing(datadir, ending=ending)
    if not present:
        raise absence.no_files(datadir, ending)
    known = {file.pair for file in present}
    for pair in pairs:
        if pair not in known:
            raise absence.unknown_pair(datadir, pair, known)
    asked = [
        file
        for file in present
        if (not pairs or file.pair in pairs) and (not timeframes or file.timeframe in timeframes)
    ]
    if not asked:
        raise _no_such_timeframe(datadir, present, timeframes)
    return asked


def _no_such_timeframe(
    datadir: Path, present: list[CandleFile], timeframes: Sequence[Timeframe]
) -> CandleError:
    there = dict.fromkeys(str(timeframe) for timeframe in sorted({f.timeframe for f in present}))
    return CandleError(
        Code.NO_CANDLES,
        f"there are no {', '.join(map(str, timeframes))} candles of what was asked for",
        where=str(datadir),
        expected=f"one of {', '.join(there)}",
        found=f"--timeframes {' '.join(map(str, timeframes))}",
        remedy="see what is there with tidegate data list",
    )
