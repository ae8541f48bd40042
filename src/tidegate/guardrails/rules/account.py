"""Trade only for an account that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import quoted

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Ask for the signal's own account, and for figures that can be relied on."""
    standing = review.standing
    if standing.known and standing.account == review.signal.account:
        return None
    return Reason.UNKNOWN_ACCOUNT


def shown(review: Review) -> tuple[str, str]:
    """Return the account asked for and the one there is."""
    standing = review.standing
    there = quoted(standing.account) if standing.known else f"{quoted(standing.account)}, unknown"
    return quoted(review.signal.account), there


ACCOUNT = Guardrail(
    name="account",
    sentence="The account is known.",
    reasons=(Reason.UNKNOWN_ACCOUNT,),
    judge=judge,
    shown=shown,
)
