"""A stop means that the idea was wrong: the pair gets a longer rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import SECOND_NS, seconds

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Look how long ago that was; what is held already may be added to."""
    rest_ns = review.limits.stop_cooldown_s * SECOND_NS
    if not rest_ns or not review.standing.is_new:
        return None
    last_ns = review.standing.last_stop_ns.get(review.signal.pair)
    if last_ns is None or review.now_ns - last_ns >= rest_ns:
        return None
    return Reason.STOP_COOLDOWN


def shown(review: Review) -> tuple[str, str]:
    """Return how long ago that was."""
    last_ns = review.standing.last_stop_ns.get(review.signal.pair)
    ago = "never" if last_ns is None else f"{seconds(review.now_ns - last_ns)} ago"
    return ago, f"{review.limits.stop_cooldown_s} s"


STOP_COOLDOWN = Guardrail(
    name="stop-cooldown",
    sentence="A new position of a pair waits so long after a stop has closed one.",
    reasons=(Reason.STOP_COOLDOWN,),
    setting="stop_cooldown_s",
    judge=judge,
    shown=shown,
)
