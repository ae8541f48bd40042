"""The exchange would cut an amount, and the position would not be what was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import plain
from tidegate.model import ZERO

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Ask for whole steps; the sizing rounds down, the gate does not."""
    step = review.instrument.amount_step
    if step == ZERO:
        return None
    return Reason.AMOUNT_STEP if review.amount % step != ZERO else None


def shown(review: Review) -> tuple[str, str]:
    """Return the amount and the step."""
    return plain(review.amount), f"multiples of {plain(review.instrument.amount_step)}"


AMOUNT_STEP = Guardrail(
    name="amount-step",
    sentence="An amount is a multiple of the exchange's amount step.",
    reasons=(Reason.AMOUNT_STEP,),
    judge=judge,
    shown=shown,
)
