"""What the gate said of increases, held beside figures that were worked out slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tidegate.engine.facts import fact_of
from tidegate.model import DAY_NS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.runtime.slow_figures import Slow

    from tidegate.engine.entry import Entry


def words(entries: Iterable[Entry]) -> list[tuple[int, Any]]:
    """Return the refusals and approvals of increases, each with its time."""
    facts = [(each.time_ns, fact_of(each)) for each in entries if each.kind in KINDS]
    return [(at, fact) for at, fact in facts if effect_of(fact) == "increase"]


KINDS = ("approved", "denied")


def effect_of(fact: Any) -> str:  # noqa: ANN401 - either of two facts
    return str(fact.effect if hasattr(fact, "reason") else fact.order.effect)


def agree(told: Iterable[tuple[int, Any]], name: str, slow: dict[str, Slow], limit: float) -> None:
    """Hold each word of the gate beside the figure as it was worked out slowly."""
    seen = {"unknown": 0, "refused": 0, "let through": 0}
    for at, fact in told:
        reason = getattr(fact, "reason", "")
        figure = getattr(slow[fact.pair if reason else fact.order.pair], name)(at)
        if figure is None:
            assert reason == f"unknown-{name}"
            seen["unknown"] += 1
        elif (figure > limit) == (name == "volatility"):
            assert reason == name
            assert float(fact.observed) == pytest.approx(figure, rel=1e-5)
            seen["refused"] += 1
        else:
            assert not reason
            seen["let through"] += 1
    assert min(seen.values()) > 3, seen


def middle(slow: dict[str, Slow], name: str) -> float:
    """Return a limit that about half of the market keeps."""
    ends = [
        max(each.rows) + each.step - k * DAY_NS // 4 for each in slow.values() for k in range(9)
    ]
    figures = [getattr(each, name)(end) for each in slow.values() for end in ends]
    return float(np.median([figure for figure in figures if figure is not None]))
