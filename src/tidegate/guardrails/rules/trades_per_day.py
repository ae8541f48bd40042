"""A strategy that trades far more often than it used to is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Count the positions opened today; adding to one is not another."""
    standing = review.standing
    if standing.is_new and standing.entries_today >= review.limits.max_trades_per_day:
        return Reason.TRADES_PER_DAY
    return None


def shown(review: Review) -> tuple[str, str]:
    """Return how many were opened today."""
    return f"{review.standing.entries_today} today", str(review.limits.max_trades_per_day)


TRADES_PER_DAY = Guardrail(
    name="trades-per-day",
    sentence="No more positions than this are opened in a UTC day.",
    reasons=(Reason.TRADES_PER_DAY,),
    setting="max_trades_per_day",
    judge=judge,
    shown=shown,
)
