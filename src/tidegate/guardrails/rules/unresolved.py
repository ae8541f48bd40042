"""No new risk where it is not known what the last order did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Look whether an order of the pair is unresolved."""
    return Reason.UNRESOLVED if review.signal.pair in review.standing.unresolved else None


def shown(review: Review) -> tuple[str, str]:
    """Return the pairs with unresolved orders."""
    return ", ".join(sorted(review.standing.unresolved)) or "none", f"not {review.signal.pair}"


UNRESOLVED = Guardrail(
    name="unresolved",
    sentence="Nothing new is traded in a pair while the fate of an order of it is not known.",
    reasons=(Reason.UNRESOLVED,),
    judge=judge,
    shown=shown,
)
