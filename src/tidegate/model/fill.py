"""What a broker says about an order: its state, and what of it was traded."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tidegate.model.order import OrderState


class Fill(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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


class OrderUpdate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A state that the venue reports of an order."""

    order: str
    state: OrderState
    time_ns: int
    words: str = ""
    """The venue's own, where it refuses."""
