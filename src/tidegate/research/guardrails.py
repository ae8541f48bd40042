"""What a run's orders were held to, and what the guardrails refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tidegate.engine.facts import Denied, fact_of
from tidegate.feeds.instants import iso
from tidegate.guardrails import Limits
from tidegate.guardrails.reading import NAMES, written
from tidegate.strategies import OwnLimits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tidegate.engine.entry import Entry

NONE: Final = "none"
_DENIED: Final = "denied"
_EXAMPLES: Final = 3  # of each reason
_SWITCHES: Final = {"flatten_on_trip"}


class Refusals:
    """Counts what a gate refused, and keeps the first few of each reason."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, list[dict[str, str]]] = {}

    def take(self, entries: Iterable[Entry]) -> None:
        """Look for refusals among the facts of a run."""
        for entry in entries:
            if entry.kind == _DENIED:
                self._take(fact_of(entry), entry.time_ns)

    def _take(self, denied: Denied, time_ns: int) -> None:
        self.counts[denied.reason] += 1
        kept = self.examples.setdefault(denied.reason, [])
        if len(kept) < _EXAMPLES:
            kept.append(
                {
                    "time": iso(time_ns),
                    "pair": denied.pair,
                    "direction": denied.direction,
                    "effect": denied.effect,
                    "observed": denied.observed,
                    "limit": denied.limit,
                    "sentence": denied.sentence,
                }
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """What the orders of a run went through."""

    asked: str
    """The limits as they were asked for: safe, widest, a file's name, none."""
    limits: Limits
    own: OwnLimits = field(default_factory=OwnLimits)
    """What the strategy brought along; `limits` are as tight."""
    orders: int | None = None
    """How many passed; None: nobody counted."""
    refused: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    """The first few refusals of each reason."""
    stopped: str = ""
    """The limit that stopped trading; empty: none did."""


def guardrails_document(guarded: Guarded | None) -> dict[str, Any]:
    """Return it as plain values; None: the orders went through nothing."""
    if guarded is None:
        return {
            "limits": NONE,
            "in_force": {},
            "own": {},
            "orders": None,
            "signals_refused": None,
            "refused": {},
            "examples": {},
            "stopped": None,
        }
    ranked = sorted(guarded.refused.items(), key=lambda item: (-item[1], item[0]))
    return {
        "limits": guarded.asked,
        "in_force": in_force(guarded.limits),
        "own": own_words(guarded.own),
        "orders": guarded.orders,
        "signals_refused": sum(guarded.refused.values()),
        "refused": dict(ranked),
        "examples": {
            reason: [dict(one) for one in guarded.examples.get(reason, ())] for reason, _ in ranked
        },
        "stopped": guarded.stopped or None,
    }


def in_force(limits: Limits) -> dict[str, object]:
    """Return the limits that can refuse something, as a configuration says them."""
    widest, said = Limits.widest(), written(limits)
    return {
        name: said[name]
        for name in NAMES
        if name not in _SWITCHES and getattr(limits, name) != getattr(widest, name)
    } | {name: said[name] for name in _SWITCHES if said[name]}


def own_words(own: OwnLimits) -> dict[str, int | float]:
    """Return what a strategy brought along, under the names that definitions give it."""
    found = {"max_daily_trades": own.max_daily_trades, "max_drawdown_percent": own.max_drawdown}
    return {name: value for name, value in found.items() if value is not None}
