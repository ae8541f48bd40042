"""What a venue says of its pairs becomes instruments, and what it does not say is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.brokers.venues_here import BTC, QUICK, Venue
from tests.exchange.serving import until

from tidegate.brokers.listing import instruments_of
from tidegate.brokers.live import Connection, LiveBroker
from tidegate.errors import Code, ConfigError
from tidegate.model import Fill, Instrument, Pair
from tidegate.model.credentials import Credentials
from tidegate.testing.contract import NOW, approved
from tidegate.venues.table import VENUES

if TYPE_CHECKING:
    from collections.abc import Iterator

D = Decimal
PLACES, DIGITS, TICKS = 2, 3, 4  # ccxt's precision modes

LISTED: dict[str, Any] = {
    "precision": {"amount": "0.00001000", "price": "0.01000000"},
    "limits": {"amount": {"min": "0.00010000"}, "cost": {"min": "5.00000000"}},
    "taker": 0.001,
    "active": True,
    "spot": True,
    "type": "spot",
}


def test_steps_least_sizes_and_the_fee_are_the_venues_and_exact() -> None:
    found = instruments_of("binance", {BTC: LISTED}, TICKS, [BTC])
    assert found == {
        BTC: Instrument(
            pair=Pair("BTC", "USDT"),
            price_step=D("0.01"),
            amount_step=D("0.00001"),
            min_amount=D("0.0001"),
            min_cost=D(5),
            taker_fee=D("0.001"),
        )
    }
    assert str(found[BTC].price_step) == "0.01"


def test_a_step_may_be_told_as_decimal_places() -> None:
    market = LISTED | {"precision": {"amount": "5", "price": "-1"}}
    found = instruments_of("x", {BTC: market}, PLACES, [BTC])[BTC]
    assert (found.amount_step, found.price_step) == (D("0.00001"), D(10))


def test_a_venue_without_least_sizes_has_them_of_one_step() -> None:
    found = instruments_of("okx", {BTC: LISTED | {"limits": {}}}, TICKS, [BTC])[BTC]
    assert (found.min_amount, found.min_cost) == (D("0.00001"), D(0))


@given(st.integers(0, 12))
def test_both_ways_to_tell_a_step_tell_the_same(places: int) -> None:
    step = str(D(1).scaleb(-places))
    by_places = LISTED | {"precision": {"amount": str(places), "price": places}}
    by_ticks = LISTED | {"precision": {"amount": step, "price": step}}
    assert instruments_of("x", {BTC: by_places}, PLACES, [BTC]) == instruments_of(
        "x", {BTC: by_ticks}, TICKS, [BTC]
    )


@pytest.mark.parametrize(
    ("changes", "mode", "found"),
    [
        ({"active": False}, TICKS, "halted"),
        ({"active": None}, TICKS, "halted"),
        ({"spot": False, "type": "swap"}, TICKS, "a swap, not spot"),
        ({"precision": {"amount": "0.1"}}, TICKS, "no word on its steps"),
        ({"precision": {"amount": "0", "price": "0.1"}}, TICKS, "no word on its steps"),
        ({"precision": {"amount": "-1", "price": "0.1"}}, TICKS, "no word on its steps"),
        ({"precision": {"amount": "x", "price": "NaN"}}, TICKS, "no word on its steps"),
        ({"precision": {"amount": "0.5", "price": "1"}}, PLACES, "no word on its steps"),
        ({}, DIGITS, "no word on its steps"),
        ({"taker": None}, TICKS, "no word on its steps, or on its fee"),
    ],
)
def test_what_is_not_certain_is_refused(changes: dict[str, Any], mode: int, found: str) -> None:
    with pytest.raises(ConfigError) as refused:
        instruments_of("binance", {BTC: LISTED | changes}, mode, [BTC])
    assert refused.value.code is Code.UNKNOWN_PAIR
    assert found in refused.value.found


def test_a_halted_pair_is_let_pass_where_somebody_is_told_of_it() -> None:
    halted: set[str] = set()
    found = instruments_of("okx", {BTC: LISTED | {"active": False}}, TICKS, [BTC], halted)
    assert found == instruments_of("okx", {BTC: LISTED}, TICKS, [BTC])
    assert halted == {BTC}


# at a venue


@pytest.fixture(scope="module")
def market() -> Iterator[Venue]:
    venue = Venue(speed=0)
    venue.open()
    yield venue
    venue.close()


@pytest.mark.xdist_group("live-broker")
def test_a_broker_asks_its_venue_what_it_is_to_trade(market: Venue) -> None:
    number = market.number()
    connection = Connection(
        venue=VENUES["binance"],
        credentials=Credentials(key=f"key{number}", secret=f"secret{number}"),
        url=market.exchange.url,
        wait=True,
        pace=QUICK,
    )
    broker = LiveBroker(connection)
    try:
        order = approved()
        assert broker.knows(order.order.id) is None  # nobody has said in which pairs to look
        found = broker.instruments([BTC])
        assert set(found) == {BTC}
        assert found[BTC].price_step > 0 < found[BTC].amount_step
        assert found[BTC].taker_fee == D("0.001")
        assert broker.knows(order.order.id) is False
        broker.submit(order, NOW)
        assert until(lambda: any(isinstance(word, Fill) for word in broker.said()))
        with pytest.raises(ConfigError) as refused:
            broker.instruments([BTC, "BTC/USDTT"])
        assert refused.value.code is Code.UNKNOWN_PAIR
        assert refused.value.remedy == 'did you mean "BTC/USDT"?'
    finally:
        broker.close()
