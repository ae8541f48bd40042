"""Figures of the falls from a high, over the equity at every candle's close."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.stats.figure import Figure, known, undefined

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats
    from tidegate.stats.decline import Decline

_SECOND_NS: Final = 1e9
_NO_CANDLES: Final = "no candles"
_NO_DRAWDOWN: Final = "no drawdown"


def max_drawdown(found: Decline) -> Figure:
    """Return the largest of (high - equity) / high, a fraction; 0 where the equity never fell.

    Above 1 where borrowed money took the equity below zero.
    """
    if len(found.depth) == 0:
        return undefined(_NO_CANDLES)
    return known(found.depths.max(initial=0.0))


def max_drawdown_abs(found: Decline) -> Figure:
    """Return the largest of high - equity, in currency; 0 where the equity never fell.

    It may have been another fall than the one that was largest as a fraction.
    """
    if len(found.depth) == 0:
        return undefined(_NO_CANDLES)
    return known(found.falls.max(initial=0.0))


def max_drawdown_duration(found: Decline) -> Figure:
    """Return how long the deepest drawdown lasted, high to recovery or end of data, in seconds."""
    if len(found.depths) == 0:
        return undefined(_NO_DRAWDOWN)
    worst = int(np.argmax(found.depths))
    return known(int(found.ended[worst] - found.begun[worst]) / _SECOND_NS)


def longest_drawdown(found: Decline) -> Figure:
    """Return the longest time from a high until it was reached again or data ended, in seconds."""
    if len(found.depths) == 0:
        return undefined(_NO_DRAWDOWN)
    return known(int((found.ended - found.begun).max()) / _SECOND_NS)


def ulcer_index(equity: Floats, wallet: float) -> Figure:
    """Return sqrt(mean(d * d)) over days, d the fraction below the highest day's end so far.

    0 where no day ended below an earlier one.
    """
    if len(equity) == 0:
        return undefined(_NO_CANDLES)
    depth = 1.0 - equity / np.maximum(np.maximum.accumulate(equity), wallet)
    return known(math.sqrt(float(np.mean(depth * depth))))
