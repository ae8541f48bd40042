"""The exchange of a configuration: its key opened, found fit, and the broker that trades there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tidegate.brokers.live import Connection
from tidegate.brokers.rights import require_fit
from tidegate.errors import Code, ConfigError
from tidegate.ops.keys import KeyRing
from tidegate.venues.table import venue_called

if TYPE_CHECKING:
    from tidegate.brokers.pace import Pace
    from tidegate.runtime.config import LivePart


def connection_of(
    part: LivePart, passphrase: str, *, pace: Pace | None = None, timeout_s: float = 10.0
) -> Connection:
    """Return how the exchange is reached. Its key has to be fit: it may trade, not withdraw."""
    venue = venue_called(part.exchange)
    ring = KeyRing(part.keys)
    credentials = ring.open(part.key, passphrase)
    kept = next(one.venue for one in ring.listed() if one.name == part.key)
    if kept != venue.name:
        raise ConfigError(
            Code.BAD_SETTING,
            f'key "{part.key}" opens an account of another exchange',
            where="live.key",
            expected=f"a key of {venue.name}",
            found=f"one of {kept}",
            remedy=f"`tidegate keys list` shows the others, `tidegate keys add` keeps one of "
            f"{venue.name}",
        )
    if part.network == "testnet" and not venue.sandbox:
        raise ConfigError(
            Code.BAD_SETTING,
            f"{venue.name} has no testnet",
            where="live.network",
            expected='"mainnet", or "local"',
            found='"testnet"',
            remedy="try it out on a local exchange: `tidegate exchange`",
        )
    connection = Connection(
        venue=venue,
        credentials=credentials,
        url=part.url,
        sandbox=part.network == "testnet",
        timeout_s=timeout_s,
    )
    if part.network != "testnet":  # where the question what a key may do is not answered
        require_fit(venue, credentials, url=part.url, timeout_s=timeout_s)
    return connection if pace is None else replace(connection, pace=pace)
