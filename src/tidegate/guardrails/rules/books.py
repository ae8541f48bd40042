"""No new risk where it is not known what is really there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Look whether the pair is halted until an operator has looked at its books."""
    return Reason.BOOKS_DIFFER if review.signal.pair in review.standing.differing else None


def shown(review: Review) -> tuple[str, str]:
    """Return the pairs whose books do not agree."""
    return ", ".join(sorted(review.standing.differing)) or "none", f"not {review.signal.pair}"


BOOKS = Guardrail(
    name="books",
    sentence="Nothing new is traded in a pair whose books do not agree with the venue's.",
    reasons=(Reason.BOOKS_DIFFER,),
    judge=judge,
    shown=shown,
)
