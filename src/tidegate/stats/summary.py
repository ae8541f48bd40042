"""All figures of an outcome at once, and the document that carries them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.stats.breakdown import Row, breakdowns
from tidegate.stats.catalog import METRICS
from tidegate.stats.curve import Curve, curve
from tidegate.stats.decline import Drawdown, deepest
from tidegate.stats.distribution import Distribution, distribution
from tidegate.stats.monte_carlo import MonteCarlo, monte_carlo
from tidegate.stats.monthly import Year, month_rows, monthly
from tidegate.stats.readings import Readings, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.model.outcome import Outcome
    from tidegate.stats.figure import Figure

PATHS: Final = 1000
SEED: Final = 1
MOST_DRAWDOWNS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Every figure of one outcome, in the order of `METRICS`, and the tables beside them."""

    currency: str
    figures: Mapping[str, Figure]
    breakdowns: Mapping[str, tuple[Row, ...]]
    drawdowns: tuple[Drawdown, ...]
    """The largest ones, deepest first."""
    monthly: tuple[Year, ...]
    distribution: Distribution
    monte_carlo: MonteCarlo
    curve: Curve


def figures(outcome: Outcome) -> Mapping[str, Figure]:
    """Measure the figures alone, for those who compare many outcomes."""
    return _figures(read(outcome))


def measure(outcome: Outcome, *, seed: int = SEED, paths: int = PATHS) -> Metrics:
    """Measure everything; the same outcome and seed give the same numbers. No `paths`: no draws."""
    readings = read(outcome)
    by_month = {"month": month_rows(readings)}
    return Metrics(
        currency=outcome.currency,
        figures=_figures(readings),
        breakdowns=MappingProxyType(breakdowns(readings) | by_month),
        drawdowns=deepest(readings.decline, readings.closes, MOST_DRAWDOWNS),
        monthly=monthly(readings.daily, outcome.wallet),
        distribution=distribution(readings.profit_ratios),
        monte_carlo=monte_carlo(
            readings.profits,
            np.ascontiguousarray(outcome.trades["stake"]),
            wallet=outcome.wallet,
            paths=paths,
            seed=seed,
        ),
        curve=curve(readings),
    )


def _figures(readings: Readings) -> Mapping[str, Figure]:
    """Ask every metric."""
    return MappingProxyType({metric.name: metric.of(readings) for metric in METRICS})
