"""Limits that are shares of the equity need an equity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import plain

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Ask for the equity and for the free money."""
    equity = review.standing.equity
    if equity is None or not equity.is_finite() or not review.standing.free.is_finite():
        return Reason.UNKNOWN_EQUITY
    return None


def shown(review: Review) -> tuple[str, str]:
    """Return the equity."""
    return plain(review.standing.equity), "known"


EQUITY = Guardrail(
    name="equity",
    sentence="It is known what the account is worth.",
    reasons=(Reason.UNKNOWN_EQUITY,),
    judge=judge,
    shown=shown,
)
