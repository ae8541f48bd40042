"""Stops: where they stand, when they are hit, and what an exit at one brings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled, inlined
from tidegate.kernel.numbers import LONG
from tidegate.kernel.ticks import down, up

if TYPE_CHECKING:
    from tidegate.kernel.numbers import Bar, ExitNumbers, Position


@compiled
def stop_price(side: int, rate: float, ratio: float, digits: int) -> float:
    """Return the price `ratio` away from `rate` on the losing side, rounded towards it."""
    if side == LONG:
        return up(rate * (1.0 - abs(ratio)), digits)
    return down(rate * (1.0 + abs(ratio)), digits)


@inlined
def is_hit(side: int, bar: Bar, price: float) -> bool:
    """Tell whether the candle traded at or beyond a stop at `price`."""
    return price >= bar.low if side == LONG else price <= bar.high


@inlined
def trailing_distance(exits: ExitNumbers, own: float, best_profit: float) -> float:
    """Return how far behind the best price the stop follows; NaN while it stays put."""
    if not exits.trailing:
        return math.nan
    if exits.trailing_only_past_offset and best_profit < exits.trailing_offset:
        return math.nan
    if not math.isnan(exits.trailing_ratio) and best_profit > exits.trailing_offset:
        return exits.trailing_ratio
    return own


@inlined
def fill_price(
    position: Position,
    bar: Bar,
    exits: ExitNumbers,
    price: float,
    trailed: bool,
    on_entry_candle: bool,
) -> float:
    """Return what an exit at a stop brings, before rounding and slippage.

    A candle that is wholly beyond the stop is left at its open. On the entry candle
    the order of high and low is not known: a stop that has trailed is assumed to have
    moved just enough to be armed, and then to have been hit at once.
    """
    side = position.side
    if side == LONG and price > bar.high:
        return bar.open
    if side != LONG and price < bar.low:
        return bar.open
    if not (trailed and on_entry_candle):
        return price
    if (
        exits.trailing
        and exits.trailing_only_past_offset
        and not math.isnan(exits.trailing_ratio)
        and exits.trailing_ratio != 0.0
    ):
        worst = bar.open * (
            1.0 + side * abs(exits.trailing_offset) - side * abs(exits.trailing_ratio)
        )
    else:
        worst = bar.open * (1.0 - side * abs(position.stop_ratio))
    return max(bar.low, worst) if side == LONG else min(bar.high, worst)
