from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegate.errors import CandleError, Code, OptionError
from tidegate.feeds.convert import (
    FORMATS,
    KEEPS_ORIGIN,
    format_named,
    format_of,
    read_any,
    write_any,
)
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model import Candles

    Make = Callable[..., Candles]
    Same = Callable[[Candles, Candles], bool]

FIVE = Timeframe.parse("5m")
JAN_1 = 1_704_067_200_000_000_000
HEADER = "date,open,high,low,close,volume\n"


def _read(path: Path) -> Candles:
    return read_any(path, "BTC/USDT", FIVE)


def _csv(tmp_path: Path, text: str) -> Candles:
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    return _read(path)


@pytest.mark.parametrize("ending", FORMATS)
def test_each_format_gives_back_what_it_was_given(
    make: Make, same: Same, tmp_path: Path, ending: str
) -> None:
    candles = make(rows=200, close=np.random.default_rng(1).lognormal(3, 2, 200))
    write_any(tmp_path / f"x.{ending}", candles)
    assert same(_read(tmp_path / f"x.{ending}"), candles)
    assert [path.name for path in tmp_path.iterdir()] == [f"x.{ending}"]


@pytest.mark.parametrize("ending", FORMATS)
@settings(max_examples=20)
@given(
    values=st.lists(st.floats(allow_infinity=False, allow_subnormal=False), min_size=1, max_size=8)
)
def test_any_finite_number_and_nan_survive_each_format(
    make: Make, tmp_path_factory: pytest.TempPathFactory, ending: str, values: list[float]
) -> None:
    path = tmp_path_factory.mktemp("any") / f"x.{ending}"
    candles = make(rows=len(values), high=values)
    write_any(path, candles)
    np.testing.assert_array_equal(_read(path).high, candles.high)


@pytest.mark.parametrize("ending", FORMATS)
def test_no_candles_are_no_candles_in_each_format(make: Make, tmp_path: Path, ending: str) -> None:
    write_any(tmp_path / f"x.{ending}", make(rows=0))
    assert len(_read(tmp_path / f"x.{ending}")) == 0


@pytest.mark.parametrize("ending", FORMATS)
def test_the_label_of_made_candles_is_kept_where_the_format_can(
    make: Make, tmp_path: Path, ending: str
) -> None:
    write_any(tmp_path / f"x.{ending}", make(origin="made for a test"))
    kept = _read(tmp_path / f"x.{ending}").origin == "made for a test"
    assert kept == (ending in KEEPS_ORIGIN)


def test_json_is_freqtrades(make: Make, tmp_path: Path) -> None:
    candles = make(rows=2, volume=[np.nan, 2.5])
    write_any(tmp_path / "x.json", candles)
    text = (tmp_path / "x.json").read_text()
    assert text == (
        "[[1704067200000,100.0,102.0,99.0,101.0,null],[1704067500000,101.0,103.0,100.0,102.0,2.5]]"
    )
    write_any(tmp_path / "x.json.gz", candles)
    assert gzip.decompress((tmp_path / "x.json.gz").read_bytes()).decode() == text


def test_csv_is_plain_with_iso_dates(make: Make, tmp_path: Path) -> None:
    write_any(tmp_path / "x.csv", make(rows=1))
    assert (tmp_path / "x.csv").read_text() == (HEADER + "2024-01-01 00:00:00Z,100,102,99,101,1\n")


def test_a_csv_keeps_times_finer_than_a_second(make: Make, tmp_path: Path) -> None:
    write_any(tmp_path / "x.csv", make(rows=2, time=[JAN_1, JAN_1 + 5]))
    assert _read(tmp_path / "x.csv").time.tolist() == [JAN_1, JAN_1 + 5]


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        ("1704067200", JAN_1),
        ("1704067200000", JAN_1),
        ("1704067200000000", JAN_1),
        ("1704067200000000000", JAN_1),
        ("2024-01-01", JAN_1),
        ("2024-01-01 00:00", JAN_1),
        ("2024-01-01T00:00:00Z", JAN_1),
        ("2024-01-01 00:00:00+00:00", JAN_1),
        ("2024-01-01T01:00:00+0100", JAN_1),
        ('"2024-01-01 00:00:00.250"', JAN_1 + 250_000_000),
    ],
)
def test_csv_dates_are_epochs_or_iso(tmp_path: Path, text: str, time_ns: int) -> None:
    candles = _csv(tmp_path, f"{HEADER}{text},1,2,0.5,1.5,7\n")
    assert candles.time.tolist() == [time_ns]
    assert candles.close.tolist() == [1.5]


@pytest.mark.parametrize("name", ["date", "Timestamp", "TIME", "datetime", "open_time"])
def test_csv_columns_may_stand_in_any_order_and_case(tmp_path: Path, name: str) -> None:
    text = f'\ufeffVolume,Close,Low,High,Open,Trades,"{name}"\n7,4,1,5,3,99,2024-01-01\n'
    candles = _csv(tmp_path, text)
    assert candles.time.tolist() == [JAN_1]
    assert [float(getattr(candles, column)[0]) for column in ("open", "high", "low")] == [3, 5, 1]
    assert (candles.close[0], candles.volume[0]) == (4, 7)


def test_an_empty_field_of_a_csv_is_nan(tmp_path: Path) -> None:
    candles = _csv(tmp_path, f"{HEADER}2024-01-01,1,2,,null,NaN\n")
    assert np.isnan([candles.low[0], candles.close[0], candles.volume[0]]).all()


@pytest.mark.parametrize(
    ("text", "problem", "line", "found"),
    [
        ("", "the header has no open, high, low, close, volume, date", 1, "an empty line"),
        ("date,open\n", "the header has no high, low, close, volume", 1, "date,open"),
        ("1,2,3,4,5,6\n", "the header has no open, high", 1, "1,2,3,4,5,6"),
        (HEADER + "2024-01-01,1,x,3,4,5\n", "a line is no candle", 2, "invalid value 'x'"),
        (HEADER + "1,1,1,1,1,1\n1,2\n", "a line is no candle", 3, "Expected 6 columns, got 2"),
        (HEADER + "2024-01-01,1,1,1,1,1\n,1,1,1,1,1\n", "a candle has no date", 3, "nothing"),
        (HEADER + "2024-01-01,1,1,1,1,1\nfoo,1,1,1,1,1\n", "a date cannot be read", 3, '"foo"'),
        (HEADER + "31/01/2024,1,1,1,1,1\n", "a date cannot be read", 2, '"31/01/2024"'),
        (
            HEADER + "2024-01-01,1,1,1,1,1\n1704067200,1,1,1,1,1\n",
            "a date cannot be read",
            3,
            '"1704067200"',
        ),
    ],
)
def test_a_csv_that_cannot_be_read_says_in_which_line(
    tmp_path: Path, text: str, problem: str, line: int, found: str
) -> None:
    with pytest.raises(CandleError) as caught:
        _csv(tmp_path, text)
    error = caught.value
    assert error.code == Code.NOT_CANDLES
    assert error.problem.startswith(problem)
    assert error.where == f"{tmp_path / 'x.csv'}, line {line}"
    assert found in error.found
    assert error.expected.startswith("a header with date (or timestamp, time), open")
    assert error.remedy == "mend that line, or export the file again"


def test_a_csv_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00date")
    with pytest.raises(CandleError, match="the file cannot be read as CSV"):
        _read(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("value", "problem", "row", "found"),
    [
        ({}, "the file holds no list of candles", None, "dict"),
        ([[1, 1, 1, 1, 1, 1], [1, 2]], "a candle is not six numbers", 1, "[1, 2]"),
        ([[1, 1, 1, 1, 1, "1"]], "a candle is not six numbers", 0, '[1, 1, 1, 1, 1, "1"]'),
        ([[None, 1, 1, 1, 1, 1]], "a candle is not six numbers", 0, "[null, 1"),
        ([[1.5, 1, 1, 1, 1, 1]], "a candle is not six numbers", 0, "[1.5, 1"),
        ([[JAN_1, 1, 1, 1, 1, 1]], "a candle is not six numbers", 0, "[1704067200000000000"),
        ([[1, True, 1, 1, 1, 1]], "a candle is not six numbers", 0, "[1, true"),
        ([7], "a candle is not six numbers", 0, "7"),
    ],
)
def test_json_of_something_else_says_in_which_row(
    tmp_path: Path, value: object, problem: str, row: int | None, found: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(value))
    with pytest.raises(CandleError) as caught:
        _read(path)
    error = caught.value
    assert (error.code, error.problem) == (Code.NOT_CANDLES, problem)
    assert error.where == (str(path) if row is None else f"{path}, row {row}")
    assert error.found.startswith(found)
    assert error.expected == "[[milliseconds, open, high, low, close, volume], …]"


@pytest.mark.parametrize("name", ["x.json", "x.json.gz"])
@pytest.mark.parametrize("content", [b"", b"[[1,", b"\xff\xff", b"\x1f\x8b\x08\x00junk"])
def test_what_is_no_json_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CandleError) as caught:
        _read(tmp_path / name)
    assert caught.value.problem == "the file cannot be read as JSON"
    assert caught.value.remedy == "mend the file, or export it again"


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"junk")
    with pytest.raises(CandleError, match="the file cannot be read as Parquet"):
        _read(tmp_path / "x.parquet")


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_that_is_not_there_is_named(tmp_path: Path, ending: str) -> None:
    with pytest.raises(CandleError) as caught:
        _read(tmp_path / f"x.{ending}")
    assert caught.value.code == Code.NO_CANDLES
    assert caught.value.where == str(tmp_path / f"x.{ending}")


def test_a_format_is_known_by_its_ending() -> None:
    assert format_of(Path("a/BTC_USDT-5m.json.gz")) == "json.gz"
    assert format_of(Path("a/BTC_USDT-5m.json")) == "json"
    with pytest.raises(OptionError) as caught:
        format_of(Path("a/x.xlsx"))
    error = caught.value
    assert (error.code, error.where) == (Code.BAD_OPTION, "a/x.xlsx")
    assert error.expected == "a name that ends in .feather, .parquet, .csv, .json, .json.gz"
    assert error.found == '"x.xlsx"'


def test_a_format_is_known_by_its_name() -> None:
    assert format_named("csv", where="--format") == "csv"
    with pytest.raises(OptionError) as caught:
        format_named("fether", where="--from")
    error = caught.value
    assert (error.code, error.where) == (Code.BAD_OPTION, "--from")
    assert error.problem == 'no format is called "fether"'
    assert error.remedy == 'did you mean "feather"?'
