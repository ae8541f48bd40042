"""An operator's word to an account that a Freqtrade strategy trades."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from tests.runtime import freqtrade_worlds as made
from tests.runtime.test_trading import never, start, trades
from tests.runtime.worlds import WIDE, World, after

from tidegate.model import Command, CommandKind
from tidegate.runtime.freqtrade_trader import FreqtradeTrader

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.model import TradeRecord
    from tidegate.runtime.trading import Trading


@pytest.fixture
def world(tmp_path: Path) -> World:
    made.strategies(tmp_path)
    made.put(tmp_path / "data", made.market(days=2))
    return World(tmp_path)


def order(trading: Trading, kind: CommandKind, name: str) -> None:
    command = Command(id=name, kind=kind, account="paper", time_ns=0)
    assert trading.obey(command).obeyed


def walker(trading: Trading) -> FreqtradeTrader:
    (carrier,) = trading.traders
    assert isinstance(carrier, FreqtradeTrader)
    return carrier


def test_flattening_is_known_to_the_strategy_and_survives_a_restart(world: World) -> None:
    found: list[list[TradeRecord]] = []
    for restarts in (False, True):
        (world.folder / "tidegate.sqlite").unlink(missing_ok=True)
        path = world.config(strategies=made.parts(native=False)[:1])
        with world.trading(path) as trading:
            trading.recover()
            start(trading)
            while not trading.engine.state.opened.positions:
                trading.run(after(5))
            order(trading, CommandKind.FLATTEN, "out")
            trading.run(after(1))
            assert not trading.engine.state.opened.positions
            carrier = walker(trading)
            assert carrier.walk is not None
            tally = carrier.walk.memory.tally
            assert tally.opened == 0
            last = carrier.walk.memory.positions[int(carrier.walk.memory.closed[tally.closed - 1])]
            assert carrier.paper.tags[last.exit_reason] == "force_exit"
            trading.run(after(40))
            assert not trading.engine.state.opened.positions
            if not restarts:
                order(trading, CommandKind.START, "again")
                trading.run(never)
        if restarts:
            with world.trading(path) as trading:
                trading.recover()
                order(trading, CommandKind.START, "again")
                trading.run(never)
        found.append(trades(world))
    assert found[0] == found[1]
    reasons = {trade.exit_reason for trade in found[0]}
    assert "flatten" in reasons
    assert len(reasons) > 1


def test_what_the_gate_refuses_is_not_held_by_the_strategy(world: World) -> None:
    limits = WIDE | {"max_positions": 1}
    path = world.config(strategies=made.parts(native=False)[:1], limits=limits)
    with world.trading(path) as trading:
        trading.recover()
        start(trading)
        trading.run(never)
        keeper = walker(trading).keeper
        assert keeper is not None
        assert sum(keeper.refused.values()) > 5
    rows = sorted((trade.opened_ns, trade.closed_ns) for trade in trades(world))
    assert len(rows) > 5
    assert all(one[1] <= other[0] for one, other in pairwise(rows))


def test_a_long_history_is_kept_in_part_and_nothing_else_is_lost(world: World) -> None:
    path = world.config(strategies=made.parts(native=False)[1:])
    found, kept = [], []
    for most in (2_000, 2):
        (world.folder / "tidegate.sqlite").unlink(missing_ok=True)
        for stop in (after(260), never):
            with world.trading(path) as trading:
                carrier = walker(trading)
                carrier.most_closed = most
                trading.recover()
                assert carrier.walk is not None
                kept.append(int(carrier.walk.memory.tally.closed))
                if trading.engine.state.trading == "halted":
                    start(trading)
                trading.run(stop)
        found.append([trade.profit for trade in trades(world)])
    assert kept[1] > 2
    assert kept[3] == 2
    assert found[0] == found[1]  # this one does not look back
