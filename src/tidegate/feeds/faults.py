"""Which rows of candles are at fault: one mask for each kind, and quick answers for sound ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from tidegate.model import Bools, Candles, Ints, Timeframe

# Past this share of candles off the grid, the file is of another timeframe; below it,
# single candles are.
_STRAYS: Final = 1 / 3
_ENOUGH_STEPS: Final = 3


def times_are_sound(candles: Candles) -> bool:
    """Return whether every candle follows the one before at once, on the grid."""
    time, timeframe = candles.time, candles.timeframe
    if (int(time[0]) - timeframe.anchor_ns) % timeframe.ns:
        return False
    return bool((time[1:] - time[:-1] == timeframe.ns).all())


def values_are_sound(candles: Candles) -> bool:
    """Return whether no candle has an impossible value. Comparisons with NaN are false."""
    low, high, volume = candles.low, candles.high, candles.volume
    return bool(
        (low > 0).all()
        and (high < np.inf).all()
        and (low <= candles.open).all()
        and (low <= candles.close).all()
        and (high >= candles.open).all()
        and (high >= candles.close).all()
        and (volume >= 0).all()
        and (volume < np.inf).all()
    )


def off_grid(time: Ints, timeframe: Timeframe) -> Bools:
    """Return which of these times are no opening of the timeframe."""
    mask: Bools = (time - timeframe.anchor_ns) % timeframe.ns != 0
    return mask


def other_spacing(times: Ints, timeframe: Timeframe) -> int | None:
    """Return how far apart the candles are (ns) where that is plainly another timeframe's.

    `times` are in order and without duplicates. Holes and single strays are not
    another timeframe: the distances of sound candles have the timeframe as a divisor,
    and are not mostly the same multiple of it.
    """
    stray = off_grid(times, timeframe)
    steps = np.diff(times)
    if stray.sum() > _STRAYS * len(times):
        return int(np.median(steps)) if len(steps) else timeframe.ns
    steps = np.diff(times[~stray]) if stray.any() else steps
    if len(steps) < _ENOUGH_STEPS or (steps == timeframe.ns).any():
        return None
    common = int(np.gcd.reduce(steps))
    mostly = 2 * int((steps == common).sum()) >= len(steps)
    return common if mostly and common != timeframe.ns else None


def not_finite(candles: Candles) -> Bools:
    """Return which candles hold a NaN or an infinity."""
    sound: Bools = np.isfinite(candles.open)
    for values in (candles.high, candles.low, candles.close, candles.volume):
        sound &= np.isfinite(values)
    return ~sound


def bad_price(candles: Candles) -> Bools:
    """Return which candles hold a price of zero or below."""
    lowest = np.minimum(candles.open, candles.close)
    for values in (candles.high, candles.low):
        lowest = np.minimum(lowest, values)
    mask: Bools = lowest <= 0
    return mask & ~not_finite(candles)


def bad_volume(candles: Candles) -> Bools:
    """Return which candles hold a negative volume."""
    return (candles.volume < 0) & ~not_finite(candles)


def impossible(candles: Candles) -> Bools:
    """Return which candles open or close outside their own range."""
    above: Bools = candles.high < np.maximum(candles.open, candles.close)
    below: Bools = candles.low > np.minimum(candles.open, candles.close)
    return (above | below) & ~not_finite(candles)
