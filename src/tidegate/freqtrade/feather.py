"""The rows of a Feather file that lie in a range of time, without reading the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from pyarrow import ipc

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.model import Floats, Ints

COLUMNS: Final = ("date", "open", "high", "low", "close", "volume")
_PER_MS: Final = {"us": 1_000, "ns": 1_000_000}


@dataclass(frozen=True, slots=True)
class Part:
    """Candles of a file, oldest first, one date perhaps several times."""

    time: Ints
    """Milliseconds UTC, as Freqtrade keeps them in frames."""
    figures: Floats
    """A row each: open, high, low, close, volume."""
    first_seen: int
    """The first candle when looking one candle further to either side, as Freqtrade does."""
    last_seen: int


def part_of(path: Path, start: int | None, stop: int | None, step: int) -> Part | None:
    """Return the candles from `start` to `stop` (ms), both included; None if not ordinary.

    Ordinary: a whole file in order, every value a number, at least one candle in the range.
    """
    try:
        with pa.memory_map(str(path)) as source:
            return _part(source, start, stop, step)
    except (OSError, pa.ArrowException):
        return None


def _part(
    source: pa.MemoryMappedFile, start: int | None, stop: int | None, step: int
) -> Part | None:
    schema = ipc.open_file(source).schema
    if not _is_ordinary(schema):
        return None
    places = [schema.names.index(name) for name in COLUMNS]
    dates = _only(source, places[:1]).read_all().column(0)
    time = None if dates.null_count else _times(dates)
    if time is None or not (time[1:] >= time[:-1]).all():
        return None
    first = 0 if start is None else int(np.searchsorted(time, start))
    last = len(time) if stop is None else int(np.searchsorted(time, stop, "right"))
    if first >= last:
        return None
    values = _values(_only(source, places[1:]), [len(c) for c in dates.chunks], first, last)
    if values is None or np.isnan(values).any():
        return None
    wider = 0 if start is None else int(np.searchsorted(time, start - step))
    longer = len(time) if stop is None else int(np.searchsorted(time, stop + step, "right"))
    return Part(time[first:last], values, int(time[wider]), int(time[longer - 1]))


def _is_ordinary(schema: pa.Schema) -> bool:
    """Tell whether a file has the six columns once each, in types that need no judgement."""
    if any(schema.names.count(name) != 1 for name in COLUMNS):
        return False
    kind = schema.field("date").type
    return (
        pa.types.is_timestamp(kind)
        and kind.tz == "UTC"
        and all(_is_number(schema.field(name).type) for name in COLUMNS[1:])
    )


def _times(dates: pa.ChunkedArray) -> Ints:
    times: Ints = dates.cast(pa.int64()).to_numpy()
    unit = dates.type.unit
    if unit == "s":
        return times * 1000
    return times // _PER_MS[unit] if unit in _PER_MS else times


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_float64(kind) or pa.types.is_float32(kind) or pa.types.is_integer(kind))


def _only(source: pa.MemoryMappedFile, places: list[int]) -> ipc.RecordBatchFileReader:
    # other columns are not even decompressed
    return ipc.open_file(source, options=ipc.IpcReadOptions(included_fields=places))


def _values(
    reader: ipc.RecordBatchFileReader, lengths: list[int], first: int, last: int
) -> Floats | None:
    """Return the values of rows `first` up to but not including `last`, in memory of its own."""
    names = reader.schema.names
    values = np.empty((len(COLUMNS) - 1, last - first))
    begin = 0
    for number, length in enumerate(lengths):
        low, high = max(first, begin), min(last, begin + length)
        if low < high:
            batch = reader.get_batch(number).slice(low - begin, high - low)
            for row, name in enumerate(COLUMNS[1:]):
                column = batch.column(names.index(name))
                if column.null_count:
                    return None
                values[row, low - first : high - first] = column.to_numpy(zero_copy_only=False)
        begin += length
    return values
