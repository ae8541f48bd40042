"""A market that is made, not recorded: seeded, labelled, and close enough to demonstrate with.

It has moods that change (bull, bear, calm, storm), volatility that clusters, fat tails,
leaps, hours of the day, volume that goes with movement, and pairs that move together. It
has no order book, no news and no memory of real prices: what earns here need not earn there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, OptionError
from tidegate.feeds.resample import require_divides, resample
from tidegate.feeds.synthetic.pairs import make_pair
from tidegate.feeds.synthetic.spec import MarketSpec
from tidegate.feeds.synthetic.weather import REGIMES, Regime, Weather, weather

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidegate.model import Candles, Timeframe

__all__ = ["REGIMES", "MarketSpec", "Regime", "Weather", "generate", "generate_all", "weather"]

_MOST_CANDLES: Final = 20_000_000


def generate(spec: MarketSpec) -> Iterator[Candles]:
    """Yield the candles of each pair, in order; the same for the same specification."""
    if spec.candles > _MOST_CANDLES:
        raise _too_long(spec)
    market = weather(spec)
    for pair in spec.pairs:
        yield make_pair(spec, market, pair)


def generate_all(spec: MarketSpec, timeframes: Sequence[Timeframe]) -> Iterator[list[Candles]]:
    """Yield each pair in several timeframes, all resampled from the finest, so that they agree."""
    for timeframe in timeframes:
        require_divides(spec.timeframe, timeframe)
    for candles in generate(spec):
        frames = [resample(candles, timeframe) for timeframe in timeframes]
        for frame in frames:
            if not len(frame):
                raise _too_short(spec, frame.timeframe)
        yield frames


def _too_short(spec: MarketSpec, timeframe: Timeframe) -> OptionError:
    return OptionError(
        Code.TOO_FEW_CANDLES,
        f"the market is too short for a whole {timeframe} candle",
        where="--timeframes",
        expected=f"days from one {timeframe} opening to the next",
        found=f"{spec.candles:,} candles of {spec.timeframe}",
        remedy=f"make more days, or leave out {timeframe}",
    )


def _too_long(spec: MarketSpec) -> OptionError:
    return OptionError(
        Code.OUT_OF_RANGE,
        "the market is too long to be made at once",
        where="--days",
        expected=f"at most {_MOST_CANDLES:,} candles for each pair",
        found=f"{spec.candles:,} candles of {spec.timeframe}",
        remedy="make fewer days, or a longer timeframe",
    )
