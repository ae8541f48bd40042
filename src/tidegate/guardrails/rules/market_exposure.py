"""Not all eggs in one market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import percent, share
from tidegate.model import ZERO

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.guardrails.review import Review


def _held(review: Review) -> Decimal:
    held = review.standing.exposure.get(review.signal.pair, ZERO)
    return held + review.notional


def judge(review: Review) -> Reason | None:
    """Compare what would be held of the pair, this order and open ones included."""
    most = review.equity * review.limits.max_market_exposure
    return Reason.MARKET_EXPOSURE if _held(review) > most else None


def shown(review: Review) -> tuple[str, str]:
    """Return what would be held as a share of the equity."""
    held = share(_held(review), review.equity)
    return held, percent(review.limits.max_market_exposure)


MARKET_EXPOSURE = Guardrail(
    name="market-exposure",
    sentence="No more of the equity than this is in one market.",
    reasons=(Reason.MARKET_EXPOSURE,),
    setting="max_market_exposure",
    judge=judge,
    shown=shown,
)
