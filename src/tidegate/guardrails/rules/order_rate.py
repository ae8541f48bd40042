"""A program gone wild sends orders faster than anybody can look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import SECOND_NS

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Look whether as many orders as a second may have were approved within the last one."""
    approvals, most = review.standing.approvals_ns, review.limits.max_orders_per_second
    if len(approvals) >= most and review.now_ns - approvals[-most] < SECOND_NS:
        return Reason.ORDER_RATE
    return None


def shown(review: Review) -> tuple[str, str]:
    """Return how many orders there were within the last second."""
    since = review.now_ns - SECOND_NS
    count = sum(time_ns > since for time_ns in review.standing.approvals_ns)
    return f"{count} within a second", str(review.limits.max_orders_per_second)


ORDER_RATE = Guardrail(
    name="order-rate",
    sentence="No more orders than this are approved within any second.",
    reasons=(Reason.ORDER_RATE,),
    setting="max_orders_per_second",
    judge=judge,
    shown=shown,
)
