"""What an engine remembers of the venue's books: when they were alike, and where they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidegate.engine.facts import BooksAlike, PairsHalted, PairsLifted
    from tidegate.engine.ports import Record
    from tidegate.engine.state import State


class Agreement:
    """The latest books that were found alike, and the differences nobody has explained."""

    __slots__ = ("differences", "halted", "last")

    def __init__(
        self, last: BooksAlike | None = None, differences: Iterable[PairsHalted] = ()
    ) -> None:
        """Begin without any, or with those of a snapshot."""
        self.last = last
        """None: no venue's books were ever looked at."""
        self.differences: dict[tuple[str, str], PairsHalted] = {}
        """By kind and what they are about."""
        self.halted: dict[str, str] = {}
        """Pairs in which nothing new is traded, and why; the latest difference's words."""
        for one in differences:
            self.differ(one)

    def differ(self, fact: PairsHalted) -> None:
        """Halt pairs, beside those that the same difference has halted before."""
        known = self.differences.pop((fact.kind, fact.about), fact)
        pairs = [*fact.pairs, *(pair for pair in known.pairs if pair not in fact.pairs)]
        self.differences[fact.kind, fact.about] = replace(fact, pairs=pairs)
        self.halted |= dict.fromkeys(fact.pairs, fact.words)

    def lift(self) -> None:
        """Let all pairs be traded again."""
        self.differences.clear()
        self.halted.clear()


def alike(state: State, fact: BooksAlike, _time_ns: int, _correlation: str) -> list[Record]:
    """Count from these books on."""
    state.agreement.last = fact
    return []


def halted(state: State, fact: PairsHalted, time_ns: int, correlation: str) -> list[Record]:
    """Halt pairs, and let operators know."""
    state.agreement.differ(fact)
    return [state.incident("critical", fact.kind, fact.words, time_ns, correlation)]


def lifted(state: State, _fact: PairsLifted, _time_ns: int, _correlation: str) -> list[Record]:
    """Let all pairs be traded again, and forget the dust."""
    state.agreement.lift()
    state.opened.dust.clear()
    return []
