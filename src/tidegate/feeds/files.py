"""Candle files in Freqtrade's own layout and names, so that both programs share one folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from pyarrow import ipc

from tidegate.errors import CandleError, Code
from tidegate.feeds.aside import written_aside
from tidegate.model import TIMEFRAMES, Candles, Pair, Timeframe

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tidegate.model import Floats, Ints

ORIGIN_KEY: Final = b"tidegate.origin"
RECORDED: Final = "recorded"
VALUES: Final = ("open", "high", "low", "close", "volume")
COLUMNS: Final = ("date", *VALUES)

_NS_PER_UNIT: Final = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
_BY_NAME: Final = {timeframe.name: timeframe for timeframe in TIMEFRAMES}
_SPOT: Final = re.compile(r"([A-Z0-9]+)_([A-Z0-9]+)-(\d+[a-z])")
_PERPETUAL: Final = re.compile(r"([A-Z0-9]+)_([A-Z0-9]+)_([A-Z0-9]+)-(\d+[a-z])-futures")


@dataclass(frozen=True, slots=True)
class CandleFile:
    """One file of candles that is present."""

    pair: str
    timeframe: Timeframe
    path: Path


def path_of(datadir: Path, pair: str, timeframe: Timeframe, *, ending: str = "feather") -> Path:
    """Return where the candles of a pair lie, below a folder like `user_data/data/binance`."""
    parsed = Pair.parse(pair)
    stem = f"{parsed.base}_{parsed.quote}"
    if parsed.settle is None:
        return datadir / f"{stem}-{timeframe}.{ending}"
    return datadir / "futures" / f"{stem}_{parsed.settle}-{timeframe}-futures.{ending}"


def listing(datadir: Path, *, ending: str = "feather") -> list[CandleFile]:
    """Return the candle files of a folder, by pair and length; other files are passed over."""
    found = [
        *_matches(datadir, _SPOT, ending),
        *_matches(datadir / "futures", _PERPETUAL, ending),
    ]
    return sorted(found, key=lambda file: (file.pair, file.timeframe))


def _matches(folder: Path, shape: re.Pattern[str], ending: str) -> list[CandleFile]:
    found = []
    for path in folder.glob(f"*.{ending}"):
        match = shape.fullmatch(path.name.removesuffix(f".{ending}"))
        if match is not None and match[match.re.groups] in _BY_NAME:
            *currencies, name = match.groups()
            found.append(CandleFile(str(Pair(*currencies)), _BY_NAME[name], path))
    return found


def read(path: Path, pair: str, timeframe: Timeframe) -> Candles:
    """Read a Feather file as it is, sound or not, without a copy where the file allows it."""
    try:
        # Decompression is most of the work; Arrow spreads the columns over the processors.
        with pa.memory_map(str(path)) as source:
            table = _reader(source, path).read_all()
    except FileNotFoundError:
        raise absent(path) from None
    except (OSError, pa.ArrowInvalid) as error:
        raise not_candles(path, "the file cannot be read as Feather", str(error)) from error
    return from_table(table, path, pair, timeframe)


def _reader(source: pa.MemoryMappedFile, path: Path) -> ipc.RecordBatchFileReader:
    reader = ipc.open_file(source)
    names = reader.schema.names
    if tuple(names) == COLUMNS:
        return reader
    require_columns(names, path)
    # Columns of others are not even decompressed.
    wanted = [names.index(name) for name in COLUMNS]
    return ipc.open_file(source, options=ipc.IpcReadOptions(included_fields=wanted))


def write(path: Path, candles: Candles) -> None:
    """Write a Feather file that Freqtrade reads, to the side and then into place."""
    table = to_table(candles)
    # One batch: it is read back without joining pieces.
    options = ipc.IpcWriteOptions(compression="lz4")
    with (
        written_aside(path) as aside,
        pa.OSFile(str(aside), "wb") as sink,
        ipc.new_file(sink, table.schema, options=options) as writer,
    ):
        writer.write_table(table)


def to_table(candles: Candles) -> pa.Table:
    """Return the candles as an Arrow table with Freqtrade's column names."""
    date = pa.array(candles.time).cast(pa.timestamp("ns", tz="UTC"))
    values = [pa.array(getattr(candles, name)) for name in VALUES]
    table = pa.Table.from_arrays([date, *values], names=list(COLUMNS))
    if candles.origin == RECORDED:
        return table
    return table.replace_schema_metadata({ORIGIN_KEY: candles.origin.encode()})


def from_table(table: pa.Table, path: Path, pair: str, timeframe: Timeframe) -> Candles:
    """Return the candles of an Arrow table, or say what about it is not candles."""
    require_columns(table.schema.names, path)
    origin = (table.schema.metadata or {}).get(ORIGIN_KEY)
    time = _times(table.column("date"), path)
    opened, high, low, close, volume = (_floats(table, name, path) for name in VALUES)
    return Candles(
        pair=pair,
        timeframe=timeframe,
        time=time,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=volume,
        origin=origin.decode() if origin else RECORDED,
    )


def require_columns(names: list[str], path: Path) -> None:
    """Refuse a file without the six columns."""
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        problem = f"the file has no column {', '.join(missing)}"
        raise not_candles(path, problem, f"columns {', '.join(names)}" if names else "no columns")


def _times(column: pa.ChunkedArray, path: Path) -> Ints:
    if not pa.types.is_timestamp(column.type):
        raise not_candles(path, "the column date holds no timestamps", f"type {column.type}")
    if column.null_count:
        row = int(np.argmax(column.is_null().to_numpy()))
        raise not_candles(path, "a candle has no date", "nothing", row=row)
    scale = _NS_PER_UNIT[column.type.unit]
    time: Ints = _joined(column.cast(pa.int64()))
    return time if scale == 1 else time * np.int64(scale)


def _floats(table: pa.Table, name: str, path: Path) -> Floats:
    column = table.column(name)
    if not pa.types.is_floating(column.type) and not pa.types.is_integer(column.type):
        raise not_candles(path, f"the column {name} holds no numbers", f"type {column.type}")
    if not pa.types.is_float64(column.type):
        column = column.cast(pa.float64())
    values: Floats = _joined(column)
    return values


def _joined(column: pa.ChunkedArray) -> NDArray[Any]:
    # One piece is handed over as it lies; several are copied together.
    single = column.num_chunks == 1
    values: NDArray[Any] = (
        column.chunk(0).to_numpy(zero_copy_only=False) if single else column.to_numpy()
    )
    return values


def absent(path: Path) -> CandleError:
    """Return the error for a candle file that is not there."""
    return CandleError(
        Code.NO_CANDLES,
        "there is no such candle file",
        where=str(path),
        expected="a Feather file of candles",
        found="no file",
        remedy="see what is there with tidegate data list, or run tidegate data generate",
    )


def not_candles(path: Path, problem: str, found: str, *, row: int | None = None) -> CandleError:
    """Return the error for a file that holds something else than candles."""
    return CandleError(
        Code.NOT_CANDLES,
        problem,
        where=str(path) if row is None else f"{path}, row {row}",
        expected="columns date (timestamp, UTC), open, high, low, close, volume (numbers)",
        found=found,
        remedy="fetch the file again, or turn another format into this with tidegate data convert",
    )
