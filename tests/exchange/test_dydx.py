"""dYdX: its indexer by the real ccxt, its node by transactions that are built and signed here."""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import itertools
import json
import os
import sys
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import aiohttp
import ccxt
import ccxt.async_support
import ccxt.pro
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.serving import PATIENCE_S, Exchange, ask, until
from tests.exchange.test_dialects import printed

from tidegate.errors import OptionError
from tidegate.exchange.dydx import Dydx
from tidegate.exchange.dydx.wallets import address_of, wallet_of
from tidegate.exchange.dydx.wire import Message, WireError, field
from tidegate.exchange.house import ExchangeSpec, build
from tidegate.exchange.keys import ApiKey, Right

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.exchange.dydx.wallets import Wallet

pytestmark = pytest.mark.xdist_group("exchange-dydx")  # one server for all of it

Client = Any  # ccxt has no types
PAIR, MARKET = "BTC/USDC:USDC", "BTC-USD"
BEGIN = {"USDT": Decimal(10_000), "BTC": Decimal(3)}
KEYS = (
    ApiKey("simkey", "simsecret"),
    ApiKey("other", "simsecret", account="other"),
    ApiKey("simreader", "simsecret", account="third", rights=frozenset({Right.READ})),
)
SHORT, CONDITIONAL, LONG = 0, 32, 64
IOC, POST_ONLY = 1, 2
CLIENT_IDS = itertools.count(1)


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    with Exchange(dialect="dydx", balances=BEGIN, limited=False, keys=KEYS) as running:
        yield running


@pytest.fixture(scope="module")
def client(exchange: Exchange) -> Client:
    made = ccxt.dydx(exchange.client())
    made.load_markets()
    return made


def dialect(exchange: Exchange) -> Dydx:
    speaks = exchange.server.dialect
    assert isinstance(speaks, Dydx)
    return speaks


def wallet(exchange: Exchange, key: str = "simkey") -> Wallet:
    return next(one for one in dialect(exchange).wallets.values() if one.owner.key == key)


# transactions


def fixed32(number: int, value: int) -> bytes:
    return bytes([number << 3 | 5]) + value.to_bytes(4, "little")


def order_id(owner: str, client_id: int, flags: int, **other: int) -> bytes:
    subaccount = field(1, owner.encode()) + field(2, other.get("subaccount", 0))
    whole = field(1, subaccount) + fixed32(2, client_id)
    return whole + field(3, flags) + field(4, other.get("clob_pair", 0))


def price_of(exchange: Exchange, factor: float) -> int:
    market = ask(f"{exchange.url}/v4/perpetualMarkets")["markets"][MARKET]
    tick = int(market["subticksPerTick"])
    return int(float(market["oraclePrice"]) * 10**8 * factor) // tick * tick


def placing(exchange: Exchange, sender: Wallet, **other: Any) -> bytes:  # noqa: ANN401 - parts of it
    """Return a message that places an order: a bid of 0.01 that waits, or otherwise."""
    flags = other.get("flags", LONG)
    height = int(ask(f"{exchange.url}/v4/height")["height"])
    client_id = other.get("client_id") or next(CLIENT_IDS)
    order = field(
        1,
        order_id(
            other.get("owner", sender.address),
            client_id,
            flags,
            **{name: other[name] for name in ("subaccount", "clob_pair") if name in other},
        ),
    )
    order += field(2, other.get("side", 1)) + field(3, other.get("size", 1_000_000))
    order += field(4, other.get("price") or price_of(exchange, 0.9))
    if flags == SHORT:
        order += field(5, height + other.get("blocks", 10))
    else:
        order += fixed32(6, int(time.time()) + other.get("seconds", 600))
    order += field(7, other.get("life", 0)) + field(8, other.get("reduces", 0))
    order += field(10, other.get("condition", 0)) + field(11, other.get("trigger", 0))
    return any_of("dydxprotocol.clob.MsgPlaceOrder", field(1, order))


def cancelling(sender: Wallet, client_id: int, flags: int = LONG) -> bytes:
    content = field(1, order_id(sender.address, client_id, flags))
    content += fixed32(3, int(time.time()) + 600)
    return any_of("dydxprotocol.clob.MsgCancelOrder", content)


def any_of(name: str, content: bytes) -> bytes:
    return field(1, f"/{name}".encode()) + field(2, content)


def sent(exchange: Exchange, sender: Wallet, *messages: bytes, **other: Any) -> Any:  # noqa: ANN401 - JSON, and parts
    """Sign a transaction and send it; the code of the answer."""
    body = b"".join(field(1, message) for message in messages)
    key = any_of("cosmos.crypto.secp256k1.PubKey", field(1, sender.public))
    nonce = other.get("nonce") or int(time.time() * 1000) * 1 + other.get("late_ms", 0)
    while "nonce" not in other and nonce == getattr(sent, "last", 0):
        nonce += 1
    sent.last = nonce  # type: ignore[attr-defined] # so that no two have the same
    auth = field(1, field(1, key) + field(3, nonce))
    chain = other.get("chain", "dydx-mainnet-1").encode()
    document = field(1, body) + field(2, auth) + field(3, chain)
    first, second = decode_dss_signature(sender.private.sign(document, ECDSA(SHA256())))
    signature = first.to_bytes(32, "big") + second.to_bytes(32, "big")
    raw = field(1, body) + field(2, auth) + field(3, other.get("signature", signature))
    answer = ask(f"{exchange.url}/rpc/broadcast_tx_sync?tx=0x{raw.hex()}")
    return answer["result"]["code"]


def orders(exchange: Exchange, sender: Wallet, status: str = "") -> list[Any]:
    query = f"address={sender.address}&subaccountNumber=0&status={status}"
    return list(ask(f"{exchange.url}/v4/orders?{query}"))


# the wire


@given(
    st.dictionaries(
        st.integers(1, 3000), st.one_of(st.integers(1, 2**64 - 1), st.binary(min_size=1))
    )
)
def test_what_is_written_is_what_is_read(parts: dict[int, int | bytes]) -> None:
    message = Message(b"".join(field(number, value) for number, value in parts.items()))
    for number, value in parts.items():
        got = message.number(number) if isinstance(value, int) else message.content(number)
        assert got == value
    assert message.number(4000) == 0
    assert message.content(4000) == b""


@given(st.binary())
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        Message(content)
    except WireError:
        return


def test_an_address_is_the_one_that_the_chain_gives() -> None:
    public = base64.b64decode("A0mCBBHbdTRgKyLk3BBzUTTyPgJEv4RJzeUM1cq9Q6cT")
    address = address_of(public)
    assert address.startswith("dydx1")
    assert len(address) == 43
    assert address != address_of(public[::-1])


def test_a_wallets_own_key_stays_what_it_is() -> None:
    first = wallet_of(ApiKey("simkey", "simsecret"))
    for secret in (first.secret, first.secret.removeprefix("0x")):
        again = wallet_of(ApiKey("mine", secret))
        assert (again.address, again.secret) == (first.address, first.secret)
    assert wallet_of(ApiKey("simkey", "another")).address != first.address


# markets


def test_markets_candles_book_and_trades_agree(client: Client) -> None:
    market = client.market(PAIR)
    assert market["swap"]
    assert market["active"]
    assert abs(client.fetch_time() - client.seconds()) < 60  # dYdX tells seconds, and so does ccxt
    book = client.fetch_order_book(PAIR)
    assert book["bids"][0][0] < book["asks"][0][0]
    price = book["bids"][0][0]
    rows = client.fetch_ohlcv(PAIR, "1m", limit=20)
    assert [later[0] - row[0] for row, later in itertools.pairwise(rows)] == [60_000] * 19
    assert rows[-1][4] == pytest.approx(price, rel=0.01)
    since = (client.milliseconds() // 3_600_000 - 50) * 3_600_000
    stretch = {"fromISO": client.iso8601(since), "toISO": client.iso8601(since + 9 * 3_600_000)}
    rows = client.fetch_ohlcv(PAIR, "1h", limit=5, params=stretch)  # the latest before its end
    assert [row[0] for row in rows] == [since + number * 3_600_000 for number in range(4, 9)]
    rows = client.fetch_ohlcv(PAIR, "1h", since=since, limit=5)  # as ccxt asks: for the latest
    assert rows[-1][0] > since + 40 * 3_600_000
    assert client.fetch_trades(PAIR, limit=5)[-1]["price"] == pytest.approx(price, rel=0.01)


def test_what_is_not_served_says_so(exchange: Exchange) -> None:
    for path in (
        "nothing",
        "candles/perpetualMarkets/NO-USD",
        f"candles/perpetualMarkets/{MARKET}",
        "orders",
        "orders/none",
        "addresses/dydx1none",
        "fills?limit=0",
    ):
        assert "errors" in ask(f"{exchange.url}/v4/{path}")
    assert ask(f"{exchange.url}/rpc/broadcast_tx_sync?tx=0xzz")["result"]["code"] == 2
    assert ask(f"{exchange.url}/rpc/broadcast_tx_sync?tx=0xff")["result"]["code"] == 2


def test_who_asks_too_much_is_told() -> None:
    with Exchange(dialect="dydx", pairs=("BTC/USDT",), speed=0) as limited:
        refused = ["errors" in ask(f"{limited.url}/v4/time") for _ in range(102)]
        limited.control("POST", "clock", {"advance_s": 10})
        assert refused == [False] * 100 + [True] * 2
        assert "epoch" in ask(f"{limited.url}/v4/time")


def test_the_command_prints_all_that_the_client_has_to_be_told() -> None:
    with printed("dydx") as client:
        assert client.fetch_order_book(PAIR)["bids"]
        assert client.fetch_balance()["USDC"]["free"] == 10_000


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tidegate.exchange.dydx.wallets", None)
    with pytest.raises(OptionError, match="dydx checks signatures with a package"):
        build(ExchangeSpec(dialect="dydx", pairs=("BTC/USDT",), balances=BEGIN), time.time_ns)


# who sends


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({}, 0),
        ({"chain": "another-chain"}, 4),
        ({"signature": b"x" * 64}, 4),
        ({"signature": b""}, 4),
        ({"late_ms": -60_000}, 7),
        ({"late_ms": 60_000}, 7),
    ],
)
def test_a_transaction_is_believed_only_if_all_of_it_is_right(
    exchange: Exchange, other: dict[str, Any], code: int
) -> None:
    sender = wallet(exchange)
    assert sent(exchange, sender, placing(exchange, sender), **other) == code


def test_a_nonce_is_good_for_once(exchange: Exchange) -> None:
    sender, nonce = wallet(exchange), int(time.time() * 1000) + 5000
    assert sent(exchange, sender, placing(exchange, sender), nonce=nonce) == 0
    assert sent(exchange, sender, placing(exchange, sender), nonce=nonce) == 7


def test_nobody_orders_for_another(exchange: Exchange) -> None:
    sender, other = wallet(exchange), wallet(exchange, "other")
    assert sent(exchange, sender, placing(exchange, sender, owner=other.address)) == 4
    reader = wallet(exchange, "simreader")
    assert sent(exchange, reader, placing(exchange, reader)) == 4
    assert orders(exchange, reader) == []


# orders


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"clob_pair": 7}, 12),
        ({"subaccount": 3}, 3007),
        ({"side": 3}, 12),
        ({"size": 1}, 12),
        ({"size": 0}, 12),
        ({"price": 7}, 12),
        ({"size": 100_000_000_000}, 3007),
        ({"flags": 5}, 3000),
        ({"seconds": -5}, 3003),
        ({"seconds": 100 * 86_400}, 3004),
        ({"life": IOC}, 3002),
        ({"life": 3}, 48),
        ({"flags": SHORT, "blocks": -5}, 10),
        ({"flags": SHORT, "blocks": 60}, 11),
        ({"flags": SHORT, "life": IOC, "reduces": 1}, 2001),
        ({"reduces": 1}, 9003),
        ({"flags": CONDITIONAL, "condition": 1}, 6001),
    ],
)
def test_an_order_that_is_not_taken_has_a_code(
    exchange: Exchange, other: dict[str, Any], code: int
) -> None:
    sender = wallet(exchange, "other")
    assert sent(exchange, sender, placing(exchange, sender, **other)) == code
    assert orders(exchange, sender, "OPEN") == []


def test_an_order_waits_is_found_and_taken_back(exchange: Exchange) -> None:
    sender, number = wallet(exchange), next(CLIENT_IDS)
    assert sent(exchange, sender, placing(exchange, sender, client_id=number)) == 0
    assert sent(exchange, sender, placing(exchange, sender, client_id=number)) == 3005
    mine = next(one for one in orders(exchange, sender) if one["clientId"] == str(number))
    assert (mine["status"], mine["totalFilled"]) == ("OPEN", "0")
    found = ask(f"{exchange.url}/v4/orders/{mine['id']}")
    assert found["clientId"] == str(number)
    assert sent(exchange, sender, cancelling(sender, number)) == 0
    assert sent(exchange, sender, cancelling(sender, number)) == 3006
    assert ask(f"{exchange.url}/v4/orders/{mine['id']}")["status"] == "CANCELED"


def test_post_only_never_takes(exchange: Exchange) -> None:
    sender = wallet(exchange)
    crossing = price_of(exchange, 1.01)
    crosses = placing(exchange, sender, life=POST_ONLY, price=crossing)
    assert sent(exchange, sender, crosses) == 2003


def test_a_short_term_order_ends_with_its_block(exchange: Exchange) -> None:
    sender, number = wallet(exchange), next(CLIENT_IDS)
    message = placing(exchange, sender, flags=SHORT, blocks=1, client_id=number)
    assert sent(exchange, sender, message) == 0

    def ended() -> bool:
        return any(
            one["clientId"] == str(number) and one["status"] == "CANCELED"
            for one in orders(exchange, sender)
        )

    assert until(ended)


def test_an_order_may_be_there_though_nobody_said_so(exchange: Exchange) -> None:
    sender, number = wallet(exchange), next(CLIENT_IDS)
    message = placing(exchange, sender, client_id=number)
    exchange.arm("reset-after", path="*/broadcast_tx_sync", next=1)
    with pytest.raises(ConnectionError):
        sent(exchange, sender, message)
    mine = next(one for one in orders(exchange, sender) if one["clientId"] == str(number))
    exchange.arm("not-found", next=1)
    assert "errors" in ask(f"{exchange.url}/v4/orders/{mine['id']}")
    assert ask(f"{exchange.url}/v4/orders/{mine['id']}")["status"] == "OPEN"
    exchange.control("DELETE", "faults")
    assert sent(exchange, sender, cancelling(sender, number)) == 0


def subaccount(exchange: Exchange, sender: Wallet) -> dict[str, Any]:
    path = f"addresses/{sender.address}/subaccountNumber/0"
    return dict(ask(f"{exchange.url}/v4/{path}")["subaccount"])


def taking(exchange: Exchange, sender: Wallet, side: int, size: int, **other: Any) -> bytes:  # noqa: ANN401 - parts of it
    price = price_of(exchange, 1.05 if side == 1 else 0.95)
    return placing(
        exchange, sender, flags=SHORT, life=IOC, side=side, size=size, price=price, **other
    )


def test_a_position_may_be_short_turn_around_and_close(exchange: Exchange) -> None:
    sender = wallet(exchange, "other")
    before = Decimal(subaccount(exchange, sender)["equity"])
    assert before == 10_000  # what it was given of BTC is no position
    assert sent(exchange, sender, taking(exchange, sender, 2, 5_000_000)) == 0
    position = subaccount(exchange, sender)["openPerpetualPositions"][MARKET]
    assert (position["side"], position["size"]) == ("SHORT", "-0.05")
    assert sent(exchange, sender, taking(exchange, sender, 1, 6_000_000, reduces=1)) == 2002
    assert sent(exchange, sender, taking(exchange, sender, 1, 8_000_000)) == 0
    position = subaccount(exchange, sender)["openPerpetualPositions"][MARKET]
    assert (position["side"], position["size"]) == ("LONG", "0.03")
    free = Decimal(subaccount(exchange, sender)["freeCollateral"])
    worth = Decimal("0.03") * Decimal(position["entryPrice"])
    assert free == pytest.approx(before - worth * Decimal("0.05"), rel=Decimal("0.01"))
    assert sent(exchange, sender, taking(exchange, sender, 2, 3_000_000, reduces=1)) == 0
    after = subaccount(exchange, sender)
    assert after["openPerpetualPositions"] == {}
    query = f"address={sender.address}&subaccountNumber=0"
    fills = ask(f"{exchange.url}/v4/fills?{query}")["fills"]
    gained = sum(
        Decimal(one["price"]) * Decimal(one["size"]) * (1 if one["side"] == "SELL" else -1)
        - Decimal(one["fee"])
        for one in fills
    )
    assert Decimal(after["equity"]) - before == gained
    assert all(
        Decimal(one["fee"])
        == pytest.approx(
            Decimal(one["price"]) * Decimal(one["size"]) * Decimal("0.0005"), abs=Decimal("1e-7")
        )
        for one in fills
    )


@pytest.mark.parametrize(("side", "factor"), [(1, 0.97), (2, 1.03)])
def test_either_side_needs_collateral_for_all_that_it_may_become(
    exchange: Exchange, side: int, factor: float
) -> None:
    sender, price = wallet(exchange, "other"), price_of(exchange, factor)
    most = int(10_000 / 0.05 / (price_of(exchange, 1) / 10**8) * 100) * 10**6  # of 10⁻² BTC
    first, second = next(CLIENT_IDS), next(CLIENT_IDS)
    other = {"side": side, "price": price}
    two_thirds = placing(
        exchange, sender, size=most // 3 * 2 // 1000 * 1000, client_id=first, **other
    )
    assert sent(exchange, sender, two_thirds) == 0
    half = placing(exchange, sender, size=most // 2 // 1000 * 1000, client_id=second, **other)
    assert sent(exchange, sender, half) == 3007
    opposite = {"side": 3 - side, "price": price_of(exchange, 2 - factor)}
    half = placing(exchange, sender, size=most // 2 // 1000 * 1000, client_id=second, **opposite)
    assert sent(exchange, sender, half) == 0
    for number in (first, second):
        assert sent(exchange, sender, cancelling(sender, number)) == 0


def test_an_entry_is_the_average_of_what_made_it(exchange: Exchange) -> None:
    sender = wallet(exchange, "other")
    for size in (2_000_000, 30_000_000):
        assert sent(exchange, sender, taking(exchange, sender, 2, size)) == 0
        exchange.control("POST", "price", {"pair": "BTC/USDT", "factor": 1.02})
    position = subaccount(exchange, sender)["openPerpetualPositions"][MARKET]
    query = f"address={sender.address}&subaccountNumber=0&limit=1000"
    fills, left, cost = (
        ask(f"{exchange.url}/v4/fills?{query}")["fills"],
        Decimal("0.32"),
        Decimal(0),
    )
    for one in fills:  # newest first: those that made the position
        cost += Decimal(one["price"]) * Decimal(one["size"]) if left > 0 else 0
        left -= Decimal(one["size"])
    assert Decimal(position["entryPrice"]) == pytest.approx(
        cost / Decimal("0.32"), rel=Decimal("1e-9")
    )
    assert sent(exchange, sender, taking(exchange, sender, 1, 32_000_000)) == 0
    exchange.control("POST", "price", {"pair": "BTC/USDT", "factor": 1 / 1.02**2})


def test_what_only_reduces_needs_no_collateral(exchange: Exchange) -> None:
    sender = wallet(exchange, "other")
    assert sent(exchange, sender, taking(exchange, sender, 1, 10_000_000)) == 0
    lost = Decimal(subaccount(exchange, sender)["equity"]) - 10
    exchange.control("POST", "deposit", {"account": "other", "asset": "USDT", "amount": f"-{lost}"})
    assert sent(exchange, sender, taking(exchange, sender, 1, 1_000_000)) == 3007
    assert sent(exchange, sender, taking(exchange, sender, 2, 10_000_000)) == 0
    exchange.control("POST", "deposit", {"account": "other", "asset": "USDT", "amount": f"{lost}"})


def test_a_stop_waits_for_its_price(exchange: Exchange) -> None:
    sender, number = wallet(exchange), next(CLIENT_IDS)
    trigger, price = price_of(exchange, 0.97), price_of(exchange, 0.9)
    stop = placing(
        exchange,
        sender,
        flags=CONDITIONAL,
        condition=1,
        trigger=trigger,
        price=price,
        side=2,
        client_id=number,
    )
    assert sent(exchange, sender, stop) == 0

    def status() -> str:
        found = (one for one in orders(exchange, sender) if one["clientId"] == str(number))
        return str(next(found)["status"])

    assert status() == "UNTRIGGERED"
    exchange.control("POST", "price", {"pair": "BTC/USDT", "factor": 0.95})
    assert until(lambda: status() == "FILLED")
    exchange.control("POST", "price", {"pair": "BTC/USDT", "factor": 1 / 0.95})
    assert until(lambda: price_of(exchange, 1) > trigger)


def test_an_exchange_that_goes_on_has_the_same_positions(tmp_path: Path) -> None:
    state = tmp_path / "local.jsonl"
    told: list[tuple[str, Any, Any]] = []
    for _ in range(2):
        with Exchange(dialect="dydx", balances=BEGIN, state=state) as running:
            sender = wallet(running)
            if not told:
                assert sent(running, sender, placing(running, sender)) == 0
                assert sent(running, sender, taking(running, sender, 2, 5_000_000)) == 0
            mine = subaccount(running, sender)
            position = mine["openPerpetualPositions"][MARKET]
            told.append((position["entryPrice"], mine["assetPositions"], orders(running, sender)))
    assert told[0] == told[1]


# streams


def streamed(exchange: Exchange, name: str, *arguments: str) -> Client:
    async def watch() -> Client:
        async with ccxt.pro.dydx(exchange.client()) as client:
            await client.load_markets()
            for _ in range(3):
                found = await asyncio.wait_for(getattr(client, name)(*arguments), PATIENCE_S)
            return found

    return asyncio.run(watch())


def test_markets_are_streamed(exchange: Exchange) -> None:
    assert streamed(exchange, "watch_trades", PAIR)[-1]["price"] > 0
    assert streamed(exchange, "watch_ohlcv", PAIR, "1m")[-1][0] % 60_000 == 0
    book = streamed(exchange, "watch_order_book", PAIR)
    assert book["bids"][0][0] < book["asks"][0][0]
    assert len(book["bids"]) >= 20


def test_an_account_hears_of_its_orders(exchange: Exchange) -> None:
    sender, number = wallet(exchange), next(CLIENT_IDS)

    async def follow() -> list[str]:
        seen: list[str] = []
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{exchange.url}/v4/ws") as socket,
        ):
            assert (await socket.receive_json())["type"] == "connected"
            asked = {"type": "subscribe", "channel": "v4_subaccounts", "id": f"{sender.address}/0"}
            await socket.send_str(json.dumps(asked))
            assert "subaccount" in (await socket.receive_json())["contents"]
            message = placing(exchange, sender, client_id=number)
            await asyncio.to_thread(sent, exchange, sender, message)
            await asyncio.to_thread(sent, exchange, sender, cancelling(sender, number))
            while "CANCELED" not in seen:
                told = (await socket.receive_json())["contents"]["orders"]
                seen += [one["status"] for one in told if one["clientId"] == str(number)]
        return seen

    assert asyncio.run(asyncio.wait_for(follow(), PATIENCE_S)) == ["OPEN", "CANCELED"]


# the real client's own transactions, which need two packages more


@pytest.fixture
def protobuf() -> None:
    if importlib.util.find_spec("google") and importlib.util.find_spec("Crypto"):
        return
    reason = "protobuf and pycryptodome are not installed, so ccxt cannot sign for dYdX"
    if "dydx" in os.environ.get("TIDEGATE_REQUIRE", "").split(","):
        pytest.fail(f"{reason}, and TIDEGATE_REQUIRE asks for them")
    pytest.skip(reason)


@pytest.mark.usefixtures("protobuf")
def test_the_real_client_trades(client: Client) -> None:
    price = client.fetch_order_book(PAIR)["bids"][0][0]
    below = float(client.price_to_precision(PAIR, price * 0.9))
    made = client.create_order(PAIR, "limit", "buy", 0.01, below)
    order = client.fetch_order(made["id"])
    assert (order["status"], order["symbol"]) == ("open", PAIR)
    assert made["id"] in {one["id"] for one in client.fetch_open_orders(PAIR)}
    client.cancel_order(made["clientOrderId"], PAIR)
    assert client.fetch_order(made["id"])["status"] == "canceled"
    made = client.create_order(PAIR, "market", "sell", 0.02, below)
    assert client.fetch_order(made["id"])["filled"] == pytest.approx(0.02)
    assert client.fetch_positions([PAIR])[0]["contracts"] > 0
    made = client.create_order(PAIR, "limit", "buy", 0.02, below, {"timeInForce": "IOC"})
    assert client.fetch_order(made["id"])["status"] == "canceled"
    with pytest.raises(ccxt.InvalidOrder, match="3007"):
        client.create_order(PAIR, "limit", "buy", 500, below)
    above = float(client.price_to_precision(PAIR, price * 1.02))
    with pytest.raises(ccxt.InvalidOrder, match="2003"):
        client.create_order(PAIR, "limit", "buy", 0.01, above, {"postOnly": True})


@pytest.mark.usefixtures("protobuf")
def test_the_asynchronous_client_trades_too(exchange: Exchange) -> None:
    async def trade() -> Client:
        async with ccxt.async_support.dydx(exchange.client()) as client:
            await client.load_markets()
            book = await client.fetch_order_book(PAIR)
            price = float(client.price_to_precision(PAIR, book["bids"][0][0] * 0.9))
            made = await client.create_order(PAIR, "market", "sell", 0.01, price)
            return await client.fetch_order(made["id"])

    assert asyncio.run(trade())["status"] == "closed"
