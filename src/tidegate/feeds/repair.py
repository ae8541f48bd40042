"""Mending candles, and saying what was mended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.errors import CandleError, Code
from tidegate.feeds import faults
from tidegate.feeds.instants import spoken

if TYPE_CHECKING:
    from tidegate.model import Bools, Candles, Ints

# A hole is filled with made-up calm. Past this there is more of it than of the market,
# and the likely cause is one date that is wrong.
_MOST_FILLED_PER_CANDLE: Final = 20
_ALWAYS_FILLED: Final = 100_000


class Step(StrEnum):
    """What was done to candles, in the order in which it is done."""

    SORTED = "sorted"
    MOVED = "moved"
    DROPPED = "dropped"
    MENDED = "mended"
    MERGED = "merged"
    FILLED = "filled"


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One step of a repair that changed something."""

    step: Step
    times: Ints
    """Opens of the candles that the step touched, nanoseconds UTC, oldest first."""
    reason: str

    @property
    def count(self) -> int:
        """How many candles the step touched."""
        return len(self.times)

    @property
    def sentence(self) -> str:
        """The change in words."""
        first, last = spoken(self.times[0]), spoken(self.times[-1])
        when = first if self.count == 1 else f"{first} to {last}"
        noun = "candle" if self.count == 1 else "candles"
        return f"{self.step} {self.count:,} {noun} ({when}): {self.reason}"


def repair(candles: Candles) -> tuple[Candles, list[Change]]:
    """Return sound candles, and each change that made them so; none for sound ones.

    Values are dropped or mended before duplicates are merged, so that the broken copy of
    a candle does not spoil its sound twin. Candles of another timeframe are refused.
    """
    if not len(candles) or (faults.times_are_sound(candles) and faults.values_are_sound(candles)):
        return candles, []
    apart = faults.other_spacing(np.unique(candles.time), candles.timeframe)
    if apart is not None:
        raise _another_timeframe(candles)
    changes: list[Change] = []
    for step in (_sort, _move, _drop, _mend, _merge):
        candles, change = step(candles)
        changes += change
    if not len(candles):
        return candles, changes
    candles, change = fill_gaps(candles)
    return candles, changes + change


def fill_gaps(candles: Candles) -> tuple[Candles, list[Change]]:
    """Fill holes with candles that stand still at the close before, without volume.

    The candles are in order, on the grid and without duplicates.
    """
    ns = candles.timeframe.ns
    steps = (candles.time[1:] - candles.time[:-1]) // ns
    missing = int(steps.sum()) - len(steps)
    if not missing:
        return candles, []
    if missing > _ALWAYS_FILLED + _MOST_FILLED_PER_CANDLE * len(candles):
        raise _too_wide(candles, missing, int(np.argmax(steps)))
    full = np.arange(int(candles.time[0]), int(candles.time[-1]) + ns, ns)
    source = np.repeat(np.arange(len(candles)), np.append(steps, 1))
    made = np.ones(len(full), dtype=np.bool_)
    made[np.append(0, np.cumsum(steps))] = False
    close = candles.close[source]
    filled = replace(
        candles,
        time=full,
        open=np.where(made, close, candles.open[source]),
        high=np.where(made, close, candles.high[source]),
        low=np.where(made, close, candles.low[source]),
        close=close,
        volume=np.where(made, 0.0, candles.volume[source]),
    )
    reason = "they were missing; prices stand at the close before, volume is 0"
    return filled, [Change(Step.FILLED, full[made], reason)]


def _sort(candles: Candles) -> tuple[Candles, list[Change]]:
    time = candles.time
    late = time < np.maximum.accumulate(time)
    if not late.any():
        return candles, []
    order = np.argsort(time, kind="stable")
    return _taken(candles, order), _changes(Step.SORTED, np.sort(time[late]), "they stood too late")


def _move(candles: Candles) -> tuple[Candles, list[Change]]:
    timeframe, time = candles.timeframe, candles.time
    stray = faults.off_grid(time, timeframe)
    if not stray.any():
        return candles, []
    opening = time - (time - timeframe.anchor_ns) % timeframe.ns
    reason = f"they opened off the {timeframe} grid, and now at the opening before"
    return replace(candles, time=opening), _changes(Step.MOVED, time[stray], reason)


def _drop(candles: Candles) -> tuple[Candles, list[Change]]:
    changes: list[Change] = []
    spoilt = np.zeros(len(candles), dtype=np.bool_)
    for mask, reason in (
        (faults.not_finite(candles), "a value was no finite number"),
        (faults.bad_price(candles), "a price was zero or below"),
        (faults.bad_volume(candles), "the volume was negative"),
    ):
        new = mask & ~spoilt
        changes += _changes(Step.DROPPED, candles.time[new], reason)
        spoilt |= mask
    return (_taken(candles, ~spoilt) if changes else candles), changes


def _mend(candles: Candles) -> tuple[Candles, list[Change]]:
    wrong = faults.impossible(candles)
    if not wrong.any():
        return candles, []
    mended = replace(
        candles,
        high=np.maximum(candles.high, np.maximum(candles.open, candles.close)),
        low=np.minimum(candles.low, np.minimum(candles.open, candles.close)),
    )
    reason = "high and low now reach as far as open and close"
    return mended, _changes(Step.MENDED, candles.time[wrong], reason)


def _merge(candles: Candles) -> tuple[Candles, list[Change]]:
    time = candles.time
    if not len(candles) or (time[1:] != time[:-1]).all():
        return candles, []
    first = np.flatnonzero(np.append(True, time[1:] != time[:-1]))
    last = np.append(first[1:], len(time)) - 1
    merged = replace(
        candles,
        time=time[first],
        open=candles.open[first],
        high=np.maximum.reduceat(candles.high, first),
        low=np.minimum.reduceat(candles.low, first),
        close=candles.close[last],
        volume=np.maximum.reduceat(candles.volume, first),
    )
    reason = (
        "several opened at once: first open, highest high, lowest low, last close, largest volume"
    )
    return merged, _changes(Step.MERGED, time[first[last > first]], reason)


def _changes(step: Step, times: Ints, reason: str) -> list[Change]:
    return [Change(step, times, reason)] if len(times) else []


def _taken(candles: Candles, rows: Ints | Bools) -> Candles:
    return replace(
        candles,
        time=candles.time[rows],
        open=candles.open[rows],
        high=candles.high[rows],
        low=candles.low[rows],
        close=candles.close[rows],
        volume=candles.volume[rows],
    )


def _another_timeframe(candles: Candles) -> CandleError:
    return CandleError(
        Code.WRONG_TIMEFRAME,
        f"the candles of {candles.pair} are not {candles.timeframe} candles, so no repair can help",
        where=f"{candles.pair}, {candles.timeframe}",
        expected=f"candles that open {candles.timeframe} apart, on the grid",
        found=f"{len(candles):,} candles, most of them elsewhere",
        remedy="give the file the name of its real timeframe, or fetch it again",
    )


def _too_wide(candles: Candles, missing: int, before: int) -> CandleError:
    left, right = spoken(candles.time[before]), spoken(candles.time[before + 1])
    return CandleError(
        Code.CANDLE_GAP,
        f"{missing:,} candles of {candles.pair} are missing, too many to fill",
        where=f"{candles.pair}, {candles.timeframe}, between {left} and {right}",
        expected=f"fewer than {_MOST_FILLED_PER_CANDLE} missing for each that is there",
        found=f"{len(candles):,} candles",
        remedy="fetch the missing part, or remove the candles on one side of the hole",
    )
