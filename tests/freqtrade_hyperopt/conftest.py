"""A small market, a user's folder, and both programs over them."""

from __future__ import annotations

import json
import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from freqtrade.enums import RunMode
from freqtrade.optimize.hyperopt import Hyperopt

from tidegate.feeds import path_of, write
from tidegate.feeds.synthetic import MarketSpec, generate_all
from tidegate.freqtrade.configuration import Options, load_configuration
from tidegate.freqtrade.hyperopt import Found, Recipe, search, swift
from tidegate.freqtrade.markets import ASSUMED, offered
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from freqtrade.exchange import Exchange

MONDAY = 1_704_067_200_000_000_000  # 2024-01-01
PAIRS = ("BTC/USDT", "ADA/USDT")
STRATEGIES = Path(__file__).parent / "strategies"
SEED = 42

Line = dict[str, Any]


@dataclass(frozen=True)
class Searched:
    """What a program left behind."""

    lines: list[Line]
    exported: Line | None
    found: Found | None


class Program(Protocol):
    """Search a strategy's parameters with one of the two programs."""

    def __call__(self, desk: Path, strategy: str, **extra: object) -> Searched: ...


@pytest.fixture(scope="session")
def candles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write four days of five-minute candles."""
    folder = tmp_path_factory.mktemp("candles")
    length = Timeframe.parse("5m")
    spec = MarketSpec(pairs=PAIRS, timeframe=length, start_ns=MONDAY, candles=4 * 288, seed=7)
    for frames in generate_all(spec, [length]):
        for one in frames:
            write(path_of(folder, one.pair, one.timeframe), one)
    return folder


@pytest.fixture
def desk(tmp_path: Path, candles: Path) -> Path:
    """Lay out a user's folder with the strategies in it."""
    userdir = tmp_path / "user_data"
    (userdir / "strategies").mkdir(parents=True)
    (userdir / "hyperopts").mkdir()
    (userdir / "hyperopt_results").mkdir()
    (userdir / "data").mkdir()
    (userdir / "data" / "binance").symlink_to(candles)
    source = (STRATEGIES / "tuned.py").read_text(encoding="utf-8")
    (userdir / "strategies" / "tuned.py").write_text(source, encoding="utf-8")
    return userdir


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Keep Freqtrade's log out of the way, and its warnings of itself."""
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"(freqtrade|optuna|pandas|joblib|numpy)\.")
        yield
    logging.disable(logging.NOTSET)


def options(desk: Path, strategy: str, **extra: object) -> Options:
    """Return what a command line would have said."""
    asked: dict[str, object] = {
        "epochs": 10,
        "spaces": ["buy", "sell"],
        "hyperopt_loss": "SharpeHyperOptLoss",
        "hyperopt_jobs": 1,
        "hyperopt_random_state": SEED,
        "hyperopt_min_trades": 1,
    }
    return Options(
        strategy=strategy,
        user_data_dir=desk,
        pairs=PAIRS,
        stake_amount="100",
        max_open_trades=2,
        fee=0.001,
        dry_run_wallet=1000.0,
        extra=asked | extra,
    )


@pytest.fixture
def tidegate_search() -> Program:
    """Search with this program."""

    def run(desk: Path, strategy: str, **extra: object) -> Searched:
        recipe = Recipe(options(desk, strategy, **extra), ASSUMED, swift)
        laboratory = recipe.laboratory()
        laboratory.prepare()
        found = search(laboratory, recipe, lambda _epoch, _place: None)
        laboratory.backtesting.cleanup()
        return Searched(_lines(found.path), _exported(desk), found)

    return run


@pytest.fixture
def freqtrade_search(monkeypatch: pytest.MonkeyPatch) -> Program:
    """Search with Freqtrade's own program, whose exchange is answered for."""

    def run(desk: Path, strategy: str, **extra: object) -> Searched:
        config = load_configuration(options(desk, strategy, **extra), runmode=RunMode.HYPEROPT)

        exchange = offered(config, ASSUMED)

        def answered(*_: object, **__: object) -> Exchange:
            return exchange

        monkeypatch.setattr("freqtrade.resolvers.ExchangeResolver.load_exchange", answered)
        # It tidies up after every epoch, which takes longer than a small epoch.
        idle = SimpleNamespace(collect=lambda: 0)
        monkeypatch.setattr("freqtrade.optimize.hyperopt.hyperopt.gc", idle)
        hyperopt = Hyperopt(config)
        hyperopt.start()
        monkeypatch.undo()
        hyperopt.hyperopter.backtesting.cleanup()
        searched = Searched(_lines(hyperopt.results_file), _exported(desk), None)
        (desk / "strategies" / "tuned.json").unlink(missing_ok=True)
        return searched

    return run


def _lines(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _exported(desk: Path) -> Line | None:
    path = desk / "strategies" / "tuned.json"
    if not path.exists():
        return None
    said: Line = json.loads(path.read_text(encoding="utf-8"))
    return said
