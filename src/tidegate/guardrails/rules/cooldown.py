"""What has just been left is not entered again in the same breath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import SECOND_NS, seconds

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Look how long ago that was; what is held already may be added to."""
    rest_ns = review.limits.cooldown_s * SECOND_NS
    if not rest_ns or not review.standing.is_new:
        return None
    last_ns = review.standing.last_exit_ns.get(review.signal.pair)
    if last_ns is None or review.now_ns - last_ns >= rest_ns:
        return None
    return Reason.COOLDOWN


def shown(review: Review) -> tuple[str, str]:
    """Return how long ago that was."""
    last_ns = review.standing.last_exit_ns.get(review.signal.pair)
    ago = "never" if last_ns is None else f"{seconds(review.now_ns - last_ns)} ago"
    return ago, f"{review.limits.cooldown_s} s"


COOLDOWN = Guardrail(
    name="cooldown",
    sentence="A new position of a pair waits so long after the last one was closed.",
    reasons=(Reason.COOLDOWN,),
    setting="cooldown_s",
    judge=judge,
    shown=shown,
)
