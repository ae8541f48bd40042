"""What there is to know of an exchange to speak to it: a row of the table of venues."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Shape(StrEnum):
    """What a venue lets the name of an order look like."""

    PLAIN = "plain"
    """Letters and digits, at least 32 of them: ours as they are."""
    UUID = "uuid"
    NUMBER = "number"
    """A whole number of 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trading:
    """How orders are spoken of."""

    proven: bool = False
    """Whether it was traded against, on this machine; the others are prepared, and not tried."""
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
    orders_per_second: float
    """Orders that one account may send on average; with the burst, below what is allowed."""
    orders_burst: float
    at_market: Callable[[str], Mapping[str, Any]] | None = None
    """What says a market order's amount where ccxt takes it for a cost; left out: ccxt does."""
    fast: bool = False
    """Whether ccxt places orders over its WebSocket."""
    stream: bool = True
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
    refused: str = ""
    """A pattern of words by which one was not taken either, whatever ccxt calls the error."""
    unless: tuple[str, ...] = ("uplicate",)
    """Words by which one of them is a question all the same: the venue knows the order."""
    rights: str = ""
    """ccxt's method that tells what a key may do; empty: nobody can tell."""

    @property
    def repeats(self) -> bool:
        """Whether a name is so short that two orders have the same one in the end."""
        return self.shape is Shape.NUMBER

    def named(self, order: str) -> str | int:
        """Return an order's id as this venue takes it, the same every time."""
        if self.shape is Shape.UUID:
            return str(uuid.uuid5(uuid.NAMESPACE_OID, order))
        if self.shape is Shape.NUMBER:
            return uuid.uuid5(uuid.NAMESPACE_OID, order).int & 0xFFFF_FFFF
        return order


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """How prices are asked for."""

    proven: bool = False
    """Whether it was tried against a venue of its kind on this machine; others are not asked."""
    page: int
    """Candles that one answer holds at most."""
    jumps: bool = False
    """Whether an answer begins with the first candle there is, however much later that is."""
    tickers: bool = True
    """Whether it tells what pairs trade at; without, their last trades are asked for."""
    futures: Mapping[str, Any] = field(default_factory=dict)
    """What ccxt is told besides where perpetuals are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """How one exchange is spoken to through ccxt."""

    name: str
    """As ccxt calls it."""
    per_second: float
    """Weight that comes back, on average; with `burst` well below what the exchange allows."""
    burst: float
    weights: Mapping[str, float] = field(default_factory=dict)
    """What ccxt's methods cost of the budget; 1 where nothing is said."""
    used_header: str = ""
    """The header, in small letters, that tells how much of `a_minute` was used in this minute."""
    a_minute: float = 0.0
    options: Mapping[str, Any] = field(default_factory=dict)
    """What ccxt is told, so that it asks for nothing but what is traded."""
    urls: Mapping[str, Any] = field(default_factory=dict)
    """Addresses for a venue on this machine; {url} and {ws} stand for where it is."""
    sandbox: str = ""
    """What the venue calls its network for trying things out; empty: ccxt knows none."""
    wants_passphrase: bool = False
    """Whether its keys have a third part."""
    wallet: bool = False
    """Whether it is opened by a wallet: the key is an address, the secret its private key."""
    mended: Callable[[Any], Any] | None = None
    """What makes ccxt's class of it tell what it tells of the others; left out: it does."""
    trading: Trading
    market: Market

    def weight(self, method: str) -> float:
        """Return what one of ccxt's methods costs."""
        return self.weights.get(method, 1.0)

    def at(self, url: str) -> dict[str, Any]:
        """Return the addresses of this venue on this machine."""
        filled: dict[str, Any] = _filled(self.urls, url.rstrip("/"))
        return filled


def _filled(urls: Any, url: str) -> Any:  # noqa: ANN401 - as nested as ccxt has it
    if isinstance(urls, str):
        return urls.format(url=url, ws=url.replace("http", "ws", 1))
    return {name: _filled(one, url) for name, one in urls.items()}
