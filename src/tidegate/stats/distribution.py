"""How the profits of the trades are spread: a histogram that a person can read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats

_FEWEST_BINS: Final = 8
_MOST_BINS: Final = 60
_TAIL: Final = 0.005
_SLACK: Final = 1e-9
_SMALLEST_STEP: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Distribution:
    """Trades by profit ratio. A bin holds its lower edge and not its upper one."""

    edges: tuple[float, ...]
    """Multiples of one round step; zero is one of them wherever they span it."""
    counts: tuple[int, ...]
    below: int
    """Trades under the first edge: outliers, at most a few in a thousand."""
    above: int
    """Trades at the last edge or over it."""


def distribution(profit_ratios: Floats) -> Distribution:
    """Count trades in bins of a round width, so that wins and losses never share one."""
    if len(profit_ratios) == 0:
        return Distribution((), (), 0, 0)
    low = float(np.quantile(profit_ratios, _TAIL, method="lower"))
    high = float(np.quantile(profit_ratios, 1 - _TAIL, method="higher"))
    step = _step(profit_ratios, low, high)
    first = math.floor(low / step + _SLACK)
    last = math.floor(high / step + _SLACK) + 1
    edges = np.round(np.arange(first, last + 1) * step, 12) + 0.0
    place = np.searchsorted(edges, profit_ratios, side="right")
    counts = np.bincount(place, minlength=len(edges) + 1).tolist()
    return Distribution(tuple(edges.tolist()), tuple(counts[1:-1]), counts[0], counts[-1])


def _step(profit_ratios: Floats, low: float, high: float) -> float:
    """Return a round bin width: the rule of Freedman and Diaconis, kept to a readable number."""
    span = high - low
    if span <= 0:
        span = abs(high)
    quarter, three_quarters = np.quantile(profit_ratios, (0.25, 0.75)).tolist()
    wanted = 2 * (three_quarters - quarter) / len(profit_ratios) ** (1 / 3)
    width = min(max(wanted, span / _MOST_BINS), span / _FEWEST_BINS)
    return _round_up(max(width, _SMALLEST_STEP))


def _round_up(width: float) -> float:
    """Return the next of 1, 2, 2.5, 5 or 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(width))
    for lead in (1.0, 2.0, 2.5, 5.0):
        if width <= lead * power * (1 + _SLACK):
            return lead * power
    return 10.0 * power
