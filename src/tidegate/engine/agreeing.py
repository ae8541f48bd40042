"""Our books were held against the venue's: what came of that, and what it stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.engine import deciding
from tidegate.engine.facts import BooksAlike, PairsHalted, PairsLifted

if TYPE_CHECKING:
    from tidegate.engine.engine import Engine
    from tidegate.engine.events import Alike, Differ, Lift
    from tidegate.engine.step import Step

_THREAD = "books"


def alike(engine: Engine, found: Alike, step: Step) -> None:
    """Count from these books on."""
    fact = BooksAlike(
        pairs=list(found.pairs),
        balances=dict(found.balances),
        seq=found.seq,
        since_ns=found.since_ns,
        counted=list(found.counted),
    )
    engine.note(step, fact, found.time_ns, _THREAD)


def differ(engine: Engine, found: Differ, step: Step) -> None:
    """Halt the pairs of a difference; one that is known is not told of again."""
    agreement = engine.state.agreement
    known = agreement.differences.get((found.kind, found.about))
    if known is not None and set(found.pairs) <= set(known.pairs):
        return
    fact = PairsHalted(
        pairs=list(found.pairs), kind=found.kind, about=found.about, words=found.words
    )
    engine.note(step, fact, found.time_ns, _THREAD)
    for life in list(engine.state.orders.increases()):
        if life.order.pair in agreement.halted and not life.leaving:
            deciding.cancel(engine, step, life.order.id, found.time_ns, found.words)


def lift(engine: Engine, wanted: Lift, step: Step) -> None:
    """Let all pairs be traded again."""
    engine.note(step, PairsLifted(why=wanted.why), wanted.time_ns, _THREAD)
