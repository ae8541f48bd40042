"""A bad day is ended before it becomes a bad week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail, Stop
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.rules.falls import fall_shown, fell

if TYPE_CHECKING:
    from tidegate.guardrails.limits import Limits
    from tidegate.guardrails.review import Review, Standing


def reached(standing: Standing, limits: Limits) -> bool:
    """Return whether the fall has come to its limit."""
    return fell(standing.day_start, standing.equity, limits.max_daily_drawdown)


def reading(standing: Standing, limits: Limits) -> tuple[str, str]:
    """Return the fall and its limit."""
    return fall_shown(standing.day_start, standing.equity, limits.max_daily_drawdown)


def judge(review: Review) -> Reason | None:
    """Refuse once the limit is reached."""
    return Reason.DAILY_DRAWDOWN if reached(review.standing, review.limits) else None


def shown(review: Review) -> tuple[str, str]:
    """Return the same of a signal's account."""
    return reading(review.standing, review.limits)


DAILY_DRAWDOWN = Guardrail(
    name="daily-drawdown",
    sentence="Trading stops at a fall since the UTC day began.",
    reasons=(Reason.DAILY_DRAWDOWN,),
    setting="max_daily_drawdown",
    judge=judge,
    shown=shown,
    stop=Stop(reached=reached, reading=reading),
)
