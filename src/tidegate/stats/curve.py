"""The equity in few enough points to draw, with its shape kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats, Ints
    from tidegate.stats.readings import Readings

POINTS: Final = 2000
_KEPT: Final = 3  # of each stretch: its lowest, its highest, its deepest row
_SINGLE: Final = 3  # of the whole: its first and its last row, and the high before the deepest


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The account over time. The first point is the wallet at the start of the test."""

    time_ns: Ints
    equity: Floats
    hold: Floats
    drawdown: Floats
    """Fraction below the high so far, 0 at the high."""
    exposure: Floats


def curve(readings: Readings, most: int = POINTS) -> Curve:
    """Return at most so many points (at least 7) of the equity and what goes with it."""
    outcome = readings.outcome
    rows = thin(outcome.equity, readings.decline.depth, most - 1)

    def pick(values: Floats, start: float) -> Floats:
        return np.concatenate(([start], values[rows]))

    return Curve(
        time_ns=np.concatenate(([outcome.start_ns], readings.closes[rows])),
        equity=pick(outcome.equity, outcome.wallet),
        hold=pick(outcome.hold, outcome.wallet),
        drawdown=pick(readings.decline.depth, 0.0),
        exposure=pick(outcome.exposure, 0.0),
    )


def thin(equity: Floats, depth: Floats, most: int) -> Ints:
    """Choose at most so many rows (at least 6), in order, by which a drawing looks the same.

    Of equal stretches the lowest, the highest and the deepest row are kept, and of the
    whole the first, the last, and the high before the deepest: no extreme of the equity
    or of the drawdown is lost.
    """
    rows = len(equity)
    if rows <= most:
        return np.arange(rows)
    stretches = max(1, (most - _SINGLE) // _KEPT)
    length = -(-rows // stretches)
    even = rows // length * length
    starts = np.arange(0, even, length)
    block, below = equity[:even].reshape(-1, length), depth[:even].reshape(-1, length)
    kept = [
        np.array([0, rows - 1, equity[: int(depth.argmax()) + 1].argmax()]),
        starts + block.argmin(axis=1),
        starts + block.argmax(axis=1),
        starts + below.argmax(axis=1),
    ]
    if even < rows:
        rest = slice(even, rows)
        extremes = (equity[rest].argmin(), equity[rest].argmax(), depth[rest].argmax())
        kept.append(even + np.array(extremes))
    return np.unique(np.concatenate(kept))
