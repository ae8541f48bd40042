"""Ten coins that move alike are one coin."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import percent, share
from tidegate.model import ONE, ZERO

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def _alike(correlation: float | None) -> Decimal:
    """Return how far two markets move together, 0 to 1; what is not known moves as one.

    Without its sign: who is long one and short another that mirrors it has the same risk twice,
    and an exposure does not say which way it goes.
    """
    if correlation is None or not -1.0 < correlation < 1.0:  # no number either
        return ONE
    return Decimal(abs(correlation))


def _held(review: Review) -> Decimal:
    pair, correlations = review.signal.pair, review.market.correlations
    held = review.notional
    for other, exposure in review.standing.exposure.items():
        if exposure > ZERO:
            alike = ONE if other == pair else _alike(correlations.get(other))
            held += exposure * alike
    return held


def judge(review: Review) -> Reason | None:
    """Compare the pair with what moves like it; less than all is held, so all is tried first."""
    most = review.equity * review.limits.max_correlated_exposure
    if review.exposed <= most:
        return None
    return Reason.CORRELATED_EXPOSURE if _held(review) > most else None


def shown(review: Review) -> tuple[str, str]:
    """Return what would be held as a share of the equity."""
    held = share(_held(review), review.equity)
    return held, percent(review.limits.max_correlated_exposure)


CORRELATED_EXPOSURE = Guardrail(
    name="correlated-exposure",
    sentence="No more of the equity than this is in one market and, by their correlation, others.",
    reasons=(Reason.CORRELATED_EXPOSURE,),
    setting="max_correlated_exposure",
    judge=judge,
    shown=shown,
)
