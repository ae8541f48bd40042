"""Amounts and prices brought to whole steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model.money import EXACT

if TYPE_CHECKING:
    from decimal import Decimal


def down(number: Decimal, step: Decimal) -> Decimal:
    """Return a number cut to whole steps; where the step is 0, as it is."""
    if not step:
        return number
    return EXACT.multiply(EXACT.divide_int(number, step), step)


def up(number: Decimal, step: Decimal) -> Decimal:
    """Return a number raised to whole steps; where the step is 0, as it is."""
    cut = down(number, step)
    return cut if cut == number else EXACT.add(cut, step)
