"""Holding both programs over one case, and failing with the first difference in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from freqtrade.optimize.backtesting import Backtesting
from tests.parity.cases import ZOO
from tests.parity.running import Played, play

from tidegate.freqtrade.backtesting import CompiledBacktesting
from tidegate.freqtrade.parity import Difference, compare, compare_figures
from tidegate.freqtrade.parity.difference import same
from tidegate.freqtrade.parity.rules import rule_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.parity.running import Case


def held_alike(
    case: Case,
    data: Path,
    scratch: Path,
    *,
    strategies: Path = ZOO,
    least_trades: int = 1,
    figures: bool = False,
) -> int:
    """Run both, compare everything, and return how many trades there were."""

    def played(program: type[Backtesting]) -> Played:
        return play(
            program, case, data=data, strategies=strategies, scratch=scratch, figures=figures
        )

    try:
        theirs = played(Backtesting)
    except Exception as refused:  # noqa: BLE001 - whatever it refuses with, we have to as well
        with pytest.raises(type(refused)):
            played(CompiledBacktesting)
        return 0
    ours = played(CompiledBacktesting)
    assert ours.program.path.loop == "walk", ours.program.path
    found = differences(theirs, ours)
    if found:
        pytest.fail(f"{told(found)}\n{case.about}", pytrace=False)
    trades = len(theirs.content["results"])
    assert trades >= least_trades, "no trade, so nothing was compared"
    return trades


def differences(theirs: Played, ours: Played) -> list[str]:
    """Return what differs, in words, the cause before its consequences."""
    shown = _first_seen(theirs.seen, ours.seen)
    results = compare(theirs.content, ours.content)
    figures = [] if results else compare_figures(theirs.stats, ours.stats)
    return [
        *(f"{_spoken(one)}\n    rule: {rule_of(one)}" for one in [*results, *figures]),
        *([shown] if shown else []),
    ]


def told(found: list[str]) -> str:
    """Return the first few differences, and how many there are."""
    return "\n".join([f"{len(found)} differences; the first:", *found[:4], *found[-1:]])


def _spoken(one: Difference) -> str:
    where = " ".join(str(word) for word in (one.number, one.pair, one.time_ms) if word is not None)
    return f"{one.part} [{where}] {one.field}: {one.freqtrade!r} -> {one.tidegate!r}"


def _first_seen(theirs: list[tuple[object, ...]], ours: list[tuple[object, ...]]) -> str:
    """Return the first thing that a callback was shown differently, or not at all."""
    for place, (one, other) in enumerate(zip(theirs, ours, strict=False)):
        if not same(one, other):
            if len(one) != len(other) or one[:2] != other[:2]:
                return f"callback {place}:\n    freqtrade {one!r}\n    tidegate  {other!r}"
            facts = [
                f"[{at}] {mine!r} -> {yours!r}"
                for at, (mine, yours) in enumerate(zip(one, other, strict=True))
                if not same(mine, yours)
            ]
            return f"callback {place} {one[:2]}: {'; '.join(facts)}\n    freqtrade {one!r}"
    if len(theirs) != len(ours):
        further = (theirs if len(theirs) > len(ours) else ours)[min(len(theirs), len(ours))]
        return f"{len(theirs)} callbacks -> {len(ours)}, the first further one {further!r}"
    return ""
