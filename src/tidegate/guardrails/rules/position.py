"""A signal about a position means the position that is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import quoted
from tidegate.model import ZERO

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Compare pair and direction: a reduction of a short, meant for a long, would buy."""
    standing, signal = review.standing, review.signal
    if standing.is_new and standing.held == ZERO:
        return None
    if standing.pair == signal.pair and standing.direction is signal.direction:
        return None
    return Reason.WRONG_POSITION


def shown(review: Review) -> tuple[str, str]:
    """Return what the signal says and what the position is."""
    standing, signal = review.standing, review.signal
    held = f"{standing.direction} {standing.pair}" if standing.direction else "nothing"
    return f"{signal.direction} {quoted(signal.pair)}", held


POSITION = Guardrail(
    name="position",
    sentence="A signal has the pair and the direction of the position that it names.",
    reasons=(Reason.WRONG_POSITION,),
    judge=judge,
    shown=shown,
)
