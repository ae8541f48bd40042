"""The live broker at venues that name orders otherwise, tell less, and set requests no end."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.brokers.hearing import Heard, placed
from tests.brokers.venues_here import BTC, Venue
from tests.exchange.serving import Exchange, until

from tidegate.brokers.rights import require_fit
from tidegate.errors import Code, ConfigError
from tidegate.exchange.coinbase.dialect import Coinbase
from tidegate.model import ENDED, Fill, OrderState
from tidegate.model.credentials import Credentials
from tidegate.testing.contract import NOW
from tidegate.venues.table import VENUES

if TYPE_CHECKING:
    from collections.abc import Iterator

D = Decimal
ORDERS = {
    "okx": {"method": "POST", "path": "*/trade/batch-orders"},
    "coinbase": {"method": "POST", "path": "*/brokerage/orders"},
    "dydx": {"path": "*/broadcast_tx_sync"},
}
OPEN, FILLED, UNRESOLVED = OrderState.OPEN, OrderState.FILLED, OrderState.UNRESOLVED
pytestmark = pytest.mark.xdist_group("live-broker")


@pytest.fixture(scope="module", params=ORDERS)
def shared(request: pytest.FixtureRequest) -> Iterator[Venue]:
    venue = Venue(request.param)
    venue.open()
    trading = replace(venue.kind.trading, safe_s=1.0)  # a minute is for venues far away
    venue.kind = replace(venue.kind, trading=trading)
    yield venue
    venue.close()


@pytest.fixture
def market(shared: Venue) -> Iterator[Venue]:
    shared.replenish()
    yield shared
    shared.exchange.control("DELETE", "faults")


@pytest.mark.parametrize("fault", ["timeout-after", "reset-after", "malformed-json", "cut-body"])
def test_an_order_whose_answer_was_lost_is_asked_for_and_not_sent_again(
    market: Venue, fault: str
) -> None:
    account = market.number()
    broker = market.broker(account, stream=False, timeout_s=1.0)
    market.exchange.arm(fault, **ORDERS[market.kind.name], next=1, hold_s=1.5)
    order = market.approved(name=fault)
    broker.submit(order, NOW)
    heard = Heard(broker)
    assert heard.until_over() == [UNRESOLVED, OPEN, FILLED]
    assert sum(fill.amount for fill in heard.fills) == 1
    assert placed(market, account, order) == 1


def test_an_order_that_never_arrived_is_cancelled_once_that_is_certain(market: Venue) -> None:
    account = market.number()
    broker = market.broker(account)
    market.exchange.arm("reset-before", **ORDERS[market.kind.name], next=1)
    order = market.approved()
    broker.submit(order, NOW)
    heard = Heard(broker)
    assert heard.until_over() == [UNRESOLVED, OrderState.CANCELLED]
    assert heard.words[-1] == "it never reached the venue"
    assert placed(market, account, order) == 0


@pytest.mark.parametrize("fault", ["rate-limit", "server-error"])
def test_what_the_venue_has_no_time_for_is_placed_once_or_known_to_be_lost(
    market: Venue, fault: str
) -> None:
    account = market.number()
    broker = market.broker(account)
    market.exchange.arm(fault, **ORDERS[market.kind.name], next=1, retry_after_s=1)
    order = market.approved(name=fault)
    broker.submit(order, NOW)
    states = Heard(broker).until_over()
    assert (
        (states[-1] is FILLED) == (placed(market, account, order) == 1) == (fault == "rate-limit")
    )


@pytest.mark.parametrize("stream", [True, False])
def test_parts_of_an_order_are_heard_of_once(market: Venue, *, stream: bool) -> None:
    broker = market.broker(stream=stream)
    market.exchange.arm("partial-fill", delay_ms=400, next=1)
    broker.submit(market.approved(name=f"parts {stream}"), NOW)
    heard = Heard(broker)
    assert heard.until_over() == [OPEN, FILLED]
    assert sum(fill.amount for fill in heard.fills) == 1
    assert len({fill.id for fill in heard.fills}) == len(heard.fills) >= 2


def test_a_refusal_is_said_with_its_reason(market: Venue) -> None:
    broker = market.broker()
    amount = "800000" if market.kind.name == "dydx" else "8000"  # it asks for a twentieth
    broker.submit(market.approved(amount=amount, price="150"), NOW)
    heard = Heard(broker)
    assert heard.until_over() == [OrderState.REJECTED]
    assert any(word in heard.words[-1] for word in ("nsufficient", "collateral"))


def test_a_stream_lasts(market: Venue) -> None:
    broker = market.broker()
    if not market.kind.trading.stream:
        assert broker.listener is None
        return
    assert broker.listener is not None
    broker.submit(market.approved(), NOW)
    Heard(broker).until_over()
    assert broker.listener.connected == 1


def test_another_process_hears_of_everything_by_asking(market: Venue) -> None:
    account = market.number()
    first = market.broker(account)
    whole, waits, gone = (
        market.approved("whole"),
        market.approved("waits", price="90"),
        market.approved("gone"),
    )
    cut = market.approved("cut", price="91")
    for order in (whole, waits, cut):
        first.submit(order, NOW)
    first.cancel(cut.order.id, NOW)
    market.hang_up(first)
    second = market.broker(account)
    if market.pair == BTC:
        second.instruments([BTC])
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

    assert until(hear)
    assert said[whole.order.id] == [OPEN, FILLED]
    assert said[waits.order.id] == [OPEN]
    assert said[gone.order.id] == [UNRESOLVED, OrderState.CANCELLED]
    assert filled == {whole.order.id: 1}
    second.submit(whole, NOW)
    assert placed(market, account, whole) == 1


@pytest.mark.parametrize("dialect", ["okx", "coinbase"])
def test_a_key_that_may_trade_and_not_withdraw_is_fit_and_no_other(dialect: str) -> None:
    with Exchange(dialect=dialect, pairs=(BTC,), limited=False) as exchange:

        def key(name: str) -> Credentials:
            speaks = exchange.server.dialect
            if isinstance(speaks, Coinbase):
                return Credentials(
                    key=speaks.shown[name][0].name, secret=speaks.shown[name][0].secret
                )
            return Credentials(key=name, secret="simsecret", passphrase="simpass")  # noqa: S106 - of a simulation

        require_fit(VENUES[dialect], key("simkey"), url=exchange.url)
        for name in ("simreader", "simowner"):
            with pytest.raises(ConfigError) as refused:
                require_fit(VENUES[dialect], key(name), url=exchange.url)
            assert refused.value.code is Code.UNFIT_KEY
