"""What is held of each pair over all its positions: equity costs as much as there are pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.errors import LedgerError, OptionError
from tidegate.model.money import ZERO
from tidegate.model.pair import Pair
from tidegate.model.signal import Direction

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from tidegate.ledger.position import Position

_LONG: Final = Direction.LONG  # looked up once; it costs more to find than a sum


class _Sum:
    """One pair: base currency, and cost in quote currency."""

    __slots__ = ("amount", "net", "net_cost")

    def __init__(self) -> None:
        self.amount: Decimal = ZERO
        """Long and short together."""
        self.net: Decimal = ZERO
        """Long less short."""
        self.net_cost: Decimal = ZERO
        """Cost of the longs less that of the shorts."""


class PairSums:
    """The pairs that are held. Sums are exact where the caller's arithmetic is (`exactly`)."""

    __slots__ = ("_pairs",)

    def __init__(self) -> None:
        """Begin with nothing held."""
        self._pairs: dict[str, _Sum] = {}

    def __contains__(self, pair: str) -> bool:
        return pair in self._pairs

    def change(self, position: Position, amount: Decimal, cost: Decimal) -> None:
        """Add an amount of a position and its cost, or (negative) take them away."""
        held = self._pairs.get(position.pair)
        if held is None:
            held = self._pairs[position.pair] = _Sum()
        held.amount += amount
        if position.direction is _LONG:
            held.net += amount
            held.net_cost += cost
        else:
            held.net -= amount
            held.net_cost -= cost
        if not held.amount:
            del self._pairs[position.pair]

    def amounts(self) -> dict[str, Decimal]:
        """Return how much of each pair is held; long and short add up."""
        return {pair: held.amount for pair, held in self._pairs.items()}

    def exposure(self, prices: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
        """Return what each pair comes to at its price; None for one without a price."""
        found: dict[str, Decimal | None] = {}
        for pair, held in self._pairs.items():
            price = _known(prices, pair)
            found[pair] = None if price is None else held.amount * price
        return found

    def unrealised(self, prices: Mapping[str, Decimal]) -> Decimal | None:
        """Return what everything would earn at these prices; None if one is missing."""
        total = ZERO
        for pair, held in self._pairs.items():
            price = _known(prices, pair)
            if price is None:
                return None
            total += held.net * price - held.net_cost
        return total


def _known(prices: Mapping[str, Decimal], pair: str) -> Decimal | None:
    """Return a pair's price if there is one that means something."""
    price = prices.get(pair)
    return price if price is not None and price.is_finite() and price > 0 else None


def currency_of(pair: str) -> str:
    """Return what a pair is paid in."""
    try:
        return Pair.parse(pair).currency
    except OptionError as error:
        message = f'"{pair}" is no pair to hold anything of'
        raise LedgerError(message) from error
