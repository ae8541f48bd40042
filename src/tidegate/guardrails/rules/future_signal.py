"""A signal from the future means that a clock is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import SECOND_NS, seconds

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Allow as much as clocks may differ."""
    ahead_ns = review.signal.made_ns - review.now_ns
    if ahead_ns > review.limits.max_clock_skew_s * SECOND_NS:
        return Reason.FUTURE_SIGNAL
    return None


def shown(review: Review) -> tuple[str, str]:
    """Return how far ahead the signal was made."""
    ahead_ns = review.signal.made_ns - review.now_ns
    return f"{seconds(ahead_ns)} ahead", f"{review.limits.max_clock_skew_s} s"


FUTURE_SIGNAL = Guardrail(
    name="future-signal",
    sentence="A signal was not made in the future, but for what clocks may differ.",
    reasons=(Reason.FUTURE_SIGNAL,),
    setting="max_clock_skew_s",
    judge=judge,
    shown=shown,
)
