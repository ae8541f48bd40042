"""So many positions at once, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Count those held and those being opened; adding to one is not another."""
    standing = review.standing
    if standing.is_new and standing.positions >= review.limits.max_positions:
        return Reason.POSITIONS
    return None


def shown(review: Review) -> tuple[str, str]:
    """Return how many there are."""
    return f"{review.standing.positions} open", str(review.limits.max_positions)


POSITIONS = Guardrail(
    name="positions",
    sentence="No more positions than this are open at once.",
    reasons=(Reason.POSITIONS,),
    setting="max_positions",
    judge=judge,
    shown=shown,
)
