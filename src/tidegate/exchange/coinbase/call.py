"""One call: its parameters, read as Coinbase reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tidegate.exchange.coinbase.errors import ApiError, invalid, unauthorized
from tidegate.exchange.views import listing_by_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.exchange.coinbase.fees import Fees
    from tidegate.exchange.keys import ApiKey
    from tidegate.exchange.venue import Account, Listing
    from tidegate.exchange.world import World


@dataclass(slots=True)
class Notes:
    """What Coinbase keeps and the venue does not."""

    fees: Fees
    budgets: dict[int, int] = field(default_factory=dict)
    """What an order was told to spend, its fee included, by its number."""


@dataclass(slots=True)
class Call:
    """What is asked, by whom. A parameter of the address may be there several times."""

    world: World
    notes: Notes
    params: Mapping[str, list[str]]
    body: Mapping[str, object] = field(default_factory=dict)
    named: str = ""
    """What the path names."""
    key: ApiKey | None = None

    @property
    def account(self) -> Account:
        """The account behind the key."""
        if self.key is None:
            raise unauthorized()
        return self.world.venue.accounts[self.key.account]

    def text(self, name: str) -> str:
        """Return a parameter of the address, or nothing."""
        return self.params.get(name, [""])[-1]

    def listed(self, name: str) -> list[str]:
        """Return every value of a parameter, also of one that is written as a list."""
        values = [*self.params.get(name, []), *self.params.get(f"{name}[]", [])]
        return [one for value in values for one in value.split(",") if one]

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self.text(name)
        if not value:
            return None
        if not (value.isascii() and value.isdigit() and len(value) <= 20):  # noqa: PLR2004 (more than a time has)
            raise invalid(name)
        return int(value)

    def limit(self, usual: int, most: int) -> int:
        """Return how many rows are asked for; more than the most are the most."""
        return min(self.whole("limit") or usual, most)

    def time_ns(self, name: str) -> int | None:
        """Return a time that is written as a date."""
        value = self.text(name)
        if not value:
            return None
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            raise invalid(name) from None
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        return int(at.timestamp() * 1000) * 1_000_000

    def listing(self, name: str) -> Listing:
        """Return the pair of that name."""
        found = listing_by_parts(self.world, name)
        if found is None:
            raise ApiError("NOT_FOUND", "product not found", 404)
        return found

    def listings(self, *names: str) -> list[Listing]:
        """Return the pairs that parameters name, or every pair where none is named."""
        asked = [value for name in names for value in self.listed(name)]
        if asked:
            return [self.listing(value) for value in asked]
        return list(self.world.venue.listings.values())
