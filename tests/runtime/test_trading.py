"""A trading process over recorded candles: stopped, started, steered."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.runtime.worlds import PAIRS, CrashError, CrashingJournal, World, after, made

from tidegate.engine import snapshot
from tidegate.errors import ConfigError
from tidegate.feeds import TimeRange
from tidegate.model import Command, CommandKind, Timeframe
from tidegate.registry import Reader, Wanted, open_database
from tidegate.research.backtest import Request, backtest
from tidegate.runtime.config import read_config
from tidegate.strategies import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.model import TradeRecord
    from tidegate.runtime.trading import Trading


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


def start(trading: Trading) -> None:
    """Let it trade, as an operator would."""
    command = Command(id="go", kind=CommandKind.START, account="paper", time_ns=0)
    assert trading.obey(command).obeyed


def never() -> bool:
    return False


def trades(world: World) -> list[TradeRecord]:
    """Return all trades of the account, oldest first."""
    with open_database(world.folder / "tidegate.sqlite") as database:
        rows = Reader(database, "paper").trades(Wanted(limit=1000)).rows
    return sorted(rows, key=lambda trade: (trade.closed_ns, trade.pair))


def test_paper_trades_are_the_backtest_s(world: World) -> None:
    path = world.config()
    with world.trading(path) as trading:
        trading.recover()
        start(trading)
        trading.run(never)
    found = trades(world)
    request = Request(
        strategy=resolve("ema-crossover"),
        pairs=PAIRS,
        currency="USDT",
        timeframe=Timeframe.parse("5m"),
        datadir=world.data,
        timerange=TimeRange(),
        wallet=10_000.0,
        fee=0.001,
    )
    wanted = backtest(request).outcome
    rows = sorted(wanted.trades.tolist(), key=lambda row: (row[5], wanted.pairs[row[0]]))
    last = wanted.end_ns
    # what is open at the end of the data a backtest closes, and paper holds
    closed = [row for row in rows if wanted.exit_reasons[row[26]] != "force_exit"]
    assert len(closed) > 20
    assert len(closed) == len(found)
    for trade, row in zip(found, closed, strict=True):
        assert trade.closed_ns < last
        assert (trade.pair, trade.opened_ns, trade.closed_ns) == (
            wanted.pairs[row[0]],
            row[4],
            row[5],
        )
        assert float(trade.amount) == row[10]
        assert float(trade.profit) == pytest.approx(row[17], abs=2e-8)


@pytest.mark.parametrize("stops", [(1,), (40, 3, 200), (500, 501, 1000)])
def test_stopping_and_starting_changes_nothing(world: World, stops: tuple[int, ...]) -> None:
    path = world.config()
    with world.trading(path) as trading:
        trading.recover()
        start(trading)
        trading.run(never)
        whole = snapshot.written(trading.engine.state)
    alone = trades(world)
    (world.folder / "tidegate.sqlite").unlink()
    for number, stop in enumerate([*stops, None]):
        with world.trading(path) as trading:
            trading.recover()
            if not number:
                start(trading)
            trading.run(never if stop is None else after(stop))
            end = trading.engine.state
    assert trades(world) == alone
    again = snapshot.written(end)
    assert _account(again) == _account(whole)


@pytest.mark.parametrize("after_commit", [False, True])
def test_a_crash_at_any_append_changes_nothing(world: World, *, after_commit: bool) -> None:
    path = world.config()
    with world.trading(path) as trading:
        trading.recover()
        start(trading)
        trading.run(after(400))
        whole = snapshot.written(trading.engine.state)
    alone = trades(world)
    assert len(alone) > 5
    (world.folder / "tidegate.sqlite").unlink()
    appends = iter((1, 2, 3, 5, 8, 13, 21, 22, 23, 34, 35, 55, 89))
    started = False
    for at in appends:
        crashing = partial(CrashingJournal, at=at, after=after_commit)
        with suppress(CrashError), world.trading(path, crashing) as trading:
            trading.recover()
            if trading.engine.state.trading == "halted":
                start(trading)
            trading.run(never)
    with world.trading(path) as trading:
        trading.recover()
        done = trading.engine.state.day
        started = trading.engine.state.trading == "active"
        trading.run(never)
        end = snapshot.written(trading.engine.state)
    assert started
    assert done is not None
    found = trades(world)
    assert [_fields(trade) for trade in found[: len(alone)]] == [_fields(one) for one in alone]
    assert len({trade.position for trade in found}) == len(found)
    dealt = [json.loads(state)["dealt"]["ema-crossover"] for state in (whole, end)]
    assert dealt[0] <= dealt[1]


def test_a_strategy_that_asks_for_other_orders_after_a_crash_is_refused(world: World) -> None:
    part = {"strategy": "ema-crossover", "pairs": list(PAIRS), "timeframe": "5m"}
    crashing = partial(CrashingJournal, at=60, after=True)
    with (
        suppress(CrashError),
        world.trading(world.config(strategies=[part | {"stake": 200}]), crashing) as trading,
    ):
        trading.recover()
        start(trading)
        trading.run(never)
    with world.trading(world.config(strategies=[part | {"stake": 300}])) as trading:
        with pytest.raises(ConfigError, match="another order than it did before") as caught:
            trading.recover()
        assert "as journalled" in caught.value.expected
        assert "ema-crossover/" in caught.value.where
    with world.trading(world.config(strategies=[part | {"stake": 200}])) as trading:
        trading.recover()


def _fields(trade: TradeRecord) -> tuple[object, ...]:
    return (trade.position, trade.opened_ns, trade.closed_ns, trade.amount, trade.profit)


def _account(state: bytes) -> object:
    return json.loads(state)["account"]


def test_an_account_begins_halted_and_trades_nothing(world: World) -> None:
    with world.trading(world.config()) as trading:
        trading.recover()
        trading.run(never)
        assert trading.engine.state.trading == "halted"
    assert trades(world) == []


def test_flattening_closes_everything_and_the_strategy_goes_on_without(world: World) -> None:
    path = world.config()
    with world.trading(path) as trading:
        trading.recover()
        start(trading)
        trading.run(after(300))
        assert trading.engine.state.opened.positions
        flatten = Command(id="out", kind=CommandKind.FLATTEN, account="paper", time_ns=0)
        trading.obey(flatten)
        trading.run(after(3))
        assert not trading.engine.state.opened.positions
        assert trading.engine.state.trading == "reducing"
        trading.run(after(50))
        assert not trading.engine.state.opened.positions
        again = Command(id="again", kind=CommandKind.START, account="paper", time_ns=0)
        assert trading.obey(again).obeyed
        trading.run(never)
    assert any(trade.exit_reason == "flatten" for trade in trades(world))
    assert any(trade.exit_reason != "flatten" for trade in trades(world)[-5:])


def test_a_command_left_in_the_inbox_is_answered(world: World) -> None:
    path = world.config()
    config = read_config(path)
    with world.trading(path) as trading:
        trading.recover()
        with open_database(config.database) as database:
            inbox = database.inbox("paper")
            inbox.post(Command(id="x", kind=CommandKind.START, account="paper", time_ns=1))
            trading.run(after(5))
            answer = inbox.answer_to("x")
    assert answer is not None
    assert (answer.verdict, answer.words) == ("done", "trading")


def test_the_machine_s_breaker_keeps_new_positions_away(world: World) -> None:
    world.breaker.reason = "maintenance"
    with world.trading(world.config()) as trading:
        trading.recover()
        trading.attend()
        refused = trading.obey(Command(id="go", kind=CommandKind.START, account="paper", time_ns=0))
        assert not refused.obeyed
        assert "maintenance" in refused.words
