"""Letting a strategy look at made-up candles once, so that its mistakes show early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model import TIMEFRAMES
from tidegate.strategies.probe import probe_market

if TYPE_CHECKING:
    from tidegate.model import Plan, Timeframe
    from tidegate.strategies.strategy import Strategy


def try_out(strategy: Strategy, base: Timeframe | None = None) -> Plan:
    """Return the strategy's plan for made-up candles; whatever fails in it is raised."""
    base = base or strategy.timeframe or min([*strategy.other_timeframes, TIMEFRAMES[5]])
    return strategy.plan(probe_market(base, strategy.others_for(base)))
