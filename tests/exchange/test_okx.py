"""What is OKX's own: its envelope, its signatures, its batches, algo orders and channels."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zlib import crc32

import aiohttp
import ccxt
import ccxt.pro
import pytest
from tests.exchange.serving import PATIENCE_S, Exchange, ask, until

from tidegate.exchange.keys import ApiKey, Right

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.xdist_group("exchange-okx")  # one server for all of it

Client = Any  # ccxt has no types
Json = Any
PAIR, ID = "BTC/USDT", "BTC-USDT"
BEGIN = {"USDT": Decimal(1_000_000), "BTC": Decimal(10)}
KEYS = (
    ApiKey("simkey", "simsecret", rights=frozenset(Right)),
    ApiKey("simreader", "simsecret", rights=frozenset({Right.READ})),
)


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    with Exchange(dialect="okx", balances=BEGIN, limited=False, keys=KEYS) as running:
        yield running


@pytest.fixture(scope="module")
def client(exchange: Exchange) -> Client:
    made = ccxt.okx(exchange.client())
    made.load_markets()
    return made


def signed(exchange: Exchange, method: str, path: str, body: object = None, **other: Json) -> Json:
    """Ask as the manual says, by hand; some of it otherwise."""
    at = other.pop("at", datetime.now(UTC))
    sent = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    text = "" if body is None else json.dumps(body)
    whole = f"{sent}{method}{path}{text}".encode()
    sign = base64.b64encode(hmac.digest(b"simsecret", whole, "sha256")).decode()
    headers = {
        "OK-ACCESS-KEY": "simkey",
        "OK-ACCESS-SIGN": sign,
        "OK-ACCESS-TIMESTAMP": sent,
        "OK-ACCESS-PASSPHRASE": "simpass",
        **other,
    }
    return ask(f"{exchange.url}{path}", method, text or None, **headers)


def last_price(client: Client) -> float:
    return float(client.fetch_ticker(PAIR)["last"])


def at_price(client: Client, factor: float) -> float:
    return float(client.price_to_precision(PAIR, last_price(client) * factor))


# who asks


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"OK-ACCESS-KEY": "nobody"}, "50111"),
        ({"OK-ACCESS-KEY": ""}, "50103"),
        ({"OK-ACCESS-SIGN": "AAAA"}, "50113"),
        ({"OK-ACCESS-SIGN": ""}, "50106"),
        ({"OK-ACCESS-PASSPHRASE": "wrong"}, "50105"),
        ({"OK-ACCESS-TIMESTAMP": "yesterday"}, "50112"),
        ({"at": datetime.now(UTC) - timedelta(seconds=61)}, "50102"),
        ({"at": datetime.now(UTC) + timedelta(days=1)}, "50102"),
        ({}, "0"),
    ],
)
def test_a_request_is_believed_only_if_all_of_it_is_right(
    exchange: Exchange, other: dict[str, Any], code: str
) -> None:
    answer = signed(exchange, "GET", "/api/v5/account/balance?ccy=BTC,USDT", **other)
    assert answer["code"] == code


def test_a_key_that_may_only_read_does_not_trade(exchange: Exchange, client: Client) -> None:
    reader = ccxt.okx({**exchange.client(), "apiKey": "simreader"})
    assert reader.fetch_balance()["BTC"]["total"] > 0
    with pytest.raises(ccxt.ExchangeError, match="50120"):
        reader.create_order(PAIR, "limit", "buy", 0.01, at_price(client, 0.9))


def test_what_is_not_served_says_so(exchange: Exchange) -> None:
    assert ask(f"{exchange.url}/api/v5/nothing")["code"] == "404"
    assert ask(f"{exchange.url}/api/v5/market/ticker", "POST", "{}")["code"] == "50115"
    assert ask(f"{exchange.url}/api/v5/market/ticker")["code"] == "50014"
    assert ask(f"{exchange.url}/api/v5/market/ticker?instId=NO-USDT")["code"] == "51001"
    assert ask(f"{exchange.url}/api/v5/market/candles?instId={ID}&bar=7m")["code"] == "51000"


def test_who_asks_too_much_is_told() -> None:
    with Exchange(dialect="okx", pairs=("BTC/USDT",), speed=0) as limited:
        path = f"{limited.url}/api/v5/market/ticker?instId={ID}"
        codes = [ask(path)["code"] for _ in range(22)]
        limited.control("POST", "clock", {"advance_s": 2})
        assert codes == ["0"] * 20 + ["50011"] * 2
        assert ask(path)["code"] == "0"


# orders


def test_a_name_is_refused_while_an_open_order_has_it(client: Client) -> None:
    price = at_price(client, 0.9)
    named = {"clientOrderId": "mine1"}
    made = client.create_order(PAIR, "limit", "buy", 0.01, price, named)
    assert made["clientOrderId"] == "mine1"
    with pytest.raises(ccxt.InvalidOrder, match="51016"):
        client.create_order(PAIR, "limit", "buy", 0.01, price, named)
    with pytest.raises(ccxt.InvalidOrder, match="51016"):
        client.create_order("ETH/USDT", "limit", "buy", 1, 100, named)
    assert client.fetch_order("", PAIR, named)["id"] == made["id"]
    client.cancel_order("", PAIR, named)
    client.cancel_order(client.create_order(PAIR, "limit", "buy", 0.01, price, named)["id"], PAIR)


def test_a_batch_answers_for_each_of_its_orders(exchange: Exchange, client: Client) -> None:
    good = {
        "instId": ID,
        "tdMode": "cash",
        "side": "buy",
        "ordType": "limit",
        "px": str(at_price(client, 0.9)),
        "sz": "0.01",
    }
    wrong = [
        {**good, "sz": "0.000001"},
        {**good, "sz": "1000"},
        {**good, "instId": "NO-USDT"},
        {**good, "ordType": "iceberg"},
        {**good, "tdMode": "cross"},
        {**good, "px": ""},
        {**good, "sz": "0.00001"},
        {**good, "px": "1"},
    ]
    answer = signed(exchange, "POST", "/api/v5/trade/batch-orders", [good, *wrong])
    codes = ["0", "51121", "51008", "51001", "51000", "51000", "51204", "51020", "51006"]
    assert answer["code"] == "2"
    assert [one["sCode"] for one in answer["data"]] == codes
    answer = signed(exchange, "POST", "/api/v5/trade/batch-orders", wrong)
    assert (answer["code"], answer["msg"]) == ("1", "All operations failed")
    assert signed(exchange, "POST", "/api/v5/trade/batch-orders", [])["code"] == "50000"
    assert signed(exchange, "POST", "/api/v5/trade/batch-orders", [good] * 21)["code"] == "51111"
    waiting = client.fetch_open_orders(PAIR)
    assert len(waiting) == 1
    client.cancel_orders([waiting[0]["id"]], PAIR)
    assert client.fetch_open_orders(PAIR) == []


def test_a_market_order_may_say_what_it_spends(client: Client) -> None:
    made = client.create_market_buy_order_with_cost(PAIR, 1000)
    order = client.fetch_order(made["id"], PAIR, {"tgtCcy": "quote_ccy"})
    assert order["status"] == "closed"
    assert 990 < order["cost"] <= 1000


def test_a_makers_order_that_would_take_is_accepted_and_ended(client: Client) -> None:
    made = client.create_order(
        PAIR, "limit", "buy", 0.01, at_price(client, 1.01), {"postOnly": True}
    )
    order = client.fetch_order(made["id"], PAIR)
    assert (order["status"], order["filled"]) == ("canceled", 0)
    assert order["info"]["cancelSource"] == "31"
    assert order["info"]["ordType"] == "post_only"
    assert client.fetch_balance()["USDT"]["used"] == 0


def test_orders_and_trades_come_newest_first_and_in_pages(
    exchange: Exchange, client: Client
) -> None:
    made = [client.create_order(PAIR, "market", "sell", 0.001)["id"] for _ in range(3)]
    path = f"/api/v5/trade/orders-history?instType=SPOT&instId={ID}&state=filled&limit=2"
    first = signed(exchange, "GET", path)["data"]
    assert [one["ordId"] for one in first] == made[:0:-1]
    second = signed(exchange, "GET", f"{path}&after={first[-1]['ordId']}")["data"]
    assert second[0]["ordId"] == made[0]
    fills = signed(exchange, "GET", f"/api/v5/trade/fills?instId={ID}&limit=2")["data"]
    older = signed(exchange, "GET", f"/api/v5/trade/fills?instId={ID}&after={fills[-1]['billId']}")
    assert fills[0]["ordId"] == made[2]
    assert older["data"][0]["ordId"] == made[0]


def test_fees_are_the_makers_and_the_takers(client: Client) -> None:
    fee = client.fetch_trading_fee(PAIR)
    assert (fee["maker"], fee["taker"]) == (0.0008, 0.001)


# algo orders


@pytest.mark.parametrize(
    ("side", "factor", "name"),
    [
        ("sell", 0.97, "stopLossPrice"),
        ("sell", 1.03, "takeProfitPrice"),
        ("sell", 0.97, "triggerPrice"),
        ("buy", 0.97, "triggerPrice"),
        ("buy", 1.03, "triggerPrice"),
    ],
)
def test_an_algo_order_waits_for_its_price_and_becomes_an_order(
    exchange: Exchange, client: Client, side: str, factor: float, name: str
) -> None:
    made = client.create_order(PAIR, "market", side, 0.01, None, {name: at_price(client, factor)})
    stop = client.fetch_order(made["id"], PAIR, {"trigger": True})
    assert stop["status"] == "open"
    kinds = {"ordType": "trigger" if name == "triggerPrice" else "conditional", "trigger": True}
    assert made["id"] in {one["id"] for one in client.fetch_open_orders(PAIR, params=kinds)}
    assert made["id"] not in {one["id"] for one in client.fetch_open_orders(PAIR)}
    before, move = last_price(client), 1 + (factor - 1) * 2
    exchange.control("POST", "price", {"pair": PAIR, "factor": move})

    def triggered() -> Client:
        found = client.fetch_order(made["id"], PAIR, {"trigger": True})
        return found if found["status"] == "closed" else None

    stop = until(triggered)
    exchange.control("POST", "price", {"pair": PAIR, "factor": 1 / move})
    assert until(lambda: last_price(client) == pytest.approx(before, rel=0.01))
    order = client.fetch_order(stop["info"]["ordId"], PAIR)
    assert order["status"] == "closed"
    assert order["filled"] == pytest.approx(0.01)
    assert order["info"]["algoId"] == made["id"]


def test_a_stop_on_the_wrong_side_is_refused_and_a_waiting_one_is_taken_back(
    client: Client,
) -> None:
    above = {"stopLossPrice": at_price(client, 1.02)}
    with pytest.raises(ccxt.InvalidOrder, match="51280"):
        client.create_order(PAIR, "market", "sell", 0.01, None, above)
    below = {"takeProfitPrice": at_price(client, 0.98)}
    with pytest.raises(ccxt.InvalidOrder, match="51279"):
        client.create_order(PAIR, "market", "sell", 0.01, None, below)
    stop = {"stopLossPrice": at_price(client, 0.9)}
    made = client.create_order(PAIR, "limit", "sell", 0.01, at_price(client, 0.89), stop)
    client.cancel_order(made["id"], PAIR, {"trigger": True})
    found = client.fetch_order(made["id"], PAIR, {"trigger": True})
    assert found["status"] == "canceled"
    with pytest.raises(ccxt.OrderNotFound, match="51400"):
        client.cancel_order(made["id"], PAIR, {"trigger": True})


# streams


def test_orders_go_over_the_stream_and_are_heard_there(exchange: Exchange) -> None:
    async def trade() -> tuple[list[Client], Client, Client]:
        async with ccxt.pro.okx(exchange.client()) as client:
            await client.load_markets()
            balance = await client.watch_balance()
            trades = asyncio.create_task(client.watch_my_trades(PAIR))
            while len(exchange.world.hearers["main"]) < 2:  # noqa: ASYNC110 - another thread's
                await asyncio.sleep(0.01)
            made = await client.create_order_ws(PAIR, "market", "sell", 0.01)
            heard = await trades
            price = float(client.price_to_precision(PAIR, heard[0]["price"] * 0.9))
            resting = await client.create_order_ws(PAIR, "limit", "buy", 0.01, price)
            await client.cancel_order_ws(resting["id"], PAIR)
            order = await client.fetch_order(resting["id"], PAIR)
            with pytest.raises(ccxt.OrderNotFound):
                await client.cancel_order_ws(resting["id"], PAIR)
            with pytest.raises(ccxt.InsufficientFunds):
                await client.create_order_ws(PAIR, "limit", "buy", 1000, price)
            assert {one["order"] for one in heard} == {made["id"]}
            return heard, order, balance

    heard, order, balance = asyncio.run(asyncio.wait_for(trade(), PATIENCE_S))
    assert heard[0]["takerOrMaker"] == "taker"
    assert order["status"] == "canceled"
    assert balance["BTC"]["total"] > 0


def test_a_wrong_login_is_refused(exchange: Exchange) -> None:
    async def watch() -> None:
        async with ccxt.pro.okx({**exchange.client(), "secret": "wrong"}) as client:
            client.has["fetchCurrencies"] = False  # it would be refused before it logs in
            await asyncio.wait_for(client.watch_orders(PAIR), PATIENCE_S)

    with pytest.raises(ccxt.AuthenticationError, match="60007"):
        asyncio.run(watch())


def test_each_book_message_sums_up_to_its_checksum(exchange: Exchange) -> None:
    async def follow() -> int:
        sides: dict[str, dict[str, str]] = {"bids": {}, "asks": {}}
        number, updates = -1, 0
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{exchange.url}/ws/v5/public") as socket,
        ):
            arg = {"channel": "books", "instId": ID}
            await socket.send_str(json.dumps({"op": "subscribe", "args": [arg]}))
            assert (await socket.receive_json())["event"] == "subscribe"
            while updates < 20:
                message = await socket.receive_json()
                data = message["data"][0]
                assert data["prevSeqId"] == number
                number = data["seqId"]
                updates += message["action"] == "update"
                for side, levels in sides.items():
                    for price, size, *_ in data[side]:
                        levels[price] = size
                        if size == "0":
                            del levels[price]
                best = [
                    sorted(levels.items(), key=lambda one: float(one[0]), reverse=side == "bids")
                    for side, levels in sides.items()
                ]
                words = [
                    f"{levels[row][0]}:{levels[row][1]}"
                    for row in range(25)
                    for levels in best
                    if row < len(levels)
                ]
                assert crc32(":".join(words).encode()) == data["checksum"] % 2**32
            await socket.send_str("ping")
            while (await socket.receive()).data != "pong":
                updates += 1
            await socket.send_str(json.dumps({"op": "subscribe", "args": [{"channel": "no"}]}))
            while json.loads((await socket.receive()).data).get("code") != "60018":
                updates += 1
        return updates

    assert asyncio.run(asyncio.wait_for(follow(), PATIENCE_S)) >= 20
