"""How far an account has fallen: what the drawdown guardrails share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.wording import UNKNOWN, percent, share
from tidegate.model import ZERO

if TYPE_CHECKING:
    from decimal import Decimal


def fell(start: Decimal, equity: Decimal | None, most: Decimal) -> bool:
    """Return whether the fall from `start` reaches `most` of it.

    An equity that is not known has not fallen: another guardrail refuses it.
    An account that began with nothing has fallen as soon as it is below it.
    """
    if equity is None or not equity.is_finite():
        return False
    fall = start - equity
    return fall > ZERO and fall >= start * most


def fall_shown(start: Decimal, equity: Decimal | None, most: Decimal) -> tuple[str, str]:
    """Return the fall and its limit in words."""
    if equity is None or not equity.is_finite():
        return UNKNOWN, percent(most)
    return share(start - equity, start), percent(most)
