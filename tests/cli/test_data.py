from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from typer.testing import CliRunner

from tidegate.cli.data import app
from tidegate.errors import Code, InputError
from tidegate.feeds import path_of, read, resample, write
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from typer.testing import Result

    from tidegate.model import Candles

FIVE, HOUR = Timeframe.parse("5m"), Timeframe.parse("1h")
MONDAY = 1_704_067_200_000_000_000


def _run(*words: object) -> Result:
    result: Result = CliRunner().invoke(app, [str(word) for word in words])
    return result


def _said(*words: object) -> str:
    result = _run(*words)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def _refusal(*words: object) -> InputError:
    result = _run(*words)
    assert isinstance(result.exception, InputError), result.output
    return result.exception


def _json(*words: object) -> list[dict[str, Any]]:
    value: list[dict[str, Any]] = json.loads(_run(*words).stdout)
    return value


def _generate(datadir: Path, *words: object) -> str:
    return _said("generate", "-d", datadir, "--days", 3, *words)


def _read(datadir: Path, pair: str = "BTC/USDT", timeframe: Timeframe = FIVE) -> Candles:
    return read(path_of(datadir, pair, timeframe), pair, timeframe)


def _damage(datadir: Path, *, pair: str = "BTC/USDT", drop: slice, nan: int | None = None) -> None:
    """Take candles out of a file, and spoil one."""
    candles = _read(datadir, pair)
    keep = np.ones(len(candles), dtype=np.bool_)
    keep[drop] = False
    close = candles.close.copy()
    if nan is not None:
        close[nan] = np.nan
    damaged = replace(
        candles,
        time=candles.time[keep],
        open=candles.open[keep],
        high=candles.high[keep],
        low=candles.low[keep],
        close=close[keep],
        volume=candles.volume[keep],
    )
    write(path_of(datadir, pair, FIVE), damaged)


def test_generate_makes_labelled_files_that_agree(tmp_path: Path) -> None:
    said = _generate(tmp_path, "-p", "BTC/USDT", "ETH/USDT:USDT", "-t", "5m", "1h", "--seed", 3)
    assert sorted(path.name for path in tmp_path.rglob("*.feather")) == [
        "BTC_USDT-1h.feather",
        "BTC_USDT-5m.feather",
        "ETH_USDT_USDT-1h-futures.feather",
        "ETH_USDT_USDT-5m-futures.feather",
    ]
    candles = _read(tmp_path)
    assert len(candles) == 3 * 288
    assert candles.time[0] == MONDAY
    assert candles.origin == "made by tidegate data generate, seed 3"
    np.testing.assert_array_equal(
        _read(tmp_path, timeframe=HOUR).close, resample(candles, HOUR).close
    )
    assert "made by tidegate data generate, seed 3: no such price was ever traded" in said
    assert f"4 files in {tmp_path}" in said.replace("\n", "")


def test_generate_says_the_same_seed_the_same_way(tmp_path: Path) -> None:
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        _generate(tmp_path / folder, "-p", "BTC/USDT", "--seed", seed)
    first, second, other = (
        (tmp_path / folder / "BTC_USDT-5m.feather").read_bytes() for folder in "abc"
    )
    assert first == second
    assert first != other


def test_generate_takes_a_start_or_a_range(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "BTC/USDT", "--start", "2024-02-01")
    assert str(_read(tmp_path).time[0].astype("datetime64[ns]")).startswith("2024-02-01T00:00")
    words = ("-p", "BTC/USDT", "--timerange", "20240301-20240302T1200", "--overwrite")
    _said("generate", "-d", tmp_path, *words)
    time = _read(tmp_path).time.astype("datetime64[ns]").astype("datetime64[m]").astype(str)
    assert (time[0], time[-1]) == ("2024-03-01T00:00", "2024-03-02T12:00")


def test_generate_leaves_holes_where_asked(tmp_path: Path) -> None:
    said = _generate(tmp_path, "-p", "BTC/USDT", "--gaps", 4)
    assert "gap" in said
    assert len(_read(tmp_path)) < 3 * 288


def test_generate_writes_to_an_exchanges_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _said("generate", "-p", "BTC/USDT", "--days", 1, "--exchange", "kraken")
    _said("generate", "-p", "BTC/USDT", "--days", 1)
    assert [str(path) for path in sorted(Path().rglob("*.feather"))] == [
        "user_data/data/kraken/BTC_USDT-5m.feather",
        "user_data/data/sim/BTC_USDT-5m.feather",
    ]


def test_generate_does_not_replace_a_file_unasked(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "ETH/USDT")
    before = (tmp_path / "ETH_USDT-5m.feather").read_bytes()
    words = ("generate", "-d", tmp_path, "--days", 3, "-p", "BTC/USDT,ETH/USDT", "--seed", 9)
    error = _refusal(*words)
    assert (error.code, error.found) == (Code.FILE_EXISTS, "ETH_USDT-5m.feather")
    assert [path.name for path in tmp_path.iterdir()] == ["ETH_USDT-5m.feather"]
    assert (tmp_path / "ETH_USDT-5m.feather").read_bytes() == before
    _said(*words, "--overwrite")
    assert (tmp_path / "ETH_USDT-5m.feather").read_bytes() != before


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (["-p", "BTCUSDT"], Code.BAD_PAIR, '"BTCUSDT" is not a pair'),
        (["-t", "7m"], Code.UNKNOWN_TIMEFRAME, 'no timeframe is called "7m"'),
        (["--start", "tomorrow"], Code.BAD_TIMERANGE, '"tomorrow" is not a date'),
        (["--timerange", "20240101-"], Code.BAD_TIMERANGE, "a made market needs one beginning"),
        (
            ["--timerange", "20240101-20240102", "--days", "2"],
            Code.BAD_TIMERANGE,
            "a made market needs one beginning and one end",
        ),
        (["-t", "3m", "5m"], Code.WRONG_TIMEFRAME, "3m candles cannot become 5m candles"),
        (["-t", "5m", "1w", "--days", "2"], Code.TOO_FEW_CANDLES, "the market is too short"),
        (["-t", "1m", "--days", "20000"], Code.OUT_OF_RANGE, "the market is too long"),
    ],
)
def test_generate_refuses_what_it_cannot_make(
    tmp_path: Path, words: list[str], code: Code, problem: str
) -> None:
    error = _refusal("generate", "-d", tmp_path, *words)
    assert error.code == code
    assert error.problem.startswith(problem)
    assert list(tmp_path.iterdir()) == []


def test_list_shows_each_file(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "BTC/USDT ETH/USDT", "-t", "5m", "1h", "--gaps", 2)
    said = _said("list", "-d", tmp_path, "-p", "BTC/USDT")
    assert "ETH" not in said
    head, five, hour, made = (line for line in said.splitlines() if line.strip())
    assert head.split() == ["pair", "tf", "from", "to", "candles", "origin", "state"]
    assert five.split()[:4] == ["BTC/USDT", "5m", "2024-01-01", "2024-01-03"]
    assert five.split()[5:7] == ["made", "gap"]
    assert hour.split() == ["BTC/USDT", "1h", "2024-01-01", "2024-01-03", "72", "made", "sound"]
    assert made.startswith("made by tidegate data generate")


def test_list_speaks_json(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "BTC/USDT")
    (entry,) = _json("list", "-d", tmp_path, "--json")
    assert entry == {
        "pair": "BTC/USDT",
        "timeframe": "5m",
        "file": str(tmp_path / "BTC_USDT-5m.feather"),
        "candles": 864,
        "from": "2024-01-01T00:00:00Z",
        "to": "2024-01-03T23:55:00Z",
        "origin": "made by tidegate data generate, seed 7",
        "sound": True,
        "unreadable": None,
        "findings": [],
    }


def test_list_does_not_stop_at_a_file_it_cannot_read(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "BTC/USDT")
    (tmp_path / "AAA_USDT-5m.feather").write_text("junk")
    assert "unreadable" in _said("list", "-d", tmp_path)
    broken, whole = _json("list", "-d", tmp_path, "--json")
    assert broken["unreadable"] == "the file cannot be read as Feather"
    assert (broken["sound"], broken["candles"], broken["from"]) == (False, 0, None)
    assert whole["sound"] is True


def test_check_passes_sound_files(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "BTC/USDT", "ETH/USDT")
    assert _said("check", "-d", tmp_path) == (
        "BTC/USDT 5m: sound, 864 candles\nETH/USDT 5m: sound, 864 candles\n"
    )


def test_check_names_each_fault_and_exits_with_one(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "BTC/USDT", "ETH/USDT")
    _damage(tmp_path, drop=slice(10, 13), nan=5)
    result = _run("check", "-d", tmp_path)
    assert result.exit_code == 1
    spoilt = "the candle in row 5 (2024-01-01 00:25 UTC) holds a value that is no finite number"
    assert result.stdout.splitlines() == [
        "BTC/USDT 5m: not sound, 861 candles",
        f"  error    {spoilt}",
        "  error    3 candles are missing, the first at 2024-01-01 00:50 UTC, before row 10",
        "ETH/USDT 5m: sound, 864 candles",
    ]
    assert _run("check", "-d", tmp_path, "-p", "ETH/USDT").exit_code == 0
    result = _run("check", "-d", tmp_path, "--json")
    assert result.exit_code == 1
    findings = json.loads(result.stdout)[0]["findings"]
    assert [found["kind"] for found in findings] == ["not-finite", "gap"]


def test_repair_mends_the_file_keeps_the_old_one_and_says_so(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "BTC/USDT")
    _damage(tmp_path, drop=slice(10, 13), nan=5)
    damaged = (tmp_path / "BTC_USDT-5m.feather").read_bytes()
    result = _run("check", "-d", tmp_path, "--repair")
    assert result.exit_code == 0
    filled = "they were missing; prices stand at the close before, volume is 0"
    assert [line for line in result.stdout.splitlines() if "repair" in line] == [
        "  repair   dropped 1 candle (2024-01-01 00:25 UTC): a value was no finite number",
        f"  repair   filled 4 candles (2024-01-01 00:25 UTC to 2024-01-01 01:00 UTC): {filled}",
        "  repair   the file as it was is kept as BTC_USDT-5m.feather.bak",
    ]
    assert (tmp_path / "BTC_USDT-5m.feather.bak").read_bytes() == damaged
    mended = _read(tmp_path)
    assert len(mended) == 864
    assert mended.origin == "made by tidegate data generate, seed 7"
    assert _run("check", "-d", tmp_path).exit_code == 0
    assert "repair" not in _said("check", "-d", tmp_path, "--repair")


def test_repair_speaks_json(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "BTC/USDT")
    _damage(tmp_path, drop=slice(10, 12))
    (entry,) = _json("check", "-d", tmp_path, "--repair", "--json")
    assert (entry["sound"], entry["sound_now"]) == (False, True)
    assert entry["kept"] == str(tmp_path / "BTC_USDT-5m.feather.bak")
    (change,) = entry["changes"]
    assert (change["step"], change["count"]) == ("filled", 2)
    assert change["times"] == ["2024-01-01T00:50:00Z", "2024-01-01T00:55:00Z"]


def test_repair_leaves_alone_what_it_cannot_mend(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "BTC/USDT", "-t", "5m")
    (tmp_path / "BTC_USDT-5m.feather").rename(tmp_path / "BTC_USDT-1m.feather")
    (tmp_path / "JNK_USDT-5m.feather").write_text("junk")
    _generate(tmp_path, "-p", "NAN/USDT")
    whole = _read(tmp_path, "NAN/USDT")
    spoilt = replace(whole, close=np.full(len(whole), np.nan))
    write(tmp_path / "NAN_USDT-5m.feather", spoilt)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    result = _run("check", "-d", tmp_path, "--repair")
    assert result.exit_code == 1
    assert "the candles are 5m apart, not 1m" in result.stdout
    assert "repair   not possible: the candles of BTC/USDT are not 1m candles" in result.stdout
    assert "JNK/USDT 5m: unreadable" in result.stdout
    assert "repair   not possible: not one candle of it is sound" in result.stdout
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_empty_file_is_not_sound(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "BTC/USDT")
    _damage(tmp_path, drop=slice(None))
    result = _run("check", "-d", tmp_path)
    assert result.exit_code == 1
    assert "the file holds no candles" in result.stdout
    assert "empty" in _said("list", "-d", tmp_path)


@pytest.mark.parametrize("ending", ["csv", "parquet", "json", "json.gz"])
def test_convert_goes_there_and_back(tmp_path: Path, ending: str) -> None:
    _generate(tmp_path, "-p", "BTC/USDT", "ETH/USDT:USDT")
    out = tmp_path / "out"
    said = _said("convert", "-d", tmp_path, "--format", ending, "-o", out)
    target = out / f"BTC_USDT-5m.{ending}"
    assert f"{tmp_path / 'BTC_USDT-5m.feather'} -> {target}, 864 candles" in said
    assert (out / "futures" / f"ETH_USDT_USDT-5m-futures.{ending}").exists()
    _said("convert", "-d", out, "--from", ending, "-o", tmp_path / "back")
    there, back = _read(tmp_path), _read(tmp_path / "back")
    for name in ("time", "open", "high", "low", "close", "volume"):
        np.testing.assert_array_equal(getattr(there, name), getattr(back, name))


def test_convert_warns_where_the_label_of_made_candles_is_lost(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "BTC/USDT")
    note = 'note: csv files cannot say that these candles were "made by tidegate data generate'
    assert note in _run("convert", "-d", tmp_path, "-f", "csv").stderr
    assert "note" not in _run("convert", "-d", tmp_path, "-f", "parquet").stderr


def test_convert_resamples_the_finest_of_each_pair(tmp_path: Path) -> None:
    _generate(tmp_path, "-p", "BTC/USDT", "ETH/USDT", "-t", "5m", "1h")
    said = _said("convert", "-d", tmp_path, "--to", "4h")
    assert [line.rsplit("/", 1)[1] for line in said.splitlines()] == [
        "BTC_USDT-4h.feather, 18 candles",
        "ETH_USDT-4h.feather, 18 candles",
    ]
    four = Timeframe.parse("4h")
    np.testing.assert_array_equal(
        _read(tmp_path, timeframe=four).volume, resample(_read(tmp_path), four).volume
    )


def test_convert_reads_one_file_of_any_name(tmp_path: Path) -> None:
    source = tmp_path / "download.csv"
    source.write_text("time,open,high,low,close,volume\n1704067200,1,2,0.5,1.5,9\n")
    words = ("convert", "--file", source, "-p", "FOO/USDT", "-t", "1m", "-o", tmp_path / "data")
    _said(*words)
    candles = _read(tmp_path / "data", "FOO/USDT", Timeframe.parse("1m"))
    assert (candles.time.tolist(), candles.high.tolist()) == ([MONDAY], [2.0])


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (["-f", "xls"], Code.BAD_OPTION, 'no format is called "xls"'),
        (["--from", "xls"], Code.BAD_OPTION, 'no format is called "xls"'),
        ([], Code.BAD_OPTION, "the 5m candles of BTC/USDT are to become what they are"),
        (["--to", "1h"], Code.FILE_EXISTS, "a file of that name is there already"),
        (["--to", "1m"], Code.WRONG_TIMEFRAME, "5m candles cannot become 1m candles"),
        (["--to", "9m"], Code.UNKNOWN_TIMEFRAME, 'no timeframe is called "9m"'),
        (["--file", "x.csv"], Code.BAD_OPTION, "--file needs to know whose candles it holds"),
        (["--file", "x"], Code.BAD_OPTION, "the file's name does not say what format it has"),
        (
            ["--file", "x.csv", "-p", "BTC/USDT", "-t", "5m"],
            Code.NO_CANDLES,
            "there is no such candle file",
        ),
        (["-p", "BTC/EUR"], Code.UNKNOWN_PAIR, "there are no candles of BTC/EUR"),
    ],
)
def test_convert_refuses_and_writes_nothing(
    tmp_path: Path, words: list[str], code: Code, problem: str
) -> None:
    _generate(tmp_path, "-p", "BTC/USDT", "-t", "5m", "1h")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    error = _refusal("convert", "-d", tmp_path, *words)
    assert (error.code, error.problem) == (code, problem)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("command", ["list", "check", "convert"])
def test_a_folder_that_is_not_there_is_named(tmp_path: Path, command: str) -> None:
    error = _refusal(command, "-d", tmp_path / "none")
    assert (error.code, error.where) == (Code.NO_CANDLES, str(tmp_path / "none"))


def test_a_mistake_ends_the_program_with_two_and_one_message(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "from tidegate.cli import main; main()"]
    done = subprocess.run(  # noqa: S603 (our own interpreter and program)
        [*program, "data", "list", "-d", str(tmp_path / "none")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: there is no such data folder\n  where ")
    assert "Traceback" not in done.stderr
