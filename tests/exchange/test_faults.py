"""Each fault, as a client meets it; and that it strikes where, when and as often as told."""

from __future__ import annotations

import asyncio
import json
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import ccxt
import ccxt.pro
import pytest
from tests.exchange.serving import Exchange, ask, until

from tidegate.errors import ConfigError
from tidegate.exchange.faults import ABOUT, Fault, FaultPlan, Kind, parse_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.xdist_group("exchange-faults")

BTC = "BTC/USDT"
SECOND = 1_000_000_000
ORDERS = {"path": "*/order", "method": "POST"}
DOCS = Path(__file__).parents[2] / "docs" / "exchange-faults.md"


@pytest.fixture(scope="module")
def running() -> Iterator[Exchange]:
    with Exchange(pairs=(BTC,), limited=False) as exchange:
        yield exchange


@pytest.fixture(scope="module")
def made(running: Exchange) -> Any:  # noqa: ANN401 - ccxt has no types
    client = ccxt.binance(running.client(timeout=20_000))
    client.load_markets()
    return client


@pytest.fixture
def exchange(running: Exchange) -> Iterator[Exchange]:
    yield running
    running.control("DELETE", "faults")


@pytest.fixture
def client(made: Any, exchange: Exchange) -> Any:  # noqa: ANN401, ARG001 - ccxt has no types; faults are gone first
    return made


def buy(client: Any, name: str, share: float = 0.9, **other: Any) -> Any:  # noqa: ANN401 - ccxt has no types
    low = round(float(client.fetch_ticker(BTC)["last"]) * share, 2)
    return client.create_order(BTC, "limit", "buy", 0.001, low, {"clientOrderId": name, **other})


def there(client: Any, name: str) -> bool:  # noqa: ANN401 - ccxt has no types
    """Tell whether the venue has an order of that name."""
    try:
        client.fetch_order(None, BTC, {"origClientOrderId": name})
    except ccxt.OrderNotFound:
        return False
    return True


# requests


@pytest.mark.parametrize(
    ("fault", "fields", "error", "carried_out"),
    [
        ("timeout-before", {"hold_s": 0.2}, ccxt.NetworkError, False),
        ("timeout-after", {"hold_s": 0.2}, ccxt.NetworkError, True),
        ("reset-before", {}, ccxt.NetworkError, False),
        ("reset-after", {}, ccxt.NetworkError, True),
        ("rate-limit", {}, ccxt.DDoSProtection, False),
        ("ban", {}, ccxt.DDoSProtection, False),
        ("server-error", {"status": 500}, ccxt.ExchangeNotAvailable, False),
        ("server-error", {"status": 502}, ccxt.ExchangeNotAvailable, False),
        ("server-error", {"status": 503}, ccxt.OperationFailed, False),
        ("server-error", {"status": 504}, ccxt.RequestTimeout, False),
        ("server-error-after", {"status": 504}, ccxt.RequestTimeout, True),
        ("cut-body", {}, ccxt.NetworkError, True),
        ("maintenance", {}, ccxt.BaseError, False),
    ],
)
def test_an_order_meets_a_fault(
    exchange: Exchange,
    client: Any,  # noqa: ANN401 - ccxt has no types
    fault: str,
    fields: dict[str, Any],
    error: type[Exception],
    carried_out: bool,  # noqa: FBT001 - a column of the table
) -> None:
    name = f"{fault}-{fields.get('status', 0)}"
    exchange.arm(fault, next=1, **ORDERS, **fields)
    with pytest.raises(error):
        buy(client, name)
    assert there(client, name) == carried_out
    assert exchange.control("GET", "faults")[0]["struck"] == 1


@pytest.mark.parametrize("fault", ["malformed-json", "truncated-json", "empty-body"])
def test_an_answer_that_is_no_json(exchange: Exchange, client: Any, fault: str) -> None:  # noqa: ANN401 - ccxt has no types
    exchange.arm(fault, next=1, path="*/time")
    with pytest.raises((json.JSONDecodeError, ValueError)):
        ask(f"{exchange.url}/api/v3/time")
    assert client.fetch_time() > 0


def test_who_is_refused_is_told_when_to_come_back(exchange: Exchange) -> None:
    exchange.arm("rate-limit", retry_after_s=7, next=1)

    async def knock() -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"{exchange.url}/api/v3/ping") as answer,
        ):
            return answer.status, answer.headers["Retry-After"]

    assert asyncio.run(knock()) == (429, "7")


def test_an_answer_comes_late(exchange: Exchange) -> None:
    exchange.arm("latency", delay_ms=300, jitter_ms=50, next=1)

    async def knock() -> float:
        loop = asyncio.get_running_loop()
        async with aiohttp.ClientSession() as client:
            begun = loop.time()
            async with client.get(f"{exchange.url}/api/v3/ping") as answer:
                await answer.read()
            return loop.time() - begun

    assert asyncio.run(knock()) >= 0.3


def test_the_clock_is_wrong(exchange: Exchange, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    exchange.arm("wrong-clock", offset_ms=3_600_000)
    assert client.fetch_time() - client.milliseconds() > 3_500_000
    with pytest.raises(ccxt.InvalidNonce):
        client.fetch_balance()


# orders and balances


def test_an_order_fills_in_part_and_the_rest_later(exchange: Exchange, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    exchange.arm("partial-fill", share=0.25, delay_ms=400, next=1)
    order = buy(client, "partly", 1.01)
    assert (order["status"], order["filled"]) == ("open", 0.00025)
    done = until(lambda: _filled(client, order["id"]))
    assert done["filled"] == 0.001


def test_an_order_fills_late(exchange: Exchange, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    exchange.arm("late-fill", delay_ms=400, next=1)
    order = client.create_order(BTC, "market", "buy", 0.001)
    assert (order["status"], order["filled"]) == ("open", 0)
    assert until(lambda: _filled(client, order["id"]))["fee"] is None  # which myTrades has


def _filled(client: Any, number: str) -> Any:  # noqa: ANN401 - ccxt has no types
    order = client.fetch_order(number, BTC)
    return order if order["status"] == "closed" else None


def test_a_cancellation_loses_the_race(exchange: Exchange, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    order = buy(client, "raced")
    exchange.arm("cancel-race", next=1)
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order(order["id"], BTC)
    assert client.fetch_order(order["id"], BTC)["status"] == "closed"


def test_an_order_fills_after_it_was_taken_back(exchange: Exchange, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    order = buy(client, "undead")
    exchange.arm("fill-after-cancel", delay_ms=300, next=1)
    assert client.cancel_order(order["id"], BTC)["status"] == "canceled"
    done = until(lambda: _filled(client, order["id"]))
    assert done["filled"] == 0.001
    assert client.fetch_my_trades(BTC, params={"orderId": order["id"]})


def test_an_order_is_not_found_although_it_is_there(exchange: Exchange, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    order = buy(client, "hidden")
    exchange.arm("not-found", next=2)
    assert [there(client, "hidden") for _ in range(3)] == [False, False, True]
    client.cancel_order(order["id"], BTC)


def test_a_balance_is_told_with_a_difference(exchange: Exchange, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
    before = client.fetch_balance()["USDT"]["free"]
    exchange.arm("balance-off", asset="USDT", amount="-12.5")
    assert before - client.fetch_balance()["USDT"]["free"] == pytest.approx(12.5)


# streams


MOST = 200


def heard(
    exchange: Exchange,
    fault: str,
    enough: Callable[[list[Any]], bool],
    **fields: Any,  # noqa: ANN401 - what a fault takes
) -> list[Any]:
    """Listen to the changes of a book once a fault was armed, until there is enough; all of it."""

    async def listen() -> list[Any]:
        url = f"{exchange.url.replace('http', 'ws', 1)}/ws/btcusdt@depth@100ms"
        async with aiohttp.ClientSession() as client, client.ws_connect(url) as socket:
            first = await socket.receive(timeout=20)
            await asyncio.to_thread(exchange.arm, fault, path="*@depth@100ms", **fields)
            found: list[Any] = [(first.data, time.time_ns() // 10**6)]
            while not enough(found) and len(found) < MOST:
                message = await socket.receive(timeout=20)
                is_text = message.type is aiohttp.WSMsgType.TEXT
                found.append((message.data, time.time_ns() // 10**6) if is_text else None)
            return found

    return asyncio.run(listen())


def spans(messages: list[Any]) -> list[tuple[int, int]]:
    """Return the first and the last number of each change of the book."""
    read = [json.loads(text) for text, _ in messages]
    return [(one["U"], one["u"]) for one in read]


def gaps(messages: list[Any]) -> int:
    return sum(later[0] > one[1] + 1 for one, later in pairwise(spans(messages)))


def twice(messages: list[Any]) -> int:
    return sum(one == later for one, later in pairwise(spans(messages)))


def swapped(messages: list[Any]) -> int:
    return sum(later[0] < one[0] for one, later in pairwise(spans(messages)))


def broken(messages: list[Any]) -> bool:
    try:
        spans(messages)
    except json.JSONDecodeError:
        return True
    return False


def late(messages: list[Any]) -> bool:
    return any(at_ms - json.loads(text)["E"] >= 1000 for text, at_ms in messages)


def test_stream_messages_come_twice(exchange: Exchange) -> None:
    found = heard(exchange, "stream-duplicate", lambda m: twice(m) > 0, next=1)
    assert (twice(found), gaps(found)) == (1, 0)


def test_stream_messages_are_missing(exchange: Exchange) -> None:
    found = heard(exchange, "stream-drop", lambda m: gaps(m) > 0, skip=1, next=1)
    assert (gaps(found), swapped(found)) == (1, 0)


def test_stream_messages_change_places(exchange: Exchange) -> None:
    found = heard(exchange, "stream-reorder", lambda m: swapped(m) > 0, next=1)
    assert swapped(found) == 1
    assert all(one[1] + 1 == later[0] for one, later in pairwise(sorted(spans(found))))


def test_stream_messages_are_cut(exchange: Exchange) -> None:
    assert broken(heard(exchange, "stream-garbage", broken, next=1))


def test_stream_messages_come_late_and_in_order(exchange: Exchange) -> None:
    found = heard(exchange, "stream-latency", late, delay_ms=1000, jitter_ms=300)
    assert late(found)
    assert (gaps(found), swapped(found)) == (0, 0)


def test_a_stream_falls_silent_and_speaks_again(exchange: Exchange) -> None:
    found = heard(exchange, "stream-silence", lambda m: gaps(m) > 0, for_s=3.0)
    assert gaps(found) == 1


def test_a_stream_breaks(exchange: Exchange) -> None:
    found = heard(exchange, "disconnect", lambda m: None in m, skip=1)
    assert found[-1] is None


# calls over a WebSocket


@pytest.mark.parametrize(
    ("fault", "fields", "error", "carried_out"),
    [
        ("timeout-before", {}, TimeoutError, False),
        ("timeout-after", {}, TimeoutError, True),
        ("rate-limit", {}, ccxt.RateLimitExceeded, False),
        ("server-error", {"status": 502}, ccxt.OperationFailed, False),
        ("server-error-after", {"status": 504}, ccxt.RequestTimeout, True),
        ("maintenance", {}, ccxt.BaseError, False),
    ],
)
def test_a_call_over_the_websocket_meets_a_fault(
    exchange: Exchange,
    client: Any,  # noqa: ANN401 - ccxt has no types
    fault: str,
    fields: dict[str, Any],
    error: type[Exception],
    carried_out: bool,  # noqa: FBT001 - a column of the table
) -> None:
    name = f"call-{fault}"
    low = round(float(client.fetch_ticker(BTC)["last"]) * 0.9, 2)
    exchange.arm(fault, method="CALL", path="order.place", next=1, **fields)

    async def place() -> None:
        own = ccxt.pro.binance(exchange.client())
        try:
            await own.load_markets()
            call = own.create_order_ws(BTC, "limit", "buy", 0.001, low, {"clientOrderId": name})
            await asyncio.wait_for(call, 2)
        finally:
            await own.close()

    with pytest.raises(error):
        asyncio.run(place())
    assert there(client, name) == carried_out


# when, where, how often


def plan(**fields: Any) -> FaultPlan:  # noqa: ANN401 - what a fault takes
    made = FaultPlan(seed=3)
    made.arm([Fault(fault=Kind.LATENCY, **fields)], 100 * SECOND)
    return made


def strikes(made: FaultPlan, at_s: float, path: str = "/a") -> bool:
    now = int((100 + at_s) * SECOND)
    return made.strikes((Kind.LATENCY,), now, "GET", path) is not None


def test_a_fault_has_its_time() -> None:
    made = plan(at_s=5, for_s=10)
    assert [strikes(made, at) for at in (0, 4.9, 5, 14.9, 15)] == [False, False, True, True, False]


def test_a_fault_has_its_number() -> None:
    made = plan(skip=1, next=2)
    assert [strikes(made, 0) for _ in range(5)] == [False, True, True, False, False]


def test_a_fault_has_its_place() -> None:
    made = plan(path="*/order", method="G*")
    assert [strikes(made, 0, path) for path in ("/v3/order", "/v3/orders")] == [True, False]


def test_a_faults_luck_is_the_seeds() -> None:
    runs = [[strikes(made, 0) for _ in range(200)] for made in (plan(chance=0.3), plan(chance=0.3))]
    assert runs[0] == runs[1]
    assert 30 < sum(runs[0]) < 90


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "Input data was truncated"),
        ('{"fault": "gremlin"}', "gremlin"),
        ('{"fault": "ban", "when": 3}', "when"),
        ('{"fault": "ban", "chance": 2}', "chance 2.0"),
        ('[{"fault": "ban"}, {"fault": "partial-fill", "share": 1}]', "share 1.0"),
        ('{"fault": "ban", "at_s": -1}', "below 0"),
        ('{"fault": "ban", "struck": 1}', "fill in"),
        ('{"fault": "balance-off", "amount": "much"}', "much"),
    ],
)
def test_a_fault_that_is_wrong_is_refused(content: str, says: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_faults(content.encode(), "here")
    assert says in str(refused.value)


def test_every_fault_is_documented_and_told_of() -> None:
    page = DOCS.read_text(encoding="utf-8")
    assert set(ABOUT) == set(Kind)
    assert [kind for kind in Kind if f"| `{kind}` |" not in page] == []
    fields = [
        name
        for name in Fault.__struct_fields__
        if name not in {"id", "armed_ns", "struck", "passed"}
    ]
    assert [name for name in fields if f"`{name}`" not in page] == []
