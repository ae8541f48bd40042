"""What a broker says about an order: its state, and what of it was traded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tidegate.model.order import OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """A trade at the venue that filled an order, wholly or in part."""

    id: str
    """The venue's own; the same id twice is the same trade."""
    order: str
    """Client order id."""
    amount: Decimal
    """Base currency."""
    price: Decimal
    fee: Decimal
    """Quote currency; as the venue says it, not rounded."""
    time_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderUpdate:
    """A state that the venue reports of an order."""

    order: str
    state: OrderState
    time_ns: int
    words: str = ""
    """The venue's own, where it refuses."""
