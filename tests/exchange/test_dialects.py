"""What the real ccxt does on an exchange, it does on each of them here: it is told an address."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from contextlib import contextmanager
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import ccxt
import ccxt.async_support
import ccxt.pro
import pytest
from tests.exchange.serving import PATIENCE_S, Exchange, until

from tidegate.exchange.faults import Fault, Kind
from tidegate.exchange.keys import ApiKey

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

pytestmark = pytest.mark.xdist_group("exchange-dialects")  # one server for all of it

Client = Any  # ccxt has no types
PAIR = "BTC/USDT"
DIALECTS = ("binance", "okx", "coinbase")
BEGIN = {"USDT": Decimal(1_000_000), "BTC": Decimal(10)}
FEE_IN_QUOTE = {"coinbase"}
REFUSED = (ccxt.AuthenticationError, ccxt.InvalidNonce, ccxt.PermissionDenied)


@pytest.fixture(scope="module", params=DIALECTS)
def exchange(request: pytest.FixtureRequest) -> Iterator[Exchange]:
    with Exchange(dialect=request.param, balances=BEGIN, limited=False) as running:
        yield running


@pytest.fixture(autouse=True)
def calm(exchange: Exchange) -> Iterator[None]:
    yield
    exchange.control("DELETE", "faults")


@pytest.fixture(scope="module")
def client(exchange: Exchange) -> Client:
    made = made_of(ccxt, exchange)
    made.load_markets()
    return made


def made_of(module: Client, exchange: Exchange, **other: Client) -> Client:
    return getattr(module, exchange.server.dialect.name)({**exchange.client(), **other})


def far_below(client: Client) -> float:
    return float(client.price_to_precision(PAIR, best(client, "bids") * 0.9))


def best(client: Client, side: str) -> float:
    return float(client.fetch_order_book(PAIR, 5)[side][0][0])


def rested(client: Client, amount: float = 0.01, **params: Client) -> Client:
    """Place a bid that waits; the order as it is then queried."""
    made = client.create_order(PAIR, "limit", "buy", amount, far_below(client), params)
    return client.fetch_order(made["id"], PAIR)


def owned(exchange: Exchange) -> dict[str, Decimal]:
    account = exchange.control("GET", "accounts")["main"]
    return {
        asset: Decimal(balance["free"]) + Decimal(balance["locked"])
        for asset, balance in account.items()
    }


# markets


def test_markets_have_the_steps_of_the_listing(exchange: Exchange, client: Client) -> None:
    market = client.market(PAIR)
    listing = exchange.world.venue.listings["BTCUSDT"]
    assert market["spot"]
    assert market["active"]
    assert market["precision"]["price"] == pytest.approx(listing.tick / 1e8)
    assert market["precision"]["amount"] == pytest.approx(listing.lot / 1e8)


def test_the_time_is_the_present(client: Client) -> None:
    assert abs(client.fetch_time() - client.milliseconds()) < 60_000


def test_ticker_book_trades_and_candles_agree(client: Client) -> None:
    ticker = client.fetch_ticker(PAIR)
    assert ticker["bid"] < ticker["ask"]
    book = client.fetch_order_book(PAIR, 5)
    assert len(book["bids"]) == len(book["asks"]) == 5
    assert book["bids"][0][0] < book["asks"][0][0]
    assert book["bids"] == sorted(book["bids"], reverse=True)
    assert book["asks"] == sorted(book["asks"])
    trades = client.fetch_trades(PAIR, limit=20)
    assert trades == sorted(trades, key=lambda trade: trade["timestamp"])
    close = client.fetch_ohlcv(PAIR, "1m", limit=2)[-1][4]
    for price in (book["bids"][0][0], trades[-1]["price"], close, ticker["last"]):
        assert price == pytest.approx(ticker["last"], rel=0.01)
    assert {"BTC/USDT", "ETH/USDT"} <= set(client.fetch_tickers())


@pytest.mark.parametrize(("timeframe", "length"), [("1m", 60), ("5m", 300), ("1h", 3600)])
def test_candles_follow_each_other_up_to_the_forming_one(
    client: Client,
    timeframe: str,
    length: int,
) -> None:
    rows = client.fetch_ohlcv(PAIR, timeframe, limit=50)
    now = client.fetch_time() // 1000
    assert rows[-1][0] // 1000 in {now - now % length, now - now % length - length}
    assert [later[0] - row[0] for row, later in pairwise(rows)] == (
        [length * 1000] * (len(rows) - 1)
    )
    assert len(rows) >= 49
    assert all(
        low <= min(first, last) <= max(first, last) <= high for _, first, high, low, last, _ in rows
    )


def test_older_candles_begin_where_they_were_asked_to(client: Client) -> None:
    since = (client.milliseconds() // 3_600_000 - 100) * 3_600_000
    rows = client.fetch_ohlcv(PAIR, "1h", since=since, limit=10)
    assert [row[0] for row in rows] == [since + number * 3_600_000 for number in range(10)]


# orders


def test_a_market_order_fills_and_is_paid_for_to_the_last_unit(
    exchange: Exchange, client: Client
) -> None:
    before = owned(exchange)
    made = client.create_order(PAIR, "market", "sell", 0.02)
    order = client.fetch_order(made["id"], PAIR)
    assert order["status"] == "closed"
    assert order["filled"] == pytest.approx(0.02)
    trades = client.fetch_my_trades(PAIR)
    mine = [trade for trade in trades if trade["order"] == made["id"]]
    assert sum(trade["amount"] for trade in mine) == pytest.approx(0.02)
    assert {trade["takerOrMaker"] for trade in mine} == {"taker"}
    assert order["average"] == pytest.approx(sum(t["cost"] for t in mine) / 0.02)
    after = owned(exchange)
    got = Decimal(str(sum(trade["cost"] - trade["fee"]["cost"] for trade in mine)))
    assert before["BTC"] - after["BTC"] == Decimal("0.02")
    assert after["USDT"] - before["USDT"] == pytest.approx(got, abs=Decimal("0.000001"))
    assert made["id"] in {one["id"] for one in client.fetch_closed_orders(PAIR)}


def test_a_purchase_pays_its_fee_as_it_says(exchange: Exchange, client: Client) -> None:
    before = owned(exchange)
    price = client.price_to_precision(PAIR, best(client, "asks") * 1.01)
    made = client.create_order(PAIR, "limit", "buy", 0.01, float(price))
    order = client.fetch_order(made["id"], PAIR)
    assert order["status"] == "closed"
    mine = [trade for trade in client.fetch_my_trades(PAIR) if trade["order"] == made["id"]]
    asset = "USDT" if exchange.server.dialect.name in FEE_IN_QUOTE else "BTC"
    assert {trade["fee"]["currency"] for trade in mine} == {asset}
    paid = {"BTC": Decimal(0), "USDT": Decimal(0)}
    paid[asset] = sum((Decimal(str(trade["fee"]["cost"])) for trade in mine), Decimal(0))
    after = owned(exchange)
    assert paid[asset] > 0
    assert after["BTC"] - before["BTC"] == Decimal("0.01") - paid["BTC"]
    spent = Decimal(str(sum(trade["cost"] for trade in mine)))
    assert before["USDT"] - after["USDT"] == pytest.approx(
        spent + paid["USDT"], abs=Decimal("1e-6")
    )


def test_an_order_waits_locks_and_is_taken_back(exchange: Exchange, client: Client) -> None:
    order = rested(client)
    assert order["status"] == "open"
    assert order["remaining"] == pytest.approx(0.01)
    assert order["id"] in {one["id"] for one in client.fetch_open_orders(PAIR)}
    balance = client.fetch_balance()["USDT"]
    locked = order["price"] * 0.01
    assert locked * 0.999 <= balance["used"] <= locked * 1.02
    assert balance["free"] + balance["used"] == pytest.approx(float(owned(exchange)["USDT"]))
    client.cancel_order(order["id"], PAIR)
    assert client.fetch_order(order["id"], PAIR)["status"] == "canceled"
    assert order["id"] not in {one["id"] for one in client.fetch_open_orders(PAIR)}
    assert client.fetch_balance()["USDT"]["used"] == 0


def test_an_order_larger_than_the_best_level_fills_in_several_trades(client: Client) -> None:
    book = client.fetch_order_book(PAIR, 5)
    amount = float(client.amount_to_precision(PAIR, sum(size for _, size, *_ in book["bids"][:3])))
    price = float(client.price_to_precision(PAIR, book["bids"][0][0] * 0.97))
    made = client.create_order(PAIR, "limit", "sell", amount, price)
    order = client.fetch_order(made["id"], PAIR)
    mine = [trade for trade in client.fetch_my_trades(PAIR) if trade["order"] == made["id"]]
    assert len(mine) >= 2
    assert order["status"] == "closed"
    assert order["average"] > price


def test_what_is_to_fill_at_once_does_not_wait(client: Client) -> None:
    made = client.create_order(
        PAIR, "limit", "buy", 0.01, far_below(client), {"timeInForce": "IOC"}
    )
    order = client.fetch_order(made["id"], PAIR)
    assert order["status"] in {"canceled", "expired"}
    assert order["filled"] == 0


def test_a_makers_order_waits_and_never_takes(client: Client) -> None:
    order = rested(client, postOnly=True)
    assert order["status"] == "open"
    assert order["postOnly"]
    client.cancel_order(order["id"], PAIR)
    price = float(client.price_to_precision(PAIR, best(client, "asks") * 1.01))
    try:
        made = client.create_order(PAIR, "limit", "buy", 0.01, price, {"postOnly": True})
    except ccxt.ExchangeError:
        return  # Binance and Coinbase refuse it; OKX takes it and ends it
    order = client.fetch_order(made["id"], PAIR)
    assert order["status"] == "canceled"
    assert order["filled"] == 0


# refusals


def test_more_than_there_is_cannot_be_spent(client: Client) -> None:
    with pytest.raises(ccxt.InsufficientFunds):
        client.create_order(PAIR, "limit", "buy", 50, far_below(client))
    with pytest.raises(ccxt.InsufficientFunds):
        client.create_order(PAIR, "market", "sell", 50)


def test_a_size_below_the_least_is_refused(client: Client) -> None:
    with pytest.raises((ccxt.InvalidOrder, ccxt.BadRequest, ccxt.ExchangeError)):
        client.create_order(PAIR, "limit", "buy", 0.00001, far_below(client))
    assert client.fetch_open_orders(PAIR) == []


def test_what_is_not_listed_is_not_known(client: Client) -> None:
    with pytest.raises(ccxt.BadSymbol):
        client.fetch_ticker("NOPE/USDT")


def test_a_wrong_secret_is_found_out(exchange: Exchange) -> None:
    with Exchange(dialect=exchange.server.dialect.name, keys=(ApiKey("simkey", "x"),)) as other:
        secret = other.client()["secret"].replace("simsecret", "x")
    with pytest.raises(ccxt.AuthenticationError):
        made_of(ccxt, exchange, secret=secret).fetch_balance()


def test_a_wrong_clock_is_found_out(exchange: Exchange, client: Client) -> None:
    exchange.arm("wrong-clock", offset_ms=200_000)
    with pytest.raises(REFUSED):
        client.fetch_balance()


def test_what_was_never_placed_is_not_found(client: Client) -> None:
    unknown = client.fetch_order, client.cancel_order
    order = rested(client)
    client.cancel_order(order["id"], PAIR)
    gone = order["id"][:-1] + ("0" if order["id"][-1] != "0" else "1")
    for ask in unknown:
        with pytest.raises((ccxt.OrderNotFound, ccxt.BadRequest, ccxt.ExchangeError)):
            ask("9" + gone[1:], PAIR)
    with pytest.raises((ccxt.OrderNotFound, ccxt.BadRequest)):
        client.cancel_order(order["id"], PAIR)


# faults need no code of a dialect's own


@pytest.mark.parametrize(
    ("fault", "fields", "seen"),
    [
        ("rate-limit", {}, (ccxt.RateLimitExceeded, ccxt.DDoSProtection)),
        ("ban", {}, (ccxt.DDoSProtection, ccxt.ExchangeNotAvailable, ccxt.PermissionDenied)),
        ("server-error", {"status": 500}, (ccxt.ExchangeError, ccxt.NetworkError)),
        ("maintenance", {}, (ccxt.OperationFailed, ccxt.ExchangeError)),
        ("reset-before", {}, ccxt.NetworkError),
        ("reset-after", {}, ccxt.NetworkError),
    ],
)
def test_a_trouble_is_an_error_of_the_clients(
    exchange: Exchange,
    client: Client,
    fault: str,
    fields: dict[str, Any],
    seen: Client,
) -> None:
    exchange.arm(fault, next=1, **fields)
    with pytest.raises(seen):
        client.fetch_balance()
    exchange.control("DELETE", "faults")
    assert client.fetch_balance()["USDT"]["total"] > 0


def test_an_order_fills_in_part_when_a_fault_says_so(exchange: Exchange, client: Client) -> None:
    exchange.arm("partial-fill", share=0.5, delay_ms=600_000, next=1)
    made = client.create_order(PAIR, "limit", "sell", 0.02, far_below(client))
    order = client.fetch_order(made["id"], PAIR)
    assert order["status"] == "open"
    assert order["filled"] == pytest.approx(0.01)
    client.cancel_order(made["id"], PAIR)
    order = client.fetch_order(made["id"], PAIR)
    assert order["status"] == "canceled"
    assert order["filled"] == pytest.approx(0.01)


def test_an_order_that_is_there_is_not_found_when_a_fault_says_so(
    exchange: Exchange,
    client: Client,
) -> None:
    order = rested(client)
    exchange.arm("not-found", next=1)
    with pytest.raises((ccxt.OrderNotFound, ccxt.ExchangeError)):
        client.fetch_order(order["id"], PAIR)
    assert client.fetch_order(order["id"], PAIR)["status"] == "open"
    client.cancel_order(order["id"], PAIR)


# the two other clients


def test_the_asynchronous_client_trades_too(exchange: Exchange) -> None:
    async def trade() -> Client:
        async with made_of(ccxt.async_support, exchange) as client:
            await client.load_markets()
            made = await client.create_order(PAIR, "market", "sell", 0.01)
            return await client.fetch_order(made["id"], PAIR)

    assert asyncio.run(trade())["status"] == "closed"


def streamed(exchange: Exchange, what: Callable[[Client], Awaitable[Client]]) -> Client:
    async def watch() -> Client:
        async with made_of(ccxt.pro, exchange) as client:
            await client.load_markets()
            return await asyncio.wait_for(what(client), PATIENCE_S)

    return asyncio.run(watch())


def test_tickers_are_streamed(exchange: Exchange) -> None:
    ticker = streamed(exchange, lambda client: client.watch_ticker(PAIR))
    assert ticker["symbol"] == PAIR
    assert ticker["last"] > 0
    tickers = streamed(exchange, lambda client: client.watch_tickers([PAIR]))
    assert set(tickers) == {PAIR}


def test_trades_are_streamed(exchange: Exchange) -> None:
    trades = streamed(exchange, lambda client: client.watch_trades(PAIR))
    assert trades[-1]["price"] > 0
    assert trades[-1]["side"] in {"buy", "sell"}


def test_a_streamed_book_is_the_book(exchange: Exchange) -> None:
    async def follow(client: Client) -> Client:
        for _ in range(10):
            book = await client.watch_order_book(PAIR)
            assert book["bids"][0][0] < book["asks"][0][0]
        return book

    book = streamed(exchange, follow)
    assert len(book["bids"]) >= 20
    assert book["bids"] == sorted(book["bids"], reverse=True)


def test_what_is_unsubscribed_is_sent_no_more(exchange: Exchange) -> None:
    async def leave(client: Client) -> tuple[bool, bool]:
        await client.watch_trades(PAIR)
        before = any(exchange.world.watched.values())
        await client.un_watch_trades(PAIR)
        return before, any(exchange.world.watched.values())

    assert streamed(exchange, leave) == (True, False)


def test_candles_are_streamed(exchange: Exchange) -> None:
    if exchange.server.dialect.name == "coinbase":
        return  # ccxt.pro has no candles of it
    rows = streamed(exchange, lambda client: client.watch_ohlcv(PAIR, "1m"))
    assert rows[-1][0] % 60_000 == 0
    assert rows[-1][4] > 0


async def subscribed(exchange: Exchange, before: int) -> None:
    """Wait until one more listens to the account; whoever waits for this bounds it."""
    while len(exchange.world.hearers["main"]) == before:  # noqa: ASYNC110 - it is another thread's
        await asyncio.sleep(0.01)


def test_own_orders_are_streamed(exchange: Exchange) -> None:
    before = len(exchange.world.hearers["main"])

    async def follow(client: Client) -> list[str]:
        told: list[tuple[str, str]] = []

        async def listen() -> None:
            while True:
                orders = await client.watch_orders(PAIR)
                told.extend((one["id"], one["status"]) for one in orders)

        async def heard(status: str) -> None:
            while (made["id"], status) not in told:  # noqa: ASYNC110 - bounded, by who waits
                await asyncio.sleep(0.01)

        listening = asyncio.create_task(listen())
        book = await client.fetch_order_book(PAIR, 5)
        price = float(client.price_to_precision(PAIR, book["bids"][0][0] * 0.9))
        await subscribed(exchange, before)
        made = await client.create_order(PAIR, "limit", "buy", 0.01, price)
        await heard("open")
        await client.cancel_order(made["id"], PAIR)
        await heard("canceled")
        listening.cancel()
        return [status for number, status in told if number == made["id"]]

    states = streamed(exchange, follow)
    assert (states[0], states[-1]) == ("open", "canceled")


async def forever(client: Client) -> None:
    while True:
        await client.watch_ticker(PAIR)


def test_a_stream_that_breaks_is_noticed_and_can_be_had_again(exchange: Exchange) -> None:
    async def broken(client: Client) -> Client:
        await client.watch_ticker(PAIR)
        exchange.world.faults.arm([Fault(fault=Kind.DISCONNECT, next=1)], exchange.world.now_ns())
        with pytest.raises(ccxt.NetworkError):
            await forever(client)
        return await client.watch_ticker(PAIR)

    assert streamed(exchange, broken)["last"] > 0


def test_everything_that_was_watched_is_left_alone_again(exchange: Exchange) -> None:
    world = exchange.world
    assert until(lambda: not any(world.watched.values()))
    assert until(lambda: not any(world.seers.values()))
    takes_fees = exchange.server.dialect.name in FEE_IN_QUOTE
    assert until(lambda: len(world.hearers["main"]) == int(takes_fees))


def test_what_the_command_prints_is_all_that_ccxt_has_to_be_told(exchange: Exchange) -> None:
    with printed(exchange.server.dialect.name) as client:
        assert client.fetch_ticker(PAIR)["last"] > 0
        assert client.fetch_balance()["USDT"]["free"] == 10_000


@contextmanager
def printed(dialect: str) -> Iterator[Client]:
    """Run the command, and return the client that it tells how to make."""
    main = "from tidegate.cli import main; main()"
    command = [sys.executable, "-c", main, "exchange", "--dialect", dialect, "-p", PAIR]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        try:
            words = next(line for line in process.stdout if line.startswith("ccxt."))
            yield eval(words, {"ccxt": ccxt})  # noqa: S307 - what a reader would paste
        finally:
            process.send_signal(signal.SIGINT)
            process.stdout.read()
    assert process.returncode == 0
