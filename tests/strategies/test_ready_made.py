"""The built-in strategies and the examples, each run over a made market."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tidegate.feeds import resample
from tidegate.model import Candles, SizingKind, Timeframe
from tidegate.strategies import PairMarket
from tidegate.strategies.catalogue import BUILT_IN, listing, resolve
from tidegate.strategies.declared import DeclaredStrategy
from tidegate.strategies.describe import describe

if TYPE_CHECKING:
    from tidegate.strategies.strategy import Strategy

EXAMPLES = Path(__file__).parents[2] / "examples" / "strategies"
DEFINITIONS = [str(path) for path in sorted(BUILT_IN.glob("*.json"))]
DEFINITIONS += [str(path) for path in sorted(EXAMPLES.glob("*.json"))]
ALL = [*DEFINITIONS, str(EXAMPLES / "trend_pullback.py")]
MONDAY = 1_704_067_200_000_000_000


def _market(strategy: Strategy, rows: int = 12_000) -> PairMarket:
    """Return a market that wanders, with calm and stormy times."""
    base = strategy.timeframe
    assert base is not None
    chance = np.random.default_rng(5)
    storm = 1.0 + np.sin(np.arange(rows) / 300.0)
    close = 100.0 * np.exp(np.cumsum(chance.normal(0, 0.004, rows) * storm))
    opening = np.concatenate((close[:1], close[:-1]))
    reach = np.abs(chance.normal(0, 0.002, (2, rows))) * storm
    candles = Candles(
        pair="BTC/USDT",
        timeframe=base,
        time=MONDAY + np.arange(rows, dtype=np.int64) * base.ns,
        open=opening,
        high=np.maximum(opening, close) * (1 + reach[0]),
        low=np.minimum(opening, close) * (1 - reach[1]),
        close=close,
        volume=chance.lognormal(4, 0.8, rows),
    )
    others = {other: resample(candles, other) for other in strategy.others_for(base)}
    return PairMarket(base=candles, others=others)


@pytest.mark.parametrize("name", ALL, ids=lambda name: Path(name).stem)
def test_it_enters_and_leaves(name: str) -> None:
    strategy = resolve(name)
    market = _market(strategy)
    plan = strategy.plan(market)
    assert 0 < plan.warmup < 6000
    assert plan.enter_long[plan.warmup :].sum() > 5
    assert bool(plan.enter_short.any()) is strategy.rules.can_short
    exits = strategy.rules.exits
    leaves = plan.exit_long.any() or exits.targets or exits.reward_risk or exits.max_bars
    assert leaves or exits.stop_ratio < 1.0
    assert plan.columns


@pytest.mark.parametrize("name", ALL, ids=lambda name: Path(name).stem)
def test_it_explains_itself(name: str) -> None:
    strategy = resolve(name)
    assert strategy.description
    assert describe(strategy).startswith(f"{strategy.name} (version {strategy.version})")


def test_the_built_in_names_are_the_promised_ones() -> None:
    names = {one.name for one in listing() if one.kind == "built in"}
    assert names == {
        "ema-crossover",
        "rsi-mean-reversion",
        "macd-trend",
        "breakout",
        "MaCrossoverStrategy",
    }


@pytest.mark.parametrize("name", DEFINITIONS, ids=lambda name: Path(name).stem)
def test_a_definition_is_named_after_its_file(name: str) -> None:
    assert DeclaredStrategy.read(Path(name)).name == Path(name).stem


def test_the_examples_show_what_there_is() -> None:
    strategies = [DeclaredStrategy.read(path) for path in sorted(EXAMPLES.glob("*.json"))]
    assert any(s.rules.can_short for s in strategies)
    assert any(len(s.other_timeframes) > 1 for s in strategies)
    assert any(s.definition.filters.hours for s in strategies)
    assert any(s.rules.sizing.kind is SizingKind.KELLY for s in strategies)
    assert any(len(s.rules.exits.targets) > 1 for s in strategies)
    assert any(one.file for s in strategies for one in s.wired.values())


def test_a_strategy_runs_on_another_timeframe_than_its_own() -> None:
    strategy = resolve("macd-trend")
    quarter = Timeframe.parse("15m")
    assert strategy.others_for(quarter) == (Timeframe.parse("4h"),)
    assert strategy.warmup(quarter) == 16 * 251
