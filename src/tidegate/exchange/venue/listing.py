"""What a venue lists: a pair, its steps, and the filters an order has to pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidegate.errors import Code, OptionError
from tidegate.exchange.venue.units import UNIT, text

if TYPE_CHECKING:
    from tidegate.model import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A pair as it is traded. Prices are counted in ticks, amounts in lots, money in units."""

    pair: Pair
    tick: int
    """Units of one tick of the price."""
    lot: int
    """Units of one lot of the base currency."""
    min_lots: int = 1
    max_lots: int = 900_000_000_000
    max_market_lots: int = 100_000_000_000
    min_ticks: int = 1
    max_ticks: int = 100_000_000_000
    min_cost: int = 5 * UNIT
    """Least price times amount of an order, units of the quote currency."""
    up: float = 5.0
    """How far above the last price an order may be, as a factor."""
    down: float = 0.2
    max_orders: int = 200
    max_stops: int = 5

    def __post_init__(self) -> None:
        """Refuse steps whose product is finer than money is counted."""
        if self.tick * self.lot % UNIT:
            raise OptionError(
                Code.BAD_OPTION,
                f"{self.pair} cannot be traded in such small steps",
                where=str(self.pair),
                expected="a price step times an amount step of at least 0.00000001",
                found=f"{text(self.tick)} times {text(self.lot)}",
                remedy="choose a coarser step for one of them",
            )

    @property
    def symbol(self) -> str:
        """Base and quote in one word."""
        return f"{self.pair.base}{self.pair.quote}"

    @property
    def cost(self) -> int:
        """Units of the quote currency that one lot costs at a price of one tick."""
        return self.tick * self.lot // UNIT
