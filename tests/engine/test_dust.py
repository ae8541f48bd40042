"""What is left of a position and too little to be sold ends it, and is asked for no more."""

from __future__ import annotations

from dataclasses import replace as changed
from typing import Any

import pytest
from msgspec.structs import replace
from tests.engine.making import BTC, ETH, D, Desk

from tidegate.engine.facts import Denied, Strange, Swept
from tidegate.guardrails import Reason
from tidegate.model import CommandKind, Direction, Effect, Fill, OrderState, TradeRecord


def bought(desk: Desk, amount: str, kept: str, **changes: Any) -> None:  # noqa: ANN401 - any field of a signal
    """Buy, and pay the fee out of what was bought."""
    life = desk.order(amount=D(amount), **changes)
    desk.take(
        Fill(
            id=f"b{desk.number}", order=life.order.id, amount=D(amount), price=D(100),
            fee=D(kept) * 100, fee_base=D(kept), time_ns=desk.now,
        )
    )  # fmt: skip
    assert life.filled == D(amount)
    assert life.fee_base == D(kept)


def test_a_reduction_of_all_sells_whole_steps_and_the_rest_is_swept() -> None:
    desk = Desk()
    bought(desk, "1.5", "0.0015")
    assert desk.account.positions["p"].amount == D("1.4985")
    sale = desk.order(effect=Effect.REDUCE, amount=None, tag="roi")
    assert sale.order.amount == D("1.498")
    desk.fill(sale, price="110")
    assert desk.account.positions == {}
    assert desk.account.dust == {"BTC": D("0.0005")}
    (swept,) = desk.facts(Swept)
    assert (swept.position, swept.amount, swept.currency) == ("p", D("0.0005"), "BTC")
    assert swept.reason == "roi"
    assert desk.refusal(effect=Effect.REDUCE, amount=None) is Reason.NOTHING_TO_REDUCE
    desk.folds()


def test_the_trade_is_kept_with_what_the_dust_has_cost() -> None:
    desk = Desk()
    bought(desk, "1", "0.0005")
    sale = desk.order(effect=Effect.REDUCE, amount=None, tag="stop_loss")
    records = desk.fill(sale, price="100").records
    trades = [each for each in records if isinstance(each, TradeRecord)]
    assert len(trades) == 1
    assert trades[0].profit == D("-0.10")  # the fee, and the dust: 0.0005 of each at 100
    assert trades[0].exit_reason == "stop_loss"
    assert desk.account.tally.last_stop_ns == {BTC: desk.now}


def test_nothing_is_swept_while_an_order_of_the_position_waits() -> None:
    desk = Desk()
    bought(desk, "1", "0.0005")
    more = desk.order(amount=D(1), price=D(90))
    sale = desk.order(effect=Effect.REDUCE, amount=None)
    desk.fill(sale)
    assert desk.account.positions["p"].amount == D("0.0005")
    desk.update(more, OrderState.CANCELLED)
    assert desk.account.positions == {}
    desk.folds()


def test_a_purchase_of_which_nothing_can_be_sold_is_swept_when_it_is_over() -> None:
    desk = Desk()
    bought(desk, "0.001", "0.000001")
    assert desk.account.positions == {}
    assert desk.account.dust == {"BTC": D("0.000999")}
    desk.folds()


def test_one_whole_step_can_be_sold_and_stays() -> None:
    desk = Desk()
    bought(desk, "0.002", "0.001")
    assert desk.account.positions["p"].amount == D("0.001")
    assert desk.order(effect=Effect.REDUCE, amount=None).order.amount == D("0.001")


def test_where_no_step_is_known_nothing_is_dust() -> None:
    desk = Desk()
    desk.price(ETH, "10")
    bought(desk, "1", "0.001", pair=ETH, position="e")
    sale = desk.order(effect=Effect.REDUCE, amount=D("0.9989"), pair=ETH, position="e")
    desk.fill(sale)
    assert desk.account.positions["e"].amount == D("0.0001")


def test_a_short_position_is_owed_and_not_swept() -> None:
    desk = Desk()
    desk.held(direction=Direction.SHORT, position="s")
    part = desk.order(direction=Direction.SHORT, position="s", effect=Effect.REDUCE, amount=D(1))
    desk.fill(part, "0.9995")
    desk.update(part, OrderState.CANCELLED)
    assert desk.account.positions["s"].amount == D("0.0005")


def test_what_is_too_little_cannot_be_reduced_and_says_so() -> None:
    desk = Desk()
    bought(desk, "1", "0.0005")
    desk.order(effect=Effect.REDUCE, amount=D("0.999"))
    assert desk.refusal(effect=Effect.REDUCE, amount=None) is Reason.DUST


def test_closing_everything_does_not_ask_for_dust() -> None:
    desk = Desk()
    bought(desk, "1", "0.0005")
    bought(desk, "1", "0.0005", position="q")
    desk.command(CommandKind.FLATTEN)
    sales = [life for life in desk.engine.state.orders.live() if life.order.tag == "flatten"]
    assert [life.order.amount for life in sales] == [D("0.999")] * 2
    for _ in range(5):
        desk.sample()
    assert not desk.facts(Denied), "dust is asked for again and again"
    for life in sales:
        desk.fill(life)
    assert desk.account.positions == {}
    desk.sample()
    assert not desk.engine.state.flatten


def test_what_was_left_before_the_step_was_known_is_swept_when_it_is_looked_at() -> None:
    desk = Desk()
    desk.price(ETH, "10")
    bought(desk, "0.5", "0.1", pair=ETH, position="e")
    known = desk.engine.instruments[ETH]
    desk.engine.instruments = {**desk.engine.instruments, ETH: changed(known, amount_step=D(1))}
    desk.sample()
    assert desk.account.positions == {}
    assert desk.account.dust == {"ETH": D("0.4")}
    desk.folds()


@pytest.mark.parametrize("kept", ["1", "2", "NaN"])
def test_a_fee_that_cannot_be_is_strange_and_not_booked(kept: str) -> None:
    desk = Desk()
    life = desk.order()
    fill = Fill(id="x", order=life.order.id, amount=D(1), price=D(100), fee=D(0), time_ns=desk.now)
    desk.take(replace(fill, fee_base=D(kept)))
    assert desk.account.positions == {}
    assert [fact.kind for fact in desk.facts(Strange)] == ["impossible-fill"]
