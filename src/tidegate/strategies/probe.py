"""Made-up candles on which a strategy shows what it needs, before any real ones are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.model import Candles
from tidegate.strategies.market import PairMarket

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidegate.model import Timeframe

ROWS: Final = 2048
_END_NS: Final = 2_000 * 7 * 86_400_000_000_000 + 4 * 86_400_000_000_000  # a Monday, midnight UTC


def probe_market(base: Timeframe, others: Iterable[Timeframe]) -> PairMarket:
    """Return waves of candles on each timeframe, all ending at the same time."""
    return PairMarket(
        base=probe_candles(base), others={other: probe_candles(other) for other in others}
    )


def probe_candles(timeframe: Timeframe) -> Candles:
    """Return candles that rise and fall in waves of several lengths; nothing is random."""
    step = np.arange(ROWS, dtype=np.float64)
    close = 100.0 * np.exp(0.06 * np.sin(step / 91.0) + 0.03 * np.sin(step / 17.0))
    close *= 1.0 + 0.004 * np.sin(step * 2.3)
    opening = np.concatenate((close[:1], close[:-1]))
    return Candles(
        pair="PROBE/PROBE",
        timeframe=timeframe,
        time=_END_NS + (np.arange(ROWS, dtype=np.int64) - ROWS) * timeframe.ns,
        open=opening,
        high=np.maximum(opening, close) * (1.001 + 0.001 * np.sin(step)),
        low=np.minimum(opening, close) * (0.999 + 0.001 * np.sin(step * 1.7)),
        close=close,
        volume=100.0 + 60.0 * np.sin(step / 7.0) + 30.0 * np.cos(step * 1.3),
        origin="made up to probe a strategy",
    )
