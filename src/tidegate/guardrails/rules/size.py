"""Somebody has to have said how much."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import UNKNOWN, quoted

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review

_LEAST: Final = Decimal("1E-20")
_MOST: Final = Decimal("1E+20")


def judge(review: Review) -> Reason | None:
    """Where the signal brings no amount, ask for a proposal that is one."""
    if review.signal.amount is not None:
        return None
    proposed = review.proposed
    if isinstance(proposed, Decimal) and proposed.is_finite() and _LEAST <= proposed <= _MOST:
        return None
    return Reason.NO_SIZE


def shown(review: Review) -> tuple[str, str]:
    """Return the amount, the signal's own before the proposed one."""
    own, proposed = review.signal.amount, review.proposed
    amount = proposed if own is None else own
    return UNKNOWN if amount is None else quoted(amount), "a decimal number above 0"


SIZE = Guardrail(
    name="size",
    sentence="The signal or the sizing says how much.",
    reasons=(Reason.NO_SIZE,),
    judge=judge,
    shown=shown,
)
