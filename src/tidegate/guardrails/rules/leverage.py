"""Borrowed money multiplies mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import plain

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Compare with our limit and with the exchange's."""
    leverage = review.signal.leverage
    if leverage > review.limits.max_leverage or leverage > review.instrument.most_leverage:
        return Reason.LEVERAGE
    return None


def shown(review: Review) -> tuple[str, str]:
    """Return the leverage."""
    most = min(review.limits.max_leverage, review.instrument.most_leverage)
    return plain(review.signal.leverage), plain(most)


LEVERAGE = Guardrail(
    name="leverage",
    sentence="Leverage is at most this, and at most the exchange's for the pair.",
    reasons=(Reason.LEVERAGE,),
    setting="max_leverage",
    judge=judge,
    shown=shown,
)
