"""What can happen to an engine, beside signals, commands, fills and order updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from tidegate.model import Command, Fill, OrderUpdate, Signal


class Heard(msgspec.Struct, frozen=True, gc=False):
    """A signal has come in, at a time."""

    signal: Signal
    now_ns: int


class Price(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a pair trades at now, and what else is known of its market. Not journalled."""

    pair: str
    price: Decimal
    time_ns: int
    volatility: float | None = None
    volume: Decimal | None = None
    correlations: Mapping[str, float] = {}


class Sample(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The time has come to look at what the account is worth."""

    time_ns: int


class Breaker(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The machine's breaker was switched. An empty reason: off."""

    reason: str
    time_ns: int


class TakeBack(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Whoever placed an order does not want it any more."""

    order: str
    time_ns: int
    why: str = ""


class Funding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A position paid (negative: received) for being held; quote currency."""

    position: str
    amount: Decimal
    time_ns: int


class Deposit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Money came in or (negative) went out."""

    amount: Decimal
    time_ns: int


class Alike(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The venue's books say what ours say, or an operator has accepted them as they are."""

    pairs: tuple[str, ...]
    balances: Mapping[str, Decimal]
    seq: int
    since_ns: int
    counted: tuple[tuple[str, str, str], ...]
    time_ns: int


class Differ(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The venue's books differ from ours in a way that nobody can explain."""

    kind: str
    about: str
    pairs: tuple[str, ...]
    words: str
    time_ns: int


class Lift(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An operator has accepted the venue's books, and lets pairs be traded again."""

    why: str
    time_ns: int


class Answered(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A command that took its time has been carried out outside, or could not be."""

    command: Command
    obeyed: bool
    words: str


class Kept(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a strategy's position keeper has to remember across a restart."""

    strategy: str
    body: str
    """JSON."""
    time_ns: int


if TYPE_CHECKING:
    Event = (
        Heard | Command | Fill | OrderUpdate | Price | Sample | Breaker | TakeBack
        | Funding | Deposit | Kept | Alike | Differ | Lift | Answered
    )  # fmt: skip
