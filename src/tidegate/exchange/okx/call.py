"""One call: its parameters, read as OKX reads them, where an empty one is one that is not there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tidegate.exchange.okx.errors import ApiError, empty, no_instrument, wrong
from tidegate.exchange.venue import TooFineError, units
from tidegate.exchange.views import listing_by_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.exchange.keys import ApiKey
    from tidegate.exchange.venue import Account, Listing
    from tidegate.exchange.world import World


@dataclass(slots=True)
class Notes:
    """What OKX keeps of orders and the venue does not: by the order's number."""

    tags: dict[int, str] = field(default_factory=dict)
    triggers: set[int] = field(default_factory=set)
    """Those that were placed as a trigger order, and not as a stop or a target."""


@dataclass(slots=True)
class Call:
    """What is asked, by whom. Items are the orders of a body that is a list."""

    world: World
    notes: Notes
    params: Mapping[str, object]
    key: ApiKey | None = None
    items: list[Mapping[str, object]] = field(default_factory=list)

    def item(self, params: Mapping[str, object]) -> Call:
        """Return the same call about one of its items."""
        return Call(self.world, self.notes, params, self.key)

    @property
    def account(self) -> Account:
        """The account behind the key."""
        if self.key is None:
            raise ApiError("50103", 'Request header "OK-ACCESS-KEY" can not be empty.', 401)
        return self.world.venue.accounts[self.key.account]

    def text(self, name: str) -> str:
        """Return a parameter, or nothing."""
        value = self.params.get(name)
        if value is None:
            return ""
        if isinstance(value, dict | list):
            raise wrong(name)
        return str(value)

    def needed(self, name: str) -> str:
        """Return a parameter that must be there."""
        value = self.text(name)
        if not value:
            raise empty(name)
        return value

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self.text(name)
        if not value:
            return None
        if not (value.isascii() and value.isdigit() and len(value) <= 20):  # noqa: PLR2004 (more than a time has)
            raise wrong(name)
        return int(value)

    def limit(self, usual: int, most: int, name: str = "limit") -> int:
        """Return how many rows are asked for; more than the most are the most."""
        value = self.whole(name)
        return usual if not value else min(value, most)

    def listing(self) -> Listing:
        """Return the pair that is asked for, by its name or its number."""
        code = self.whole("instIdCode")
        if code is not None and not self.text("instId"):
            listings = list(self.world.venue.listings.values())
            if 0 < code <= len(listings):
                return listings[code - 1]
            raise no_instrument()
        found = listing_by_parts(self.world, self.needed("instId"))
        if found is None:
            raise no_instrument()
        return found

    def listings(self) -> list[Listing]:
        """Return the pair that is asked for, or every pair where none is."""
        if self.text("instId"):
            return [self.listing()]
        return list(self.world.venue.listings.values())

    def require_spot(self) -> bool:
        """Tell whether spot is asked for, or all kinds; other kinds have no instruments here."""
        kind = self.text("instType")
        if kind and kind not in {"SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION", "ANY"}:
            raise wrong("instType")
        return kind in {"", "SPOT", "ANY"}

    def units(self, name: str) -> int:
        """Return a decimal number in units; nothing is 0."""
        value = self.text(name)
        if not value:
            return 0
        try:
            return units(value)
        except ValueError:
            raise wrong(name) from None

    def steps(self, name: str, step: int, refusal: ApiError) -> int:
        """Return a decimal number in steps; what lies between two is refused."""
        value = self.text(name)
        if not value:
            return 0
        try:
            count, rest = divmod(units(value), step)
        except TooFineError:
            raise refusal from None
        except ValueError:
            raise wrong(name) from None
        if rest:
            raise refusal
        return count
