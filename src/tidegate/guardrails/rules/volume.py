"""Stay out of a market too small to leave again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import plain

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Compare where the filter is on; a volume that is not known is too little."""
    least, volume = review.limits.min_volume, review.market.volume
    if least is None:
        return None
    if volume is None or not volume.is_finite():
        return Reason.UNKNOWN_VOLUME
    return Reason.VOLUME if volume < least else None


def shown(review: Review) -> tuple[str, str]:
    """Return the volume."""
    least = review.limits.min_volume
    return plain(review.market.volume), "any" if least is None else f"at least {plain(least)}"


VOLUME = Guardrail(
    name="volume",
    sentence="At least this was traded in the market in the last 24 hours.",
    reasons=(Reason.UNKNOWN_VOLUME, Reason.VOLUME),
    setting="min_volume",
    judge=judge,
    shown=shown,
)
