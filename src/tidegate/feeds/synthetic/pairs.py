"""One pair of a made market: its own moves upon the market's, and the candles of its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.feeds.synthetic.spec import first_price
from tidegate.feeds.synthetic.weather import clustering, jumps, persistent, shocks
from tidegate.model import DAY_NS, Candles

if TYPE_CHECKING:
    from tidegate.feeds.synthetic.spec import MarketSpec
    from tidegate.feeds.synthetic.weather import Weather
    from tidegate.model import Floats, Ints

_BETAS: Final = {"BTC": 1.0, "ETH": 1.15}
_JUMPS_A_YEAR: Final = 25
_JUMP: Final = 0.025
_LONGEST_HOLE: Final = 12
_TURNOVER_A_DAY: Final = 3e7


def make_pair(spec: MarketSpec, market: Weather, pair: str) -> Candles:
    """Return the candles of one pair; which other pairs there are changes nothing."""
    chance = spec.generator("pair", pair)
    base = pair.split("/", maxsplit=1)[0]
    beta = _BETAS.get(base, float(chance.uniform(0.75, 1.5)))
    own_yearly = float(chance.uniform(0.25, 0.60))
    start = first_price(pair, chance)

    liveliness = clustering(spec, chance)
    own = market.activity * liveliness * own_yearly * np.sqrt(spec.year_share)
    leaps = jumps(spec, chance, _JUMPS_A_YEAR, _JUMP)
    moves = beta * market.returns + own * shocks(chance, spec.candles) + leaps
    deviation = np.sqrt((beta * market.volatility) ** 2 + own**2)

    prices = _path(start, moves, deviation, chance)
    volume = _volume(spec, prices[3], moves / deviation, market.activity * liveliness, chance)
    rows = _kept(spec, chance)
    opened, high, low, close = (values[rows] for values in prices)
    return Candles(
        pair=pair,
        timeframe=spec.timeframe,
        time=spec.time[rows],
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=volume[rows],
        origin=spec.origin,
    )


def _path(
    start: float, moves: Floats, deviation: Floats, chance: np.random.Generator
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return open, high, low, close. Within a candle the price is a Brownian bridge.

    The highest point of a bridge from 0 to r with variance s² is (r + √(r² + 2s²E)) / 2,
    E exponential; the lowest is its mirror image.
    """
    count = len(moves)
    level = np.log(start) + np.cumsum(moves)
    # The first trade of a candle is near the last one before, and rarely the same.
    slip = 0.04 * deviation * chance.standard_normal(count)
    begin = np.concatenate(([np.log(start)], level[:-1])) + slip
    rise = level - begin
    reach = 2 * (0.8 * deviation) ** 2
    above = (rise + np.sqrt(rise**2 + reach * chance.standard_exponential(count))) / 2
    below = (rise - np.sqrt(rise**2 + reach * chance.standard_exponential(count))) / 2
    decimals = _decimals(float(np.exp(level.min())))
    opened, high, low, close = (
        np.maximum(np.round(np.exp(values), decimals), 10.0**-decimals)
        for values in (begin, begin + above, begin + below, level)
    )
    # Rounding keeps order, but an exponential of two equal sums may differ in its last bit.
    return (
        opened,
        np.maximum(high, np.maximum(opened, close)),
        np.minimum(low, np.minimum(opened, close)),
        close,
    )


def _decimals(lowest: float) -> int:
    """Return how many decimals leave four digits at the lowest price, and at least two."""
    return max(2, 3 - int(np.floor(np.log10(lowest))))


def _volume(
    spec: MarketSpec,
    close: Floats,
    surprise: Floats,
    activity: Floats,
    chance: np.random.Generator,
) -> Floats:
    """Return the volume in base currency: more when the market is lively or the candle long."""
    mood = persistent(chance, spec.candles, 2 * DAY_NS / spec.timeframe.ns)
    size = float(chance.lognormal(0.0, 0.8))
    quote = _TURNOVER_A_DAY * size * spec.timeframe.ns / DAY_NS
    spread = np.exp(0.35 * mood + 0.45 * chance.standard_normal(spec.candles))
    volume = quote / close * activity * (0.5 + 0.6 * np.abs(surprise)) * spread
    # A step of the amount is worth about a unit of the quote currency.
    decimals = max(0, int(np.ceil(np.log10(close[0]))))
    rounded: Floats = np.maximum(np.round(volume, decimals), 10.0**-decimals)
    return rounded


def _kept(spec: MarketSpec, chance: np.random.Generator) -> Ints:
    """Return the rows that are left once the holes are made; the first and the last stay."""
    keep = np.ones(spec.candles, dtype=np.bool_)
    inner = spec.candles - 2
    if spec.gaps and inner > 0:
        holes = chance.choice(inner, min(spec.gaps, inner), replace=False) + 1
        for first, length in zip(
            holes, chance.integers(1, _LONGEST_HOLE + 1, len(holes)), strict=True
        ):
            keep[first : min(first + length, spec.candles - 1)] = False
    rows: Ints = np.flatnonzero(keep)
    return rows
