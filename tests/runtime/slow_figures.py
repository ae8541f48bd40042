"""What a market's figures are, worked out the slow way: candle by candle, from lists."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from tidegate.model import DAY_NS

if TYPE_CHECKING:
    from tidegate.model import Candles


@dataclass
class Slow:
    """One pair's candles as its file has them, holes and all."""

    step: int
    rows: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Close and volume by the time at which a candle opened."""

    @classmethod
    def of(cls, candles: Candles) -> Slow:
        found = zip(
            candles.time.tolist(), candles.close.tolist(), candles.volume.tolist(), strict=True
        )
        return cls(candles.timeframe.ns, {time: (close, volume) for time, close, volume in found})

    def closed(self, now: int) -> list[tuple[int, float, float]] | None:
        """When each candle closed, its close and volume; None: the latest is not there yet."""
        first, last = min(self.rows), max(self.rows)
        done, close, time = [], math.nan, first
        while time + self.step <= now:
            if time > last:
                return None
            close, volume = self.rows.get(time, (close, 0.0))
            done.append((time + self.step, close, volume))
            time += self.step
        return done

    def volume(self, now: int) -> float | None:
        done = self.closed(now)
        if done is None or self.step > DAY_NS or len(done) * self.step < DAY_NS:
            return None
        end = done[-1][0]
        return sum(close * volume for at, close, volume in done if at > end - DAY_NS)

    def returns(self, now: int, step: int) -> list[float] | None:
        """The window's, between closes that lie a step apart."""
        done = self.closed(now)
        if not done:
            return None
        end = done[-1][0]
        closes = [close for at, close, _ in done if (end - at) % step == 0]
        count = max(DAY_NS // step, 30)
        if len(closes) <= count:
            return None
        last = closes[-count - 1 :]
        return [now / before - 1 for before, now in pairwise(last)]

    def volatility(self, now: int) -> float | None:
        returns = self.returns(now, self.step)
        if returns is None:
            return None
        return statistics.stdev(returns) * math.sqrt(DAY_NS / self.step)


def slow_correlation(one: Slow, other: Slow, now: int) -> float | None:
    """Of two pairs, by the longer one of their candles."""
    longer = max(one, other, key=lambda each: each.step)
    done = longer.closed(now)
    if not done:
        return None
    end = done[-1][0]
    first, second = one.returns(end, longer.step), other.returns(end, longer.step)
    if first is None or second is None or len(set(first)) == 1 or len(set(second)) == 1:
        return None
    return statistics.correlation(first, second)
