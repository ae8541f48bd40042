"""How an account's books stand to its venue's, read out of the journal: a few rare facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from tidegate.engine.facts import PairsHalted, PairsLifted, Swept, fact_of
from tidegate.model import EXACT, ZERO
from tidegate.registry import shapes
from tidegate.registry.schema import JOURNAL, RARE_KINDS
from tidegate.registry.wanted import BooksStatus

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy import Connection

_KINDS: Final = ("pairs-halted", "pairs-lifted", "swept")


def books_of(connection: Connection, account: int) -> BooksStatus:
    """Return how an account's books stand, as the engine's state would have it."""
    differences: dict[tuple[str, str], None] = {}
    halted: dict[str, None] = {}
    dust: dict[str, Decimal] = {}
    for fact in _facts(connection, account):
        match fact:
            case PairsHalted():
                differences[fact.kind, fact.about] = None
                halted |= dict.fromkeys(fact.pairs)
            case PairsLifted():
                for memory in (differences, halted, dust):
                    memory.clear()
            case Swept():
                dust[fact.currency] = EXACT.add(dust.get(fact.currency, ZERO), fact.amount)
    return BooksStatus(
        alike_ns=_last_alike(connection, account),
        differences=len(differences),
        halted=sorted(halted),
        dust=dust,
    )


def _facts(connection: Connection, account: int) -> list[Any]:
    """Return what has halted and lifted pairs, and what was swept, in order."""
    found = []
    for kind in _KINDS:  # each by itself: together they would be looked for among all entries
        query = select(JOURNAL).where(JOURNAL.c.account == account, RARE_KINDS)
        rows = connection.execute(query.where(JOURNAL.c.kind == kind).order_by(JOURNAL.c.seq))
        found += [shapes.entry_of(row) for row in rows.mappings()]
    return [fact_of(entry) for _, entry in sorted(found, key=lambda one: one[0])]


def _last_alike(connection: Connection, account: int) -> int | None:
    query = select(JOURNAL.c.time_ns).where(JOURNAL.c.account == account, RARE_KINDS)
    newest = query.where(JOURNAL.c.kind == "books-alike").order_by(JOURNAL.c.seq.desc()).limit(1)
    found: int | None = connection.scalar(newest)
    return found
