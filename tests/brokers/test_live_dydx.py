"""The live broker at dYdX: a wallet for a key, and orders that are signed transactions."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import ccxt
import msgspec
import pytest
from tests.brokers.hearing import Heard, placed
from tests.brokers.venues_here import D, Venue
from tests.exchange.serving import until

from tidegate.brokers.books import Wanted
from tidegate.brokers.live import Connection, LiveBroker
from tidegate.brokers.rights import require_fit
from tidegate.brokers.trouble import Meaning, meaning_of
from tidegate.errors import Code, ConfigError
from tidegate.model import ENDED, Fill, OrderState, Side
from tidegate.model.credentials import Credentials
from tidegate.testing.contract import NOW
from tidegate.venues.table import VENUES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

DYDX = VENUES["dydx"]
CALLED_ALIKE = "n47425", "n70574"
pytestmark = pytest.mark.xdist_group("live-broker")


@pytest.fixture(scope="module")
def shared() -> Iterator[Venue]:
    venue = Venue("dydx")
    venue.open()
    trading = replace(DYDX.trading, safe_s=1.0, orders_per_second=100, orders_burst=100)
    venue.kind = replace(DYDX, trading=trading)
    yield venue
    venue.close()


@pytest.fixture
def market(shared: Venue) -> Iterator[Venue]:
    shared.replenish()
    yield shared
    shared.exchange.control("DELETE", "faults")


# orders


def test_orders_of_one_moment_are_all_taken(market: Venue) -> None:
    """The chain takes each moment of a wallet's only once."""
    account = market.number()
    broker = market.broker(account, wait=False)
    orders = [market.approved(f"many {number}", amount="0.2", price="90") for number in range(20)]
    for order in orders:
        broker.submit(order, NOW)
    states: list[OrderState] = []

    def open_all() -> bool:
        states.extend(word.state for word in broker.said() if not isinstance(word, Fill))
        return len(states) >= len(orders)

    assert until(open_all)
    assert states == [OrderState.OPEN] * 20
    assert all(placed(market, account, order) == 1 for order in orders)


def test_an_order_at_the_market_goes_no_further_than_a_twentieth(market: Venue) -> None:
    account = market.number()
    broker = market.broker(account)
    price = market.price()
    order = market.approved("too much", amount="50")
    broker.submit(order, NOW)
    heard = Heard(broker)
    assert heard.until_over() == [OrderState.OPEN, OrderState.CANCELLED], heard.words
    assert 0 < sum(fill.amount for fill in heard.fills) < 50
    (sent,) = market.orders(account, order.order.id)
    limit = D(sent.price * sent.listing.tick) / 10**8
    assert price * D("1.04") < limit < price * D("1.06")


def test_a_clock_that_is_wrong_costs_no_order(market: Venue) -> None:
    market.exchange.arm("wrong-clock", offset_ms=-40_000)
    broker = market.broker()
    broker.submit(market.approved("late"), NOW)
    assert Heard(broker).until_over()[-1] is OrderState.FILLED


def test_another_order_of_the_same_number_is_not_taken_for_ours(market: Venue) -> None:
    account = market.number()
    first, second = (market.approved(name) for name in CALLED_ALIKE)
    named = DYDX.trading.named
    assert named(first.order.id) == named(second.order.id)
    broker = market.broker(account)
    broker.submit(first, NOW)
    assert Heard(broker).until_over()[-1] is OrderState.FILLED
    later = msgspec.structs.replace(
        second.order, amount=D(2), made_ns=time.time_ns() + 200_000_000_000
    )
    again = market.broker(account)
    again.recall([later], [], NOW)
    heard = Heard(again)
    assert heard.until_over() == [OrderState.UNRESOLVED, OrderState.CANCELLED]
    assert not heard.fills


def test_among_faults_of_every_kind_each_order_is_placed_once_and_each_fill_heard_of(
    market: Venue,
) -> None:
    for fault in ("timeout-after", "reset-before", "reset-after", "server-error-after", "cut-body"):
        market.exchange.arm(fault, chance=0.05, hold_s=0.6)
    for fault in ("partial-fill", "late-fill", "cancel-race", "fill-after-cancel", "not-found"):
        market.exchange.arm(fault, chance=0.2, delay_ms=100)
    account = market.number()
    broker = market.broker(account, timeout_s=0.5)
    prices = (None, "90", "101", "100") * 4
    orders = [
        market.approved(f"storm {number}", amount="0.3", price=price)
        for number, price in enumerate(prices)
    ]
    for order in orders:
        broker.submit(order, NOW)
    for order in orders:
        broker.cancel(order.order.id, NOW)
    heard: dict[str, Decimal] = {}
    last: dict[str, OrderState] = {}

    def all_as_the_venue_has_them() -> bool:
        for word in broker.said():
            if isinstance(word, Fill):
                heard[word.order] = heard.get(word.order, D(0)) + word.amount
            else:
                last[word.order] = word.state
        names = [order.order.id for order in orders]
        filled = {name: filled_of(market, account, name) for name in names}
        over = all(last.get(name) in ENDED for name in names)
        return over and filled == {name: heard.get(name, D(0)) for name in names}

    assert until(all_as_the_venue_has_them), last
    assert any(heard.values())
    assert all(placed(market, account, order) <= 1 for order in orders)


def filled_of(market: Venue, account: int, name: str) -> Decimal:
    found = market.orders(account, name)
    return sum((D(one.filled * one.listing.lot) / 10**8 for one in found), D(0))


# the account


def test_the_collateral_and_what_is_held_are_told_to_the_last_digit(market: Venue) -> None:
    begun = time.time_ns()
    broker = market.broker()
    order = market.approved("bought", amount="0.5")
    broker.submit(order, NOW)
    heard = Heard(broker)
    heard.until_over()
    spent = sum(fill.amount * fill.price + fill.fee for fill in heard.fills)
    assert broker.balances() == {"USDC": 1_000_000 - spent, "BTC": D("0.5")}
    since_ns = begun - 3600 * 10**9
    wanted = Wanted(pairs=(market.pair,), since_ns=since_ns, orders_since_ns=since_ns)
    books = broker.books(wanted)
    assert {(one.side, one.amount, one.filled) for one in books.orders} == {
        (Side.BUY, D("0.5"), D("0.5"))
    }
    assert sum(one.amount for one in books.fills) == D("0.5")


def test_nothing_is_offered_for_trading_there_since_it_is_not_spot(market: Venue) -> None:
    with pytest.raises(ConfigError) as refused:
        market.broker().instruments([market.pair])
    assert refused.value.code is Code.UNKNOWN_PAIR
    assert "a swap, not spot" in refused.value.found
    assert "this one has none" in refused.value.remedy


# the wallet


def test_a_wallet_is_fit_here_if_its_key_opens_it(market: Venue) -> None:
    mine, other = market.credentials(0), market.credentials(1)
    require_fit(DYDX, mine, url=market.exchange.url)
    for key, secret in (
        (mine.key, other.secret),
        (mine.key, "no number at all"),
        (f"{mine.key[:-1]}b", mine.secret),
        ("main", mine.secret),
    ):
        wrong = Credentials(key=key, secret=secret)
        with pytest.raises(ConfigError) as refused:
            require_fit(DYDX, wrong, url=market.exchange.url)
        assert refused.value.code is Code.UNFIT_KEY
        assert refused.value.problem == "this key does not open that wallet"
        assert secret not in str(refused.value)


@pytest.mark.parametrize("url", [None, "https://indexer.dydx.trade", "http://127.0.0.1.evil.net"])
def test_a_wallet_that_may_hold_money_is_used_nowhere(market: Venue, url: str | None) -> None:
    mine = market.credentials(0)
    uses = (
        lambda: require_fit(DYDX, mine, url=url),
        lambda: LiveBroker(Connection(venue=DYDX, credentials=mine, url=url)),
        lambda: LiveBroker(Connection(venue=DYDX, credentials=mine, url=url, sandbox=True)),
    )
    for use in uses:
        with pytest.raises(ConfigError) as refused:
            use()
        assert refused.value.code is Code.UNFIT_KEY
        assert "withdraw" in refused.value.found
        assert mine.secret not in str(refused.value)


# what went wrong

TAKEN = 'dydx {"jsonrpc":"2.0","id":-1,"result":{"code":%d,"log":"%s","codespace":"%s"}}'


@pytest.mark.parametrize(
    ("error", "code", "log", "codespace", "meaning"),
    [
        (ccxt.InvalidOrder, 3007, "Stateful order collateralization check failed", "clob",
         Meaning.REFUSED),
        (ccxt.ExchangeError, 4, "signature verification failed; unauthorized", "sdk",
         Meaning.REFUSED),
        (ccxt.InvalidOrder, 3005, "Existing stateful order has higher-or-equal priority", "clob",
         Meaning.UNKNOWN),
        (ccxt.InvalidOrder, 30, "An order has already been processed for this CLOB", "clob",
         Meaning.UNKNOWN),
        (ccxt.InvalidOrder, 3009, "Stateful order was previously removed", "clob",
         Meaning.UNKNOWN),
        (ccxt.ExchangeError, 7, "nonce 5 not within valid time window or already used",
         "accountplus", Meaning.UNKNOWN),
        (ccxt.RateLimitExceeded, 5001, "Block rate limit exceeded", "clob", Meaning.LATER),
        (ccxt.ExchangeNotAvailable, 0, "", "", Meaning.UNKNOWN),
    ],
)  # fmt: skip
def test_what_the_chain_has_looked_at_and_not_taken_is_a_refusal(
    error: type[Exception], code: int, log: str, codespace: str, meaning: Meaning
) -> None:
    assert meaning_of(error(TAKEN % (code, log, codespace)), DYDX) is meaning
