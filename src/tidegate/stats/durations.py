"""How long positions were held: close time - open time, in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tidegate.stats.figure import Figure, known, undefined
from tidegate.stats.trades import NO_LOSS, NO_TRADES, NO_WIN

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats


def average_duration(seconds: Floats) -> Figure:
    """Return the mean time a position was held, in seconds."""
    return known(seconds.mean()) if len(seconds) else undefined(NO_TRADES)


def median_duration(seconds: Floats) -> Figure:
    """Return the time that half of the positions were held at most, in seconds."""
    return known(float(np.median(seconds))) if len(seconds) else undefined(NO_TRADES)


def longest_duration(seconds: Floats) -> Figure:
    """Return the longest time a position was held, in seconds."""
    return known(seconds.max()) if len(seconds) else undefined(NO_TRADES)


def average_win_duration(seconds: Floats, profits: Floats) -> Figure:
    """Return the mean time a winning position was held, in seconds."""
    chosen = seconds[profits > 0]
    if len(chosen) == 0:
        return undefined(NO_WIN if len(seconds) else NO_TRADES)
    return known(chosen.mean())


def average_loss_duration(seconds: Floats, profits: Floats) -> Figure:
    """Return the mean time a losing position was held, in seconds."""
    chosen = seconds[profits < 0]
    if len(chosen) == 0:
        return undefined(NO_LOSS if len(seconds) else NO_TRADES)
    return known(chosen.mean())
