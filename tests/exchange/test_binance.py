"""What no well-behaved client sends: answered as Binance does, code and words."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
import pytest
from tests.exchange.serving import Exchange, ask

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.xdist_group("exchange-binance")

ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.01",
    "price": "30000",
}
MARKET = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    with Exchange(limited=False) as running:
        yield running


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def sign(text: str, secret: bytes = b"simsecret") -> str:
    return hmac.digest(secret, text.encode(), "sha256").hex()


def signed(exchange: Exchange, method: str, path: str, **params: Any) -> Any:  # noqa: ANN401 - any JSON
    text = urlencode({"timestamp": now_ms(), **params})
    query = f"{text}&signature={sign(text)}"
    return ask(f"{exchange.url}{path}?{query}", method, **{"X-MBX-APIKEY": "simkey"})


def code(answer: Any) -> tuple[int, str]:  # noqa: ANN401 - any JSON
    return answer["code"], answer["msg"]


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in ORDER.items() if key != name}


@pytest.mark.parametrize(
    ("params", "number", "words"),
    [
        (without("symbol"), -1102, "'symbol' was not sent"),
        (without("side"), -1102, "'side' was not sent"),
        (without("type"), -1102, "'type' was not sent"),
        (without("quantity"), -1102, "'quantity' was not sent"),
        (without("price"), -1102, "'price' was not sent"),
        (without("timeInForce"), -1102, "'timeInForce' was not sent"),
        (ORDER | {"symbol": "NOPEUSDT"}, -1121, "Invalid symbol."),
        (ORDER | {"symbol": "btcusdt"}, -1100, "Illegal characters found in parameter 'symbol'"),
        (ORDER | {"side": "LONG"}, -1117, "Invalid side."),
        (ORDER | {"type": "OCO"}, -1116, "Invalid orderType."),
        (ORDER | {"timeInForce": "GTX"}, -1115, "Invalid timeInForce."),
        (ORDER | {"quantity": "-1"}, -1100, "Illegal characters found in parameter 'quantity'"),
        (ORDER | {"quantity": "1e-2"}, -1100, "Illegal characters"),
        (ORDER | {"quantity": "NaN"}, -1100, "Illegal characters"),
        (ORDER | {"quantity": ""}, -1105, "Parameter 'quantity' was empty."),
        (ORDER | {"quantity": "0"}, -1013, "Invalid quantity."),
        (ORDER | {"quantity": "0.000000001"}, -1111, "'quantity' has too much precision"),
        (ORDER | {"quantity": "0.000001"}, -1013, "Filter failure: LOT_SIZE"),
        (ORDER | {"price": "30000.001"}, -1013, "Filter failure: PRICE_FILTER"),
        (ORDER | {"price": "1"}, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        (ORDER | {"quantity": "0.00001"}, -1013, "Filter failure: NOTIONAL"),
        (ORDER | {"quantity": "50"}, -2010, "insufficient balance"),
        (ORDER | {"stopPrice": "1"}, -1106, "'stopPrice' sent when not required"),
        (ORDER | {"icebergQty": "1"}, -1106, "'icebergQty' sent when not required"),
        (ORDER | {"newClientOrderId": "a b"}, -1100, "'newClientOrderId'"),
        (ORDER | {"newClientOrderId": "x" * 37}, -1100, "'newClientOrderId'"),
        (ORDER | {"newOrderRespType": "LONG"}, -1138, "Invalid newOrderRespType"),
        (ORDER | {"selfTradePreventionMode": "MAYBE"}, -1130, "selfTradePreventionMode"),
        (MARKET | {"price": "1"}, -1106, "'price' sent when not required"),
        (MARKET | {"timeInForce": "GTC"}, -1106, "'timeInForce' sent when not required"),
        (MARKET | {"quoteOrderQty": "10"}, -1128, "Combination of optional parameters invalid."),
        (MARKET | {"type": "STOP_LOSS"}, -1102, "'stopPrice' was not sent"),
        (MARKET | {"type": "STOP_LOSS", "stopPrice": "30000"}, -2010, "trigger immediately"),
    ],
)
def test_an_order_that_is_wrong(
    exchange: Exchange, params: dict[str, str], number: int, words: str
) -> None:
    for path in ("/api/v3/order", "/api/v3/order/test"):
        found = code(signed(exchange, "POST", path, **params))
        assert found[0] == number
        assert words in found[1]


def test_a_test_changes_nothing(exchange: Exchange) -> None:
    before = exchange.control("GET", "accounts")
    assert signed(exchange, "POST", "/api/v3/order/test", **ORDER) == {}
    assert exchange.control("GET", "accounts") == before


@pytest.mark.parametrize(
    ("params", "number", "words"),
    [
        ({"timestamp": ""}, -1102, "'timestamp' was not sent"),
        ({"timestamp": "soon"}, -1100, "'timestamp'"),
        ({"timestamp": 1}, -1021, "outside of the recvWindow"),
        ({"timestamp": 4_000_000_000_000}, -1021, "1000ms ahead of the server's time"),
        ({"recvWindow": 60_001}, -1131, "recvWindow"),
        ({"recvWindow": "wide"}, -1100, "recvWindow"),
    ],
)
def test_a_signature_that_is_not_in_time(
    exchange: Exchange, params: dict[str, Any], number: int, words: str
) -> None:
    found = code(signed(exchange, "GET", "/api/v3/account", **params))
    assert found[0] == number
    assert words in found[1]


def test_signatures_are_over_the_raw_text_of_query_and_body(exchange: Exchange) -> None:
    address, head = f"{exchange.url}/api/v3/order/test", {"X-MBX-APIKEY": "simkey"}
    query = f"symbol=BTCUSDT&side=BUY&timestamp={now_ms()}"
    body = "type=LIMIT&timeInForce=GTC&quantity=0.01&price=30000&newClientOrderId=a%5Fb"
    both = sign(query + body)
    assert ask(f"{address}?{query}", "POST", f"{body}&signature={both}", **head) == {}
    assert ask(f"{address}?{query}&signature={both}", "POST", body, **head) == {}
    changed = f"{body}&signature={both}".replace("0.01", "0.02")
    assert code(ask(f"{address}?{query}", "POST", changed, **head))[0] == -1022
    assert code(ask(f"{address}?{query}", "POST", body, **head))[0] == -1102
    assert code(ask(f"{address}?{query}&signature=%E2%98%83", "POST", body, **head))[0] == -1022
    double = f"{body}&price=1"
    assert code(ask(f"{address}?{query}", "POST", double, **head))[0] == -1101
    no_key = ask(f"{address}?{query}", "POST", f"{body}&signature={both}")
    assert code(no_key) == (-2014, "API-key format invalid.")
    broken = urllib.request.Request(address, b"\xff\xfe", head, method="POST")  # noqa: S310 - loopback
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(broken):  # noqa: S310 - loopback
        pass
    with refused.value as answer:
        assert json.load(answer)["code"] == -1100


@pytest.mark.parametrize(
    ("method", "path", "params", "number"),
    [
        ("GET", "/api/v3/order", {"symbol": "BTCUSDT"}, -1102),
        ("GET", "/api/v3/order", {"symbol": "BTCUSDT", "orderId": "9"}, -2013),
        ("GET", "/api/v3/order", {"symbol": "BTCUSDT", "orderId": "nine"}, -1100),
        ("DELETE", "/api/v3/order", {"symbol": "BTCUSDT", "origClientOrderId": "x"}, -2011),
        ("DELETE", "/api/v3/openOrders", {"symbol": "ETHUSDT"}, -2011),
        ("GET", "/api/v3/allOrders", {"symbol": "BTCUSDT", "limit": "0"}, -1130),
        ("GET", "/api/v3/klines", {"symbol": "BTCUSDT", "interval": "7m"}, -1120),
        ("GET", "/api/v3/klines", {"symbol": "BTCUSDT"}, -1102),
        ("GET", "/api/v3/ticker/24hr", {"symbols": "BTCUSDT"}, -1100),
        ("GET", "/api/v3/ticker/24hr", {"symbols": '["NOPE"]'}, -1121),
        ("PATCH", "/api/v3/order", {}, -1000),
        ("GET", "/api/v3/nothing", {}, -1000),
        ("PUT", "/api/v3/userDataStream", {"listenKey": "x"}, -1125),
        (
            "GET",
            "/api/v3/myTrades",
            {"symbol": "BTCUSDT", "startTime": "1", "endTime": "86400002"},
            -1127,
        ),
        (
            "POST",
            "/api/v3/order/cancelReplace",
            ORDER | {"cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": "9"},
            -2022,
        ),
        (
            "POST",
            "/api/v3/order/cancelReplace",
            ORDER | {"cancelReplaceMode": "WHY", "cancelOrderId": "9"},
            -1130,
        ),
    ],
)
def test_other_questions_that_are_wrong(
    exchange: Exchange, method: str, path: str, params: dict[str, str], number: int
) -> None:
    assert code(signed(exchange, method, path, **params))[0] == number


def test_a_replacement_may_go_on_where_the_cancellation_failed(exchange: Exchange) -> None:
    answer = signed(
        exchange,
        "POST",
        "/api/v3/order/cancelReplace",
        **ORDER,
        cancelReplaceMode="ALLOW_FAILURE",
        cancelOrderId="9",
    )
    assert answer["code"] == -2021
    data = answer["data"]
    assert (data["cancelResult"], data["newOrderResult"]) == ("FAILURE", "SUCCESS")
    assert data["cancelResponse"] == {"code": -2011, "msg": "Unknown order sent."}
    number = data["newOrderResponse"]["orderId"]
    gone = signed(exchange, "DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=number)
    assert gone["status"] == "CANCELED"


def test_orders_answer_in_the_length_that_is_asked_for(exchange: Exchange) -> None:
    lengths = []
    for kind in ("ACK", "RESULT", "FULL"):
        answer = signed(exchange, "POST", "/api/v3/order", **MARKET, newOrderRespType=kind)
        lengths.append(("status" in answer, "fills" in answer))
    assert lengths == [(False, False), (True, False), (True, True)]


def test_an_account_does_not_trade_with_itself(exchange: Exchange) -> None:
    book = ask(f"{exchange.url}/api/v3/ticker/bookTicker?symbol=ETHUSDT")
    bid = f"{(float(book['bidPrice']) + float(book['askPrice'])) / 2:.2f}"
    maker = ORDER | {"symbol": "ETHUSDT", "price": bid, "quantity": "0.1"}
    signed(exchange, "POST", "/api/v3/order", **MARKET | {"symbol": "ETHUSDT", "quantity": "0.5"})
    waiting = signed(exchange, "POST", "/api/v3/order", **maker)
    if waiting["status"] == "NEW":  # the market may have moved on in between
        taker = maker | {"side": "SELL", "timeInForce": "IOC"}
        signed(exchange, "POST", "/api/v3/order", **taker)
        found = signed(
            exchange, "GET", "/api/v3/order", symbol="ETHUSDT", orderId=waiting["orderId"]
        )
        assert found["status"] in {"EXPIRED_IN_MATCH", "FILLED"}


def test_limits_are_counted_and_kept(exchange: Exchange) -> None:
    with Exchange(pairs=("BTC/USDT",), speed=0.0) as limited:  # no minute ends in between
        address = f"{limited.url}/api/v3/ticker/24hr"
        with urllib.request.urlopen(address) as answer:  # noqa: S310 - loopback
            assert answer.headers["X-MBX-USED-WEIGHT-1M"] == "80"
        for _ in range(80):
            last = ask(address)
            if isinstance(last, dict):
                break
        assert code(last)[0] == -1003
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address)  # noqa: S310 - loopback
        with refused.value as error:
            assert error.code == 429
            assert 1 <= int(error.headers["Retry-After"]) <= 60
        for _ in range(30):
            last = ask(address)
        assert "banned until" in last["msg"]
    shown = ask(f"{exchange.url}/api/v3/exchangeInfo")["rateLimits"]
    assert [one["limit"] for one in shown] == [6000, 100, 200_000]


def test_too_many_orders_are_refused() -> None:
    with Exchange(pairs=("BTC/USDT",), speed=0.0) as limited:  # no minute ends in between
        answers = [signed(limited, "POST", "/api/v3/order", **MARKET) for _ in range(101)]
    assert [one for one in answers[:-1] if "code" in one] == []
    assert answers[-1]["code"] == -1015
    assert "100 orders per 10 SECOND" in answers[-1]["msg"]


# connections


async def _talk(url: str, *messages: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    """Send each message and return the answer to it, what is no answer passed over."""
    answers = []
    async with aiohttp.ClientSession() as client, client.ws_connect(url) as socket:
        for message in messages:
            await socket.send_str(message if isinstance(message, str) else json.dumps(message))
            while True:
                answer = json.loads((await socket.receive(timeout=20)).data)
                if "e" not in answer and "stream" not in answer:
                    break
            answers.append(answer)
    return answers


def wire(exchange: Exchange) -> str:
    return exchange.url.replace("http", "ws", 1)


def test_a_stream_connection_answers_what_it_does_not_understand(exchange: Exchange) -> None:
    answers = asyncio.run(
        _talk(
            f"{wire(exchange)}/stream/ws/0",
            {"method": "SUBSCRIBE", "params": ["btcusdt@kline_1m", "btcusdt@depth5"], "id": 1},
            {"method": "LIST_SUBSCRIPTIONS", "id": "two"},
            {"method": "UNSUBSCRIBE", "params": ["btcusdt@kline_1m", "btcusdt@depth5"], "id": 3},
            {"method": "SUBSCRIBE", "params": ["nope@trade"], "id": 4},
            {"method": "DANCE", "id": 5},
            "no JSON",
            "[]",
        )
    )
    assert answers[0] == {"result": None, "id": 1}
    assert answers[1] == {"result": ["btcusdt@kline_1m", "btcusdt@depth5"], "id": "two"}
    assert answers[2] == {"result": None, "id": 3}
    assert [one["error"]["code"] for one in answers[3:]] == [2, 2, 3, 2]


def test_a_call_connection_answers_what_it_does_not_understand(exchange: Exchange) -> None:
    answers = asyncio.run(
        _talk(
            f"{wire(exchange)}/ws-api/v3",
            {"id": "1", "method": "ping"},
            {"id": "2", "method": "order.dance"},
            {"id": "3", "method": "order.place", "params": {"symbol": "BTCUSDT"}},
            {"id": "4", "method": "account.status", "params": {"apiKey": "simkey"}},
            {"id": "5", "method": "ping", "params": [1]},
            "no JSON",
        )
    )
    assert answers[0]["result"] == {}
    assert answers[0]["rateLimits"]
    assert [one["error"]["code"] for one in answers[1:]] == [-1000, -2014, -1102, -1135, 3]
    assert [one["status"] for one in answers] == [200, 400, 401, 400, 400, 400]


def test_streams_by_address_say_which_they_are_of(exchange: Exchange) -> None:
    async def first() -> Any:  # noqa: ANN401 - any JSON
        url = f"{wire(exchange)}/stream?streams=btcusdt@kline_1m/btcusdt@ticker"
        async with aiohttp.ClientSession() as client, client.ws_connect(url) as socket:
            return {json.loads((await socket.receive(timeout=20)).data)["stream"] for _ in range(4)}

    assert asyncio.run(first()) == {"btcusdt@kline_1m", "btcusdt@ticker"}


def test_a_listen_key_leads_to_the_accounts_events(exchange: Exchange) -> None:
    key = ask(f"{exchange.url}/api/v3/userDataStream", "POST", **{"X-MBX-APIKEY": "simkey"})[
        "listenKey"
    ]

    async def hear() -> list[str]:
        url = f"{wire(exchange)}/ws/{key}"
        async with aiohttp.ClientSession() as client, client.ws_connect(url) as socket:
            await asyncio.to_thread(signed, exchange, "POST", "/api/v3/order", **MARKET)
            return [json.loads((await socket.receive(timeout=20)).data)["e"] for _ in range(4)]

    assert asyncio.run(hear()) == ["executionReport", "outboundAccountPosition"] * 2
    for method in ("PUT", "DELETE"):
        address = f"{exchange.url}/api/v3/userDataStream?listenKey={key}"
        assert ask(address, method, **{"X-MBX-APIKEY": "simkey"}) == {}


def test_there_is_no_stream_elsewhere(exchange: Exchange) -> None:
    async def knock() -> int:
        async with aiohttp.ClientSession() as client:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await client.ws_connect(f"{wire(exchange)}/not-served")
            return refused.value.status

    assert asyncio.run(knock()) == 404
