from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.engine.making import BTC, DAY, ETH, NOON, Desk

from tidegate.engine.events import Breaker, Sample
from tidegate.engine.facts import Latched, Sampled, Switched
from tidegate.guardrails import Reason
from tidegate.model import (
    CommandKind,
    Direction,
    Effect,
    EquityRecord,
    IncidentRecord,
    OrderKind,
    OrderState,
    TradingState,
)

D = Decimal
FLATTEN = CommandKind.FLATTEN
CANCELLED = OrderState.CANCELLED


def closing(desk: Desk, position: str = "p") -> list[Decimal]:
    """Return what is being sold of a position at the market; how it is sold is looked at."""
    lives = [life for life in desk.engine.state.orders.of(position) if not life.leaving]
    for life in lives:
        order = life.order
        assert (order.effect, order.kind, order.tag) == (Effect.REDUCE, OrderKind.MARKET, "flatten")
    return [life.left for life in lives]


# marks


def test_an_account_that_is_flat_and_unchanged_is_sampled_once_a_day() -> None:
    desk = Desk()
    for _ in range(3):
        desk.sample()
    assert len(desk.facts(Sampled)) == 1
    desk.now += DAY
    desk.sample()
    assert len(desk.facts(Sampled)) == 2
    desk.price(BTC, "100")
    desk.held()
    desk.sample()
    desk.sample()
    assert len(desk.facts(Sampled)) == 4
    row = [row for row in desk.journal.records if isinstance(row, EquityRecord)][-1]
    assert (row.equity, row.exposure, row.positions) == (D(10_000), D(100), 1)


def test_the_marks_of_peak_day_and_week_move_each_in_its_time() -> None:
    desk = Desk()
    desk.held("10")
    state = desk.engine.state
    for price, after, peak, day, week in (
        ("100", 0, 10_000, 10_000, 10_000),
        ("110", 1, 10_100, 10_000, 10_000),
        ("105", DAY, 10_100, 10_050, 10_000),
        ("103", 0, 10_100, 10_050, 10_000),
        ("108", 5 * DAY, 10_100, 10_080, 10_080),  # a Monday
        ("100", -3 * DAY, 10_100, 10_080, 10_080),  # a clock that was set back
        ("120", 0, 10_200, 10_080, 10_080),
    ):
        desk.now += after
        desk.price(BTC, price)
        desk.sample()
        assert (state.peak, state.day_start, state.week_start) == (D(peak), D(day), D(week))
    desk.folds()


def test_an_account_of_unknown_worth_is_not_sampled() -> None:
    desk = Desk()
    desk.held()
    desk.price(BTC, "NaN")
    assert not desk.sample().entries
    desk.driver = desk.start()
    assert not desk.take(Sample(time_ns=NOON)).entries


# limits of the whole account


@pytest.mark.parametrize(
    ("limit", "fall"),
    [
        ("max_drawdown", "drawdown"),
        ("max_weekly_drawdown", "weekly-drawdown"),
        ("max_daily_drawdown", "daily-drawdown"),
    ],
)
def test_a_fall_that_reaches_its_limit_stops_trading(limit: str, fall: str) -> None:
    limits: dict[str, Any] = {limit: D("0.1")}
    desk = Desk(**limits)
    desk.sample()
    desk.held("50")
    increase = desk.order(position="q", price=D(60))
    reduction = desk.order(effect=Effect.REDUCE, price=D(120))
    desk.price(BTC, "80.01")
    desk.sample()
    assert desk.latched() == ""
    desk.price(BTC, "80")
    desk.sample()
    state = desk.engine.state
    assert (state.latched, state.trading, state.flatten) == (fall, TradingState.REDUCING, False)
    (latch,) = desk.facts(Latched)
    assert (latch.reason, latch.observed, latch.limit) == (fall, "10 %", "10 %")
    assert desk.asked("cancel") == [increase.order.id]
    assert not reduction.leaving
    assert desk.tripped == [f"main: {latch.sentence}"]
    incident = [row for row in desk.journal.records if isinstance(row, IncidentRecord)][-1]
    assert (incident.severity, incident.kind) == ("critical", fall)
    desk.price(BTC, "200")
    desk.sample()
    assert state.latched == fall  # nothing re-arms itself
    assert len(desk.tripped) == 1
    assert desk.refusal() is Reason.LATCHED
    desk.folds()


def test_losses_that_reach_their_limit_stop_trading() -> None:
    desk = Desk(max_daily_loss=D("0.01"))
    desk.sample()
    desk.lose("9")
    desk.sample()
    assert not desk.latched()
    desk.lose("1")
    desk.sample()
    assert desk.latched() == "daily-loss"


def test_a_limit_that_is_to_close_everything_has_every_order_leave() -> None:
    desk = Desk(max_drawdown=D("0.1"), flatten_on_trip=True)
    desk.sample()
    desk.held("50")
    target = desk.order(effect=Effect.REDUCE, amount=D(50), price=D(120))
    desk.price(BTC, "80")
    desk.sample()
    assert desk.asked("cancel") == [target.order.id]  # else it would be in the way for ever
    assert closing(desk) == []
    desk.update(target, CANCELLED)
    assert closing(desk) == [D(50)]
    assert desk.latched() == "drawdown"


# the breaker


def test_the_breaker_takes_increases_back_when_it_goes_on() -> None:
    desk = Desk()
    desk.held()
    waiting = desk.order(position="q", price=D(90))
    desk.take(Breaker(reason="smoke", time_ns=desk.now))
    assert desk.asked("cancel") == [waiting.order.id]
    assert desk.refusal() is Reason.BREAKER
    assert desk.order(effect=Effect.REDUCE).order.amount == 1
    desk.take(Breaker(reason="more smoke", time_ns=desk.now))
    assert len(desk.asked("cancel")) == 1
    desk.take(Breaker(reason="", time_ns=desk.now))
    assert desk.order(position="r").order.amount == 1


# closing everything


def test_everything_is_closed_at_the_market_and_then_it_is_over() -> None:
    desk = Desk()
    desk.held("2")
    desk.held("3", position="q", direction=Direction.SHORT)
    desk.price(ETH, "10")
    desk.held("4.5", position="r", pair=ETH)
    assert desk.command(FLATTEN).words == "reducing; positions being closed: 3"
    assert [closing(desk, name) for name in "pqr"] == [[D(2)], [D(3)], [D("4.5")]]
    for name in "pqr":
        (life,) = desk.engine.state.orders.of(name)
        assert life.order.side == ("buy" if name == "q" else "sell")
        assert desk.engine.state.flatten
        desk.fill(life)
    assert not desk.account.positions
    assert not desk.engine.state.flatten
    assert desk.engine.state.trading is TradingState.REDUCING
    assert desk.facts(Switched)[-1].why == "everything is closed"
    desk.folds()


def test_what_is_flat_is_flattened_at_once() -> None:
    desk = Desk()
    desk.command(FLATTEN)
    assert not desk.engine.state.flatten


def test_an_increase_in_the_way_does_not_hold_closing_up() -> None:
    desk = Desk()
    desk.held("2")
    waiting = desk.order(amount=D(5), price=D(90))
    desk.command(FLATTEN)
    assert closing(desk) == [D(2)]
    assert waiting.leaving
    desk.fill(waiting, "1.5")  # it raced the cancellation
    assert closing(desk) == [D(2), D("1.5")]
    desk.update(waiting, CANCELLED)
    assert closing(desk) == [D(2), D("1.5")]


def test_a_reduction_in_the_way_has_to_be_gone_first() -> None:
    desk = Desk()
    desk.held("3")
    target = desk.order(effect=Effect.REDUCE, amount=D(2), price=D(120))
    desk.command(FLATTEN)
    assert closing(desk) == [D(1)]
    desk.fill(target, "0.5")
    assert closing(desk) == [D(1)]
    desk.update(target, CANCELLED)
    assert closing(desk) == [D(1), D("1.5")]


def test_a_reduction_that_comes_while_everything_is_closed_is_not_left_in_the_way() -> None:
    desk = Desk()
    desk.held("3")
    desk.broker.refuses = True
    desk.command(FLATTEN)
    desk.broker.refuses = False
    assert closing(desk) == []
    late = desk.order(effect=Effect.REDUCE, amount=D(3), price=D(120))
    assert late.leaving


def test_what_cannot_be_closed_is_tried_again_but_not_without_an_end() -> None:
    desk = Desk()
    desk.held()
    desk.broker.refuses = True
    before = len(desk.asked("submit"))
    desk.command(FLATTEN)
    assert len(desk.asked("submit")) == before + 1
    desk.price(BTC, "90")
    assert len(desk.asked("submit")) == before + 1
    desk.sample()
    assert len(desk.asked("submit")) == before + 2
    desk.broker.refuses = False
    desk.sample()
    assert closing(desk) == [D(1)]
    assert desk.engine.state.flatten
    desk.folds()


def test_closing_goes_on_after_a_restart() -> None:
    desk = Desk()
    desk.held("2")
    target = desk.order(effect=Effect.REDUCE, amount=D(2), price=D(120))
    desk.command(FLATTEN)
    desk.restart()
    life = desk.engine.state.orders.get(target.order.id)
    assert life is not None
    assert life.leaving
    desk.update(life, CANCELLED)
    assert closing(desk) == [D(2)]
