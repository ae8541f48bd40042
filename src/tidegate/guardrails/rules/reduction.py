"""A reduction never sells more than is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import plain
from tidegate.model import ZERO, Effect

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.guardrails.review import Review


_REDUCE: Final = Effect.REDUCE  # to look a member up takes as long as a sum


def reducible(review: Review) -> Decimal:
    """Return the amount that a reduction comes to: at most what is held and not yet offered."""
    wanted = review.signal.amount
    left = review.standing.held - review.standing.offered
    return left if wanted is None else min(wanted, left)


def judge(review: Review) -> Reason | None:
    """Look whether anything is left to reduce."""
    if review.signal.effect is _REDUCE and reducible(review) <= ZERO:
        return Reason.NOTHING_TO_REDUCE
    return None


def shown(review: Review) -> tuple[str, str]:
    """Return what is held, and how much of it is offered already."""
    standing = review.standing
    return f"{plain(standing.held)} held, {plain(standing.offered)} offered", "more than 0 left"


REDUCTION = Guardrail(
    name="reduction",
    sentence="A reduction is cut to what is held and not being sold already.",
    reasons=(Reason.NOTHING_TO_REDUCE,),
    judge=judge,
    shown=shown,
)
