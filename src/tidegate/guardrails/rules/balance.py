"""Only money that is there is spent, and not the last of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import plain
from tidegate.model import ONE

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.guardrails.review import Review


def _needed(review: Review) -> Decimal:
    """Return what the order ties up, with its fee."""
    fee = review.notional * review.instrument.taker_fee
    leverage = review.signal.leverage
    tied = review.notional if leverage == ONE else review.notional / leverage
    return tied + fee


def _spendable(review: Review) -> Decimal:
    return review.standing.free - review.equity * review.limits.balance_reserve


def judge(review: Review) -> Reason | None:
    """Compare what is needed with what is free above the reserve."""
    return Reason.BALANCE if _needed(review) > _spendable(review) else None


def shown(review: Review) -> tuple[str, str]:
    """Return what is needed and what is there."""
    return f"{plain(_needed(review))} needed", f"{plain(_spendable(review))} free"


BALANCE = Guardrail(
    name="balance",
    sentence="This share of the equity stays free after every order and its fee.",
    reasons=(Reason.BALANCE,),
    setting="balance_reserve",
    judge=judge,
    shown=shown,
)
