"""What an error on the way to a venue means: a refusal, a try too early, or a question."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from tidegate.errors import Code, ConfigError
from tidegate.venues.trouble import NotNowError, words_of

if TYPE_CHECKING:
    from tidegate.model.credentials import Credentials
    from tidegate.venues.venue import Venue


class Meaning(StrEnum):
    """What is known of a request that failed."""

    REFUSED = "refused"
    """It was not carried out, and would not be another time."""
    MISSING = "missing"
    """There is no such order there, as far as the venue sees now."""
    LATER = "later"
    """It was not carried out, and may be tried again."""
    CLOCK = "clock"
    """It was not carried out: the clocks differ."""
    UNKNOWN = "unknown"
    """It may or may not have been carried out."""


def meaning_of(error: BaseException, venue: Venue) -> Meaning:
    """Judge an error by its class, ccxt's or ours; what is not known to be safe is a question."""
    if isinstance(error, NotNowError) or _never_sent(error):
        return Meaning.LATER
    names = {kind.__name__ for kind in type(error).__mro__}
    if "OrderNotFound" in names:
        return Meaning.MISSING
    if "InvalidNonce" in names and "ChecksumError" not in names:
        return Meaning.CLOCK
    if names & {"RateLimitExceeded", "DDoSProtection"}:
        return Meaning.LATER
    way, words = venue.trading, str(error)
    refused = names & way.refuses or (way.refused and re.search(way.refused, words))
    if refused and not any(word in words for word in way.unless):
        return Meaning.REFUSED
    return Meaning.UNKNOWN


def silent(
    venue: Venue, credentials: Credentials, url: str | None, error: BaseException
) -> ConfigError:
    """Return the error for a venue that does not answer as one."""
    return ConfigError(
        Code.VENUE_SILENT,
        f"{venue.name} does not answer",
        where=url or venue.name,
        expected="its time and its markets",
        found=credentials.scrubbed(words_of(error)),
        remedy="look whether it is up, whether the network is, and whether the address is right",
    )


def _never_sent(error: BaseException) -> bool:
    """Tell whether not even a connection came about."""
    seen: BaseException | None = error
    while seen is not None:
        if type(seen).__name__ in {"ClientConnectorError", "ClientConnectorDNSError"}:
            return True
        seen = seen.__cause__
    return False
