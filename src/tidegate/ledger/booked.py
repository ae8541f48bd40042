"""What a fill did to an account."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003 - msgspec reads the types of fields

import msgspec

from tidegate.model.records import PositionRecord, TradeRecord  # noqa: TC001 - as above


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """What a fill did. A struct: one is made at every fill, and a dataclass takes far longer."""

    position: PositionRecord | None
    """After it; None for a fill that was booked before."""
    realised: Decimal
    """Earned by this fill, before its fee; quote currency, 8 places."""
    trade: TradeRecord | None
    """The whole trade, where this fill took out the last of the position."""
    duplicate: bool = False
