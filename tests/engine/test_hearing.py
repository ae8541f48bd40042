from __future__ import annotations

from decimal import Decimal

import pytest
from tests.engine.making import BTC, DAY, SECOND, Desk

from tidegate.engine.events import Deposit, Funding
from tidegate.engine.facts import Deposited, Funded, Strange
from tidegate.model import Effect, Fill, IncidentRecord, OrderState, OrderUpdate

D = Decimal
FILLED, OPEN = OrderState.FILLED, OrderState.OPEN


def strange(desk: Desk) -> list[str]:
    """Return the kinds of what was strange; each has to be an incident and to fold."""
    kinds = [fact.kind for fact in desk.facts(Strange)]
    rows = [row for row in desk.journal.records if isinstance(row, IncidentRecord)]
    assert [row.kind for row in rows if row.severity == "critical"] == kinds
    desk.folds()
    return kinds


def test_a_fill_is_booked_once_however_often_it_is_told() -> None:
    desk = Desk()
    life = desk.order()
    for _ in range(3):
        desk.fill(life, "0.4", name="one")
    assert desk.account.held("p") == D("0.4")
    assert (life.state, life.left) == (OPEN, D("0.6"))
    assert len(desk.facts(Fill)) == 1
    desk.fill(life)
    assert (life.state, life.left, desk.account.held("p")) == (FILLED, D(0), D(1))
    desk.fill(life, "0.4", name="one")
    assert desk.account.held("p") == 1
    assert strange(desk) == []


def test_words_about_an_order_of_nobodys_are_written_down_and_not_acted_upon() -> None:
    desk = Desk()
    desk.take(OrderUpdate(order="x", state=OPEN, time_ns=desk.now))
    desk.take(Fill(id="1", order="x", amount=D(1), price=D(1), fee=D(0), time_ns=desk.now))
    assert strange(desk) == ["unknown-order", "unknown-order"]
    assert not desk.account.positions


def test_what_was_filled_beyond_the_order_is_booked_and_told_of() -> None:
    desk = Desk()
    desk.fill(desk.order(), "1.5")
    assert desk.account.held("p") == D("1.5")
    assert strange(desk) == ["overfilled"]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-1", "0"])
def test_a_fill_of_no_amount_is_strange(amount: str) -> None:
    desk = Desk()
    life = desk.order()
    desk.fill(life, amount)
    assert strange(desk)[-1] == "impossible-fill"
    assert (life.state, desk.account.positions) == (OrderState.APPROVED, {})
    desk.fill(life)
    assert desk.account.held("p") == 1


def test_more_than_is_held_cannot_be_sold() -> None:
    desk = Desk()
    desk.held()
    desk.fill(desk.order(effect=Effect.REDUCE), "2")
    assert strange(desk) == ["overfilled", "impossible-fill"]
    assert desk.account.held("p") == 1


def test_an_order_goes_from_state_to_state_as_the_table_allows() -> None:
    desk = Desk()
    life = desk.order()
    desk.update(life, OPEN)
    desk.update(life, OPEN)
    assert len(desk.facts(OrderUpdate)) == 1
    desk.update(life, OrderState.APPROVED)
    assert strange(desk) == ["impossible-update"]
    desk.update(life, OrderState.UNRESOLVED)
    assert desk.engine.state.orders.unresolved() == {BTC}
    desk.update(life, OrderState.CANCELLED)
    assert not desk.engine.state.orders.unresolved()
    desk.update(life, OPEN)  # overtaken
    desk.update(life, OrderState.REJECTED)
    assert strange(desk) == ["impossible-update", "impossible-update"]
    assert life.state is OrderState.CANCELLED


def test_an_order_is_filled_by_its_fills_and_not_by_a_word() -> None:
    desk = Desk()
    life = desk.order()
    desk.fill(life, "0.5")
    desk.update(life, FILLED)
    assert strange(desk) == ["fills-missing"]
    assert (life.state, life.left) == (OPEN, D("0.5"))
    desk.fill(life, "0.5")
    desk.update(life, FILLED)
    assert strange(desk) == ["fills-missing"]


def test_a_fill_that_raced_a_cancellation_is_booked() -> None:
    desk = Desk()
    life = desk.order()
    desk.update(life, OrderState.CANCELLED)
    desk.fill(life, "0.4")
    assert (life.state, life.left, desk.account.held("p")) == (OrderState.CANCELLED, D(0), D("0.4"))
    desk.fill(life, "0.6")
    assert (life.state, desk.account.held("p")) == (FILLED, D(1))
    assert strange(desk) == []


def test_an_unresolved_order_that_is_filled_is_resolved() -> None:
    desk = Desk()
    life = desk.order()
    desk.update(life, OrderState.UNRESOLVED)
    desk.fill(life, "0.4")
    assert life.state is OPEN


def test_funding_is_paid_by_what_is_held_and_by_nothing_else() -> None:
    desk = Desk()
    desk.held()
    desk.take(Funding(position="p", amount=D("0.5"), time_ns=desk.now))
    desk.take(Funding(position="gone", amount=D(7), time_ns=desk.now))
    assert desk.account.balance == D("9999.5")
    assert len(desk.facts(Funded)) == 1
    desk.folds()


@pytest.mark.parametrize("amount", ["NaN", "Infinity"])
def test_money_that_is_no_number_is_strange(amount: str) -> None:
    desk = Desk()
    desk.held()
    desk.take(Deposit(amount=D(amount), time_ns=desk.now + DAY))
    desk.take(Funding(position="p", amount=D(amount), time_ns=desk.now))
    assert strange(desk) == ["impossible-booking", "impossible-booking"]
    assert desk.account.balance == 10_000


def test_money_that_comes_in_is_no_gain_and_what_goes_out_no_loss() -> None:
    desk = Desk(max_drawdown=D("0.1"))
    desk.sample()
    desk.take(Deposit(amount=D(-5000), time_ns=desk.now))
    desk.sample()
    state = desk.engine.state
    assert (state.latched, state.peak, state.day_start) == ("", D(5000), D(5000))
    desk.take(Deposit(amount=D(1000), time_ns=desk.now))
    assert (state.peak, state.week_start, state.equity) == (D(6000), D(6000), D(5000))
    assert len(desk.facts(Deposited)) == 3


def test_a_price_is_heard_unless_it_comes_late_or_is_none() -> None:
    desk = Desk()
    quotes = desk.engine.quotes
    desk.now -= 5 * SECOND
    desk.price(BTC, "90")
    assert quotes.prices[BTC] == 100
    desk.now -= 3600 * SECOND  # the clock was set back
    desk.price(BTC, "80")
    assert quotes.prices[BTC] == 80
    for nothing in ("NaN", "0", "-1", "Infinity"):
        desk.price(BTC, nothing)
        assert BTC not in quotes.prices
        assert quotes.seen(BTC) is None
    desk.price(BTC, "70")
    assert quotes.prices[BTC] == 70
