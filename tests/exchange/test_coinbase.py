"""What is Coinbase's own: tokens, fees in the quote currency, names and channels."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import aiohttp
import ccxt
import ccxt.pro
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.exchange.serving import PATIENCE_S, Exchange, ask, until

from tidegate.errors import OptionError
from tidegate.exchange.coinbase import Coinbase
from tidegate.exchange.coinbase.credentials import credentials_of
from tidegate.exchange.house import ExchangeSpec, build
from tidegate.exchange.keys import ApiKey, Right

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.exchange.coinbase.credentials import Credential

pytestmark = pytest.mark.xdist_group("exchange-coinbase")  # one server for all of it

Client = Any  # ccxt has no types
Json = Any
PAIR, ID = "BTC/USDT", "BTC-USDT"
BEGIN = {"USDT": Decimal(100_000), "BTC": Decimal(10)}
READER = ApiKey("simreader", "simsecret", rights=frozenset({Right.READ}))
V3 = "/api/v3/brokerage"


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    keys = (ApiKey("simkey", "simsecret"), READER)
    with Exchange(dialect="coinbase", balances=BEGIN, limited=False, keys=keys) as running:
        yield running


@pytest.fixture(scope="module")
def client(exchange: Exchange) -> Client:
    made = ccxt.coinbase(exchange.client())
    made.load_markets()
    return made


def credential(exchange: Exchange, algorithm: str, key: str = "simkey") -> Credential:
    dialect = exchange.server.dialect
    assert isinstance(dialect, Coinbase)
    return next(one for one in dialect.shown[key] if one.algorithm == algorithm)


def as_client(exchange: Exchange, one: Credential) -> Client:
    return ccxt.coinbase({**exchange.client(), "apiKey": one.name, "secret": one.secret})


def at_price(client: Client, factor: float) -> float:
    return float(client.price_to_precision(PAIR, client.fetch_ticker(PAIR)["last"] * factor))


# tokens


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_both_kinds_of_keys_open_the_account(exchange: Exchange, algorithm: str) -> None:
    client = as_client(exchange, credential(exchange, algorithm))
    assert client.fetch_balance()["BTC"]["total"] > 0
    price = at_price(client, 0.9)
    made = client.create_order(PAIR, "limit", "buy", 0.001, price)
    client.cancel_order(made["id"], PAIR)


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_a_key_of_coinbases_own_kind_stays_what_it_is(algorithm: str) -> None:
    first = {one.algorithm: one for one in credentials_of(ApiKey("simkey", "simsecret"))}
    (again,) = credentials_of(ApiKey("mine", first[algorithm].secret))
    assert (again.name, again.algorithm) == ("mine", algorithm)
    assert again.secret == first[algorithm].secret


@pytest.mark.parametrize(
    "secret",
    [
        "-----BEGIN NOTHING-----",
        ed25519.Ed25519PrivateKey.from_private_bytes(b"x" * 32)
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        .decode(),
        ec.derive_private_key(7, ec.SECP384R1())
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        .decode(),
    ],
)
def test_a_pem_that_is_no_key_for_this_is_refused(secret: str) -> None:
    with pytest.raises(OptionError, match="is none that can be used"):
        credentials_of(ApiKey("mine", secret))


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tidegate.exchange.coinbase.credentials", None)
    with pytest.raises(OptionError, match="coinbase checks signatures with a package"):
        build(ExchangeSpec(dialect="coinbase", pairs=(PAIR,), balances=BEGIN), time.time_ns)


def token(exchange: Exchange, algorithm: str = "ES256", **other: Json) -> str:
    """Return a token for the accounts as ccxt makes it, some of it otherwise."""
    one = credential(exchange, algorithm)
    client = as_client(exchange, one)
    host = exchange.url.removeprefix("http://")
    claims = {
        "aud": ["retail_rest_api_proxy"] if algorithm == "ES256" else ["cdp_service"],
        "iss": "coinbase-cloud" if algorithm == "ES256" else "cdp",
        "nbf": client.seconds() + other.pop("late", 0),
        "exp": client.seconds() + other.pop("ends", 120),
        "sub": one.name,
        "uri": f"GET {host}{V3}/accounts",
        **other,
    }
    secret = client.encode(one.secret)
    if algorithm == "EdDSA":
        secret = client.base64_to_binary(one.secret)[:32]
    head = {"kid": one.name, "nonce": "1", "alg": algorithm}
    return str(client.jwt(claims, secret, opts=head))


def asked(exchange: Exchange, bearer: str) -> bool:
    try:
        return "accounts" in ask(f"{exchange.url}{V3}/accounts", Authorization=bearer)
    except json.JSONDecodeError:  # it says "Unauthorized" in plain words
        return False


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
@pytest.mark.parametrize(
    ("other", "good"),
    [
        ({}, True),
        ({"late": -300, "ends": -180}, False),
        ({"late": 300, "ends": 420}, False),
        ({"ends": 100_000}, False),
        ({"iss": "somebody"}, False),
        ({"aud": ["somewhere"]}, False),
        ({"sub": "another"}, False),
        ({"uri": "GET 127.0.0.1/api/v3/brokerage/orders"}, False),
        ({"nbf": "now"}, False),
    ],
)
def test_a_token_is_believed_only_if_all_of_it_is_right(
    exchange: Exchange, algorithm: str, other: dict[str, Any], *, good: bool
) -> None:
    assert asked(exchange, f"Bearer {token(exchange, algorithm, **other)}") is good


def test_a_token_that_was_tampered_with_opens_nothing(exchange: Exchange) -> None:
    head, claims, signature = token(exchange).split(".")
    flipped = ("B" if signature[4] == "A" else "A").join((signature[:4], signature[5:]))
    assert asked(exchange, f"Bearer {head}.{claims}.{signature}")
    for wrong in (f"{head}.{claims}.{flipped}", f"{head}.{claims}", f"{head}.e30.{signature}"):
        assert not asked(exchange, f"Bearer {wrong}")
    assert not asked(exchange, "")


def test_a_key_that_may_only_read_does_not_trade(exchange: Exchange) -> None:
    reader = as_client(exchange, credential(exchange, "ES256", "simreader"))
    assert reader.fetch_balance()["BTC"]["total"] > 0
    with pytest.raises(ccxt.PermissionDenied):
        reader.create_order(PAIR, "limit", "buy", 0.001, at_price(reader, 0.9))


def test_who_asks_too_much_is_told() -> None:
    with Exchange(dialect="coinbase", pairs=("BTC/USDT",), speed=0) as limited:
        path = f"{limited.url}{V3}/market/products/{ID}"
        answers = [ask(path).get("error") for _ in range(12)]
        limited.control("POST", "clock", {"advance_s": 1})
        assert answers == [None] * 10 + ["rate_limit_exceeded"] * 2
        assert ask(path)["product_id"] == ID


def test_what_is_not_there_says_so(exchange: Exchange, client: Client) -> None:
    products = f"{exchange.url}{V3}/market/products"
    assert ask(f"{exchange.url}{V3}/nothing")["error"] == "NOT_FOUND"
    assert ask(f"{products}/NO-USDT")["error"] == "NOT_FOUND"
    assert ask(f"{products}/{ID}/candles?granularity=ONE_YEAR")["error"] == "INVALID_ARGUMENT"
    long = f"{products}/{ID}/candles?granularity=ONE_MINUTE&start=0&end=1795200000"
    assert ask(long)["error"] == "INVALID_ARGUMENT"
    terms = {"market_market_ioc": {"base_size": "0.01"}}
    body = {"client_order_id": "a", "product_id": "NO-USDT", "side": "SELL"}
    with pytest.raises(ccxt.BadRequest, match="product_id"):
        client.v3PrivatePostBrokerageOrders({**body, "order_configuration": terms})


# orders


def test_the_same_name_is_the_same_order(client: Client) -> None:
    terms = {"base_size": "0.001", "limit_price": str(at_price(client, 0.9)), "post_only": False}
    body = {
        "client_order_id": "one-and-the-same",
        "product_id": ID,
        "side": "BUY",
        "order_configuration": {"limit_limit_gtc": terms},
    }
    first = client.v3PrivatePostBrokerageOrders(body)
    again = client.v3PrivatePostBrokerageOrders(body)
    assert again["success"]
    assert again["order_id"] == first["order_id"]
    assert len(client.fetch_open_orders(PAIR)) == 1
    client.cancel_order(first["order_id"], PAIR)
    assert client.v3PrivatePostBrokerageOrders(body)["order_id"] == first["order_id"]
    assert client.fetch_open_orders(PAIR) == []


@pytest.mark.parametrize(
    ("configuration", "code"),
    [
        ({"limit_limit_gtc": {"base_size": "0.000001"}}, "INVALID_SIZE_PRECISION"),
        ({"limit_limit_gtc": {"base_size": "0.00001"}}, "INVALID_BASE_SIZE_TOO_SMALL"),
        ({"limit_limit_gtc": {"limit_price": "40000.001"}}, "INVALID_PRICE_PRECISION"),
        ({"limit_limit_gtc": {"limit_price": "1"}}, "BREACHED_PRICE_LIMIT"),
        ({"limit_limit_gtc": {"base_size": "1000"}}, "INSUFFICIENT_FUND"),
        ({"limit_limit_gtd": {}}, "UNSUPPORTED_ORDER_CONFIGURATION"),
        ({"market_market_ioc": {"quote_size": "0"}}, "INVALID_QUOTE_SIZE_TOO_SMALL"),
        ({"market_market_ioc": {"quote_size": "200000"}}, "INSUFFICIENT_FUND"),
    ],
)
def test_an_order_that_is_not_taken_says_why(
    client: Client, configuration: dict[str, Any], code: str
) -> None:
    ((kind, terms),) = configuration.items()
    if kind.startswith("limit"):
        usual = {"base_size": "0.001", "limit_price": str(at_price(client, 0.9))}
        terms = {**usual, **terms}
    body = {"client_order_id": client.uuid(), "product_id": ID, "side": "BUY"}
    with pytest.raises(ccxt.ExchangeError, match=f"PREVIEW_{code}"):
        client.v3PrivatePostBrokerageOrders({**body, "order_configuration": {kind: terms}})


def test_a_makers_order_that_would_take_is_refused(client: Client) -> None:
    price = at_price(client, 1.01)
    with pytest.raises(ccxt.ExchangeError, match="INVALID_LIMIT_PRICE_POST_ONLY"):
        client.create_order(PAIR, "limit", "buy", 0.001, price, {"postOnly": True})


def owned(exchange: Exchange, asset: str) -> Decimal:
    balance = exchange.control("GET", "accounts")["main"][asset]
    return Decimal(balance["free"]) + Decimal(balance["locked"])


def test_a_budget_pays_the_fee_too(exchange: Exchange, client: Client) -> None:
    before = owned(exchange, "USDT")
    made = client.create_order(PAIR, "market", "buy", None, None, {"cost": 1000})
    order = client.fetch_order(made["id"], PAIR)
    spent = before - owned(exchange, "USDT")
    assert order["status"] == "closed"
    assert 990 < spent <= 1000
    assert Decimal(order["info"]["total_value_after_fees"]) == spent
    assert Decimal(order["info"]["total_fees"]) == pytest.approx(
        Decimal(order["info"]["filled_value"]) * Decimal("0.012"), abs=Decimal("1e-6")
    )


def test_the_fee_of_a_waiting_order_is_held_and_let_go(client: Client) -> None:
    price = at_price(client, 0.9)
    made = client.create_order(PAIR, "limit", "buy", 0.01, price)
    held = client.fetch_balance()["USDT"]["used"]
    assert held == pytest.approx(price * 0.01 * 1.012)
    order = client.fetch_order(made["id"], PAIR)
    assert float(order["info"]["outstanding_hold_amount"]) == pytest.approx(held)
    client.cancel_order(made["id"], PAIR)
    assert client.fetch_balance()["USDT"]["used"] == 0
    free = client.fetch_balance()["USDT"]["free"]
    everything = float(client.amount_to_precision(PAIR, free / price))
    with pytest.raises(ccxt.InsufficientFunds):
        client.create_order(PAIR, "limit", "buy", everything, price)


def test_nothing_is_made_or_lost_by_fees(exchange: Exchange, client: Client) -> None:
    venue = exchange.world.venue

    def whole(asset: str) -> int:
        mine, crowd = venue.accounts["main"], venue.crowd
        return mine.total(asset) + crowd.total(asset) + venue.matcher.fees.get(asset, 0)

    before = whole("USDT"), whole("BTC")
    client.create_order(PAIR, "limit", "buy", 0.02, at_price(client, 1.01))
    client.create_order(PAIR, "market", "sell", 0.02)
    assert (whole("USDT"), whole("BTC")) == before


def test_a_stop_waits_for_its_price(exchange: Exchange, client: Client) -> None:
    stop, price = {"stopLossPrice": at_price(client, 1.02)}, at_price(client, 0.9)
    with pytest.raises(ccxt.InvalidOrder, match="STOP_PRICE_ABOVE_LAST_TRADE_PRICE"):
        client.create_order(PAIR, "limit", "sell", 0.01, price, stop)
    stop = {"stopLossPrice": at_price(client, 0.97)}
    made = client.create_order(PAIR, "limit", "sell", 0.01, at_price(client, 0.9), stop)
    order = client.fetch_order(made["id"], PAIR)
    assert order["status"] == "open"
    assert order["info"]["trigger_status"] == "STOP_PENDING"
    exchange.control("POST", "price", {"pair": PAIR, "factor": 0.95})
    assert until(lambda: client.fetch_order(made["id"], PAIR)["status"] == "closed")
    before = at_price(client, 1)
    exchange.control("POST", "price", {"pair": PAIR, "factor": 1 / 0.95})
    assert until(lambda: at_price(client, 1) == pytest.approx(before / 0.95, rel=0.01))


def test_pages_follow_each_other(client: Client) -> None:
    made = [client.create_order(PAIR, "market", "sell", 0.001)["id"] for _ in range(3)]
    page = client.v3PrivateGetBrokerageOrdersHistoricalBatch({"limit": 2, "product_ids": [ID]})
    assert [one["order_id"] for one in page["orders"]] == made[:0:-1]
    assert page["has_next"]
    follows = {"limit": 1, "cursor": page["cursor"]}
    page = client.v3PrivateGetBrokerageOrdersHistoricalBatch(follows)
    assert [one["order_id"] for one in page["orders"]] == made[:1]
    fills = client.v3PrivateGetBrokerageOrdersHistoricalFills({"limit": 1})
    older = client.v3PrivateGetBrokerageOrdersHistoricalFills(
        {"limit": 1, "cursor": fills["cursor"]}
    )
    assert fills["fills"][0]["order_id"] == made[2]
    assert older["fills"][0]["order_id"] == made[1]


def test_an_exchange_that_goes_on_has_taken_and_held_the_same_fees(tmp_path: Path) -> None:
    state = tmp_path / "local.jsonl"
    told: list[tuple[Any, ...]] = []
    for _ in range(2):
        with Exchange(dialect="coinbase", balances=BEGIN, state=state) as running:
            client = ccxt.coinbase(running.client())
            if not told:
                client.create_order(PAIR, "market", "sell", 0.01)
                client.create_order(PAIR, "limit", "buy", 0.01, at_price(client, 0.8))
                client.create_order(PAIR, "market", "buy", None, None, {"cost": 500})
            balance = client.fetch_balance()
            orders = [order["info"] for order in client.fetch_orders(PAIR)]
            told.append((balance["USDT"], balance["BTC"], orders))
            waiting = client.fetch_open_orders(PAIR)
    assert told[0] == told[1]
    assert len(waiting) == 1


# streams


def test_messages_are_numbered_and_hearts_beat(exchange: Exchange) -> None:
    async def follow() -> list[str]:
        seen: list[str] = []
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{exchange.url}/ws") as socket,
        ):
            for channel in ("heartbeats", "level2", "candles", "ticker"):
                asked = {"type": "subscribe", "channel": channel, "product_ids": [ID]}
                await socket.send_str(json.dumps(asked))
            while not {"heartbeats", "l2_data", "candles", "ticker"} <= set(seen):
                message = await socket.receive_json()
                assert message["sequence_num"] == len(seen)
                seen.append(message["channel"])
            await socket.send_str(json.dumps({"type": "subscribe", "channel": "user", "jwt": "x"}))
            while True:
                message = await socket.receive_json()
                if message.get("type") == "error":
                    return [*seen, message["message"]]

    seen = asyncio.run(asyncio.wait_for(follow(), PATIENCE_S))
    assert seen[0] == "subscriptions"
    assert seen[-1] == "authentication failure"
