"""What one pair's price chart is drawn from, at the candles' own length or a coarser one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from tidegate.errors import DefectError
from tidegate.feeds.resample import divides, resample
from tidegate.model import TIMEFRAMES, Candles, Timeframe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.model import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartData:
    """The candles of one pair, and the indicator columns to draw over or under them."""

    candles: Candles
    indicators: Mapping[str, Floats] = field(default_factory=dict)
    """Values by name, as long as the candles; NaN where an indicator has none yet."""

    def __post_init__(self) -> None:
        """Refuse columns of another length than the candles."""
        for name, column in self.indicators.items():
            if len(column) != len(self.candles):
                message = f"{name} has {len(column)} rows, the candles {len(self.candles)}"
                raise DefectError(message)

    def sound(self) -> ChartData:
        """Return the chart without the candles that cannot be drawn: NaN or infinite prices."""
        candles = self.candles
        keep = np.isfinite(candles.open + candles.high + candles.low + candles.close)
        if keep.all():
            return self
        kept = replace(
            candles,
            time=candles.time[keep],
            open=candles.open[keep],
            high=candles.high[keep],
            low=candles.low[keep],
            close=candles.close[keep],
            volume=candles.volume[keep],
        )
        return ChartData(
            candles=kept, indicators={name: col[keep] for name, col in self.indicators.items()}
        )

    def at(self, timeframe: Timeframe) -> ChartData:
        """Return the chart with candles of this length, which the present length divides.

        An indicator keeps the last value within each longer candle.
        """
        if timeframe == self.candles.timeframe:
            return self
        longer = resample(self.candles, timeframe, incomplete=True)
        last = np.searchsorted(self.candles.time, longer.time + timeframe.ns) - 1
        return ChartData(
            candles=longer, indicators={name: col[last] for name, col in self.indicators.items()}
        )


def coarser(base: Timeframe) -> tuple[Timeframe, ...]:
    """Return this length and those a chart of it can be resampled to, shortest first."""
    return base, *(other for other in TIMEFRAMES if other > base and divides(base, other))
