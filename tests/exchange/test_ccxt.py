"""The real ccxt, sync, async and pro, over a real socket."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import ccxt
import ccxt.async_support
import ccxt.pro
import pytest
from tests.exchange.serving import Exchange, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

BTC, ETH = "BTC/USDT", "ETH/USDT"
PATIENCE_S = 30.0

pytestmark = pytest.mark.xdist_group("exchange-ccxt")


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    with Exchange(limited=False) as running:
        yield running


@pytest.fixture(scope="module")
def client(exchange: Exchange) -> Any:  # noqa: ANN401 - ccxt has no types
    made = ccxt.binance(exchange.client())
    made.load_markets()
    return made


@pytest.fixture(autouse=True)
def _nothing_waits(exchange: Exchange, client: Any) -> Iterator[None]:  # noqa: ANN401 - ccxt has no types
    yield
    exchange.control("DELETE", "faults")
    for order in client.fetch_open_orders(BTC):
        client.cancel_order(order["id"], BTC)


def price(client: Any) -> float:  # noqa: ANN401 - ccxt has no types
    return float(client.fetch_ticker(BTC)["last"])


# sync


def test_markets_have_steps_and_limits(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    market = client.markets[BTC]
    assert market["active"]
    assert market["spot"]
    assert market["precision"] == {"amount": 1e-05, "price": 0.01, "base": 1e-08, "quote": 1e-08}
    assert market["limits"]["cost"]["min"] == 5


def test_public_data_agree_with_each_other(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    book = client.fetch_order_book(ETH, 20)
    assert len(book["bids"]) == len(book["asks"]) == 20
    assert book["bids"][0][0] < book["asks"][0][0]
    assert [row[0] for row in book["bids"]] == sorted((r[0] for r in book["bids"]), reverse=True)
    candles = client.fetch_ohlcv(ETH, "1m", limit=3)
    server = client.fetch_time()
    assert 0 <= server - candles[-1][0] <= 61_000  # a minute may have begun between the calls
    trades = client.fetch_trades(ETH, since=candles[0][0], limit=1000)
    for opened, *_rest, low, close, volume in candles[:2]:
        inside = [one for one in trades if opened <= one["timestamp"] < opened + 60_000]
        assert min(one["price"] for one in inside) == low
        assert inside[-1]["price"] == close
        assert sum(one["amount"] for one in inside) == pytest.approx(volume)
    ticker = client.fetch_ticker(ETH)
    assert ticker["low"] <= ticker["last"] <= ticker["high"]
    assert set(client.fetch_tickers()) == {BTC, ETH}


def test_history_is_paged_without_a_gap(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    first = client.fetch_ohlcv(BTC, "5m", since=0, limit=1000)
    second = client.fetch_ohlcv(BTC, "5m", since=first[-1][0] + 1, limit=1000)
    times = [row[0] for row in first + second]
    assert len(times) == 2000
    assert {later - one for one, later in pairwise(times)} == {300_000}
    before = client.fetch_ohlcv(BTC, "5m", limit=2, params={"until": second[-1][0]})
    assert before == second[-2:]
    week = client.fetch_ohlcv(BTC, "1w", limit=10)
    assert all(row[0] // 86_400_000 % 7 == 4 for row in week)


def test_a_market_order_fills_and_pays_its_fee(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    before = client.fetch_balance()
    order = client.create_order(BTC, "market", "buy", 0.01)
    assert (order["status"], order["filled"]) == ("closed", 0.01)
    assert order["fee"] == {"currency": "BTC", "cost": 1e-05}
    after = client.fetch_balance()
    assert after["BTC"]["free"] - before.get("BTC", {}).get("free", 0) == pytest.approx(0.00999)
    assert before["USDT"]["free"] - after["USDT"]["free"] == pytest.approx(order["cost"])
    mine = client.fetch_my_trades(BTC, params={"orderId": order["id"]})
    assert sum(one["amount"] for one in mine) == pytest.approx(0.01)
    assert {one["order"] for one in mine} == {order["id"]}
    spent = client.create_market_buy_order_with_cost(BTC, 50)
    assert 49 < spent["cost"] <= 50


def test_an_order_waits_is_found_and_is_taken_back(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    low = round(price(client) * 0.9, 2)
    order = client.create_order(BTC, "limit", "buy", 0.01, low, {"clientOrderId": "mine-1"})
    assert (order["status"], order["filled"]) == ("open", 0)
    assert client.fetch_balance()["USDT"]["used"] == pytest.approx(low * 0.01)
    found = client.fetch_order(None, BTC, {"origClientOrderId": "mine-1"})
    assert found["id"] == order["id"]
    assert [one["id"] for one in client.fetch_open_orders(BTC)] == [order["id"]]
    with pytest.raises(ccxt.InvalidOrder, match="Duplicate order sent"):
        client.create_order(BTC, "limit", "buy", 0.01, low, {"clientOrderId": "mine-1"})
    assert client.cancel_order(order["id"], BTC)["status"] == "canceled"
    assert client.fetch_order(order["id"], BTC)["status"] == "canceled"
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order(order["id"], BTC)
    again = client.create_order(BTC, "limit", "buy", 0.01, low, {"clientOrderId": "mine-1"})
    assert again["id"] != order["id"]
    everything = client.fetch_orders(BTC)
    assert {order["id"], again["id"]} <= {one["id"] for one in everything}
    assert len(client.cancel_all_orders(BTC)) == 1


def test_the_price_comes_to_an_order_that_waits(exchange: Exchange, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    at = round(price(client) * 0.99, 2)
    order = client.create_order(BTC, "limit", "buy", 0.01, at)
    exchange.control("POST", "price", {"pair": BTC, "factor": 0.98})
    done = until(lambda: _closed(client, order["id"]))
    assert done["average"] == at
    mine = client.fetch_my_trades(BTC, params={"orderId": order["id"]})
    assert {one["takerOrMaker"] for one in mine} == {"maker"}


def _closed(client: Any, number: str) -> Any:  # noqa: ANN401 - ccxt has no types
    order = client.fetch_order(number, BTC)
    return order if order["status"] == "closed" else None


def test_a_stop_sells_when_the_price_falls(exchange: Exchange, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    client.create_order(BTC, "market", "buy", 0.01)
    now = price(client)
    stop = client.create_order(
        BTC,
        "STOP_LOSS_LIMIT",
        "sell",
        0.009,
        round(now * 0.9, 2),
        {"stopPrice": round(now * 0.97, 2)},
    )
    market = client.create_order(
        BTC, "STOP_LOSS", "sell", 0.0009, None, {"stopPrice": round(now * 0.97, 2)}
    )
    assert client.fetch_order(stop["id"], BTC)["status"] == "open"
    exchange.control("POST", "price", {"pair": BTC, "factor": 0.95})
    for order in (stop, market):
        done = until(lambda number=order["id"]: _closed(client, number))  # type: ignore[misc] # a default binds it now
        assert done["average"] < now * 0.97


def test_an_order_is_replaced_in_one_call(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    now = price(client)
    order = client.create_order(BTC, "limit", "buy", 0.01, round(now * 0.8, 2))
    changed = client.edit_order(order["id"], BTC, "limit", "buy", 0.02, round(now * 0.81, 2))
    assert changed["id"] != order["id"]
    assert client.fetch_order(order["id"], BTC)["status"] == "canceled"
    with pytest.raises(ccxt.BaseError, match="-2022"):
        client.edit_order(order["id"], BTC, "limit", "buy", 0.02, round(now * 0.81, 2))


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("limit", "buy", 1000, 0.9), ccxt.InsufficientFunds),
        (("limit", "buy", 0.00002, 0.9), ccxt.BadRequest),
        (("limit", "buy", 0.01, 9.0), ccxt.InvalidOrder),
        (("market", "sell", 50, None), ccxt.InsufficientFunds),
    ],
)
def test_what_the_venue_refuses_is_the_clients_own_error(
    client: Any,  # noqa: ANN401 - ccxt has no types
    words: tuple[str, str, float, float | None],
    error: type[Exception],
) -> None:
    kind, side, amount, share = words
    at = None if share is None else round(price(client) * share, 2)
    with pytest.raises(error):
        client.create_order(BTC, kind, side, amount, at)


def test_a_maker_only_order_that_would_take_is_refused(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    with pytest.raises(ccxt.OrderImmediatelyFillable):
        client.create_order(
            BTC, "limit", "buy", 0.01, round(price(client) * 1.01, 2), {"postOnly": True}
        )


@pytest.mark.parametrize(("life", "status"), [("IOC", "expired"), ("FOK", "expired")])
def test_what_may_not_wait_does_not(client: Any, life: str, status: str) -> None:  # noqa: ANN401 - ccxt has no types
    low = round(price(client) * 0.9, 2)
    order = client.create_order(BTC, "limit", "buy", 0.01, low, {"timeInForce": life})
    assert order["status"] == status


def test_keys_open_what_they_may(exchange: Exchange) -> None:
    reader = ccxt.binance(exchange.client(apiKey="simreader"))
    assert reader.fetch_balance()["USDT"]["total"] > 0
    # ccxt takes -2015 for a ban, once a key has worked.
    with pytest.raises(ccxt.DDoSProtection, match="-2015"):
        reader.create_order(BTC, "market", "buy", 0.01)
    with pytest.raises(ccxt.AuthenticationError):
        ccxt.binance(exchange.client(apiKey="nobody")).fetch_balance()
    forged = ccxt.binance(exchange.client(secret="guess"))  # noqa: S106 - that is the point
    with pytest.raises(ccxt.AuthenticationError):
        forged.fetch_balance()
    owner = ccxt.binance(exchange.client(apiKey="simowner"))
    assert owner.withdraw("USDT", 5, "T1")["id"]
    with pytest.raises(ccxt.AuthenticationError):
        ccxt.binance(exchange.client()).withdraw("USDT", 5, "T1")


def test_the_older_interface_is_there_for_who_asks_it(exchange: Exchange) -> None:
    naive = exchange.client()
    naive["options"] = {"fetchMarkets": {"types": ["spot"]}}
    client = ccxt.binance(naive)
    assert BTC in client.load_markets()
    assert client.fetch_status()["status"] == "ok"
    assert client.fetch_trading_fee(BTC)["taker"] == 0.001


# async and pro


def run(exchange: Exchange, what: Callable[[Any], Awaitable[None]], maker: Any) -> None:  # noqa: ANN401 - ccxt has no types
    async def whole() -> None:
        client = maker.binance(exchange.client())
        try:
            await client.load_markets()
            await asyncio.wait_for(what(client), PATIENCE_S)
        finally:
            await client.close()

    asyncio.run(whole())


def test_many_calls_at_once(exchange: Exchange) -> None:
    async def many(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        orders = await asyncio.gather(
            *(client.create_order(BTC, "market", "buy", 0.001) for _ in range(20))
        )
        assert {one["status"] for one in orders} == {"closed"}
        assert len({one["id"] for one in orders}) == 20

    run(exchange, many, ccxt.async_support)


def test_streams_show_the_market(exchange: Exchange) -> None:
    async def watch(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        assert (await client.watch_ticker(BTC))["last"] > 0
        assert set(await client.watch_tickers()) == {BTC, "ETH/USDT"}
        assert (await client.watch_trades(BTC))[-1]["price"] > 0
        assert (await client.watch_bids_asks([BTC]))[BTC]["bid"] > 0
        assert (await client.watch_ohlcv(BTC, "1m"))[-1][0] % 60_000 == 0

    run(exchange, watch, ccxt.pro)


def test_a_book_that_is_kept_by_changes_stays_the_book(exchange: Exchange) -> None:
    async def watch(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        same = 0
        for _ in range(200):
            kept = await client.watch_order_book(BTC)
            kept = {"nonce": kept["nonce"], "bids": kept["bids"][:5], "asks": kept["asks"][:5]}
            real = await client.fetch_order_book(BTC, 5)
            if kept["nonce"] == real["nonce"]:
                assert kept["bids"] == real["bids"]
                assert kept["asks"] == real["asks"]
                same += 1
            if same == 3:
                return
        pytest.fail("never at the same moment")

    run(exchange, watch, ccxt.pro)


def test_an_account_hears_of_itself(exchange: Exchange) -> None:
    async def watch(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        orders, trades, balance = (
            asyncio.create_task(heard)
            for heard in (client.watch_orders(), client.watch_my_trades(), client.watch_balance())
        )
        hears = exchange.world.hearers["main"]
        while not hears:  # noqa: ASYNC110 - the other thread has no event to wait for
            await asyncio.sleep(0.02)
        order = await client.create_order(BTC, "market", "buy", 0.01)
        heard = await orders
        assert heard[-1]["id"] == order["id"]
        assert (await trades)[0]["fee"]["currency"] == "BTC"
        assert (await balance)["BTC"]["free"] > 0

    run(exchange, watch, ccxt.pro)


def test_orders_go_over_the_websocket_too(exchange: Exchange) -> None:
    async def trade(client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        low = round((await client.fetch_ticker(BTC))["last"] * 0.9, 2)
        order = await client.create_order_ws(BTC, "limit", "buy", 0.01, low)
        assert (await client.fetch_order_ws(order["id"], BTC))["status"] == "open"
        assert [one["id"] for one in await client.fetch_open_orders_ws(BTC)] == [order["id"]]
        assert (await client.cancel_order_ws(order["id"], BTC))["status"] == "canceled"
        with pytest.raises(ccxt.OrderNotFound):
            await client.cancel_order_ws(order["id"], BTC)
        await client.create_order_ws(BTC, "market", "buy", 0.01)
        assert await client.fetch_my_trades_ws(BTC)
        assert len(await client.fetch_ohlcv_ws(BTC, "1m", limit=5)) == 5

    run(exchange, trade, ccxt.pro)
