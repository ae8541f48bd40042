"""What the gate asks of a market beside its price: how it moves, what it trades, what moves alike.

All of it is of the candles that had closed by a time, so a replay sees what trading saw. The
windows are explained in docs/guardrails.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np

from tidegate.engine.quotes import NOTHING_KNOWN, Known
from tidegate.model import DAY_NS, exact_decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from decimal import Decimal

    from tidegate.guardrails import Limits
    from tidegate.model import Candles, Floats

LEAST_RETURNS: Final = 30
"""How many returns a window has where candles are too long for a day to hold as many."""


class Asked(NamedTuple):
    """Which figures some limits look at."""

    volatility: bool
    volume: bool
    correlations: bool

    @classmethod
    def by(cls, limits: Limits) -> Self:
        """Return them; correlations only where another limit does not say no before they count."""
        return cls(
            volatility=limits.max_volatility is not None,
            volume=limits.min_volume is not None,
            correlations=limits.max_correlated_exposure < limits.max_total_exposure,
        )


class MarketFigures:
    """Knows some markets by their candles, as of any time."""

    def __init__(
        self, asked: Asked, pairs: Collection[str], candles: Callable[[str], Candles | None]
    ) -> None:
        """Reckon what is asked for.

        `candles` gives those of a pair that are known by now, holes filled; None: there are none.
        """
        self._asked = asked
        self._candles = candles
        self._moves: dict[tuple[str, int], tuple[int, Floats]] = {}
        self.pairs = pairs

    def known(self, pair: str, now_ns: int) -> Known:
        """Return the figures of a pair's market as of a time; what is not known is None."""
        asked = self._asked
        candles = self._candles(pair) if any(asked) else None
        if candles is None:
            return NOTHING_KNOWN
        count = _closed(candles, now_ns)
        return Known(
            volatility=_volatility(candles, count) if asked.volatility else None,
            volume=_volume(candles, count) if asked.volume else None,
            correlations=Correlations(self, pair, now_ns) if asked.correlations else {},
        )

    def correlation(self, one: str, other: str, now_ns: int) -> float | None:
        """Return how far two pairs move together, -1 to 1, by the longer one of their candles."""
        first, second = self._candles(one), self._candles(other)
        if first is None or second is None:
            return None
        longer = max(first, second, key=lambda candles: candles.timeframe)
        count = _closed(longer, now_ns)
        if not count:
            return None
        step = longer.timeframe.ns
        end_ns = int(longer.time[0]) + count * step
        moves = self._moved(first, step, end_ns), self._moved(second, step, end_ns)
        if moves[0] is None or moves[1] is None:
            return None
        return min(max(float(moves[0] @ moves[1]), -1.0), 1.0)

    def _moved(self, candles: Candles, step: int, end_ns: int) -> Floats | None:
        """Return the returns up to a time from their mean, as a direction: of length one."""
        key = (candles.pair, step)
        known = self._moves.get(key)
        if known is not None and known[0] == end_ns:
            return known[1]
        stride, left = divmod(step, candles.timeframe.ns)
        returns = _returns(candles, _closed(candles, end_ns), stride)
        if left or returns is None:
            return None
        moves: Floats = returns - returns.mean()
        length = float(np.sqrt(moves @ moves))
        if not length > 0.0:  # it has not moved at all
            return None
        moves /= length
        self._moves[key] = (end_ns, moves)
        return moves


class Correlations(Mapping[str, float]):
    """A pair's with others, as of a time; reckoned when they are asked for."""

    def __init__(self, figures: MarketFigures, pair: str, now_ns: int) -> None:
        """Reckon by these figures."""
        self._figures, self._pair, self._now_ns = figures, pair, now_ns
        self._found: dict[str, float | None] = {}

    def __getitem__(self, other: str) -> float:
        """Return the correlation with another pair; one that is not known is missing."""
        if other not in self._found:
            self._found[other] = self._figures.correlation(self._pair, other, self._now_ns)
        found = self._found[other]
        if found is None:
            raise KeyError(other)
        return found

    def __iter__(self) -> Iterator[str]:
        """Go through the other pairs with which it is known."""
        return (other for other in self._figures.pairs if other != self._pair and other in self)

    def __len__(self) -> int:
        """Return with how many it is known."""
        return sum(1 for _ in self)


def _closed(candles: Candles, now_ns: int) -> int:
    """Return how many candles have closed by a time; 0 if the latest of them is not there."""
    count = (now_ns - int(candles.time[0])) // candles.timeframe.ns if len(candles) else 0
    return count if 0 < count <= len(candles) else 0


def _volume(candles: Candles, count: int) -> Decimal | None:
    """Return what was traded in 24 hours, each candle at its close; quote currency."""
    rows = DAY_NS // candles.timeframe.ns
    if not 0 < rows <= count:
        return None
    last = slice(count - rows, count)
    return exact_decimal(float(candles.close[last] @ candles.volume[last]))


def _volatility(candles: Candles, count: int) -> float | None:
    """Return the standard deviation of the returns, as of a day."""
    returns = _returns(candles, count)
    if returns is None:
        return None
    return float(returns.std(ddof=1)) * float(np.sqrt(DAY_NS / candles.timeframe.ns))


def _returns(candles: Candles, count: int, stride: int = 1) -> Floats | None:
    """Return a window of returns that ends with the latest closed candle, by so many candles."""
    rows = max(DAY_NS // (candles.timeframe.ns * stride), LEAST_RETURNS)
    first = count - 1 - rows * stride
    if first < 0:
        return None
    closes = candles.close[first:count:stride]
    returns: Floats = closes[1:] / closes[:-1] - 1.0
    return returns
