"""What a strategy gets to see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.model import Candles, Timeframe


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMarket:
    """One pair's candles: those to trade on, and those of other timeframes to look at."""

    base: Candles
    others: Mapping[Timeframe, Candles] = field(default_factory=dict)
