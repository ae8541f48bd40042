"""The big red button: while it is on, nothing new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Look whether the breaker is on."""
    return Reason.BREAKER if review.standing.breaker else None


def shown(review: Review) -> tuple[str, str]:
    """Return why it is on."""
    return review.standing.breaker or "off", "off"


BREAKER = Guardrail(
    name="breaker",
    sentence="Nothing new is traded while the breaker is on.",
    reasons=(Reason.BREAKER,),
    judge=judge,
    shown=shown,
)
