"""No order is so large that one mistake is the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import plain

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Compare what the order is worth at the worst price it can trade at."""
    return Reason.ORDER_NOTIONAL if review.notional > review.limits.max_order_notional else None


def shown(review: Review) -> tuple[str, str]:
    """Return what the order is worth."""
    return plain(review.notional), plain(review.limits.max_order_notional)


ORDER_NOTIONAL = Guardrail(
    name="order-notional",
    sentence="One order is worth no more than this.",
    reasons=(Reason.ORDER_NOTIONAL,),
    setting="max_order_notional",
    judge=judge,
    shown=shown,
)
