"""Limits that strategies bring along hold in the account that they trade in, and nowhere else."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.runtime.worlds import World, made

from tidegate.errors import ConfigError
from tidegate.guardrails import Limits
from tidegate.guardrails.reading import NAMES
from tidegate.runtime.config import read_config
from tidegate.runtime.jobs import traders_of
from tidegate.runtime.own_limits import tightened
from tidegate.strategies import OwnLimits

if TYPE_CHECKING:
    from pathlib import Path

DEFINITION = {
    "name": "small",
    "timeframes": ["5m"],
    "indicators": {"fast": {"type": "EMA", "period": 12}, "slow": {"type": "EMA", "period": 26}},
    "entry_conditions": {
        "long": {"indicator1": "fast", "operator": "crosses_above", "indicator2": "slow"}
    },
    "exit_conditions": {"stop_loss": {"type": "fixed", "value": 0.02}},
}
BESIDE = {"strategy": "ema-crossover", "pairs": ["BTC/USDT"], "timeframe": "5m"}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the candles once."""
    folder = tmp_path_factory.mktemp("market")
    made(folder)
    return folder / "data"


@pytest.fixture
def world(tmp_path: Path, market: Path) -> World:
    """Give each test a folder of its own with those candles in it."""
    (tmp_path / "data").symlink_to(market)
    return World(tmp_path)


own_limits = st.builds(
    OwnLimits,
    max_daily_trades=st.none() | st.integers(1, 100),
    max_drawdown=st.none() | st.floats(0.001, 0.999),
)


@given(own=own_limits, given_=st.sampled_from([Limits.safe(), Limits.widest()]))
def test_a_strategy_tightens_limits_and_never_loosens_them(own: OwnLimits, given_: Limits) -> None:
    held = tightened(given_, own)
    assert held.max_trades_per_day == min(
        given_.max_trades_per_day, own.max_daily_trades or given_.max_trades_per_day
    )
    assert held.max_drawdown <= given_.max_drawdown
    if own.max_drawdown is not None:
        assert held.max_drawdown <= Decimal(repr(own.max_drawdown))
    others = set(NAMES) - {"max_trades_per_day", "max_drawdown"}
    assert all(getattr(held, name) == getattr(given_, name) for name in others)
    assert own or held == given_


def _small(world: World, **limits: object) -> dict[str, object]:
    path = world.folder / "small.json"
    path.write_text(json.dumps({**DEFINITION, "risk_management": limits}), encoding="utf-8")
    return {"strategy": "small.json", "pairs": ["BTC/USDT", "ETH/USDT"], "stake": 100}


def test_a_strategy_that_is_alone_holds_its_account_to_its_limits(world: World) -> None:
    path = world.config(strategies=[_small(world, max_daily_trades=2, max_drawdown_percent=0.1)])
    with world.trading(path) as trading:
        limits = trading.engine.gate.limits
        assert (limits.max_trades_per_day, limits.max_drawdown) == (2, Decimal("0.1"))
        assert limits.max_positions == trading.config.limits.max_positions


def test_limits_of_its_own_are_not_imposed_on_a_strategy_beside_it(world: World) -> None:
    path = world.config(strategies=[BESIDE, _small(world, max_daily_trades=2)])
    with pytest.raises(ConfigError, match='"small" brings limits of its own') as caught:
        traders_of(read_config(path))
    assert "ema-crossover, small" in caught.value.found
    assert _database_of(path) == []


def test_strategies_without_limits_stand_beside_each_other(world: World) -> None:
    path = world.config(strategies=[BESIDE, _small(world)])
    with world.trading(path) as trading:
        assert trading.engine.gate.limits == trading.config.limits


def _database_of(path: Path) -> list[Path]:
    return list(path.parent.glob("*.sqlite"))
