"""Freqtrade's JSON candles: rows of milliseconds, open, high, low, close, volume."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tidegate.errors import CandleError, Code
from tidegate.feeds.aside import written_aside
from tidegate.feeds.files import COLUMNS, VALUES
from tidegate.model import Candles

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.model import Floats, Timeframe

_NS_PER_MS: Final = 1_000_000
_LATEST_MS: Final = 2**63 // _NS_PER_MS


def read(path: Path, pair: str, timeframe: Timeframe) -> Candles:
    """Read a `.json` or `.json.gz` file as it is; null becomes NaN."""
    try:
        packed = path.read_bytes()
        text = gzip.decompress(packed) if path.suffix == ".gz" else packed
        rows = json.loads(text)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise _not_candles(path, "the file cannot be read as JSON", str(error)) from error
    if not isinstance(rows, list):
        raise _not_candles(path, "the file holds no list of candles", type(rows).__name__)
    for number, row in enumerate(rows):
        if not _is_candle(row):
            found = json.dumps(row)[:80]
            raise _not_candles(path, "a candle is not six numbers", found, row=number)
    table = np.array(rows, dtype=np.float64).reshape(-1, len(COLUMNS))
    opened, high, low, close, volume = (np.ascontiguousarray(table[:, i]) for i in range(1, 6))
    return Candles(
        pair=pair,
        timeframe=timeframe,
        time=np.array([row[0] for row in rows], dtype=np.int64) * _NS_PER_MS,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=volume,
    )


def write(path: Path, candles: Candles) -> None:
    """Write a `.json` or `.json.gz` file that Freqtrade reads; what is not finite becomes null."""
    columns: list[list[Any]] = [(candles.time // _NS_PER_MS).tolist()]
    for name in VALUES:
        values: Floats = getattr(candles, name)
        finite = np.isfinite(values)
        known = values.astype(object)
        known[~finite] = None
        columns.append(values.tolist() if finite.all() else known.tolist())
    text = json.dumps(list(zip(*columns, strict=True)), separators=(",", ":")).encode()
    with written_aside(path) as aside:
        # No time stamp within: the same candles make the same file.
        aside.write_bytes(gzip.compress(text, 6, mtime=0) if path.suffix == ".gz" else text)


def _is_candle(row: object) -> bool:
    if not isinstance(row, list) or len(row) != len(COLUMNS):
        return False
    time, *values = row
    return (
        type(time) is int
        and abs(time) < _LATEST_MS
        and all(value is None or type(value) in (float, int) for value in values)
    )


def _not_candles(path: Path, problem: str, found: str, *, row: int | None = None) -> CandleError:
    return CandleError(
        Code.NOT_CANDLES,
        problem,
        where=str(path) if row is None else f"{path}, row {row}",
        expected="[[milliseconds, open, high, low, close, volume], …]",
        found=found,
        remedy="mend the file, or export it again",
    )
