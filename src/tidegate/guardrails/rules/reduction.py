"""A reduction never sells more than is held, nor what the exchange cannot trade."""

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
    """Return the amount that a reduction comes to: whole steps of what is held and not offered."""
    left, step = _left(review), review.market.amount_step
    return left - left % step if step else left


def _left(review: Review) -> Decimal:
    wanted = review.signal.amount
    left = review.standing.held - review.standing.offered
    return left if wanted is None else min(wanted, left)


def judge(review: Review) -> Reason | None:
    """Look whether anything is left to reduce that can be traded."""
    if review.signal.effect is not _REDUCE or reducible(review) > ZERO:
        return None
    return Reason.NOTHING_TO_REDUCE if _left(review) <= ZERO else Reason.DUST


def shown(review: Review) -> tuple[str, str]:
    """Return what is held, and how much of it is offered already."""
    standing, step = review.standing, review.market.amount_step
    least = f"at least {plain(step)} left" if step else "more than 0 left"
    return f"{plain(standing.held)} held, {plain(standing.offered)} offered", least


REDUCTION = Guardrail(
    name="reduction",
    sentence="A reduction is cut to what is held, not being sold already, and whole steps.",
    reasons=(Reason.NOTHING_TO_REDUCE, Reason.DUST),
    judge=judge,
    shown=shown,
)
