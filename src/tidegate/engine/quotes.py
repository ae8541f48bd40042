"""What pairs trade at, as far as the engine has heard. Never journalled: it is not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from tidegate.model import ZERO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from tidegate.engine.events import Price

_LATE_NS: Final = 60_000_000_000


class Known(NamedTuple):
    """What is known of a pair's market beside its price; what is not known is None or missing."""

    volatility: float | None
    volume: Decimal | None
    correlations: Mapping[str, float]


NOTHING_KNOWN: Final = Known(None, None, {})


class Quotes(Protocol):
    """Where the engine looks prices up."""

    @property
    def version(self) -> int:
        """A number that is another whenever a price may have changed."""
        ...

    @property
    def prices(self) -> Mapping[str, Decimal]:
        """The latest price of each pair; a pair without one is not in it."""
        ...

    def seen(self, pair: str) -> Price | None:
        """Return all that is known of a pair's market."""
        ...

    def see(self, price: Price) -> None:
        """Hear of a price."""
        ...


class HeardQuotes:
    """Knows what it was told."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._seen: dict[str, Price] = {}
        self.prices: dict[str, Decimal] = {}
        self.version = 0

    def seen(self, pair: str) -> Price | None:
        """Return the latest that was heard of a pair."""
        return self._seen.get(pair)

    def see(self, price: Price) -> None:
        """Hear of a price; one a little older than what is known has come late, and is left.

        One much older says that a clock was set back. What is no price says that none is known.
        """
        pair = price.pair
        self.version += 1
        if not price.price.is_finite() or price.price <= ZERO:
            self._seen.pop(pair, None)
            self.prices.pop(pair, None)
            return
        known = self._seen.get(pair)
        if known is None or not known.time_ns - _LATE_NS <= price.time_ns < known.time_ns:
            self._seen[pair] = price
            self.prices[pair] = price.price
