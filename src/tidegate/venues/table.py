"""What differs between exchanges, as a table: to know another one is to add a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, OptionError, one_of
from tidegate.venues.dydx import mended
from tidegate.venues.venue import Market, Shape, Trading, Venue

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOWHERE: Final = "{url}/not-served"
_NO_STREAM: Final = "{ws}/not-served"
_BINANCE_ELSEWHERE: Final = (
    *("sapiV2", "sapiV3", "sapiV4", "papi", "papiV2", "eapiPublic", "eapiPrivate"),
    *("fapiPublic", "fapiPublicV2", "fapiPublicV3", "fapiPrivate", "fapiPrivateV2"),
    *("fapiPrivateV3", "fapiData", "dapiPublic", "dapiPrivate", "dapiPrivateV2", "dapiData"),
)
_BINANCE_STREAMS: Final = (
    *("linear", "inverse", "stock", "option", "optionMarket", "optionPrivate", "papi"),
)

BINANCE: Final = Venue(
    name="binance",
    per_second=65,  # with the burst 5,100 of 6,000 a minute
    burst=1200,
    weights={
        "load_markets": 20,
        "fetch_ohlcv": 2,
        "fetch_ticker": 2,
        "fetch_tickers": 80,
        "fetch_trades": 25,
        "fetch_order_book": 5,
        "fetch_order": 4,
        "fetch_open_orders": 6,
        "fetch_balance": 20,
        "fetch_orders": 20,
        "fetch_my_trades": 5,  # of one order
        "watch_orders": 2,
    },
    used_header="x-mbx-used-weight-1m",
    a_minute=6000,
    options={
        "fetchMarkets": {"types": ["spot"]},
        "fetchCurrencies": False,
        "fetchMargins": False,
        "warnOnFetchOpenOrdersWithoutSymbol": False,
    },
    urls={
        "public": "{url}/api/v3",
        "private": "{url}/api/v3",
        "v1": "{url}/api/v1",
        "sapi": "{url}/sapi/v1",
        **dict.fromkeys(_BINANCE_ELSEWHERE, _NOWHERE),
        "ws": {
            "spot": "{ws}/stream/ws",  # ccxt takes it for spot by the word "/stream"
            "margin": "{ws}/stream/ws",
            **dict.fromkeys(_BINANCE_STREAMS, _NO_STREAM),
            "ws-api": {"spot": "{ws}/ws-api/v3", "linear": _NO_STREAM, "inverse": _NO_STREAM},
        },
    },
    sandbox="testnet",
    trading=Trading(
        proven=True,
        client_id="newClientOrderId",
        asked_by="origClientOrderId",
        trades_by="orderId",
        window="recvWindow",
        orders_per_second=7,  # with the burst 100 in 10 s, which is what is allowed
        orders_burst=30,
        fast=True,
        rights="sapiGetAccountApiRestrictions",
    ),
    market=Market(
        proven=True, page=1000, jumps=True, futures={"fetchMarkets": {"types": ["spot", "linear"]}}
    ),
)

OKX: Final = Venue(
    name="okx",
    per_second=8,  # 40 requests for candles in two seconds, 20 for older ones
    burst=16,
    weights={"create_order": 0.25, "cancel_order": 0.25, "fetch_order": 0.25},  # 60 of each
    options={"fetchMarkets": {"types": ["spot"]}},
    urls={"rest": "{url}", "ws": "{ws}/ws/v5"},
    sandbox="demo trading",
    wants_passphrase=True,
    trading=Trading(
        proven=True,
        client_id="clOrdId",
        asked_by="clOrdId",
        trades_by="ordId",
        orders_per_second=10,  # 60 in two seconds for one pair
        orders_burst=30,
        rights="privateGetAccountConfig",
    ),
    market=Market(proven=True, page=100, futures={"fetchMarkets": {"types": ["spot", "swap"]}}),
)

COINBASE: Final = Venue(
    name="coinbase",
    per_second=8,  # 10 a second for who has no key
    burst=8,
    weights={"create_order": 0.3, "cancel_order": 0.3, "fetch_order": 0.3},  # 30 with a key
    options={"createMarketBuyOrderRequiresPrice": False},
    urls={"rest": "{url}", "ws": "{ws}/ws"},
    sandbox="sandbox",
    trading=Trading(
        proven=True,
        shape=Shape.UUID,
        client_id="client_order_id",
        asked_by="",
        orders_per_second=10,
        orders_burst=20,
        at_market=lambda amount: {
            "order_configuration": {"market_market_ioc": {"base_size": amount}}
        },
        refused=r'"error":"(INVALID|INSUFFICIENT|UNSUPPORTED|INELIGIBLE|UNTRADABLE)_',
        rights="v3PrivateGetBrokerageKeyPermissions",
    ),
    market=Market(proven=True, page=300),
)

DYDX: Final = Venue(
    name="dydx",
    per_second=5,  # with the burst 70 of 100 in ten seconds
    burst=20,
    weights={
        "create_order": 3,  # the book or nothing, the height of the chain, the transaction
        "cancel_order": 1,
        "fetch_order": 2,  # of two kinds of orders the second is asked for if the first is not
    },
    urls={
        "indexer": "{url}/v4",
        "nodeRpc": "{url}/rpc",
        "nodeRest": "{url}/rest",
        "ws": "{ws}/v4/ws",
    },
    sandbox="testnet",
    wallet=True,
    mended=mended,
    trading=Trading(
        proven=True,
        shape=Shape.NUMBER,
        client_id="clientOrderId",
        asked_by="clientOrderId",
        orders_per_second=1.5,
        orders_burst=5,
        stream=False,
        refused=r'"codespace": ?"\w',  # the node has looked at it, and has not taken it
        unless=("higher-or-equal priority", "already", "previously"),
        rights="fetch_own_wallet",
    ),
    market=Market(proven=True, page=100, tickers=False),
)

VENUES: Final[dict[str, Venue]] = {each.name: each for each in (BINANCE, OKX, COINBASE, DYDX)}
WITH_PRICES: Final = {name: each for name, each in VENUES.items() if each.market.proven}
"""Those whose prices and candles can be asked for."""


def venue_called(name: str, *, where: str = "venue", among: Mapping[str, Venue] = VENUES) -> Venue:
    """Return a venue by its name."""
    found = among.get(name)
    if found is None:
        raise OptionError(
            Code.UNKNOWN_VENUE,
            f'there is no venue "{name}"',
            where=where,
            expected=f"one of {', '.join(among)}",
            found=f'"{name}"',
            remedy=one_of(name, among, otherwise="docs/live.md names those that are known"),
        )
    return found
