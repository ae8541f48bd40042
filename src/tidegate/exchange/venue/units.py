"""Exact amounts as whole numbers: eight decimal places, as exchanges count."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from tidegate.model import EXACT

PLACES: Final = 8
UNIT: Final = 10**PLACES
"""How many units one whole of a currency is."""

_NUMBER: Final = re.compile(r"([0-9]{1,20})(?:\.([0-9]{1,20}))?")


class TooFineError(ValueError):
    """A number with more decimal places than are counted."""


def units(text: str) -> int:
    """Return a plain decimal number in units; no sign, no exponent."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(text)
    whole, part = match.groups()
    if part is None:
        return int(whole) * UNIT
    if len(part) > PLACES:
        if part[PLACES:].strip("0"):
            raise TooFineError(text)
        part = part[:PLACES]
    return int(whole) * UNIT + int(part.ljust(PLACES, "0"))


def text(amount: int) -> str:
    """Return units as a decimal number with all eight places."""
    if amount < 0:
        return "-" + text(-amount)
    return f"{amount // UNIT}.{amount % UNIT:08d}"


def decimal(amount: int) -> Decimal:
    """Return units as a decimal."""
    return Decimal(amount).scaleb(-PLACES, context=EXACT)


def from_decimal(value: Decimal) -> int:
    """Return a decimal in units; it must not be finer than they are."""
    scaled = value.scaleb(PLACES, context=EXACT)
    amount = int(scaled)
    if amount != scaled:
        raise TooFineError(str(value))
    return amount
