from __future__ import annotations

from decimal import Decimal

import pytest
from tests.engine.making import BTC, SECOND, Desk

from tidegate.engine.recorded import RecordedQuotes
from tidegate.model import Direction, Effect, OrderRecord, OrderState

D = Decimal


def rows(desk: Desk) -> list[OrderRecord]:
    return [row for row in desk.journal.records if isinstance(row, OrderRecord)]


def test_an_orders_row_shows_what_was_filled_at_which_average() -> None:
    desk = Desk()
    life = desk.order(amount=D(3))
    desk.driver.rest()
    assert rows(desk)[-1].average is None
    desk.fill(life, "1", "100")
    desk.fill(life, "2", "103")
    row = rows(desk)[-1]
    assert (row.state, row.filled, row.average) == (OrderState.FILLED, D(3), D(102))


def test_late_words_find_an_order_that_is_over_and_not_one_of_long_ago() -> None:
    desk = Desk()
    orders = desk.engine.state.orders
    first = desk.order(id="first")
    desk.update(first, OrderState.CANCELLED)
    for n in range(10_000):
        desk.update(desk.order(position=f"p{n}"), OrderState.CANCELLED)
        if n == 9_998:
            assert orders.get(first.order.id) is first
    assert orders.get(first.order.id) is None
    assert len(list(orders.remembered())) == 10_000
    assert len(orders.cut_short()) == 500


def test_what_is_offered_counts_reductions_that_are_not_over() -> None:
    desk = Desk()
    desk.held("10")
    orders = desk.engine.state.orders
    desk.order(amount=D(4), price=D(90))
    first = desk.order(amount=D(3), effect=Effect.REDUCE)
    second = desk.order(amount=D(5), effect=Effect.REDUCE)
    desk.fill(first, "1")
    assert orders.offered("p") == 7
    desk.update(first, OrderState.CANCELLED)
    assert orders.offered("p") == 5
    assert desk.order(amount=None, effect=Effect.REDUCE).order.amount == 4
    desk.update(second, OrderState.UNRESOLVED)
    assert orders.offered("p") == 9
    assert [life.order.effect for life in orders.increases()] == ["increase"]


# what the gate is shown


def free(desk: Desk) -> Decimal:
    return desk.engine.standing(desk.now).free


def test_money_is_kept_for_open_increases_with_their_fees() -> None:
    desk = Desk()
    waiting = desk.order(amount=D(10), price=D(90), position="a")
    assert free(desk) == D(10_000) - D(900) - D("0.9")
    desk.fill(waiting, "4", "90")
    assert free(desk) == D(10_000) - D(900) - D("0.54")
    desk.update(waiting, OrderState.CANCELLED)
    assert free(desk) == D(10_000) - D(360)
    desk.order(amount=D(10), leverage=D(5), price=D(80), position="b")
    assert free(desk) == D(9_640) - D(160) - D("0.8")


def test_money_is_kept_for_the_price_at_which_an_order_may_trade_by_now() -> None:
    desk = Desk()
    desk.order(amount=D(1), position="market")
    desk.price(BTC, "120")
    assert free(desk) == D(10_000) - D(120) - D("0.12")
    desk.order(amount=D(1), position="short", direction=Direction.SHORT, price=D(110))
    assert free(desk) == D(10_000) - D(240) - D("0.24")
    desk.order(amount=D(1), position="long", price=D(110))
    assert free(desk) == D(10_000) - D(350) - D("0.35")
    desk.price(BTC, "NaN")
    assert free(desk) == D(10_000) - D(100 + 110 + 110) - D("0.32")


def test_exposure_counts_what_is_held_and_what_may_be() -> None:
    desk = Desk()
    desk.held("2")
    desk.order(amount=D(1), price=D(90))
    desk.price(BTC, "110")
    assert desk.engine.standing(desk.now).exposure == {BTC: D(330)}
    desk.price(BTC, "80")
    assert desk.engine.standing(desk.now).exposure == {BTC: D(250)}
    desk.price(BTC, "NaN")
    standing = desk.engine.standing(desk.now)
    assert standing.exposure == {BTC: D(290)}
    assert standing.equity is None


def test_positions_and_entries_count_those_that_are_being_opened_once() -> None:
    desk = Desk()
    desk.held("2", position="a")
    for position in ("a", "b", "b"):
        desk.order(position=position, price=D(90))
    standing = desk.engine.standing(desk.now, "b")
    assert (standing.positions, standing.entries_today) == (2, 2)
    assert not standing.is_new
    assert (standing.pair, standing.direction) == (BTC, Direction.LONG)
    assert desk.engine.standing(desk.now, "c").is_new


def test_recorded_prices_cannot_be_told() -> None:
    desk = Desk()
    desk.engine.quotes = RecordedQuotes([], 60)
    with pytest.raises(TypeError, match="heard in a replay"):
        desk.price(BTC, "100")
    assert desk.engine.quotes.seen(BTC) is None


def test_approvals_are_remembered_as_far_as_any_limit_looks_back() -> None:
    desk = Desk()
    for _ in range(3):
        for _ in range(1500):
            desk.order(effect=Effect.INCREASE, amount=D("0.001"), position="many")
        desk.now += SECOND
    approvals = desk.engine.state.approvals
    assert len(approvals) == 4096
    for _ in range(4200):
        desk.order(amount=D("0.001"), position="many")
    assert len(approvals) == 4200  # all of them within this second
