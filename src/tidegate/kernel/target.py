"""Targets: the profit that is enough at a given age, and what an exit at one brings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.kernel.compiled import inlined
from tidegate.kernel.numbers import LONG
from tidegate.kernel.profit import rate_for_ratio

if TYPE_CHECKING:
    from tidegate.kernel.numbers import Bar, ExitNumbers, Position

VETOED = math.nan
_AT_ANY_PRICE = -1.0


@inlined
def step_at(exits: ExitNumbers, minutes: int) -> int:
    """Return the step of the target table that holds at this age; -1 before the first."""
    step = -1
    for i in range(exits.targets):
        if exits.target_minutes[i] <= minutes:
            step = i
    return step


@inlined
def ratio_at(exits: ExitNumbers, position: Position, minutes: int) -> tuple[float, int]:
    """Return the profit ratio that is enough at this age, and since which age in minutes.

    The position's own target wins where the table has none or asks for more; it counts
    as new on every candle, so that an open beyond it is taken. NaN: none.
    """
    step = step_at(exits, minutes)
    ratio = exits.target_ratios[step] if step >= 0 else math.nan
    since = int(exits.target_minutes[step]) if step >= 0 else 0
    if not math.isnan(position.target) and (math.isnan(ratio) or position.target < ratio):
        return position.target, minutes
    return ratio, since


@inlined
def fill_price(
    position: Position,
    bar: Bar,
    ratio: float,
    since: int,
    minutes: int,
    candle_minutes: int,
) -> float:
    """Return what an exit at a target brings, before rounding; NaN where it cannot have been.

    A step that has just come into force on a candle that opens beyond it is left at
    the open. On the entry candle a target above the close of a candle that went
    against an entry below its open cannot be trusted. Otherwise the price of exactly
    that profit, kept within the candle.
    """
    on_candle = since % candle_minutes == 0
    if ratio == _AT_ANY_PRICE and on_candle:
        return bar.open
    price = rate_for_ratio(position, ratio)
    is_long = position.side == LONG
    beyond = bar.open > price if is_long else bar.open < price
    if minutes > 0 and minutes == since and on_candle and beyond:
        return bar.open
    if minutes == 0:
        if is_long:
            doubtful = bar.open > bar.close and position.open_rate < bar.open and price > bar.close
        else:
            doubtful = bar.open < bar.close and position.open_rate > bar.open and price < bar.close
        if doubtful:
            return VETOED
    return min(max(price, bar.low), bar.high)
