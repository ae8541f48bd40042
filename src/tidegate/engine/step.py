"""What came of one event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from tidegate.engine.effects import Cancel, Submit, TripBreaker, Verdict
    from tidegate.engine.entry import Entry
    from tidegate.engine.ports import Record


class Step(msgspec.Struct, gc=False):
    """Facts for the journal, rows that show them, and what is to be done once they are kept."""

    entries: list[Entry] = []
    records: list[Record] = []
    effects: list[Submit | Cancel | TripBreaker] = []
    verdict: Verdict | None = None
    """What became of a signal, where the event was one."""
    words: str = ""
    """What is said to an operator, where the event was a command."""
    obeyed: bool = True

    def add(self, other: Step) -> None:
        """Take in what came of another event, to be kept and carried out in one go."""
        self.entries += other.entries
        self.records += other.records
        self.effects += other.effects
