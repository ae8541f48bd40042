"""The facts that a journal is made of, and their JSON. State changes by these and nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import msgspec

from tidegate.engine.entry import Entry
from tidegate.errors import DefectError
from tidegate.model import Command, Fill, Order, OrderUpdate, TradingState


class Opened(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An account began."""

    account: str
    currency: str
    accounting: str
    place: str = ""
    """Where its orders go; empty: nowhere, for it trades on paper."""


class Deposited(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Money came in or (negative) went out."""

    amount: Decimal


class Denied(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The gate refused a signal."""

    signal: str
    """`source:id`."""
    strategy: str
    pair: str
    position: str
    direction: str
    effect: str
    reason: str
    observed: str
    limit: str
    sentence: str
    expires_ns: int
    """Until when the signal could come again."""


class Approval(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The gate let a signal through, as this order."""

    order: Order
    expires_ns: int


class TakenBack(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An order is to be taken back."""

    order: str
    why: str


class Funded(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A position paid (negative: received) for being held."""

    position: str
    amount: Decimal


class Swept(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What was left of a position was too little to be sold: it is over."""

    position: str
    amount: Decimal
    currency: str
    """What it is an amount of."""
    reason: str
    """The tag of the order that sold the rest of it."""


class BooksAlike(msgspec.Struct, frozen=True, kw_only=True):
    """The venue's books were found to say what ours say: balances are counted from here on."""

    pairs: list[str]
    """That were compared."""
    balances: dict[str, Decimal]
    """By currency, free and locked together."""
    seq: int
    """Number of the last fact they hold; what is booked after it has come since."""
    since_ns: int
    """From when on, by the venue's clock, its trades have to be looked at."""
    counted: list[tuple[str, str, str]]
    """Pair, venue's name and side of those among them that are in the balances already."""


class PairsHalted(msgspec.Struct, frozen=True, kw_only=True):
    """The books differ, and nobody can say why: nothing new is traded in these pairs."""

    pairs: list[str]
    kind: str
    about: str
    """The order, fill or currency."""
    words: str


class PairsLifted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An operator has taken the venue's side: all pairs may be traded again.

    What was left of positions and not sold may have been sold by hand; it is ours no more.
    """

    why: str


class Commanded(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An operator ordered something, and what was said to it."""

    command: Command
    obeyed: bool
    words: str


class Switched(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the engine may do has changed."""

    state: TradingState
    why: str
    flatten: bool = False
    """Whether every position is to be closed."""


class Latched(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A limit has stopped trading until an operator lifts it; an empty reason: lifted."""

    reason: str
    observed: str
    limit: str
    sentence: str


class Sampled(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the account was worth, and the marks that drawdowns are counted from."""

    equity: Decimal
    balance: Decimal
    exposure: Decimal
    positions: int
    peak: Decimal
    day_start: Decimal
    week_start: Decimal


class Strange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The broker said something that cannot be; it was written down and not acted upon."""

    kind: str
    words: str


class Noted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a strategy's position keeper has to remember across a restart."""

    strategy: str
    body: str


KINDS: Final[dict[str, type]] = {
    "opened": Opened,
    "deposited": Deposited,
    "denied": Denied,
    "approved": Approval,
    "updated": OrderUpdate,
    "filled": Fill,
    "taken-back": TakenBack,
    "funded": Funded,
    "swept": Swept,
    "books-alike": BooksAlike,
    "pairs-halted": PairsHalted,
    "pairs-lifted": PairsLifted,
    "commanded": Commanded,
    "switched": Switched,
    "latched": Latched,
    "sampled": Sampled,
    "strange": Strange,
    "noted": Noted,
}
_NAMES: Final[dict[type, str]] = {kind: name for name, kind in KINDS.items()}
_ENCODER: Final = msgspec.json.Encoder()
_DECODERS: Final[dict[str, msgspec.json.Decoder[Any]]] = {
    name: msgspec.json.Decoder(kind) for name, kind in KINDS.items()
}


def entry_of(fact: Any, time_ns: int, correlation: str) -> Entry:  # noqa: ANN401 - one of KINDS
    """Return a fact as the journal keeps it."""
    return Entry(time_ns, _NAMES[type(fact)], correlation, _ENCODER.encode(fact))


def fact_of(entry: Entry) -> Any:  # noqa: ANN401 - one of KINDS
    """Return the fact of an entry."""
    decoder = _DECODERS.get(entry.kind)
    if decoder is None:
        message = f'the journal holds an entry of kind "{entry.kind}", which is not known'
        raise DefectError(message)
    try:
        return decoder.decode(entry.body)
    except msgspec.MsgspecError as error:
        message = f'an entry of kind "{entry.kind}" cannot be read: {error}'
        raise DefectError(message) from error
