from __future__ import annotations

from decimal import Decimal

import pytest
from tests.engine.making import BTC, DAY, Desk

from tidegate.engine.events import Breaker
from tidegate.engine.facts import Commanded, Latched, Sampled, Switched
from tidegate.guardrails import Reason
from tidegate.model import CommandKind, Effect, OrderState, TradingState

D = Decimal
START, HALT, REDUCE = CommandKind.START, CommandKind.HALT, CommandKind.REDUCE
FLATTEN, REARM = CommandKind.FLATTEN, CommandKind.REARM
ACTIVE, HALTED, REDUCING = TradingState.ACTIVE, TradingState.HALTED, TradingState.REDUCING


def test_trading_begins_halted_and_starts_when_it_is_told_to() -> None:
    desk = Desk(started=False)
    assert desk.engine.state.trading is HALTED
    assert desk.refusal() is Reason.HALTED
    step = desk.command(START)
    assert (step.obeyed, step.words) == (True, "trading")
    assert desk.order().state is OrderState.APPROVED
    (commanded,) = desk.facts(Commanded)
    assert (commanded.command.kind, commanded.command.by, commanded.obeyed) == (START, "me", True)
    desk.folds()


def test_a_command_that_changes_nothing_is_kept_all_the_same() -> None:
    desk = Desk()
    assert desk.command(START).obeyed
    assert len(desk.facts(Commanded)) == 2
    assert len(desk.facts(Switched)) == 1


def test_a_command_that_comes_twice_is_carried_out_once() -> None:
    desk = Desk()
    desk.command(HALT, "one")
    desk.command(START, "two")
    again = desk.command(HALT, "one")
    assert (again.obeyed, again.words) == (True, "halted; orders being taken back: 0")
    assert desk.engine.state.trading is ACTIVE
    desk.restart()
    desk.command(HALT, "one")
    assert desk.engine.state.trading is ACTIVE


@pytest.mark.parametrize(
    ("kind", "state", "reason"),
    [
        (HALT, HALTED, Reason.HALTED),
        (REDUCE, REDUCING, Reason.REDUCING),
        (FLATTEN, REDUCING, Reason.REDUCING),
    ],
)
def test_to_stop_takes_increases_back_and_lets_reductions_pass(
    kind: CommandKind, state: TradingState, reason: Reason
) -> None:
    desk = Desk()
    desk.held("3")
    waiting = desk.order(price=D(90)), desk.order(position="q", price=D(80))
    leaving = desk.order(position="r")
    desk.driver.take_all([], desk.now)
    step = desk.command(kind)
    assert step.obeyed
    assert desk.engine.state.trading is state
    assert desk.asked("cancel") == [life.order.id for life in (*waiting, leaving)]
    assert desk.refusal() is reason
    if kind is not FLATTEN:
        assert desk.order(effect=Effect.REDUCE).order.amount == 1
    desk.command(kind)
    assert len(desk.asked("cancel")) == 3  # each is asked for once
    desk.folds()


def test_start_is_refused_without_an_account() -> None:
    desk = Desk()
    desk.journal.entries.clear()
    desk.driver = desk.start()
    step = desk.command(START)
    assert (step.obeyed, step.words) == (False, "there is no account yet")
    assert desk.engine.state.trading is HALTED
    for kind in (HALT, REDUCE, FLATTEN):
        assert desk.command(kind).obeyed
    assert not desk.engine.state.flatten  # there is nothing to close


def test_start_is_refused_while_the_breaker_is_on() -> None:
    desk = Desk(started=False)
    desk.take(Breaker(reason="smoke", time_ns=desk.now))
    step = desk.command(START)
    assert (step.obeyed, step.words) == (False, "the breaker is on: smoke")
    desk.take(Breaker(reason="", time_ns=desk.now))
    assert desk.command(START).obeyed


def test_start_is_refused_while_positions_are_being_closed() -> None:
    desk = Desk()
    desk.held()
    desk.command(FLATTEN)
    assert desk.command(START).words == "positions are being closed: wait for the last one"
    desk.command(HALT)  # the way out
    assert not desk.engine.state.flatten
    assert desk.command(START).obeyed


def latched(desk: Desk) -> Desk:
    """Let the account fall too far."""
    desk.sample()
    desk.held("50")
    desk.price(BTC, "70")
    desk.sample()
    assert desk.latched() == "drawdown"
    return desk


def test_a_latch_is_lifted_by_rearming_and_by_nothing_else() -> None:
    desk = latched(Desk(max_drawdown=D("0.1")))
    for kind in (HALT, REDUCE, START, FLATTEN):
        desk.command(kind)
        assert desk.latched() == "drawdown"
    assert "rearm first" in desk.command(START).words
    desk.restart()
    desk.price(BTC, "70")
    assert desk.latched() == "drawdown"
    step = desk.command(REARM)
    assert step.obeyed
    assert step.words == (
        "drawdown lifted; drawdowns count from 8500.00000000 on; trading stays halted"
    )
    state = desk.engine.state
    assert (state.latched, state.trading) == ("", HALTED)
    assert (state.peak, state.day_start, state.week_start) == (D(8500), D(8500), D(8500))
    desk.sample()
    assert not state.latched
    assert desk.command(START).obeyed
    desk.folds()


def test_there_is_nothing_to_lift_without_a_latch() -> None:
    desk = Desk()
    step = desk.command(REARM)
    assert (step.obeyed, step.words) == (False, "no limit has stopped trading")
    assert desk.engine.state.trading is ACTIVE


def test_marks_stay_where_the_account_is_of_unknown_worth() -> None:
    desk = latched(Desk(max_drawdown=D("0.1")))
    desk.price(BTC, "NaN")
    before = len(desk.facts(Sampled))
    assert "is not known" in desk.command(REARM).words
    assert len(desk.facts(Sampled)) == before
    assert desk.engine.state.peak == 10_000
    desk.price(BTC, "70")
    desk.sample()
    assert desk.latched() == "drawdown"


def test_losses_in_a_row_count_anew_once_they_are_lifted() -> None:
    desk = Desk(max_losses_in_row=2)
    desk.lose()
    desk.sample()
    assert not desk.latched()
    desk.lose()
    desk.sample()
    assert desk.latched() == "losing-streak"
    desk.command(REARM)
    desk.command(START)
    desk.sample()
    assert not desk.latched()  # or no trade could ever end the row
    desk.lose()
    desk.sample()
    assert not desk.latched()
    desk.lose()
    desk.sample()
    assert desk.latched() == "losing-streak"
    assert [fact.reason for fact in desk.facts(Latched)] == ["losing-streak", "", "losing-streak"]
    desk.folds()


def test_losses_of_today_count_anew_once_they_are_lifted() -> None:
    desk = Desk(max_daily_loss=D("0.01"))
    desk.sample()
    desk.lose("10")
    desk.sample()
    assert desk.latched() == "daily-loss"
    desk.command(REARM)
    desk.command(START)
    desk.sample()
    assert not desk.latched()
    assert desk.engine.state.profit_today(desk.now) == 0
    desk.lose("5")
    assert desk.engine.state.profit_today(desk.now) == -50
    desk.sample()
    assert not desk.latched()
    desk.lose("5")
    desk.sample()
    assert desk.latched() == "daily-loss"
    desk.now += DAY
    assert desk.engine.state.profit_today(desk.now) == 0
    desk.command(REARM)
    desk.command(START)
    desk.price(BTC, "100")
    desk.lose("5")
    assert desk.engine.state.profit_today(desk.now) == -50
    desk.folds()
