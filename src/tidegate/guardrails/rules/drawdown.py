"""A fall from the top is where an account is lost."""

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
    return fell(standing.peak, standing.equity, limits.max_drawdown)


def reading(standing: Standing, limits: Limits) -> tuple[str, str]:
    """Return the fall and its limit."""
    return fall_shown(standing.peak, standing.equity, limits.max_drawdown)


def judge(review: Review) -> Reason | None:
    """Refuse once the limit is reached."""
    return Reason.DRAWDOWN if reached(review.standing, review.limits) else None


def shown(review: Review) -> tuple[str, str]:
    """Return the same of a signal's account."""
    return reading(review.standing, review.limits)


DRAWDOWN = Guardrail(
    name="drawdown",
    sentence="Trading stops at a fall from the account's highest equity.",
    reasons=(Reason.DRAWDOWN,),
    setting="max_drawdown",
    judge=judge,
    shown=shown,
    stop=Stop(reached=reached, reading=reading),
)
