"""What a made market is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.model import DAY_NS, Pair

if TYPE_CHECKING:
    from tidegate.model import Ints, Timeframe

YEAR_NS: Final = 365 * DAY_NS

# Plausible first prices in US dollars, so that a chart looks like its name.
_DOLLARS: Final = {
    "BTC": 42_000.0,
    "ETH": 2_300.0,
    "BNB": 310.0,
    "SOL": 100.0,
    "XRP": 0.62,
    "ADA": 0.59,
    "DOGE": 0.09,
    "AVAX": 38.0,
    "DOT": 8.2,
    "LINK": 15.0,
    "TRX": 0.105,
    "LTC": 73.0,
    "UNI": 7.3,
    "ATOM": 10.6,
    "ETC": 22.0,
    "XLM": 0.13,
    "FIL": 6.9,
    "NEAR": 3.7,
    "APT": 9.4,
    "ARB": 1.6,
    "USDT": 1.0,
    "USDC": 1.0,
    "BUSD": 1.0,
    "FDUSD": 1.0,
    "DAI": 1.0,
    "USD": 1.0,
    "EUR": 1.1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketSpec:
    """A market to make: the same specification makes the same candles."""

    pairs: tuple[str, ...]
    timeframe: Timeframe
    """The finest timeframe, that all others are resampled from."""
    start_ns: int
    """When the first candle opens; it is moved back onto the grid."""
    candles: int
    """How many candles a pair has, missing ones included."""
    seed: int
    gaps: int = 0
    """How many holes each pair has, of one to twelve candles."""

    @property
    def origin(self) -> str:
        """What the candles say of themselves."""
        return f"made by tidegate data generate, seed {self.seed}"

    @property
    def time(self) -> Ints:
        """When each candle opens, nanoseconds UTC."""
        first = self.timeframe.opening(self.start_ns)
        return first + np.arange(self.candles, dtype=np.int64) * self.timeframe.ns

    @property
    def year_share(self) -> float:
        """How much of a year one candle is."""
        return self.timeframe.ns / YEAR_NS

    def generator(self, *purpose: str) -> np.random.Generator:
        """Return the randomness for one purpose, which no other purpose disturbs."""
        words = [self.seed, *(letter for word in purpose for letter in f"{word};".encode())]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


def first_price(pair: str, chance: np.random.Generator) -> float:
    """Return where a pair's price begins, in its quote currency."""
    parsed = Pair.parse(pair)
    drawn = float(10 ** chance.uniform(-1.0, 1.5))
    return _DOLLARS.get(parsed.base, drawn) / _DOLLARS.get(parsed.quote, 1.0)
