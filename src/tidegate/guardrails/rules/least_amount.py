"""The exchange trades no less than this of a currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import plain

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Compare the amount."""
    return Reason.LEAST_AMOUNT if review.amount < review.instrument.min_amount else None


def shown(review: Review) -> tuple[str, str]:
    """Return the amount."""
    return plain(review.amount), f"at least {plain(review.instrument.min_amount)}"


LEAST_AMOUNT = Guardrail(
    name="least-amount",
    sentence="An amount is at least the least that the exchange trades.",
    reasons=(Reason.LEAST_AMOUNT,),
    judge=judge,
    shown=shown,
)
