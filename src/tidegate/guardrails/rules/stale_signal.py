"""A signal is an opinion of its moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import SECOND_NS, instant, seconds

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Look at the end that the signal has set itself, then at its age."""
    signal, now_ns = review.signal, review.now_ns
    if now_ns > signal.expires_ns:
        return Reason.EXPIRED
    if now_ns - signal.made_ns > review.limits.max_signal_age_s * SECOND_NS:
        return Reason.STALE_SIGNAL
    return None


def shown(review: Review) -> tuple[str, str]:
    """Return the instant or the age, and its limit."""
    signal, now_ns = review.signal, review.now_ns
    if now_ns > signal.expires_ns:
        return instant(now_ns), f"until {instant(signal.expires_ns)}"
    return f"{seconds(now_ns - signal.made_ns)} old", f"{review.limits.max_signal_age_s} s"


STALE_SIGNAL = Guardrail(
    name="stale-signal",
    sentence="A signal is not traded after its own end, nor when it was made too long ago.",
    reasons=(Reason.EXPIRED, Reason.STALE_SIGNAL),
    setting="max_signal_age_s",
    judge=judge,
    shown=shown,
)
