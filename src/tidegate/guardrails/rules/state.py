"""Trade only when told to, and never on after a limit has stopped it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.model import TradingState

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


_ACTIVE: Final = TradingState.ACTIVE  # to look a member up takes as long as a sum


def judge(review: Review) -> Reason | None:
    """Look at the latch first, then at the state; what is no state is a halt."""
    standing = review.standing
    if standing.latched:
        return Reason.LATCHED
    if standing.state is _ACTIVE:
        return None
    return Reason.REDUCING if standing.state is TradingState.REDUCING else Reason.HALTED


def shown(review: Review) -> tuple[str, str]:
    """Return the state, or what has latched it."""
    standing = review.standing
    return (standing.latched or str(standing.state)), "active"


STATE = Guardrail(
    name="state",
    sentence="Nothing new is traded unless trading is active and no limit has latched it.",
    reasons=(Reason.LATCHED, Reason.HALTED, Reason.REDUCING),
    judge=judge,
    shown=shown,
)
