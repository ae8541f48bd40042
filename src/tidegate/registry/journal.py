"""The journal of one account: what was committed is there, in order, or it says where not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn, Self

from tidegate.errors import DatabaseError, DefectError
from tidegate.registry.chain import link_of
from tidegate.registry.rows import RecordRows
from tidegate.registry.schema import JOURNAL, SNAPSHOTS
from tidegate.registry.statements import ask, insert, upsert
from tidegate.registry.written import Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from tidegate.engine.entry import Entry
    from tidegate.registry.line import Line, Row, Step
    from tidegate.registry.ownership import Hold
    from tidegate.registry.rows import Record

_SNAPSHOTS_KEPT: Final = 3


class DatabaseJournal:
    """Appends to an account's journal and reads it back; there is one of them for an account."""

    def __init__(self, line: Line, hold: Hold, where: str) -> None:
        """Find the end of the journal, which the next entry is linked to."""
        self._line, self._hold = line, hold
        self._account, self._name = hold.account, hold.name
        mark = line.mark
        self._insert = insert(JOURNAL, mark)
        self._written = Written(line, where, hold.account, hold.name)
        self._failure: DatabaseError | None = None
        self._sound = True
        self._seq = self._written.last()
        self._link = self._written.link_after(self._seq)
        for _ in self.read_from(self._seq):  # the last entry, at least, is what was written
            pass
        self._records = RecordRows(line, self._account, self._name)

    @property
    def last(self) -> int:
        """The number of the last entry; 0: there is none."""
        return self._seq

    def append(self, entries: Sequence[Entry], records: Sequence[Record]) -> int:
        """Keep entries and the rows that show them, all or none; the last sequence number.

        Once it has failed nobody can say what of the state in memory is true: it refuses from
        then on, and the way back is to start again.
        """
        if not self._sound:
            self._refuse()
        self._sound = False
        account, name, seq, link = self._account, self._name, self._seq, self._link
        rows: list[Row] = []
        for entry in entries:
            seq += 1
            link = link_of(link, name, seq, entry)
            row = (account, seq, entry.time_ns, entry.kind, entry.correlation, entry.body, link)
            rows.append(row)
        steps: list[Step] = [(self._insert, rows)] if rows else []
        steps += self._records.steps(records)
        try:
            self._line.write(steps)
        except DatabaseError as error:
            self._failure = error
            raise
        self._seq, self._link, self._sound = seq, link, True
        return seq

    def read_from(self, seq: int) -> Iterator[tuple[int, Entry]]:
        """Go through the entries from a sequence number on, each held against its digest."""
        before = max(seq, 1) - 1
        if before < self._seq:
            yield from self._written.entries(before, self._seq)

    def snapshot(self) -> tuple[int, bytes] | None:
        """Return the latest snapshot and the entry it stands after, whole or not at all."""
        return self._written.snapshot(self._seq)

    def keep_snapshot(self, seq: int, body: bytes) -> None:
        """Keep a snapshot of the state after an entry, and forget all but the last few."""
        if not 0 <= seq <= self._seq:
            message = f"a snapshot after entry {seq} of a journal that ends at {self._seq}"
            raise DefectError(message)
        seal = self._written.seal(seq, body)
        mark = self._line.mark
        prune = ask(
            "DELETE FROM snapshots WHERE account = ? AND seq NOT IN (SELECT seq FROM snapshots"
            " WHERE account = ? ORDER BY seq DESC LIMIT ?)",
            mark,
        )
        keep = upsert(SNAPSHOTS, mark, "body", "seal")
        self._line.write(
            [
                (keep, [(self._account, seq, body, seal)]),
                (prune, [(self._account, self._account, _SNAPSHOTS_KEPT)]),
            ]
        )

    def close(self) -> None:
        """Let go of the account, and of the connection."""
        self._hold.release()
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _refuse(self) -> NoReturn:
        if self._failure is not None:
            raise self._failure
        message = "the journal could not keep what it was given before, and takes no more"
        raise DefectError(message)
