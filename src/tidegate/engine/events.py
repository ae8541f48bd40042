"""What can happen to an engine, beside signals, commands, fills and order updates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from tidegate.model import Command, Fill, OrderUpdate, Signal


@dataclass(frozen=True, slots=True)
class Heard:
    """A signal has come in, at a time."""

    signal: Signal
    now_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a pair trades at now, and what else is known of its market. Not journalled."""

    pair: str
    price: Decimal
    time_ns: int
    volatility: float | None = None
    volume: Decimal | None = None
    correlations: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The time has come to look at what the account is worth."""

    time_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """The machine's breaker was switched. An empty reason: off."""

    reason: str
    time_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """Whoever placed an order does not want it any more."""

    order: str
    time_ns: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """A position paid (negative: received) for being held; quote currency."""

    position: str
    amount: Decimal
    time_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """Money came in or (negative) went out."""

    amount: Decimal
    time_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a strategy's position keeper has to remember across a restart."""

    strategy: str
    body: str
    """JSON."""
    time_ns: int


if TYPE_CHECKING:
    Event = (
        Heard | Command | Fill | OrderUpdate | Price | Sample | Breaker | TakeBack
        | Funding | Deposit | Kept
    )  # fmt: skip
