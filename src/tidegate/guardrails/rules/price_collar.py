"""A limit far from the market is a slip of the finger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import percent, share

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.guardrails.review import Review


def _distance(review: Review) -> Decimal:
    return abs(review.price - review.market_price)


def judge(review: Review) -> Reason | None:
    """Compare either way; a market order is at no distance."""
    if review.signal.price is None:
        return None
    distance = _distance(review)
    room = review.market_price * review.limits.max_price_distance
    return Reason.PRICE_COLLAR if distance > room else None


def shown(review: Review) -> tuple[str, str]:
    """Return the distance as a share of the market's price."""
    distance = share(_distance(review), review.market_price)
    return distance, percent(review.limits.max_price_distance)


PRICE_COLLAR = Guardrail(
    name="price-collar",
    sentence="A limit is no further from the market than this.",
    reasons=(Reason.PRICE_COLLAR,),
    setting="max_price_distance",
    judge=judge,
    shown=shown,
)
