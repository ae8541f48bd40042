"""Candles in CSV and Parquet files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from tidegate.errors import CandleError, Code
from tidegate.feeds.aside import written_aside
from tidegate.feeds.files import COLUMNS, VALUES, from_table, not_candles, to_table

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.model import Candles, Ints, Timeframe

_TIME_NAMES: Final = ("date", "timestamp", "time", "datetime", "open_time")
# An epoch's unit by its size: seconds, milliseconds, microseconds, nanoseconds, each as
# far as nanoseconds can count (the year 2262).
_SCALES: Final = (1_000_000_000, 1_000_000, 1_000, 1)
_ROW: Final = re.compile(r"Row #(\d+)")


def read_parquet(path: Path, pair: str, timeframe: Timeframe) -> Candles:
    """Read a Parquet file as it is."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise not_candles(path, "the file cannot be read as Parquet", str(error)) from error
    return from_table(table, path, pair, timeframe)


def write_parquet(path: Path, candles: Candles) -> None:
    """Write a Parquet file that Freqtrade reads."""
    with written_aside(path) as aside:
        pq.write_table(to_table(candles), aside)


def write_csv(path: Path, candles: Candles) -> None:
    """Write a CSV file with a header; dates in ISO 8601, UTC."""
    table = to_table(candles)
    if not (candles.time % 1_000_000_000).any():
        table = table.set_column(0, "date", table["date"].cast(pa.timestamp("s", tz="UTC")))
    plain = csv.WriteOptions(include_header=False, quoting_style="none")
    with written_aside(path) as aside, pa.OSFile(str(aside), "wb") as sink:
        sink.write(f"{','.join(COLUMNS)}\n".encode())
        csv.write_csv(table, sink, plain)


def read_csv(path: Path, pair: str, timeframe: Timeframe) -> Candles:
    """Read a CSV file with a header, its dates in ISO 8601 or as an epoch."""
    names = _header(path)
    time_name = next((name for name in _TIME_NAMES if name in names), None)
    missing = [name for name in VALUES if name not in names]
    if time_name is None or missing:
        absent = [*missing, *([] if time_name else ["date"])]
        found = ",".join(names) or "an empty line"
        raise _bad_csv(path, f"the header has no {', '.join(absent)}", found, line=1)
    types = dict.fromkeys(VALUES, pa.float64()) | {time_name: pa.string()}
    table = _parsed(path, names, types)
    time = _times(table[time_name], path)
    date = pa.array(time).cast(pa.timestamp("ns", tz="UTC"))
    columns = [date, *(table[name] for name in VALUES)]
    return from_table(pa.table(columns, names=list(COLUMNS)), path, pair, timeframe)


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig") as lines:
            first = lines.readline()
    except (OSError, UnicodeDecodeError) as error:
        raise _bad_csv(path, "the file cannot be read as CSV", str(error), line=1) from error
    return [name.strip().strip('"').lower() for name in first.split(",")]


def _parsed(path: Path, names: list[str], types: dict[str, pa.DataType]) -> pa.Table:
    options = {
        # One thread, so that an error knows its row.
        "read_options": csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False),
        "convert_options": csv.ConvertOptions(
            column_types=types,
            include_columns=list(types),
            null_values=["", "null", "NaN", "nan", "None"],
            strings_can_be_null=True,
        ),
    }
    try:
        return csv.read_csv(path, **options)
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error):
            return pa.table({name: pa.array([], kind) for name, kind in types.items()})
        row = _ROW.search(str(error))
        line = int(row[1]) if row else None
        raise _bad_csv(path, "a line is no candle", str(error), line=line) from error


def _times(column: pa.ChunkedArray, path: Path) -> Ints:
    if column.null_count:
        row = int(np.argmax(column.is_null().to_numpy()))
        raise _bad_csv(path, "a candle has no date", "nothing", line=row + 2)
    if not len(column):
        return np.zeros(0, dtype=np.int64)
    try:
        epochs = column.cast(pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        return _iso(column, path)
    limit = int(np.abs(epochs).max())
    scale = next(scale for scale in _SCALES if limit < 2**63 // scale)
    times: Ints = epochs * np.int64(scale)
    return times


def _iso(column: pa.ChunkedArray, path: Path) -> Ints:
    """Return instants written in ISO 8601; without a zone they are UTC."""
    zoned = pc.match_substring_regex(column, r"(Z|[+-]\d\d:?\d\d)$")
    times = np.zeros(len(column), dtype=np.int64)
    for mask, kind in (
        (zoned, pa.timestamp("ns", tz="UTC")),
        (pc.invert(zoned), pa.timestamp("ns")),
    ):
        try:
            times[mask.to_numpy()] = column.filter(mask).cast(kind).cast(pa.int64()).to_numpy()
        except pa.ArrowInvalid:
            raise _bad_date(column, path) from None
    return times


def _bad_date(column: pa.ChunkedArray, path: Path) -> CandleError:
    """Return the error for the first date that is none."""
    for number, text in enumerate(column.to_pylist()):
        for kind in (pa.timestamp("ns", tz="UTC"), pa.timestamp("ns")):
            try:
                pa.array([text]).cast(kind)
            except pa.ArrowInvalid:
                continue
            break
        else:
            return _bad_csv(path, "a date cannot be read", f'"{text}"', line=number + 2)
    return _bad_csv(path, "the dates cannot be read", "several ways of writing them", line=None)


def _bad_csv(path: Path, problem: str, found: str, *, line: int | None) -> CandleError:
    return CandleError(
        Code.NOT_CANDLES,
        problem,
        where=str(path) if line is None else f"{path}, line {line}",
        expected=(
            "a header with date (or timestamp, time), open, high, low, close, volume; dates in "
            "ISO 8601 or as an epoch in seconds or milliseconds"
        ),
        found=found,
        remedy="mend that line, or export the file again",
    )
