"""Nothing can be judged without a price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import plain
from tidegate.model import ZERO

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.guardrails.review import Review


def is_price(value: Decimal | None) -> bool:
    """Return whether it is a number above 0."""
    return value is not None and value.is_finite() and value > ZERO


def judge(review: Review) -> Reason | None:
    """Ask for the market's price, even where the signal brings a limit of its own."""
    return None if is_price(review.market.price) else Reason.UNKNOWN_PRICE


def shown(review: Review) -> tuple[str, str]:
    """Return the price."""
    return plain(review.market.price), "above 0"


PRICE = Guardrail(
    name="price",
    sentence="The market's price is known.",
    reasons=(Reason.UNKNOWN_PRICE,),
    judge=judge,
    shown=shown,
)
