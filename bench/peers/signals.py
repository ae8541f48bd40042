"""The bench's strategy as arrays, for peers that take arrays."""

from __future__ import annotations

import numpy as np
import talib


def signals(close: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return entries and exits, decided on each candle."""
    fast, slow, rsi = talib.EMA(close, 12), talib.EMA(close, 26), talib.RSI(close, 14)
    above = fast > slow
    below = fast < slow
    entry = np.zeros(len(close), dtype=bool)
    leave = np.zeros(len(close), dtype=bool)
    entry[1:] = above[1:] & (fast[:-1] <= slow[:-1]) & (rsi[1:] < 70)  # noqa: PLR2004
    leave[1:] = (below[1:] & (fast[:-1] >= slow[:-1])) | (rsi[1:] > 80)  # noqa: PLR2004
    return entry, leave
