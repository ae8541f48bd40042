"""What cannot be sold short is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.model import Direction

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


_SHORT: Final = Direction.SHORT  # to look a member up takes as long as a sum


def judge(review: Review) -> Reason | None:
    """Ask the instrument."""
    if not review.instrument.can_short and review.signal.direction is _SHORT:
        return Reason.SHORTING
    return None


def shown(review: Review) -> tuple[str, str]:
    """Return the direction, and those there are."""
    there = "long or short" if review.instrument.can_short else "long"
    return str(review.signal.direction), there


SHORTING = Guardrail(
    name="shorting",
    sentence="Only a pair that the exchange lends is sold short.",
    reasons=(Reason.SHORTING,),
    judge=judge,
    shown=shown,
)
