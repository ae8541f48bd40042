"""An old price is a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import SECOND_NS, seconds

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Compare the age of the price, either way: one from the future is as doubtful."""
    age_ns = abs(review.now_ns - review.market.price_ns)
    return Reason.STALE_PRICE if age_ns > review.limits.max_price_age_s * SECOND_NS else None


def shown(review: Review) -> tuple[str, str]:
    """Return the age of the price."""
    age_ns = review.now_ns - review.market.price_ns
    return f"{seconds(age_ns)} old", f"{review.limits.max_price_age_s} s"


STALE_PRICE = Guardrail(
    name="stale-price",
    sentence="The market's price is recent.",
    reasons=(Reason.STALE_PRICE,),
    setting="max_price_age_s",
    judge=judge,
    shown=shown,
)
