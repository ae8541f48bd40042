"""What a broker says about an order: its state, and what of it was traded."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tidegate.model.money import EXACT, ZERO
from tidegate.model.order import OrderState


class Fill(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
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
    fee_base: Decimal = ZERO
    """Of what was bought, what the venue has kept as its fee; its worth is in `fee` too."""

    @property
    def kept(self) -> Decimal:
        """What a position has got of the amount."""
        return EXACT.subtract(self.amount, self.fee_base) if self.fee_base else self.amount


class OrderUpdate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A state that the venue reports of an order."""

    order: str
    state: OrderState
    time_ns: int
    words: str = ""
    """The venue's own, where it refuses."""
