"""`tidegate parity` as a user types it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.parity.cases import SPOT

if TYPE_CHECKING:
    from tests.parity.conftest import Folders

COMMAND = Path(sys.executable).parent / "tidegate"
BRIEF = replace(SPOT, days=0.75)
STRATEGY = '''
import random
import sys

from freqtrade.strategy import IStrategy


class Crossing(IStrategy):
    timeframe = "5m"
    minimal_roi = {"0": 0.02}
    stoploss = -0.02
    startup_candle_count = 10

    def populate_indicators(self, dataframe, metadata):
        dataframe["mean"] = dataframe["close"].rolling(10).mean()
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["close"] < dataframe["mean"] * 0.995, "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["close"] > dataframe["mean"] * 1.005, "exit_long"] = 1
        return dataframe


class Partial(Crossing):
    """Leaves a little sooner where Tidegate asks."""

    def custom_exit(self, pair, trade, current_time, **kwargs):
        caller = sys._getframe()
        while caller is not None:
            if caller.f_globals.get("__name__", "").startswith("tidegate.freqtrade.callbacks"):
                return "sooner" if current_time.minute == 30 else None
            caller = caller.f_back
        return "later" if current_time.minute == 45 else None


class Fickle(Crossing):
    def confirm_trade_entry(self, pair, **kwargs):
        return random.random() < 0.5


class Idle(Crossing):
    def populate_entry_trend(self, dataframe, metadata):
        dataframe["enter_long"] = 0
        return dataframe
'''


@pytest.fixture(scope="module")
def place(folders: Folders, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with one strategy file and candles."""
    place = tmp_path_factory.mktemp("user")
    (place / "strategies").mkdir()
    (place / "strategies" / "crossing.py").write_text(STRATEGY, encoding="utf-8")
    (place / "data").symlink_to(folders(BRIEF))
    return place


def _parity(place: Path, *words: str) -> tuple[int, str, dict[str, Any]]:
    options = "--strategy-path strategies --datadir data --markets assumed --json found.json"
    done = subprocess.run(  # noqa: S603 - our own command
        [COMMAND, "parity", *words, *options.split()],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    found = json.loads((place / "found.json").read_text(encoding="utf-8"))
    return done.returncode, done.stdout, found["strategies"][0]


def test_equal_programs_are_told_with_their_count_and_their_times(place: Path) -> None:
    code, told, found = _parity(place, "Crossing", "--stake", "100", "--max-open-trades", "2")
    assert code == 0
    assert found["equal"]
    assert found["repeatable"]
    assert found["trades"]["freqtrade"] == found["trades"]["tidegate"] > 20
    assert found["seconds"]["freqtrade"]["total"] > 0
    assert found["listed"] == []
    assert f"Equal: {found['trades']['freqtrade']} trades" in told


def test_the_first_difference_is_told_with_its_rule_and_what_lies_around(place: Path) -> None:
    code, told, found = _parity(place, "Partial")
    assert code == 1
    assert not found["equal"]
    assert found["repeatable"]
    first = found["listed"][0]
    assert {first["freqtrade"], first["tidegate"]} & {"sooner", "later"}
    assert first["rule"]["name"] == "custom exit"
    assert first["time"] == min(one["time"] for one in found["listed"] if one["time"])
    assert {row["program"] for row in found["around"]} == {"freqtrade", "tidegate"}
    assert "The first in time" in told
    assert "custom exit" in told


def test_a_strategy_that_does_not_decide_the_same_twice_is_told_so(place: Path) -> None:
    code, told, found = _parity(place, "Fickle")
    assert code == 1
    assert not found["repeatable"]
    assert "does not decide the same twice" in told


def test_no_trades_are_no_proof(place: Path) -> None:
    code, told, found = _parity(place, "Idle")
    assert code == 0
    assert found["trades"] == {"freqtrade": 0, "tidegate": 0}
    assert "nothing was compared" in told


def test_a_strategy_of_tidegates_own_is_refused() -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        [COMMAND, "parity", "breakout"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "written for Freqtrade" in done.stderr
    assert "Traceback" not in done.stderr
