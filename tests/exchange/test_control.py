"""The buttons, who may press them, and requests that are none."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from tests.exchange.serving import Exchange, ask, until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.xdist_group("exchange-control")


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    with Exchange(pairs=("BTC/USDT",), speed=0.0) as running:
        yield running


def test_market_time_is_moved_by_hand(exchange: Exchange) -> None:
    before = exchange.control("GET", "clock")
    assert before["speed"] == 0
    after = exchange.control("POST", "clock", {"advance_s": 90})
    assert after["now_ns"] - before["now_ns"] == 90 * 10**9
    assert exchange.control("GET", "clock")["now_ns"] == after["now_ns"]
    server = ask(f"{exchange.url}/api/v3/time")["serverTime"]
    candles = ask(f"{exchange.url}/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1")
    assert candles[0][0] == server // 60_000 * 60_000


def test_money_comes_and_goes(exchange: Exchange) -> None:
    assert exchange.control("POST", "deposit", {"asset": "BTC", "amount": "0.5"}) == {
        "free": "0.50000000"
    }
    exchange.control("POST", "deposit", {"asset": "BTC", "amount": "-0.2", "account": "main"})
    assert exchange.control("GET", "accounts")["main"]["BTC"]["free"] == "0.30000000"


def test_a_price_is_moved_for_good(exchange: Exchange) -> None:
    address = f"{exchange.url}/api/v3/ticker/price?symbol=BTCUSDT"
    before = float(ask(address)["price"])
    exchange.control("POST", "price", {"pair": "BTC/USDT", "factor": 0.5})
    exchange.control("POST", "clock", {"advance_s": 2})
    assert float(ask(address)["price"]) == pytest.approx(before / 2, rel=0.01)


@pytest.mark.parametrize(
    ("method", "path", "what", "says"),
    [
        ("POST", "clock", {"advance_s": -1}, "does not go back"),
        ("POST", "clock", {"seconds": 1}, "unknown field"),
        ("POST", "price", {"pair": "BTC/EUR", "factor": 1}, "BTC/EUR is not listed"),
        ("POST", "price", {"pair": "BTC/USDT", "factor": 0}, "a factor is from"),
        ("POST", "deposit", {"asset": "BTC", "amount": "some"}, "is not an amount"),
        ("POST", "deposit", {"asset": "BTC", "amount": "NaN"}, "is not an amount"),
        ("POST", "deposit", {"asset": "BTC", "amount": "-9"}, "less BTC free"),
        ("POST", "deposit", {"asset": "BTC", "amount": "1", "account": "x"}, "no account x"),
        ("POST", "faults", {"fault": "gremlin"}, "gremlin"),
        ("POST", "nothing", {}, "no such button"),
    ],
)
def test_what_cannot_be_done_is_said(
    exchange: Exchange, method: str, path: str, what: object, says: str
) -> None:
    assert says in exchange.control(method, path, what)["error"]


def test_faults_are_armed_shown_and_disarmed(exchange: Exchange) -> None:
    armed = exchange.control("POST", "faults", [{"fault": "ban", "path": "*/x"}, {"fault": "ban"}])
    first, second = armed["armed"]
    assert [one["id"] for one in exchange.control("GET", "faults")] == [first, second]
    assert exchange.control("DELETE", f"faults/{first}") == {"disarmed": 1}
    assert exchange.control("DELETE", f"faults/{first}") == {"disarmed": 0}
    assert exchange.control("DELETE", "faults") == {"disarmed": 1}
    assert "latency" in exchange.control("GET", "kinds")


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://example.org"}, {"Host": "example.org"}, {"Host": "10.0.0.1:1"}]
)
def test_no_web_page_presses_a_button(exchange: Exchange, headers: dict[str, str]) -> None:
    answer = ask(f"{exchange.url}/_control/accounts", **headers)
    assert "only from this machine" in answer["error"]


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /api/v3/order HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/v3/order HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\nsymbol",
        b"GET /api/v3/ping HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
        b"GET /stream/ws/0 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
    ],
)
def test_what_is_no_request_breaks_nothing(exchange: Exchange, raw: bytes) -> None:
    port = exchange.server.port
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(raw)
    assert ask(f"{exchange.url}/api/v3/ping") == {}


def test_a_connection_that_ends_is_forgotten(exchange: Exchange) -> None:
    import asyncio  # noqa: PLC0415 - only here

    import aiohttp  # noqa: PLC0415 - only here

    async def come_and_go() -> None:
        url = f"{exchange.url.replace('http', 'ws', 1)}/ws/btcusdt@depth@100ms/btcusdt@trade"
        async with aiohttp.ClientSession() as client:
            async with client.ws_connect(url):
                assert exchange.world.watched["BTCUSDT"] == 2
            async with client.ws_connect(url) as other:
                response: Any = other._response  # noqa: SLF001 - a wire that breaks
                response.connection.transport.abort()

    asyncio.run(come_and_go())
    assert until(lambda: exchange.world.watched["BTCUSDT"] == 0)
    assert exchange.world.venue.books["BTCUSDT"].watchers == []
    assert exchange.world.seers["BTCUSDT"] == []
