"""Instants as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

SECOND_NS = 1_000_000_000


def spoken(time_ns: int) -> str:
    """Return an instant (nanoseconds UTC) as a sentence says it: 2024-01-31 14:05 UTC."""
    seconds, rest = divmod(int(time_ns), SECOND_NS)
    moment = datetime.fromtimestamp(seconds, UTC)
    if rest:
        return f"{moment:%Y-%m-%d %H:%M:%S}.{rest:09d} UTC"
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment.second else f"{moment:%Y-%m-%d %H:%M} UTC"


def iso(time_ns: int) -> str:
    """Return an instant (nanoseconds UTC) in ISO 8601."""
    seconds, rest = divmod(int(time_ns), SECOND_NS)
    fraction = f".{rest:09d}" if rest else ""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}{fraction}Z"


def day(time_ns: int) -> str:
    """Return the day (UTC) of an instant (nanoseconds UTC)."""
    return f"{datetime.fromtimestamp(int(time_ns) // SECOND_NS, UTC):%Y-%m-%d}"
