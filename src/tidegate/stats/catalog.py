"""Every metric there is, in the order in which they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.stats.catalog_account import BENCHMARK, RATIOS, RETURN, RISK
from tidegate.stats.catalog_trades import ACTIVITY, DURATIONS, ENDINGS, EVIDENCE, SIMULATION

if TYPE_CHECKING:
    from tidegate.stats.metric import Metric

METRICS: Final[tuple[Metric, ...]] = (
    *RETURN,
    *RISK,
    *RATIOS,
    *ENDINGS,
    *DURATIONS,
    *ACTIVITY,
    *BENCHMARK,
    *EVIDENCE,
    *SIMULATION,
)
