"""The price series that can be named: what a candle holds, and its averages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model import Candles, Floats

_MADE: Final[dict[str, Callable[[Candles], Floats]]] = {
    "hl2": lambda c: (c.high + c.low) / 2.0,
    "hlc3": lambda c: (c.high + c.low + c.close) / 3.0,
    "ohlc4": lambda c: (c.open + c.high + c.low + c.close) / 4.0,
}

SOURCES: Final = ("open", "high", "low", "close", "volume", *_MADE)


def price(candles: Candles, name: str) -> Floats:
    """Return the series of that name, which must be one of SOURCES."""
    made = _MADE.get(name)
    array: Floats = made(candles) if made else getattr(candles, name)
    return array
