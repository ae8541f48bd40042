"""Stay out of a market that moves too much for the strategy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import UNKNOWN

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Compare where the filter is on; a movement that is not known is too much."""
    most, volatility = review.limits.max_volatility, review.market.volatility
    if most is None:
        return None
    if volatility is None or not math.isfinite(volatility):
        return Reason.UNKNOWN_VOLATILITY
    return Reason.VOLATILITY if volatility > most else None


def shown(review: Review) -> tuple[str, str]:
    """Return the deviation of the returns."""
    most, volatility = review.limits.max_volatility, review.market.volatility
    return (
        UNKNOWN if volatility is None else f"{volatility:g}",
        "any" if most is None else f"{most:g}",
    )


VOLATILITY = Guardrail(
    name="volatility",
    sentence="The returns of the market deviate by no more than this.",
    reasons=(Reason.UNKNOWN_VOLATILITY, Reason.VOLATILITY),
    setting="max_volatility",
    judge=judge,
    shown=shown,
)
