"""A user-defined indicator: Bollinger bands inside a Keltner channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import talib

if TYPE_CHECKING:
    from tidegate.model import Candles, Floats


def squeeze(candles: Candles, period: int = 20, width: float = 1.5) -> dict[str, Floats]:
    """Return whether the bands are inside the channel (1 or 0), and the momentum."""
    upper, middle, lower = talib.BBANDS(candles.close, period)
    reach = width * talib.ATR(candles.high, candles.low, candles.close, period)
    inside = (upper < middle + reach) & (lower > middle - reach)
    on = np.where(np.isnan(reach), np.nan, inside.astype(np.float64))
    return {"on": on, "momentum": talib.LINEARREG(candles.close - middle, period)}
