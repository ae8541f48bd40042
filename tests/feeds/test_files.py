from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as pf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import CandleError, Code, OptionError
from tidegate.feeds import listing, path_of, read, write
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model import Candles

    Make = Callable[..., Candles]
    Same = Callable[[Candles, Candles], bool]

FIVE = Timeframe.parse("5m")


def _table(unit: str = "ns", **columns: Any) -> pa.Table:  # noqa: ANN401 (anything Arrow takes)
    stamps = pa.array([0, 1], pa.timestamp(unit, tz="UTC"))
    made = {"date": stamps} | {
        name: [1.0, 2.0] for name in ("open", "high", "low", "close", "volume")
    }
    return pa.table(made | columns)


def test_a_spot_file_is_named_as_freqtrade_names_it() -> None:
    path = path_of(Path("data/binance"), "BTC/USDT", FIVE)
    assert path == Path("data/binance/BTC_USDT-5m.feather")


def test_a_perpetual_lies_in_a_folder_of_its_own() -> None:
    path = path_of(Path("data"), "BTC/USDT:USDT", FIVE, ending="csv")
    assert path == Path("data/futures/BTC_USDT_USDT-5m-futures.csv")


def test_candles_are_read_as_they_were_written(make: Make, same: Same, tmp_path: Path) -> None:
    candles = make(rows=50, volume=[np.nan, *range(49)])
    path = path_of(tmp_path / "new" / "folder", "BTC/USDT", FIVE)
    write(path, candles)
    assert same(read(path, "BTC/USDT", FIVE), candles)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@given(
    values=st.lists(st.floats(width=64), min_size=1, max_size=30),
    origin=st.text(min_size=1, max_size=40),
)
def test_any_numbers_survive_a_file(
    make: Make, tmp_path_factory: pytest.TempPathFactory, values: list[float], origin: str
) -> None:
    candles = make(rows=len(values), close=values, origin=origin)
    path = tmp_path_factory.mktemp("any") / "A_B-5m.feather"
    write(path, candles)
    back = read(path, "BTC/USDT", FIVE)
    assert back.origin == origin
    np.testing.assert_array_equal(back.close, candles.close)
    np.testing.assert_array_equal(back.time, candles.time)


def test_a_written_file_has_freqtrades_columns_and_is_compressed(
    make: Make, tmp_path: Path
) -> None:
    path = tmp_path / "BTC_USDT-5m.feather"
    write(path, make(rows=10_000, origin="made for a test"))
    schema = pa.ipc.open_file(pa.memory_map(str(path))).schema
    assert [(field.name, str(field.type)) for field in schema] == [
        ("date", "timestamp[ns, tz=UTC]"),
        *((name, "double") for name in ("open", "high", "low", "close", "volume")),
    ]
    assert schema.metadata == {b"tidegate.origin": b"made for a test"}
    assert path.stat().st_size < 0.7 * 10_000 * 48


def test_recorded_candles_carry_no_label(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "BTC_USDT-5m.feather"
    write(path, make())
    assert pa.ipc.open_file(pa.memory_map(str(path))).schema.metadata is None
    assert read(path, "BTC/USDT", FIVE).origin == "recorded"


@pytest.mark.parametrize(("unit", "scale"), [("s", 10**9), ("ms", 10**6), ("us", 10**3), ("ns", 1)])
def test_times_become_nanoseconds_whatever_they_were(tmp_path: Path, unit: str, scale: int) -> None:
    pf.write_feather(_table(unit), tmp_path / "x.feather")
    assert read(tmp_path / "x.feather", "A/B", FIVE).time.tolist() == [0, scale]


def test_a_file_of_several_pieces_is_read_as_one(make: Make, same: Same, tmp_path: Path) -> None:
    candles = make(rows=1000)
    whole, pieces = tmp_path / "whole.feather", tmp_path / "pieces.feather"
    write(whole, candles)
    pf.write_feather(pf.read_table(whole), pieces, chunksize=64, compression="lz4")
    assert pa.ipc.open_file(pa.memory_map(str(pieces))).num_record_batches > 1
    assert same(read(pieces, "BTC/USDT", FIVE), candles)


def test_other_columns_and_another_order_do_no_harm(tmp_path: Path) -> None:
    table = _table(trades=[7, 8], index=["a", "b"])
    pf.write_feather(table.select(list(reversed(table.column_names))), tmp_path / "x.feather")
    assert read(tmp_path / "x.feather", "A/B", FIVE).close.tolist() == [1.0, 2.0]


def test_whole_numbers_are_numbers_and_nothing_is_nan(tmp_path: Path) -> None:
    pf.write_feather(_table(open=[3, 4], volume=[None, 1.0]), tmp_path / "x.feather")
    candles = read(tmp_path / "x.feather", "A/B", FIVE)
    assert candles.open.dtype == np.float64
    assert candles.open.tolist() == [3.0, 4.0]
    np.testing.assert_array_equal(candles.volume, [np.nan, 1.0])


def test_a_file_without_rows_is_read(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "x.feather"
    for table in (_table().slice(0, 0), pa.table(_table().schema.empty_table())):
        pf.write_feather(table, path)
        candles = read(path, "A/B", FIVE)
        assert len(candles) == 0
        assert candles.time.dtype.name == "int64"
        assert candles.open.dtype.name == "float64"
    write(path, make(rows=0))
    assert len(read(path, "A/B", FIVE)) == 0


def test_the_arrays_cannot_be_written_to(make: Make, tmp_path: Path) -> None:
    write(tmp_path / "x.feather", make())
    candles = read(tmp_path / "x.feather", "A/B", FIVE)
    with pytest.raises(ValueError, match="read-only"):
        candles.close[0] = 1.0


@pytest.mark.parametrize(
    ("table", "problem", "found", "row"),
    [
        (_table().drop(["close", "low"]), "the file has no column low, close", "columns date", ""),
        (pa.table({}), "the file has no column date, open", "no columns", ""),
        (_table(date=[1, 2]), "the column date holds no timestamps", "type int64", ""),
        (_table(open=["1", "2"]), "the column open holds no numbers", "type string", ""),
        (
            _table(date=pa.array([0, None], pa.timestamp("ns", tz="UTC"))),
            "a candle has no date",
            "nothing",
            ", row 1",
        ),
    ],
)
def test_a_file_of_something_else_says_what_it_is(
    tmp_path: Path, table: pa.Table, problem: str, found: str, row: str
) -> None:
    path = tmp_path / "x.feather"
    pf.write_feather(table, path)
    with pytest.raises(CandleError) as caught:
        read(path, "A/B", FIVE)
    error = caught.value
    assert error.code == Code.NOT_CANDLES
    assert error.problem.startswith(problem)
    assert error.found.startswith(found)
    assert error.where == f"{path}{row}"
    assert error.expected.startswith("columns date (timestamp, UTC), open, high")
    assert "tidegate data convert" in error.remedy


@pytest.mark.parametrize("content", [b"", b"junk", b"ARROW1\0\0" + b"\0" * 100])
def test_a_broken_file_is_not_candles(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.feather"
    path.write_bytes(content)
    with pytest.raises(CandleError) as caught:
        read(path, "A/B", FIVE)
    assert caught.value.code == Code.NOT_CANDLES
    assert caught.value.problem == "the file cannot be read as Feather"
    assert caught.value.where == str(path)


def test_a_truncated_file_is_not_candles(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "x.feather"
    write(path, make(rows=5000))
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(CandleError, match="cannot be read as Feather"):
        read(path, "A/B", FIVE)


def test_no_file_says_where_candles_come_from(tmp_path: Path) -> None:
    with pytest.raises(CandleError) as caught:
        read(tmp_path / "x.feather", "A/B", FIVE)
    error = caught.value
    assert (error.code, error.problem) == (Code.NO_CANDLES, "there is no such candle file")
    assert (error.where, error.found) == (str(tmp_path / "x.feather"), "no file")
    assert "tidegate data list" in error.remedy


def test_a_file_that_cannot_be_written_leaves_nothing_behind(make: Make, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(OptionError) as caught:
        write(tmp_path / "taken" / "x.feather", make())
    error = caught.value
    assert error.code == Code.NOT_WRITABLE
    assert error.problem.startswith("the file cannot be written: ")
    assert error.where == str(tmp_path / "taken" / "x.feather")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_folder_in_the_files_place_keeps_what_it_holds(make: Make, tmp_path: Path) -> None:
    (tmp_path / "x.feather").mkdir()
    with pytest.raises(OptionError, match="cannot be written"):
        write(tmp_path / "x.feather", make())
    assert [path.name for path in tmp_path.iterdir()] == ["x.feather"]


def test_a_listing_knows_pairs_and_timeframes_and_passes_over_the_rest(
    make: Make, tmp_path: Path
) -> None:
    for name in (
        "ETH_USDT-5m.feather",
        "BTC_USDT-1h.feather",
        "BTC_USDT-5m.feather",
        "BTC_USDT-5m.feather.bak",
        "BTC_USDT-5m.json",
        "BTC_USDT-trades.feather",
        "BTC_USDT-1Mo.feather",
        "BTC_USDT-7m.feather",
        "notes.feather",
        "futures/BTC_USDT_USDT-5m-futures.feather",
        "futures/BTC_USDT_USDT-8h-mark.feather",
        "futures/BTC_USDT_USDT-8h-funding_rate.feather",
    ):
        write(tmp_path / name, make())
    assert [(file.pair, str(file.timeframe)) for file in listing(tmp_path)] == [
        ("BTC/USDT", "5m"),
        ("BTC/USDT", "1h"),
        ("BTC/USDT:USDT", "5m"),
        ("ETH/USDT", "5m"),
    ]
    assert all(
        path_of(tmp_path, file.pair, file.timeframe) == file.path for file in listing(tmp_path)
    )
    assert listing(tmp_path / "nowhere") == []
