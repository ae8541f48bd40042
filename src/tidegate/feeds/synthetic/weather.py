"""What all pairs of a made market share: regimes, volatility, hours, and the market's return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import talib

from tidegate.model import DAY_NS, MINUTE_NS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tidegate.feeds.synthetic.spec import MarketSpec
    from tidegate.model import Floats, Ints


@dataclass(frozen=True, slots=True)
class Regime:
    """A mood of the market. Rates are by year."""

    name: str
    drift: float
    volatility: float
    """Of the market; 0.5 is fifty percent a year."""
    days: float
    """How long it lasts on average."""
    leads_to: tuple[float, ...]
    """How likely each regime, in the order of `REGIMES`, comes next."""


REGIMES: Final = (
    Regime("bull", 1.1, 0.42, 16, (0.0, 0.3, 0.5, 0.2)),
    Regime("bear", -0.9, 0.55, 12, (0.25, 0.0, 0.5, 0.25)),
    Regime("calm", 0.05, 0.24, 14, (0.5, 0.4, 0.0, 0.1)),
    Regime("storm", -0.6, 1.25, 2.5, (0.4, 0.35, 0.25, 0.0)),
)

# Volatility has a slow and a quick part, each an AR(1) in its logarithm.
_MEMORIES: Final = ((4 * DAY_NS, 0.30), (180 * MINUTE_NS, 0.30))
_DEGREES_OF_FREEDOM: Final = 5
_JUMPS_A_YEAR: Final = 30
_JUMP: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """The state of the market at each candle."""

    regime: NDArray[np.int8]
    """Index into `REGIMES`."""
    activity: Floats
    """How lively the market is: 1.0 is usual; hours, weekdays and clustering are in it."""
    volatility: Floats
    """Standard deviation of the market's return over one candle."""
    returns: Floats
    """The market's logarithmic return over each candle."""


def weather(spec: MarketSpec) -> Weather:
    """Return the market that all pairs of a specification move with."""
    regime = _regimes(spec)
    chance = spec.generator("market")
    activity = _hours(spec.time) * clustering(spec, chance)
    yearly = np.array([each.volatility for each in REGIMES])[regime]
    volatility = activity * yearly * np.sqrt(spec.year_share)
    drift = np.array([each.drift for each in REGIMES])[regime] * spec.year_share
    returns = drift + volatility * shocks(chance, spec.candles)
    returns += jumps(spec, chance, _JUMPS_A_YEAR, _JUMP)
    return Weather(regime=regime, activity=activity, volatility=volatility, returns=returns)


def shocks(chance: np.random.Generator, count: int) -> Floats:
    """Return fat-tailed shocks (Student's t) of variance one."""
    freedom = _DEGREES_OF_FREEDOM
    scaled: Floats = chance.standard_t(freedom, count) * np.sqrt((freedom - 2) / freedom)
    return scaled


def jumps(spec: MarketSpec, chance: np.random.Generator, a_year: float, size: float) -> Floats:
    """Return the returns of rare leaps, `a_year` of them on average, `size` their deviation."""
    returns = np.zeros(spec.candles)
    count = int(chance.poisson(a_year * spec.candles * spec.year_share))
    np.add.at(returns, chance.integers(0, spec.candles, count), chance.normal(0.0, size, count))
    return returns


def clustering(spec: MarketSpec, chance: np.random.Generator) -> Floats:
    """Return a volatility factor around 1.0 that lively and quiet spells follow each other in."""
    logarithm = np.zeros(spec.candles)
    for memory_ns, deviation in _MEMORIES:
        logarithm += deviation * persistent(chance, spec.candles, memory_ns / spec.timeframe.ns)
    # The mean of a log-normal factor is above its median; this puts its square's at 1.0.
    spread = sum(deviation**2 for _, deviation in _MEMORIES)
    factor: Floats = np.exp(logarithm - spread)
    return factor


def persistent(chance: np.random.Generator, count: int, memory: float) -> Floats:
    """Return an AR(1) of variance one that forgets within `memory` steps.

    It is an exponential average of noise, which TA-Lib computes at once. It begins with
    the plain average of one period, which varies as much.
    """
    period = max(2, round(2 * memory))
    noise = chance.standard_normal(count + period - 1)
    smoothing = 2 / (period + 1)
    average = talib.EMA(noise, timeperiod=period)
    level: Floats = average[period - 1 :] * np.sqrt((2 - smoothing) / smoothing)
    return level


def _regimes(spec: MarketSpec) -> NDArray[np.int8]:
    """Return a Markov chain that stays in each regime for an exponential time."""
    chance = spec.generator("regimes")
    total_days = spec.candles * spec.timeframe.ns / DAY_NS
    states, lengths = [int(chance.integers(len(REGIMES)))], []
    while True:
        lengths.append(chance.exponential(REGIMES[states[-1]].days))
        if sum(lengths) >= total_days:
            break
        states.append(int(chance.choice(len(REGIMES), p=REGIMES[states[-1]].leads_to)))
    changes = np.cumsum(lengths) * (DAY_NS / spec.timeframe.ns)
    spell = np.searchsorted(changes, np.arange(spec.candles), side="right")
    return np.array(states, dtype=np.int8)[np.minimum(spell, len(states) - 1)]


def _hours(time: Ints) -> Floats:
    """Return how lively each hour of the week is: afternoons most (UTC), weekends least."""
    minutes = np.arange(7 * 1440)
    angle = 2 * np.pi * (minutes % 1440) / 1440
    day = (
        1
        + 0.28 * np.cos(angle - 2 * np.pi * 14.5 / 24)
        + 0.10 * np.cos(2 * angle - 4 * np.pi * 1.0 / 24)
    )
    # The week of the table begins on a Thursday, as the epoch does: days 2 and 3 are free.
    weekend = np.isin(minutes // 1440, (2, 3))
    table = day * np.where(weekend, 0.75, 1.0)
    table /= np.sqrt(np.mean(table**2))
    return table[(time // MINUTE_NS) % len(table)]
