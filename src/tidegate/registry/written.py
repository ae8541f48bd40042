"""What stands in an account's journal, read in pieces and held against its digests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.engine.entry import Entry
from tidegate.registry.chain import BEGINNING, link_of, seal_of
from tidegate.registry.faults import broken_chain
from tidegate.registry.statements import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.errors import DatabaseError
    from tidegate.registry.line import Questions

_CHUNK: Final = 2000


class Written:
    """The journal of one account, for reading; whoever holds the account or only checks it."""

    def __init__(self, line: Questions, where: str, account: int, name: str) -> None:
        """Prepare the questions."""
        self._line, self._where, self._account, self._name = line, where, account, name
        self._chunk = ask(
            "SELECT seq, time_ns, kind, correlation, body, link FROM journal"
            " WHERE account = ? AND seq > ? ORDER BY seq LIMIT ?",
            line.mark,
        )
        self._link_at = ask("SELECT link FROM journal WHERE account = ? AND seq = ?", line.mark)

    def last(self) -> int:
        """Return the number of the last entry; 0: there is none."""
        question = "SELECT coalesce(max(seq), 0) FROM journal WHERE account = ?"
        last: int = self._line.rows(ask(question, self._line.mark), (self._account,))[0][0]
        return last

    def link_after(self, seq: int) -> bytes:
        """Return the digest of an entry; that of the beginning for 0."""
        if not seq:
            return BEGINNING
        found = self._line.rows(self._link_at, (self._account, seq))
        if not found:
            raise self.broken(seq, "nothing")
        link = found[0][0]
        if type(link) is not bytes:
            raise self.broken(seq, "a row of other types than were written")
        return link

    def entries(self, before: int, last: int) -> Iterator[tuple[int, Entry]]:
        """Go through the entries after `before` up to `last`, in order, none left out.

        Read in pieces, so that a long reading holds up neither writers nor the log's shortening.
        """
        link = self.link_after(before)
        while before < last:
            size = min(_CHUNK, last - before)
            chunk = self._line.rows(self._chunk, (self._account, before, size))
            if not chunk:
                raise self.broken(before + 1, f"nothing, though entry {last} was written")
            for number, time_ns, kind, thread, body, kept in chunk:
                if number != before + 1:
                    raise self.broken(before + 1, f"nothing; the next one there is {number}")
                # SQLite gives back whatever a damaged row says it holds.
                if type(body) is not bytes or type(kind) is not str or type(thread) is not str:
                    raise self.broken(number, "a row of other types than were written")
                entry = Entry(time_ns, kind, thread, body)
                link = link_of(link, self._name, number, entry)
                if link != kept:
                    raise self.broken(number, "another text than the one its digest was made of")
                yield number, entry
                before = number

    def snapshot(self, last: int) -> tuple[int, bytes] | None:
        """Return the latest snapshot and the entry it stands after, whole or not at all."""
        question = (
            "SELECT seq, body, seal FROM snapshots WHERE account = ? ORDER BY seq DESC LIMIT 1"
        )
        found = self._line.rows(ask(question, self._line.mark), (self._account,))
        if not found:
            return None
        seq, body, seal = found[0]
        if seq > last:
            raise self.broken(last + 1, f"nothing, though a snapshot stands after {seq}")
        if type(body) is not bytes or self.seal(seq, body) != seal:
            raise self.broken(seq, "a snapshot after it that is not what was written")
        return seq, body

    def seal(self, seq: int, body: bytes) -> bytes:
        """Return the digest of a snapshot after an entry."""
        return seal_of(self.link_after(seq), self._name, seq, body)

    def check(self) -> int:
        """Hold every entry and the latest snapshot against their digests; how many entries."""
        last = self.last()
        for _ in self.entries(0, last):
            pass
        self.snapshot(last)
        return last

    def broken(self, seq: int, found: str) -> DatabaseError:
        """Return the error for a journal that is not what was written."""
        return broken_chain(self._where, self._name, seq, found)
