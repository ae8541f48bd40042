"""Orders, trades, and what a venue tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tidegate.exchange.venue.account import Account
    from tidegate.exchange.venue.listing import Listing


class Kind(StrEnum):
    """What an order does; a stop becomes the market or limit order in its name."""

    MARKET = "MARKET"
    LIMIT = "LIMIT"
    LIMIT_MAKER = "LIMIT_MAKER"
    STOP_LOSS = "STOP_LOSS"
    STOP_LOSS_LIMIT = "STOP_LOSS_LIMIT"
    TAKE_PROFIT = "TAKE_PROFIT"
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT"


STOPS = frozenset({Kind.STOP_LOSS, Kind.STOP_LOSS_LIMIT, Kind.TAKE_PROFIT, Kind.TAKE_PROFIT_LIMIT})
PRICED = frozenset({Kind.LIMIT, Kind.LIMIT_MAKER, Kind.STOP_LOSS_LIMIT, Kind.TAKE_PROFIT_LIMIT})


class Life(StrEnum):
    """How long an order may wait."""

    GTC = "GTC"
    IOC = "IOC"
    FOK = "FOK"


class Prevention(StrEnum):
    """Whose order gives way where an account would trade with itself."""

    NONE = "NONE"
    EXPIRE_TAKER = "EXPIRE_TAKER"
    EXPIRE_MAKER = "EXPIRE_MAKER"
    EXPIRE_BOTH = "EXPIRE_BOTH"


class Status(StrEnum):
    """Where an order stands."""

    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    EXPIRED_IN_MATCH = "EXPIRED_IN_MATCH"


OPEN = frozenset({Status.NEW, Status.PARTIALLY_FILLED})


class What(StrEnum):
    """What a report tells."""

    ACCEPTED = "ACCEPTED"
    TRIGGERED = "TRIGGERED"
    TRADED = "TRADED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"


class Reason(StrEnum):
    """Why a venue refuses."""

    BALANCE = "balance"
    WOULD_TAKE = "would-take"
    WOULD_TRIGGER = "would-trigger"
    DUPLICATE = "duplicate"
    PRICE_FILTER = "price-filter"
    PERCENT_PRICE = "percent-price"
    LOT_SIZE = "lot-size"
    MARKET_LOT_SIZE = "market-lot-size"
    NOTIONAL = "notional"
    MAX_ORDERS = "max-orders"
    MAX_STOPS = "max-stops"
    UNKNOWN_ORDER = "unknown-order"
    NO_LIQUIDITY = "no-liquidity"


class RefusedError(Exception):
    """An order, or a cancellation, that the venue does not take."""

    def __init__(self, reason: Reason) -> None:
        """Keep the reason; a dialect has the words."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """What an account asks for. An amount is in lots, or else a budget in units of the quote."""

    symbol: str
    buys: bool
    kind: Kind
    lots: int = 0
    budget: int = 0
    """What a market order may spend or bring, units of the quote currency; 0: go by lots."""
    price: int = 0
    """Ticks."""
    stop: int = 0
    """Ticks."""
    life: Life = Life.GTC
    client_id: str
    prevention: Prevention = Prevention.EXPIRE_MAKER


class Trade(NamedTuple):
    """One maker met one taker."""

    id: int
    symbol: str
    price: int
    lots: int
    buyer: Order
    seller: Order
    buyer_is_maker: bool
    buyer_fee: int
    """Units of the base currency."""
    seller_fee: int
    """Units of the quote currency."""
    time_ns: int


class Order:
    """An order that the venue has taken, as it stands."""

    __slots__ = (
        "account",
        "budget",
        "buys",
        "client_id",
        "created_ns",
        "held_ns",
        "id",
        "kind",
        "left",
        "life",
        "listing",
        "lots",
        "prevention",
        "price",
        "quote",
        "reserve",
        "resting",
        "status",
        "stop",
        "taken_back_as",
        "trades",
        "updated_ns",
        "working",
    )

    def __init__(
        self,
        new: NewOrder,
        order_id: int,
        account: Account,
        listing: Listing,
        now_ns: int,
        *,
        reserve: int = 0,
    ) -> None:
        """Begin as new."""
        self.id = order_id
        self.account = account
        self.listing = listing
        self.client_id = new.client_id
        self.buys = new.buys
        self.kind = new.kind
        self.life = new.life
        self.price = new.price
        self.stop = new.stop
        self.lots = new.lots
        self.left = new.lots
        self.budget = new.budget
        self.prevention = new.prevention
        self.reserve = reserve  # units locked for each lot that is left; 0: pays as it trades
        self.quote = 0  # units of the quote currency that its trades came to
        self.status = Status.NEW
        self.created_ns = now_ns
        self.updated_ns = now_ns
        self.working = new.stop == 0
        self.resting = False  # in the book
        self.trades: list[Trade] = []
        self.held_ns = 0  # when it may match, where it was told to wait
        self.taken_back_as = ""  # the name of the request that cancelled it

    @property
    def filled(self) -> int:
        """Lots traded so far."""
        return self.lots - self.left


class Report(NamedTuple):
    """A change of an order, as it stood right after it."""

    what: What
    order: Order
    status: Status
    filled: int
    quote: int
    trade: Trade | None
    time_ns: int
