"""What a guardrail is: a name, a sentence, a setting, and a judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.guardrails.limits import Limits
    from tidegate.guardrails.refusal import Reason
    from tidegate.guardrails.review import Review, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What a guardrail looks at where the account alone is a reason to stop trading."""

    reached: Callable[[Standing, Limits], bool]
    reading: Callable[[Standing, Limits], tuple[str, str]]
    """What was observed, and the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrail:
    """One rule of the gate."""

    name: str
    sentence: str
    """What it holds to, for people."""
    reasons: tuple[Reason, ...]
    judge: Callable[[Review], Reason | None]
    """Say why the signal cannot pass, or None; no words are made here, so that it is quick."""
    shown: Callable[[Review], tuple[str, str]]
    """Say what was observed and what the limit is."""
    setting: str = ""
    """The limit it reads; empty: it has none."""
    stop: Stop | None = None
    """None: it only refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one guardrail says of a signal, for screens that answer "why no trade?"."""

    name: str
    sentence: str
    passed: bool | None
    """None: it was not judged, because something before it is not known."""
    reason: Reason | None
    observed: str
    limit: str
