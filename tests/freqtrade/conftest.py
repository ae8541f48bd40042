from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from tidegate.cli import main
from tidegate.feeds import path_of, write
from tidegate.feeds.synthetic import MarketSpec, generate_all
from tidegate.model import Timeframe

ROOT = Path(__file__).parents[2]
MONDAY = 1_704_067_200_000_000_000  # 2024-01-01
PROGRAM = (sys.executable, "-c", "from tidegate.cli import main; main()")

HEAD = """\
from freqtrade.strategy import IStrategy

class {name}(IStrategy):
    timeframe = "5m"
    stoploss = -0.05
    minimal_roi = {{"0": 0.02}}
"""
INDICATORS = """\
    def populate_indicators(self, dataframe, metadata):
        dataframe["mean"] = dataframe["close"].rolling(20).mean()
        return dataframe
"""
ENTRY = """\
    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["close"] > dataframe["mean"], "enter_long"] = 1
        return dataframe
"""
EXIT = """\
    def populate_exit_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["close"] < dataframe["mean"], "exit_long"] = 1
        return dataframe
"""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


class FrontDoor(Protocol):
    def __call__(self, *words: object) -> Done: ...


def strategy(
    name: str = "Mean",
    *,
    extra: str = "",
    indicators: str = INDICATORS,
    entry: str = ENTRY,
    leave: str = EXIT,
) -> str:
    """Return the text of a strategy, some of its parts exchanged."""
    return HEAD.format(name=name) + extra + indicators + entry + leave


@pytest.fixture
def tidegate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> FrontDoor:
    """Run the command as its entry point does, in this process."""

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["tidegate", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        code = end.value.code or 0
        assert isinstance(code, int), code
        return Done(code, said.out, said.err)

    return run


def process(*words: object, cwd: Path, **environment: str) -> Done:
    """Run a command as a process of its own."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter and program
        [*PROGRAM, *map(str, words)],
        capture_output=True,
        check=False,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
        text=True,
    )
    return Done(ran.returncode, ran.stdout, ran.stderr)


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten days of two pairs, in spot."""
    folder = tmp_path_factory.mktemp("market")
    lengths = [Timeframe.parse(name) for name in ("5m", "1h")]
    spec = MarketSpec(
        pairs=("BTC/USDT", "ETH/USDT"),
        timeframe=lengths[0],
        start_ns=MONDAY,
        candles=10 * 288,
        seed=5,
    )
    for frames in generate_all(spec, lengths):
        for candles in frames:
            write(path_of(folder, candles.pair, candles.timeframe), candles)
    return folder


@pytest.fixture
def desk(tmp_path: Path, market: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Freqtrade user's folder: candles of binance, and one strategy."""
    data = tmp_path / "user_data" / "data"
    data.mkdir(parents=True)
    (data / "binance").symlink_to(market)
    (tmp_path / "user_data" / "strategies").mkdir()
    (tmp_path / "user_data" / "strategies" / "mean.py").write_text(strategy(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path
