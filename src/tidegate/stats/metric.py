"""What is to be known of a metric before it is measured."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.stats.figure import Figure
    from tidegate.stats.readings import Readings


class Unit(StrEnum):
    """How a figure is written."""

    PERCENT = "percent"
    """The value is a fraction: 0.05 is five percent."""
    CURRENCY = "currency"
    """The value is in the currency of the wallet."""
    RATIO = "ratio"
    COUNT = "count"
    DURATION = "duration"
    """The value is in seconds."""


class Group(StrEnum):
    """Which figures are shown together."""

    RETURN = "Return"
    RISK = "Risk"
    RATIOS = "Ratios"
    TRADES = "Trades"
    DURATIONS = "Durations"
    ACTIVITY = "Activity and costs"
    BENCHMARK = "Benchmark"
    EVIDENCE = "Evidence"
    SIMULATION = "Simulation"


@dataclass(frozen=True, slots=True)
class Metric:
    """The name of a figure, its words, and the function that measures it."""

    name: str
    title: str
    unit: Unit
    meaning: str
    """One sentence for a trader."""
    of: Callable[[Readings], Figure]
    group: Group
    higher_is_better: bool | None = None
    """None: neither is better by itself."""
