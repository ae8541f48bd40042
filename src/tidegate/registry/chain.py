"""What makes damage to a journal show: each row carries a digest of itself and all before it."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tidegate.engine.entry import Entry

BEGINNING: Final = bytes(8)
"""What the first entry of an account follows."""


def link_of(before: bytes, account: str, seq: int, entry: Entry) -> bytes:
    """Return the digest (8 bytes) of an entry that follows the one with digest `before`.

    The lengths come first, so that no two entries read the same.
    """
    kind, thread = entry.kind, entry.correlation
    head = f"{seq} {entry.time_ns} {len(account)} {len(kind)} {len(thread)} {account}{kind}{thread}"
    return blake2b(before + head.encode() + entry.body, digest_size=8).digest()


def seal_of(link: bytes, account: str, seq: int, body: bytes) -> bytes:
    """Return the digest (8 bytes) of a snapshot: whose, after which entry, and what it says."""
    head = f"snapshot {seq} {len(account)} {account}"
    return blake2b(link + head.encode() + body, digest_size=8).digest()
