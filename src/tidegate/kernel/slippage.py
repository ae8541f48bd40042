"""What a marketable order pays beyond the price it saw."""

from __future__ import annotations

import math

from tidegate.kernel.compiled import compiled


@compiled
def slipped(rate: float, buying: bool, base: float, impact: float, amount: float) -> float:  # noqa: FBT001
    """Return the price actually paid or got for `amount`.

    `base` is a fraction of the price whatever the size; `impact` is the fraction that
    one unit of base currency moves it, growing with the square root of the size.
    """
    fraction = base + impact * math.sqrt(amount)
    return rate * (1.0 + fraction) if buying else rate * (1.0 - fraction)

