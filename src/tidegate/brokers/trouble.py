"""What an error on the way to a venue means: a refusal, a try too early, or a question."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tidegate.brokers.venues import Venue

_LONGEST: Final = 200
_PAUSE_S: Final = 1.0
_QUERY: Final = re.compile(r"\?\S*|\b(signature|apiKey|timestamp)=\S+")


class NotNowError(Exception):
    """The venue takes nothing for a while, and has not taken this."""

    def __init__(self, status: int, after_s: float) -> None:
        """Say for how long, seconds."""
        super().__init__(f"{status}: asked too often; to be asked again after {after_s:g} s")
        self.after_s = after_s


class NoAnswerError(Exception):
    """Whatever came is no answer: what was asked for may have been done."""


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
    if names & venue.refuses and not any(word in str(error) for word in venue.unless):
        return Meaning.REFUSED
    return Meaning.UNKNOWN


def pause_of(error: BaseException) -> float:
    """Return how long to wait before another try, seconds."""
    return error.after_s if isinstance(error, NotNowError) else _PAUSE_S


def words_of(error: BaseException) -> str:
    """Return what to say of an error: no address, no signature, and not too long."""
    text = _QUERY.sub("", str(error)).strip()
    return f"{type(error).__name__}: {text}"[:_LONGEST]


def _never_sent(error: BaseException) -> bool:
    """Tell whether not even a connection came about."""
    seen: BaseException | None = error
    while seen is not None:
        if type(seen).__name__ in {"ClientConnectorError", "ClientConnectorDNSError"}:
            return True
        seen = seen.__cause__
    return False
