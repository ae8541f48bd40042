"""The two sides of the books: what the ledger has, and what a venue tells of the same time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from tidegate.model.order import OrderState, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSeen:
    """An order as one side has it."""

    id: str
    """Client order id; empty, or a name of the venue's, for one that is not ours."""
    pair: str
    side: Side
    amount: Decimal
    filled: Decimal
    state: OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class FillSeen:
    """A trade as one side has it."""

    id: str
    order: str
    """Client order id."""
    pair: str
    side: Side
    amount: Decimal
    price: Decimal
    fees: tuple[tuple[str, Decimal], ...] = ()
    """Currency and amount of each; of ours, only what was taken out of what was bought."""
    time_ns: int = 0
    """The venue's; it is not compared."""

    @property
    def name(self) -> tuple[str, str, str]:
        """What it is known by: one trade between two orders of ours is told of twice."""
        return self.pair, self.id, str(self.side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What the ledger has: all orders that are not over, and whatever ended in the time."""

    orders: Sequence[OrderSeen]
    fills: Sequence[FillSeen]
    """Since the balances were last found right."""
    held: Mapping[str, Decimal]
    """By pair, what positions hold, base currency."""
    dust: Mapping[str, Decimal] = field(default_factory=dict)
    """By currency, what was left of positions and could not be sold."""
    pairs: tuple[str, ...] = ()
    """All that are traded: money that is missing may be missing in any of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """What the venue tells of the same time."""

    orders: Sequence[OrderSeen]
    fills: Sequence[FillSeen]
    balances: Mapping[str, Decimal] | None
    """Free and locked together; None: it does not say."""
    at_ns: int = 0
    """When they were asked for, by the venue's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was there when both sides were last found alike."""

    balances: Mapping[str, Decimal]
    moved: Mapping[str, Decimal] = field(default_factory=dict)
    """What has come in since or (negative) gone out, as somebody has told us."""
