"""Nanoseconds as the datetimes that Freqtrade hands out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import tzinfo

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_in(zone: tzinfo) -> datetime:
    """Return the first instant with some object that stands for UTC."""
    return EPOCH.replace(tzinfo=zone)


def instant(ns: int, epoch: datetime = EPOCH) -> datetime:
    """Return an instant, nanoseconds UTC, as a datetime of the epoch's zone."""
    # to add is much faster than to ask the zone, which is never other than UTC
    return epoch + timedelta(microseconds=ns // 1000)


def instant_or_none(ns: int, epoch: datetime = EPOCH) -> datetime | None:
    """Return an instant; None for a negative one, which stands for "not yet"."""
    return instant(ns, epoch) if ns >= 0 else None


def nanoseconds(moment: datetime) -> int:
    """Return a datetime in nanoseconds UTC; one without a timezone is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000
