"""The exchange trades no order worth less than this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import plain

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Compare the amount at the order's own price."""
    return Reason.LEAST_COST if review.cost < review.instrument.min_cost else None


def shown(review: Review) -> tuple[str, str]:
    """Return what the order is worth."""
    return plain(review.cost), f"at least {plain(review.instrument.min_cost)}"


LEAST_COST = Guardrail(
    name="least-cost",
    sentence="An order is worth at least the least that the exchange trades.",
    reasons=(Reason.LEAST_COST,),
    judge=judge,
    shown=shown,
)
