"""New risk only while somebody is there to look after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import instant

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Look at the clock on the wall there."""
    hours = review.limits.trading_hours
    return None if hours is None or hours.open_at(review.now_ns) else Reason.OUTSIDE_HOURS


def shown(review: Review) -> tuple[str, str]:
    """Return the local time and the hours."""
    hours = review.limits.trading_hours
    if hours is None:
        return instant(review.now_ns), "always"
    return f"{hours.local(review.now_ns):%a %Y-%m-%d %H:%M %Z}", str(hours)


TRADING_HOURS = Guardrail(
    name="trading-hours",
    sentence="Nothing new is traded outside these hours.",
    reasons=(Reason.OUTSIDE_HOURS,),
    setting="trading_hours",
    judge=judge,
    shown=shown,
)
