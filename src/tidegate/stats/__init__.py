"""Figures of what was traded: each a number, or None with the reason."""

from tidegate.stats.breakdown import Row
from tidegate.stats.catalog import METRICS
from tidegate.stats.curve import Curve
from tidegate.stats.decline import Drawdown
from tidegate.stats.distribution import Distribution
from tidegate.stats.document import as_document
from tidegate.stats.figure import Figure
from tidegate.stats.metric import Group, Metric, Unit
from tidegate.stats.monte_carlo import MonteCarlo
from tidegate.stats.monthly import Year
from tidegate.stats.summary import Metrics, figures, measure

__all__ = [
    "METRICS",
    "Curve",
    "Distribution",
    "Drawdown",
    "Figure",
    "Group",
    "Metric",
    "Metrics",
    "MonteCarlo",
    "Row",
    "Unit",
    "Year",
    "as_document",
    "figures",
    "measure",
]
