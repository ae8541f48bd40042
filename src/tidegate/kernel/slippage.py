"""What a marketable order pays beyond the price it saw."""

from __future__ import annotations

import math

from tidegate.kernel.compiled import compiled

_MOST = 0.10  # an order that would move the price further is outside what a model can say


@compiled
def slipped(rate: float, buying: bool, base: float, impact: float, amount: float) -> float:
    """Return the price actually paid or got for `amount`.

    `base` is a fraction of the price whatever the size; `impact` is the fraction that
    one unit of base currency moves it, growing with the square root of the size.
    """
    fraction = min(base + impact * math.sqrt(amount), _MOST)
    return rate * (1.0 + fraction) if buying else rate * (1.0 - fraction)
