"""At most so many backtests at once on a machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tidegate.cli.slot import FOLDER, backtest_slot, places
from tidegate.errors import Code, LimitError
from tidegate.guardrails.breaker import BacktestSlots, enable
from tidegate.guardrails.environment import read_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import FrontDoor

ON = ("ema-crossover", "-p", "BTC/USDT", "-t", "1h")
STATE = Path("state")
HOLDING = """\
import time
from tidegate.cli.slot import backtest_slot
with backtest_slot("backtest of somebody"):
    print("held", flush=True)
    time.sleep(600)
"""
THEIRS = """\
from freqtrade.strategy import IStrategy


class Theirs(IStrategy):
    timeframe = "1h"
    stoploss = -0.1

    def populate_indicators(self, dataframe, metadata):
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""
PATIENCE_S = 60


@pytest.fixture(autouse=True)
def _standard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the numbers as they are without a word from the environment, in a folder of our own."""
    for name in ("RISK_MAX_CONCURRENT_BACKTESTS", "RISK_CONCURRENCY_TTL_SEC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RISK_STATE_DIR", STATE.name)


@pytest.fixture
def crowd(desk: Path) -> Iterator[ExitStack]:
    """Let as many run as may."""
    slots = BacktestSlots(desk / STATE / FOLDER, most=2, ttl_s=900)
    with ExitStack() as held:
        for name in ("one", "other"):
            slot = slots.take(name, time.time_ns())
            assert slot is not None
            held.enter_context(slot)
        yield held


def _slots(desk: Path) -> list[Path]:
    return sorted((desk / STATE / FOLDER).glob("*.slot"))


@pytest.mark.parametrize(
    "words",
    [
        ("backtest", *ON),
        ("replay", *ON),
        ("backtest", "theirs.py", "--markets", "assumed", "--datadir", "user_data/data/sim"),
        ("hyperopt", "theirs.py", "--markets", "assumed", "--datadir", "user_data/data/sim"),
        ("parity", "theirs.py", "--markets", "assumed", "--datadir", "user_data/data/sim"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_one_more_than_may_run_is_refused_and_names_the_others(
    desk: Path, tidegate: FrontDoor, crowd: ExitStack, words: tuple[str, ...]
) -> None:
    (desk / "theirs.py").write_text(THEIRS, encoding="utf-8")
    refused = tidegate(*words)
    assert refused.code == 2
    assert Code.TOO_MANY_BACKTESTS in refused.err
    assert "found     one, other" in refused.err
    assert refused.out == ""
    crowd.close()
    assert "too-many-backtests" not in tidegate(*words, "--nope").err  # and nothing is left held
    assert _slots(desk) == []


def test_a_place_is_given_back_at_the_end_and_after_an_error(
    desk: Path, tidegate: FrontDoor, crowd: ExitStack
) -> None:
    crowd.close()
    assert tidegate("backtest", *ON).code == 0
    assert tidegate("backtest", *ON, "--timerange", "20300101-").code == 2
    assert _slots(desk) == []


def test_the_environment_says_how_many(
    tidegate: FrontDoor, crowd: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    del crowd
    monkeypatch.setenv("RISK_MAX_CONCURRENT_BACKTESTS", "3")
    assert tidegate("backtest", *ON).code == 0
    monkeypatch.setenv("RISK_MAX_CONCURRENT_BACKTESTS", "0")
    assert "a whole number from 1" in tidegate("backtest", *ON).err


def test_a_process_that_is_killed_holds_its_place_no_longer(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISK_MAX_CONCURRENT_BACKTESTS", "1")
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", HOLDING], cwd=desk, stdout=subprocess.PIPE, env=os.environ
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(LimitError, match="as many backtests"), backtest_slot("mine"):
            pytest.fail("there was no place")
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert len(_slots(desk)) == 1  # what it has left behind
    with backtest_slot("mine"):
        assert len(_slots(desk)) == 1
    assert _slots(desk) == []


def test_a_run_shows_that_it_is_alive(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISK_CONCURRENCY_TTL_SEC", "1")
    with backtest_slot("mine"):
        (path,) = _slots(desk)
        first = json.loads(path.read_text(encoding="utf-8"))["renewed_ns"]
        until = time.monotonic() + PATIENCE_S
        while json.loads(path.read_text(encoding="utf-8"))["renewed_ns"] == first:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_without_a_folder_that_is_named_places_are_the_users_wherever_a_command_runs(
    desk: Path, tidegate: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert places(read_environment(os.environ)) == STATE / FOLDER
    monkeypatch.delenv("RISK_STATE_DIR")
    monkeypatch.setenv("RISK_MAX_CONCURRENT_BACKTESTS", "10000")
    assert places(read_environment(os.environ)).is_absolute()
    before = sorted(desk.rglob("*"))
    assert tidegate("backtest", *ON).code == 0
    assert sorted(desk.rglob("*")) == before


def test_the_breaker_does_not_stop_what_trades_nothing(desk: Path, tidegate: FrontDoor) -> None:
    enable(desk / STATE / "circuit_breaker.json", "maintenance", None, time.time_ns())
    assert tidegate("backtest", *ON).code == 0
    assert tidegate("backtest", *ON, "--limits", "safe").code == 0
