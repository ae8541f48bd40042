"""What the live broker does with a venue's refusals, failures and surprises."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import logging
import traceback
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from tests.brokers.hearing import Heard, placed
from tests.brokers.venues_here import BTC, QUICK, Venue
from tests.exchange.serving import until

from tidegate.brokers.live import Connection, LiveBroker
from tidegate.brokers.wire import Wire
from tidegate.errors import Code, ConfigError
from tidegate.model import ENDED, Direction, Fill, OrderState
from tidegate.model.credentials import Credentials
from tidegate.testing.contract import INSTRUMENT, NOW, approved
from tidegate.venues.client import new_client
from tidegate.venues.sharing import budget_for
from tidegate.venues.table import BINANCE

if TYPE_CHECKING:
    from collections.abc import Iterator


D = Decimal
ORDERS = "*/api/v3/order"
pytestmark = pytest.mark.xdist_group("live-broker")


@pytest.fixture(scope="module")
def shared() -> Iterator[Venue]:
    venue = Venue()
    venue.open()
    yield venue
    venue.close()


@pytest.fixture
def market(shared: Venue) -> Iterator[Venue]:
    shared.replenish()
    yield shared
    shared.exchange.control("DELETE", "faults")


OPEN, UNRESOLVED, CANCELLED = OrderState.OPEN, OrderState.UNRESOLVED, OrderState.CANCELLED


@pytest.mark.parametrize("fault", ["timeout-after", "reset-after", "malformed-json", "cut-body"])
def test_an_order_whose_answer_was_lost_is_asked_for_and_not_sent_again(
    market: Venue, fault: str
) -> None:
    account = market.number()
    broker = market.broker(account, stream=False)
    market.exchange.arm(fault, method="POST", path=ORDERS, next=1, hold_s=0.2)
    order = approved(name=fault)
    broker.submit(order, NOW)
    heard = Heard(broker)
    assert heard.until_over() == [UNRESOLVED, OPEN, OrderState.FILLED]
    assert sum(fill.amount for fill in heard.fills) == 1
    assert placed(market, account, order) == 1
    assert broker.health().troubles == {"unknown": 1}


@pytest.mark.parametrize("fault", ["timeout-before", "reset-before", "server-error"])
def test_an_order_that_never_arrived_is_cancelled_once_that_is_certain(
    market: Venue, fault: str
) -> None:
    account = market.number()
    broker = market.broker(account)
    market.exchange.arm(fault, method="POST", path=ORDERS, next=1, hold_s=0.2)
    order = approved(name=fault)
    broker.submit(order, NOW)
    heard = Heard(broker)
    assert heard.until_over() == [UNRESOLVED, CANCELLED]
    assert heard.words[-1] == "it never reached the venue"
    assert placed(market, account, order) == 0


def test_an_order_that_is_not_found_for_a_while_is_not_given_up(market: Venue) -> None:
    account = market.number()
    broker = market.broker(account, stream=False)
    market.exchange.arm("reset-after", method="POST", path=ORDERS, next=1)
    market.exchange.arm("not-found", next=12)
    order = approved()
    broker.submit(order, NOW)
    heard = Heard(broker)
    assert heard.until_over() == [UNRESOLVED, OPEN, OrderState.FILLED]
    assert placed(market, account, order) == 1


@pytest.mark.parametrize("fault", ["rate-limit", "ban", "wrong-clock"])
def test_what_was_not_taken_is_sent_again(market: Venue, fault: str) -> None:
    account = market.number()
    broker = market.broker(account)
    where = {} if fault == "wrong-clock" else {"method": "POST", "path": ORDERS, "next": 1}
    market.exchange.arm(fault, retry_after_s=1, offset_ms=5000, **where)
    order = approved(name=fault)
    broker.submit(order, NOW)
    heard = Heard(broker)
    assert heard.until_over() == [OPEN, OrderState.FILLED]
    assert placed(market, account, order) == 1


def test_an_increase_that_cannot_be_sent_in_time_is_rejected(market: Venue) -> None:
    account = market.number()
    broker = market.broker(account, pace=dataclasses.replace(QUICK, stale_s=0.5))
    market.exchange.arm("ban", method="POST", path=ORDERS, retry_after_s=1)
    order = approved()
    broker.submit(order, NOW)
    heard = Heard(broker)
    assert heard.until_over() == [OrderState.REJECTED]
    assert "took no orders for too long" in heard.words[-1]
    assert placed(market, account, order) == 0


def test_a_refusal_is_said_with_its_reason(market: Venue) -> None:
    broker = market.broker()
    broker.submit(approved(amount="8000", price="150"), NOW)
    heard = Heard(broker)
    assert heard.until_over() == [OrderState.REJECTED]
    assert "insufficient balance" in heard.words[-1]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"amount": D("1.0000011")}, "amount 1.0000011 is not on the venue's steps"),
        ({"price": D("90.005")}, "price 90.005 is not on the venue's steps"),
        ({"pair": "XRP/EUR"}, "binance does not trade XRP/EUR"),
        ({"direction": Direction.SHORT}, "is spot, where nothing can be sold short"),
        ({}, ""),
    ],
)
def test_what_the_venue_would_round_is_not_sent(
    market: Venue, changes: dict[str, Any], why: str
) -> None:
    async def refusal() -> str:
        credentials = Credentials(key="key0", secret="secret0")  # noqa: S106 - opens nothing
        client = new_client(BINANCE, credentials, url=market.exchange.url)
        try:
            await client.load_markets()
            wire = Wire(BINANCE, client, budget_for(BINANCE), window_ms=1000, fast=False)
            return wire.refusal(replace(approved(price="90").order, **changes))
        finally:
            await client.close()

    found = asyncio.run(refusal())
    assert why in found
    assert bool(why) == bool(found)


def test_a_fill_after_a_confirmed_cancellation_is_said(market: Venue) -> None:
    account = market.number()
    broker = market.broker(account, stream=False)
    market.exchange.arm("fill-after-cancel", delay_ms=300)
    order = approved(price="90")
    broker.submit(order, NOW)
    broker.cancel(order.order.id, NOW)
    heard = Heard(broker)
    assert until(lambda: bool(heard.more().fills))
    assert heard.states == [OPEN, CANCELLED, OrderState.FILLED]


def test_fills_are_found_without_a_stream_and_only_once_with_one(market: Venue) -> None:
    for stream in (True, False):
        broker = market.broker(stream=stream)
        market.exchange.arm("partial-fill", delay_ms=400, next=1)
        broker.submit(approved(name=f"parts {stream}"), NOW)
        heard = Heard(broker)
        assert heard.until_over() == [OPEN, OrderState.FILLED]
        assert sum(fill.amount for fill in heard.fills) == 1
        assert len({fill.id for fill in heard.fills}) == len(heard.fills) >= 2


BLIND = dataclasses.replace(QUICK, look_s=3600.0)
"""Only a stream tells, or a look that it has asked for."""


def test_half_a_message_is_looked_after_and_the_stream_goes_on(market: Venue) -> None:
    broker = market.broker(pace=BLIND, wait=False)
    listener = broker.listener
    assert listener is not None
    first, second = approved("first", price="90"), approved("second", "0.1")
    broker.submit(first, NOW)
    heard = Heard(broker)
    assert until(lambda: listener.connected and heard.more().states)
    market.exchange.arm("stream-garbage", path="user@*")
    broker.cancel(first.order.id, NOW)
    assert until(lambda: listener.spoilt)
    assert heard.until_over() == [OPEN, CANCELLED]
    market.exchange.control("DELETE", "faults")
    spoilt, heard = listener.spoilt, Heard(broker)
    broker.submit(second, NOW)
    assert heard.until_over() == [OPEN, OrderState.FILLED]
    assert sum(fill.amount for fill in heard.fills) == D("0.1")
    assert (listener.connected, listener.spoilt) == (1, spoilt)


@pytest.fixture
def moved() -> Iterator[Venue]:
    """A market of its own, to be moved."""
    venue = Venue(speed=0)
    venue.open()
    yield venue
    venue.close()


def test_fills_that_spoilt_reports_have_not_told_are_found_at_once(moved: Venue) -> None:
    broker = moved.broker(pace=BLIND, wait=False)
    listener = broker.listener
    assert listener is not None
    assert until(lambda: listener.connected)
    order = approved(price="90")
    broker.submit(order, NOW)
    heard = Heard(broker)
    assert until(lambda: heard.more().states == [OPEN])
    moved.exchange.arm("stream-garbage", path="user@*")
    moved.trade_at(D(89))
    assert heard.until_over() == [OPEN, OrderState.FILLED]
    assert listener.spoilt > 0


def test_half_an_answer_over_the_websocket_is_a_question_at_once_and_costs_no_other_order(
    market: Venue,
) -> None:
    account = market.number()
    broker = market.broker(account, fast=True, stream=False, timeout_s=600.0)
    market.exchange.arm("stream-garbage", path="call@order.place", next=1)
    first, second = approved("half", "0.1"), approved("whole", "0.1")
    broker.submit(first, NOW)
    heard = Heard(broker)
    assert heard.until_over() == [UNRESOLVED, OPEN, OrderState.FILLED]
    heard = Heard(broker)
    broker.submit(second, NOW)
    assert heard.until_over() == [OPEN, OrderState.FILLED]
    assert placed(market, account, first) == placed(market, account, second) == 1


def test_fees_of_a_purchase_are_booked_in_quote(market: Venue) -> None:
    broker = market.broker()
    broker.submit(approved(), NOW)
    heard = Heard(broker)
    heard.until_over()
    for fill in heard.fills:
        assert fill.fee == pytest.approx(fill.amount * fill.price / 1000, rel=D("0.001"))


def test_another_process_hears_of_everything_by_asking(market: Venue) -> None:
    account = market.number()
    first = market.broker(account)
    whole, waits, gone = approved("whole"), approved("waits", price="90"), approved("gone")
    cut = approved("cut", price="91")
    for order in (whole, waits, cut):
        first.submit(order, NOW)
    first.cancel(cut.order.id, NOW)
    market.hang_up(first)
    second = market.broker(account)
    assert second.knows(whole.order.id) is True
    assert second.knows(gone.order.id) is False
    second.recall([whole.order, waits.order, gone.order], [cut.order], NOW)
    said: dict[str, list[OrderState]] = {}
    filled: dict[str, Decimal] = {}

    def hear() -> bool:
        for word in second.said():
            if isinstance(word, Fill):
                filled[word.order] = filled.get(word.order, D(0)) + word.amount
            else:
                said.setdefault(word.order, []).append(word.state)
        return said.get(gone.order.id, [OPEN])[-1] in ENDED

    hear()
    assert said[whole.order.id] == [OPEN, OrderState.FILLED]
    assert said[waits.order.id] == [OPEN]
    assert said[gone.order.id] == [UNRESOLVED]
    assert until(hear)
    assert said[gone.order.id][-1] is CANCELLED
    assert filled == {whole.order.id: 1}
    second.submit(whole, NOW)
    assert placed(market, account, whole) == 1


def test_no_secret_is_written_or_shown(market: Venue) -> None:
    secret, written = "secret-0451", io.StringIO()
    root, handler = logging.getLogger(), logging.StreamHandler(written)
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        connection = Connection(
            venue=BINANCE,
            credentials=Credentials(key="key0", secret=secret),
            url=market.exchange.url,
            wait=True,
            timeout_s=1.0,
        )
        broker = LiveBroker(connection, {BTC: INSTRUMENT})
        broker.submit(approved(), NOW)
        heard = Heard(broker).more()
        broker.close()
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    assert heard.states == [OrderState.REJECTED]
    shown = f"{written.getvalue()} {heard.words} {connection!r} {broker!r} {vars(broker)}"
    assert "signature" not in shown
    assert secret not in shown
    assert "key0" not in shown


def test_a_venue_that_is_not_there_is_said_without_a_secret() -> None:
    connection = Connection(
        venue=BINANCE,
        credentials=Credentials(key="key-0451", secret="secret-0451"),  # noqa: S106 - opens nothing
        url="http://127.0.0.1:1",
        greet_s=0.2,
    )
    with pytest.raises(ConfigError) as error:
        LiveBroker(connection, {BTC: INSTRUMENT})
    assert error.value.code is Code.VENUE_SILENT
    assert "0451" not in "".join(traceback.format_exception(error.value))
