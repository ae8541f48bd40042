"""The books of an account against those of the local exchange: each kind of difference."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.brokers.venues_here import BTC, Venue
from tests.exchange.serving import until
from tests.runtime.live_books import Books

from tidegate.engine.events import Heard
from tidegate.errors import Code, ConfigError
from tidegate.exchange.venue.order import Status
from tidegate.guardrails import Reason
from tidegate.ledger.reconciliation import Verdict
from tidegate.model import CommandKind, Fill, OrderState, OrderUpdate
from tidegate.testing.contract import NOW, approved

if TYPE_CHECKING:
    from collections.abc import Iterator

D = Decimal
pytestmark = pytest.mark.xdist_group("live-books")


@pytest.fixture(scope="module")
def shared() -> Iterator[Venue]:
    venue = Venue()
    venue.open()
    yield venue
    venue.close()


@pytest.fixture
def market(shared: Venue) -> Iterator[Venue]:
    yield shared
    shared.exchange.control("DELETE", "faults")


@pytest.fixture
def books(market: Venue) -> Books:
    """Give an account whose books were found alike."""
    books = Books(market)
    assert books.reconciler.at_start().is_alike
    return books


def kinds(books: Books) -> set[str]:
    """Return what differs for certain."""
    outcome = books.reconciler.now()
    assert all(one.verdict is Verdict.UNEXPLAINED for one in outcome.findings)
    return {one.kind for one in outcome.findings}


# what agrees


def test_at_the_very_first_start_the_venues_side_is_where_counting_begins(books: Books) -> None:
    last = books.state.agreement.last
    assert last is not None
    assert last.balances == books.there()
    assert last.seq == books.driver.seq - 1
    assert books.facts("books-alike") == [last]


def test_after_trades_and_their_fees_the_books_agree_to_the_last_digit(books: Books) -> None:
    bought = books.filled(amount=D("0.123"))
    assert bought.fee_base == D("0.000123")
    held = books.state.opened.positions["p"]
    assert held.amount == D("0.122877")
    before = books.state.agreement.last
    outcome = books.reconciler.now()
    assert outcome.is_alike, outcome.words
    assert books.state.agreement.last != before
    books.sold()
    assert books.state.opened.positions == {}
    assert books.state.opened.dust == {"BTC": D("0.000877")}
    assert len(books.facts("swept")) == 1
    outcome = books.reconciler.now()
    assert outcome.is_alike, outcome.words
    again = books.reconciler.now()
    assert again.is_alike, again.words
    assert not books.state.agreement.halted
    assert not books.journal.incidents


def test_what_waits_and_what_was_cancelled_agrees_too(books: Books) -> None:
    waiting = books.order(price=D(90))
    gone = books.order(price=D(91), position="q")
    books.driver.broker.cancel(gone.order.id, time.time_ns())
    assert until(lambda: books.hear() or gone.state is OrderState.CANCELLED)
    assert until(lambda: books.hear() or waiting.state is OrderState.OPEN)
    outcome = books.reconciler.now()
    assert outcome.is_alike, outcome.words


def test_an_order_that_waited_long_before_the_books_were_compared_is_found(books: Books) -> None:
    waiting = books.order(price=D(90))
    assert books.reconciler.now().is_alike
    old = approved("by hand", price="95")  # its own time is long ago, too
    books.broker.submit(old, NOW)
    assert kinds(books) == {"order-foreign"}
    assert waiting.leaving, "an increase goes on waiting in a pair that is halted"


# what differs


def test_money_that_nobody_told_of_halts_what_is_paid_in_it(books: Books) -> None:
    books.filled()
    books.deposit("USDT", "0.00000001")
    waiting = books.order(price=D(90), position="w")
    assert until(lambda: books.hear() or waiting.state is OrderState.OPEN)
    assert kinds(books) == {"balance-off"}
    assert set(books.state.agreement.halted) == {BTC}
    assert [one.kind for one in books.journal.incidents] == ["balance-off"]
    assert waiting.leaving
    assert books.refusal(position="new") is Reason.BOOKS_DIFFER
    books.sold()  # reductions pass
    assert kinds(books) == {"balance-off"}
    assert len(books.journal.incidents) == 1, "the same thing is told of twice"
    books.deposit("USDT", "-0.00000001")
    assert books.reconciler.now().is_alike
    assert set(books.state.agreement.halted) == {BTC}, "nobody has looked"
    assert books.refusal(position="new") is Reason.BOOKS_DIFFER


def test_an_operator_accepts_the_venues_side_and_lifts_what_was_halted(books: Books) -> None:
    books.filled()
    books.sold()
    books.deposit("BTC", "-0.5")
    assert "balance-off" in kinds(books)
    books.reconciler.obey(books.made(CommandKind.RECONCILE))
    looked(books)
    (_, step), books.answers = books.answers[0], []
    assert not step.obeyed
    assert "balance-off" in step.words
    assert BTC in step.words
    books.reconciler.obey(books.made(CommandKind.ACCEPT))
    looked(books)
    (_, step), books.answers = books.answers[0], []
    assert step.obeyed
    assert "the venue's side is taken" in step.words
    assert not books.state.agreement.halted
    assert books.state.opened.dust == {}
    assert [fact.command.kind for fact in books.facts("commanded")[1:]] == ["reconcile", "accept"]
    assert books.reconciler.now().is_alike
    books.filled(position="new")
    assert books.reconciler.now().is_alike


def looked(books: Books) -> None:
    """Look as a trading process does, until an operator is answered."""

    def one_turn() -> bool:
        began = time.monotonic()
        books.reconciler.look()
        assert time.monotonic() - began < 5, "the trading thread waits for the venue"
        return bool(books.answers)

    assert until(one_turn)


def test_somebody_elses_order_and_trade_are_not_ours(books: Books) -> None:
    books.broker.submit(approved("by hand", price="90"), NOW)
    assert kinds(books) == {"order-foreign"}
    books.broker.submit(approved("by hand too"), NOW)
    assert kinds(books) == {"order-foreign", "fill-foreign"}


def test_a_position_that_was_sold_by_hand_is_found(books: Books) -> None:
    books.filled(amount=D(4))
    assert books.reconciler.now().is_alike
    books.deposit("BTC", "-101")
    assert kinds(books) == {"balance-off"}
    books.reconciler.now(books.made(CommandKind.ACCEPT))
    assert kinds(books) == {"holding-short"}


def test_a_fill_that_was_never_heard_of_is_asked_for(books: Books) -> None:
    life = books.order(price=D(99))
    assert until(lambda: books.hear() or life.state is OrderState.OPEN)
    books.market.trade_at(D(98))
    assert until(lambda: [w for w in books.broker.said() if isinstance(w, Fill)])  # it gets lost
    assert life.filled == 0
    outcome = books.reconciler.now()
    books.market.trade_at(D(100))
    assert outcome.is_alike, outcome.words
    assert len(outcome.mended) == 1
    assert life.state is OrderState.FILLED
    assert books.state.opened.positions["p"].amount == D("0.999")


def test_an_order_that_is_over_with_us_and_lives_there_is_taken_back(books: Books) -> None:
    life = books.order(price=D(90))
    assert until(lambda: books.hear() or life.state is OrderState.OPEN)
    gone = OrderUpdate(order=life.order.id, state=OrderState.CANCELLED, time_ns=time.time_ns())
    books.driver.take(gone, time.time_ns())
    outcome = books.reconciler.now()
    assert outcome.is_alike, outcome.words
    assert any("open at the venue" in words for words in outcome.mended)
    there = books.market.order(books.number, life.order.id)
    assert there is not None
    assert there.status is Status.CANCELED


def lost(books: Books, **changes: object) -> str:
    """Have an order approved and kept, and die before it is sent."""
    books.price()
    now = time.time_ns()
    step = books.driver.engine.step(Heard(books.wish(**changes), now))
    books.driver.seq = books.journal.append(step.entries, step.records)
    assert step.verdict is not None
    assert step.verdict.order is not None
    return step.verdict.order


def test_an_order_that_never_arrived_is_found_to_be_nowhere(books: Books) -> None:
    name = lost(books, price=D(90))
    outcome = books.reconciler.now()
    assert outcome.is_alike, outcome.words
    life = books.state.orders.get(name)
    assert life is not None
    assert life.state is OrderState.CANCELLED


def test_an_order_that_is_another_there_is_found(books: Books) -> None:
    other = approved("7", amount="2", price="90")
    assert lost(books, id="7", source="proof", price=D(90)) == other.order.id
    books.broker.submit(other, NOW)
    assert kinds(books) == {"order-other"}


def test_a_fill_that_the_venue_does_not_have_is_found(books: Books) -> None:
    life = books.order(price=D(90))
    assert until(lambda: books.hear() or life.state is OrderState.OPEN)
    made_up = Fill(
        id="made up", order=life.order.id, amount=D("0.5"), price=D(90), fee=D(0),
        time_ns=time.time_ns(),
    )  # fmt: skip
    books.driver.take(made_up, time.time_ns())
    assert kinds(books) == {"fill-unknown", "order-overbooked"}
    assert books.refusal(position="new") is Reason.BOOKS_DIFFER


# a venue on a bad day

READS = "/api/v3/*"
FAULTS = [
    "server-error", "malformed-json", "truncated-json", "cut-body", "empty-body", "reset-before",
    "reset-after", "rate-limit", "maintenance", "timeout-after",
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_answer_is_asked_for_again_and_never_taken_for_books(
    market: Venue, fault: str
) -> None:
    books = Books(market, patience_s=20.0)
    books.filled()
    books.broker.look()
    books.hear()
    for path in ("account", "openOrders", "allOrders", "myTrades"):
        market.exchange.arm(
            fault, method="GET", path=f"*/api/v3/{path}", next=2, hold_s=0.1, retry_after_s=0
        )
    outcome = books.reconciler.at_start()
    assert outcome.is_alike, outcome.words
    assert not books.state.agreement.halted
    assert not books.journal.incidents


def test_books_that_cannot_be_read_say_nothing(market: Venue) -> None:
    books = Books(market, patience_s=0.5)
    market.exchange.arm("server-error", method="GET", path="*/api/v3/myTrades")
    with pytest.raises(ConfigError) as caught:
        books.reconciler.at_start()
    assert caught.value.code is Code.VENUE_SILENT
    assert f"secret{books.number}" not in str(caught.value)
    assert books.state.agreement.last is None
    market.exchange.control("DELETE", "faults")
    assert books.reconciler.at_start().is_alike
    market.exchange.arm("malformed-json", method="GET", path="*/api/v3/account")
    books.deposit("USDT", "5")
    outcome = books.reconciler.now(books.made(CommandKind.RECONCILE))
    assert outcome.trouble
    assert not outcome.findings
    assert not books.answers[0][1].obeyed
    assert "could not be read" in books.answers[0][1].words
    assert not books.state.agreement.halted


def test_a_balance_that_is_told_wrongly_once_is_read_again(books: Books) -> None:
    books.market.exchange.arm("balance-off", asset="USDT", amount="1", next=1)
    outcome = books.reconciler.now()
    assert outcome.is_alike, outcome.words


def test_a_difference_that_is_there_for_one_look_alone_is_none(books: Books) -> None:
    books.market.exchange.arm("balance-off", asset="USDT", amount="1", next=2)
    outcome = books.reconciler.now()
    assert outcome.is_alike, outcome.words
    assert not books.journal.incidents


def test_a_balance_that_is_told_wrongly_for_good_halts(books: Books) -> None:
    books.market.exchange.arm("balance-off", asset="BTC", amount="-1")
    assert kinds(books) == {"balance-off"}


def test_an_account_that_does_not_hold_still_is_not_read(books: Books) -> None:
    for often in range(1, 9):  # each answer is off by one less: no two are alike
        books.market.exchange.arm("balance-off", asset="USDT", amount="1", next=often)
    before = books.state.agreement.last
    outcome = books.reconciler.now()
    assert "goes on changing" in outcome.trouble
    assert books.state.agreement.last is before
    assert not books.state.agreement.halted
