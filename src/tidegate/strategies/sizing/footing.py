"""What a stake is worked out from, and what may limit it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tidegate.model.money import EXACT, ONE, ZERO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from tidegate.model.instrument import Instrument
    from tidegate.strategies.sizing.correlation import Held


class Cap(StrEnum):
    """What made a stake smaller than the sizing wanted it."""

    SHARE = "share"
    """The largest share of equity."""
    ROOM = "room"
    """What is free, and may be staked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """The account, the price, and what the exchange takes. Money in quote currency."""

    free: Decimal
    """What no position ties up."""
    tied: Decimal = ZERO
    """What positions tie up, at their cost."""
    price: Decimal
    instrument: Instrument
    leverage: Decimal = ONE
    slots: int = 1
    """Positions that may be open at once, for equal shares."""
    tradable: float = 1.0
    """Share of equity that may be staked at all."""
    stop_ratio: float | None = None
    """Distance of the stop from the price, a fraction of it; None: there is no stop."""
    move_ratio: float | None = None
    """The move that ATR sizing risks, a fraction of the price; None: not known yet."""
    ratios: Sequence[float] = ()
    """Profit ratios of the trades closed so far, oldest first."""
    held: Sequence[Held] | None = None
    """What is held, for a stake made smaller by what moves the same way; None: leave it."""

    @property
    def equity(self) -> Decimal:
        """Free and tied together: positions count at their cost."""
        return EXACT.add(self.free, self.tied)
