"""Candles of one date merged, and missing ones filled in, as Freqtrade does both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tidegate.freqtrade.feather import Part

_CLOSE, _VOLUME = 3, 4


def merged(part: Part) -> Part:
    """Return one candle for each date: first open, highest, lowest, last close, most volume."""
    begins = np.append(True, part.time[1:] > part.time[:-1])
    if begins.all():
        return part
    rows = np.flatnonzero(begins)
    opened, high, low, close, volume = part.figures
    values = np.array(
        [
            opened[rows],
            np.maximum.reduceat(high, rows),
            np.minimum.reduceat(low, rows),
            close[np.append(rows[1:], len(close)) - 1],
            np.maximum.reduceat(volume, rows),
        ]
    )
    return replace(part, time=part.time[rows], figures=values)


def filled(part: Part, step: int) -> Part:
    """Return a candle for every `step` milliseconds; one that was not there stays at its price."""
    first = int(part.time[0])
    places = (part.time - first) // step
    rows = int(places[-1]) + 1
    if rows == len(places):
        return part
    before = np.repeat(np.arange(len(places)), np.diff(np.append(places, rows)))
    values = np.empty((len(part.figures), rows))
    values[:] = part.figures[_CLOSE][before]
    values[_VOLUME] = 0.0
    values[:, places] = part.figures
    return replace(part, time=first + step * np.arange(rows), figures=values)
