"""The exchange would round a price, and nobody here would know which way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import plain
from tidegate.model import ZERO

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review


def judge(review: Review) -> Reason | None:
    """Look at limits only: a market order names no price to the exchange."""
    step = review.instrument.price_step
    if review.signal.price is None or step == ZERO:
        return None
    return Reason.PRICE_STEP if review.price % step != ZERO else None


def shown(review: Review) -> tuple[str, str]:
    """Return the price and the step."""
    return plain(review.price), f"multiples of {plain(review.instrument.price_step)}"


PRICE_STEP = Guardrail(
    name="price-step",
    sentence="A limit is a multiple of the exchange's price step.",
    reasons=(Reason.PRICE_STEP,),
    judge=judge,
    shown=shown,
)
