"""A journal that is gone with its process: for replays whose outcome alone is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidegate.engine.entry import Entry
    from tidegate.engine.ports import Record


class MemoryJournal:
    """Keeps facts and rows in lists."""

    def __init__(self) -> None:
        """Begin with none."""
        self.entries: list[Entry] = []
        self.records: list[Record] = []
        self._snapshot: tuple[int, bytes] | None = None

    def append(self, entries: Sequence[Entry], records: Sequence[Record]) -> int:
        """Keep facts and rows; the last sequence number."""
        self.entries.extend(entries)
        self.records.extend(records)
        return len(self.entries)

    def read_from(self, seq: int) -> Iterator[tuple[int, Entry]]:
        """Go through the facts from a sequence number on."""
        yield from enumerate(self.entries[seq - 1 :], seq)

    def snapshot(self) -> tuple[int, bytes] | None:
        """Return the latest snapshot."""
        return self._snapshot

    def keep_snapshot(self, seq: int, body: bytes) -> None:
        """Keep a snapshot."""
        self._snapshot = (seq, body)
