"""What differs between exchanges, as a table: to know another one is to add a row."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from tidegate.brokers.reports import read_binance
from tidegate.errors import Code, OptionError, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tidegate.brokers.reports import Told


class Shape(StrEnum):
    """What a venue lets the name of an order look like."""

    PLAIN = "plain"
    """Letters and digits, at least 32 of them: ours as they are."""
    UUID = "uuid"
    NUMBER = "number"
    """A whole number of 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """How one exchange is spoken to through ccxt."""

    name: str
    """As ccxt calls it."""
    proven: bool = False
    """Whether it was traded against; the others are prepared, and not tried."""
    shape: Shape = Shape.PLAIN
    client_id: str
    """The parameter that an order's own name is sent as."""
    asked_by: str
    """The one by which it is asked for and cancelled; empty: only by the venue's number."""
    trades_by: str = ""
    """The one that keeps a list of trades to an order's; empty: it is picked out here."""
    window: str = ""
    """The one that says for how many milliseconds a request is good, by the venue's clock."""
    safe_s: float = 60.0
    """Without one: after how long an order that is not found never arrived."""
    per_second: float = 10.0
    """Requests, on average, that are well below what the venue allows."""
    burst: int = 50
    fast: bool = False
    """Whether ccxt places orders over its WebSocket."""
    stream: bool = True
    reports: Callable[[Any], Told | bool] | None = None
    """Reads its account's reports as they come; left out: ccxt does."""
    refuses: frozenset[str] = frozenset(
        {
            "InvalidOrder",
            "InsufficientFunds",
            "BadRequest",
            "BadSymbol",
            "AuthenticationError",
            "OperationRejected",
            "NotSupported",
            "ArgumentsRequired",
        }
    )
    """ccxt's errors for which an order was certainly not taken; all others are questions."""
    unless: tuple[str, ...] = ("uplicate",)
    """Words by which one of them is a question all the same: the venue knows the order."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What ccxt is told, so that it asks for nothing but what is traded."""
    urls: Mapping[str, Any] = field(default_factory=dict)
    """Addresses for a venue on this machine; {url} and {ws} stand for where it is."""
    sandbox: str = ""
    """What the venue calls its play money; empty: it has none that ccxt knows."""
    rights: str = ""
    """ccxt's method that tells what a key may do; empty: nobody can tell."""
    wants_passphrase: bool = False

    def named(self, order: str) -> str | int:
        """Return an order's id as this venue takes it, the same every time."""
        if self.shape is Shape.UUID:
            return str(uuid.uuid5(uuid.NAMESPACE_OID, order))
        if self.shape is Shape.NUMBER:
            return uuid.uuid5(uuid.NAMESPACE_OID, order).int & 0xFFFF_FFFF
        return order

    def at(self, url: str) -> dict[str, Any]:
        """Return the addresses of this venue on this machine."""
        filled: dict[str, Any] = _filled(self.urls, url)
        return filled


def _filled(urls: Any, url: str) -> Any:  # noqa: ANN401 - as nested as ccxt has it
    if isinstance(urls, str):
        return urls.format(url=url, ws=url.replace("http", "ws", 1))
    return {name: _filled(one, url) for name, one in urls.items()}


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

VENUES: Final[dict[str, Venue]] = {
    "binance": Venue(
        name="binance",
        proven=True,
        client_id="newClientOrderId",
        asked_by="origClientOrderId",
        trades_by="orderId",
        window="recvWindow",
        per_second=15.0,  # of weight 4 each, 3,600 of 6,000 a minute
        burst=60,  # orders: 100 in 10 s
        fast=True,
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
                "ws-api": {
                    "spot": "{ws}/ws-api/v3",
                    "linear": _NO_STREAM,
                    "inverse": _NO_STREAM,
                },
            },
        },
        reports=read_binance,
        sandbox="testnet",
        rights="sapiGetAccountApiRestrictions",
    ),
    "okx": Venue(
        name="okx",
        client_id="clOrdId",
        asked_by="clOrdId",
        trades_by="ordId",
        per_second=10.0,
        burst=30,
        options={"fetchMarkets": {"types": ["spot"]}},
        urls={"rest": "{url}", "ws": "{ws}/ws/v5"},
        sandbox="demo trading",
        rights="privateGetAccountConfig",
        wants_passphrase=True,
    ),
    "coinbase": Venue(
        name="coinbase",
        shape=Shape.UUID,
        client_id="client_order_id",
        asked_by="",
        per_second=10.0,
        burst=20,
        options={"createMarketBuyOrderRequiresPrice": False},
        urls={"rest": "{url}", "ws": "{ws}"},
        sandbox="sandbox",
        rights="v3PrivateGetBrokerageKeyPermissions",
    ),
    "dydx": Venue(
        name="dydx",
        shape=Shape.NUMBER,
        client_id="clientId",
        asked_by="",
        per_second=5.0,
        burst=10,
        urls={"indexer": "{url}/v4", "nodeRpc": "{url}/rpc", "nodeRest": "{url}/rest"},
        sandbox="testnet",
    ),
}


def venue_called(name: str) -> Venue:
    """Return a venue by its name."""
    found = VENUES.get(name)
    if found is None:
        raise OptionError(
            Code.UNKNOWN_VENUE,
            f'there is no venue "{name}"',
            where="venue",
            expected=f"one of {', '.join(VENUES)}",
            found=f'"{name}"',
            remedy=one_of(name, VENUES, otherwise="docs/live.md names those that are known"),
        )
    return found
