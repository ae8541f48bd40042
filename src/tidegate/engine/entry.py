"""One fact of an account's history, as the journal keeps it."""

from __future__ import annotations

import msgspec


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A fact: when, what kind, whose thread, and the rest as JSON."""

    time_ns: int
    kind: str
    correlation: str
    body: bytes
