"""Venues that a wallet opens: its key can do all that its owner can, so only on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tidegate.errors import Code, ConfigError

if TYPE_CHECKING:
    from tidegate.venues.venue import Venue

_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def require_here(venue: Venue, url: str | None) -> None:
    """Refuse a wallet that there may be money in: its key can withdraw, and nobody can limit it."""
    if not venue.wallet or (url is not None and urlsplit(url).hostname in _HERE):
        return
    raise ConfigError(
        Code.UNFIT_KEY,
        f"a wallet of {venue.name} is used on this machine only",
        where=url or venue.name,
        expected="the address of an exchange that runs here, and a wallet of that one",
        found="a wallet that may hold money: its private key can withdraw, and cannot be limited",
        remedy=f"run `tidegate exchange --dialect {venue.name}`, and name the address it prints; "
        "keep the wallet's key and its words to yourself",
    )
