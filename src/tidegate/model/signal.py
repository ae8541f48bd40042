"""A wish to trade: the one thing that strategies, outside sources and operators send."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from tidegate.model.money import ONE


class Direction(StrEnum):
    """Which way a position earns."""

    LONG = "long"
    SHORT = "short"


class Effect(StrEnum):
    """What a signal does to its position. Only an increase can bring new risk."""

    INCREASE = "increase"
    REDUCE = "reduce"


class Signal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What somebody wants done to one position, and until when it means anything."""

    id: str
    """Unique for its source: the same id twice is the same wish."""
    source: str
    """Who says so: "strategy", "operator", "redis", …"""
    account: str
    strategy: str
    """Whose share of the account it is about."""
    pair: str
    position: str
    """The position's name; a new one is opened by its first increase."""
    direction: Direction
    effect: Effect
    amount: Decimal | None
    """Base currency. None: all of it (reduce), or what the sizing proposes (increase)."""
    price: Decimal | None
    """Worst price wanted, quote currency; None: the market's."""
    made_ns: int
    expires_ns: int
    leverage: Decimal = ONE
    tag: str = ""
    """Why: the strategy's entry tag or exit reason."""
    correlation: str = ""
    """The thread through logs and journal; empty: `source:id`."""
