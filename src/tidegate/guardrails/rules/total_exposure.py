"""Something stays out of the market altogether."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import percent, share

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Compare what would be held in all, this order and open ones included."""
    most = review.equity * review.limits.max_total_exposure
    return Reason.TOTAL_EXPOSURE if review.exposed > most else None


def shown(review: Review) -> tuple[str, str]:
    """Return what would be held as a share of the equity."""
    held = share(review.exposed, review.equity)
    return held, percent(review.limits.max_total_exposure)


TOTAL_EXPOSURE = Guardrail(
    name="total-exposure",
    sentence="No more of the equity than this is in all markets together.",
    reasons=(Reason.TOTAL_EXPOSURE,),
    setting="max_total_exposure",
    judge=judge,
    shown=shown,
)
