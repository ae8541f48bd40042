"""A run of losses says that the market is not the one the strategy was made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail, Stop
from tidegate.guardrails.refusal import Reason

if TYPE_CHECKING:
    from tidegate.guardrails.limits import Limits
    from tidegate.guardrails.review import Review, Standing


def reached(standing: Standing, limits: Limits) -> bool:
    """Return whether as many trades in a row were lost as stop trading."""
    return standing.losses_in_row >= limits.max_losses_in_row


def reading(standing: Standing, limits: Limits) -> tuple[str, str]:
    """Return the losses in a row."""
    return f"{standing.losses_in_row} in a row", str(limits.max_losses_in_row)


def judge(review: Review) -> Reason | None:
    """Refuse once the limit is reached."""
    return Reason.LOSING_STREAK if reached(review.standing, review.limits) else None


def shown(review: Review) -> tuple[str, str]:
    """Return the same of a signal's account."""
    return reading(review.standing, review.limits)


LOSING_STREAK = Guardrail(
    name="losing-streak",
    sentence="Trading stops at so many losing trades in a row.",
    reasons=(Reason.LOSING_STREAK,),
    setting="max_losses_in_row",
    judge=judge,
    shown=shown,
    stop=Stop(reached=reached, reading=reading),
)
