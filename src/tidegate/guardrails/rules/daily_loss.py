"""What was lost for good today is counted apart from what may still come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail, Stop
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import percent, share
from tidegate.model import ZERO

if TYPE_CHECKING:
    from tidegate.guardrails.limits import Limits
    from tidegate.guardrails.review import Review, Standing


def reached(standing: Standing, limits: Limits) -> bool:
    """Return whether today's realised loss has come to its limit."""
    loss = -standing.profit_today
    return loss > ZERO and loss >= standing.day_start * limits.max_daily_loss


def reading(standing: Standing, limits: Limits) -> tuple[str, str]:
    """Return the loss and its limit."""
    loss = share(-standing.profit_today, standing.day_start)
    return loss, percent(limits.max_daily_loss)


def judge(review: Review) -> Reason | None:
    """Refuse once the limit is reached."""
    return Reason.DAILY_LOSS if reached(review.standing, review.limits) else None


def shown(review: Review) -> tuple[str, str]:
    """Return the same of a signal's account."""
    return reading(review.standing, review.limits)


DAILY_LOSS = Guardrail(
    name="daily-loss",
    sentence="Trading stops at a realised loss since the UTC day began.",
    reasons=(Reason.DAILY_LOSS,),
    setting="max_daily_loss",
    judge=judge,
    shown=shown,
    stop=Stop(reached=reached, reading=reading),
)
