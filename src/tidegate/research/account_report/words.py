"""Figures as the page writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from decimal import Decimal

NOTHING: Final = "–"


def money(value: Decimal | float | None) -> str:
    """Return an amount of money to the hundredth."""
    return NOTHING if value is None else f"{value:,.2f}"


def signed(value: Decimal | float | None) -> str:
    """Return the same with its sign."""
    return NOTHING if value is None else f"{value:+,.2f}"


def percent(fraction: float | None) -> str:
    """Return a fraction as a percentage."""
    return NOTHING if fraction is None else f"{fraction:.2%}"


def signed_percent(fraction: float | None) -> str:
    """Return the same with its sign."""
    return NOTHING if fraction is None else f"{fraction:+.2%}"


def figure(value: Decimal | None) -> str:
    """Return a price or an amount with six digits that count, or all before the point."""
    if value is None:
        return NOTHING
    size = abs(value)
    decimals = 2 if size >= 1000 else 4 if size >= 1 else 8  # noqa: PLR2004
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(time_ns: int) -> str:
    """Return an instant to the second, UTC."""
    return f"{datetime.fromtimestamp(time_ns // 10**9, UTC):%Y-%m-%d %H:%M:%S}"


def sign_of(value: Decimal | float | None) -> str:
    """Return the class that colours a figure."""
    if value is None or value == 0:
        return ""
    return "gain" if value > 0 else "loss"
