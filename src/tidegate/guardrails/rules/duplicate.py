"""Sending twice is one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import quoted

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Look whether this source has sent this id before."""
    return Reason.DUPLICATE if _name(review) in review.standing.seen else None


def shown(review: Review) -> tuple[str, str]:
    """Return the signal's name."""
    return quoted(_name(review)), "each signal once"


def _name(review: Review) -> str:
    return f"{review.signal.source}:{review.signal.id}"


DUPLICATE = Guardrail(
    name="duplicate",
    sentence="Each signal is dealt with once.",
    reasons=(Reason.DUPLICATE,),
    judge=judge,
    shown=shown,
)
