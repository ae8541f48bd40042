from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from tidegate.cli.lookahead import lookahead
from tidegate.cli.spaced_lists import SpacedLists
from tidegate.errors import Code, InputError
from tidegate.feeds import path_of, write
from tidegate.model import Candles, Timeframe

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

HOUR = Timeframe.parse("1h")
MONDAY = 1_704_067_200_000_000_000

app = typer.Typer()
app.command(cls=SpacedLists)(lookahead)


@pytest.fixture(scope="module")
def datadir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for seed, pair in enumerate(("BTC/USDT", "ETH/USDT")):
        chance = np.random.default_rng(seed)
        close = 100.0 * np.exp(np.cumsum(chance.normal(0, 0.006, 2000)))
        opening = np.concatenate((close[:1], close[:-1]))
        candles = Candles(
            pair=pair,
            timeframe=HOUR,
            time=MONDAY + np.arange(2000, dtype=np.int64) * HOUR.ns,
            open=opening,
            high=np.maximum(opening, close) * 1.002,
            low=np.minimum(opening, close) * 0.998,
            close=close,
            volume=chance.lognormal(4, 0.8, 2000),
        )
        write(path_of(folder, pair, HOUR), candles)
    return folder


@pytest.fixture
def cheat(tmp_path: Path) -> Path:
    file = tmp_path / "cheat.py"
    file.write_text(
        "import numpy as np\n"
        "from tidegate.strategies import Signals, Strategy\n"
        "class Cheat(Strategy):\n"
        "    def signals(self, frame):\n"
        "        tomorrow = frame.line('tomorrow', np.roll(frame.close.values, -1))\n"
        "        return Signals(enter_long=tomorrow > frame.close * 1.005)\n",
        encoding="utf-8",
    )
    return file


def _run(*words: object) -> Result:
    result: Result = CliRunner(env={"COLUMNS": "160"}).invoke(app, [str(word) for word in words])
    return result


def test_an_honest_strategy_passes(datadir: Path) -> None:
    result = _run("macd-trend", "-d", datadir, "--samples", 12)
    assert result.exit_code == 0, (result.output, result.exception)
    assert result.stdout.count("uses the past only") == 2
    assert "BTC/USDT" in result.stdout
    assert "ETH/USDT" in result.stdout


def test_a_cheat_is_named_and_ends_in_exit_code_1(datadir: Path, cheat: Path) -> None:
    result = _run(cheat, "-p", "BTC/USDT", "-t", "1h", "-d", datadir, "--samples", 12)
    assert result.exit_code == 1, (result.output, result.exception)
    assert "looks ahead" in result.stdout
    assert "At fault: indicator tomorrow." in result.stdout
    assert "enter_long" in result.stdout


def test_the_range_of_candles_is_honoured(datadir: Path) -> None:
    result = _run(
        "ema-crossover", "-p", "BTC/USDT", "-d", datadir, "--timerange", "20240201-20240202"
    )
    assert result.exit_code == 0, (result.output, result.exception)
    assert " 24 " in result.stdout  # every candle of the day but the last can be cut at


def test_a_strategy_without_a_timeframe_needs_one_named(datadir: Path, cheat: Path) -> None:
    error = _run(cheat, "-d", datadir).exception
    assert isinstance(error, InputError)
    assert (error.code, error.where) == (Code.BAD_OPTION, "--timeframe")


def test_a_strategy_without_pairs_is_tried_on_all_there_are(datadir: Path, cheat: Path) -> None:
    result = _run(cheat, "-d", datadir, "-t", "1h", "--samples", 5)
    assert result.exit_code == 1, (result.output, result.exception)
    assert "ETH/USDT" in result.stdout


def test_a_strategy_there_is_not_is_refused(datadir: Path) -> None:
    error = _run("emacrosover", "-d", datadir).exception
    assert isinstance(error, InputError)
    assert error.code is Code.UNKNOWN_STRATEGY
