"""Money and quantities: exact decimals inside, eight places wherever they are kept or shown."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Final

EXACT: Final = Context(
    prec=60,  # products of an amount, a price and a fee never come near it
    rounding=ROUND_HALF_EVEN,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
PLACES: Final = Decimal("0.00000001")
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)


def money(value: Decimal) -> Decimal:
    """Return an amount of money as it is kept and shown: eight places, halves to even."""
    return value.quantize(PLACES, context=EXACT)


def exact_decimal(value: float) -> Decimal:
    """Return the decimal that a float is written as: the shortest that means it."""
    return Decimal(repr(value))
