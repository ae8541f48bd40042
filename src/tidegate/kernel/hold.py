"""The life of one position, from its entry candle to the candle that ends it.

Without callbacks a position's end depends on its own pair alone, so it is found at
once, and the portfolio only has to keep the calendar.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from tidegate.kernel import exits as rules
from tidegate.kernel.compiled import compiled, inlined
from tidegate.kernel.lane import (
    ENTER_LONG,
    ENTER_SHORT,
    EXIT_LONG,
    EXIT_SHORT,
    Lane,
    at,
    bar_at,
)
from tidegate.kernel.numbers import LONG, NS_PER_MINUTE, Bar, ExitNumbers, Position, Venue
from tidegate.kernel.profit import rate_for_ratio
from tidegate.kernel.target import ratio_at, step_at
from tidegate.kernel.ticks import nearest

_NEVER = 1 << 60
_CLOSE_TO = 1e-7  # a target is looked at exactly once the price is this near


class ExitOrder(NamedTuple):
    """An exit that has been asked for; NaN: none is open."""

    price: float
    row: int
    reason: int
    dubious: bool


NO_ORDER = ExitOrder(math.nan, 0, rules.NONE, False)


class Ending(NamedTuple):
    """How a position ended, or where it stands at the end of its pair's candles."""

    position: Position
    row: int  # -1: still open
    rate: float  # before slippage
    reason: int
    dubious: bool
    timed_out: int  # exit orders taken back unfilled
    max_rate: float
    min_rate: float


@compiled
def _target_guard(position: Position, exits: ExitNumbers, minutes: int) -> float:
    """Return a price that must be touched before a target can be reached at this age."""
    ratio, _ = ratio_at(exits, position, minutes)
    if math.isnan(ratio):
        return math.inf if position.side == LONG else -math.inf
    return rate_for_ratio(position, ratio) * (1.0 - position.side * _CLOSE_TO)


@compiled
def _next_step(position: Position, exits: ExitNumbers, minutes: int, candle_minutes: int) -> int:
    """Return the row at which the next step of the target table comes into force."""
    step = step_at(exits, minutes) + 1
    if step >= exits.targets:
        return _NEVER
    wait = int(exits.target_minutes[step])
    return position.open_row + -(-wait // candle_minutes)


@inlined
def _order_price(price: float, bar: Bar, position: Position, venue: Venue) -> float:
    """Round an exit to the tick; kept inside the candle unless Freqtrade's way is asked for."""
    rounded = nearest(price, position.digits)
    if venue.exact_freqtrade:
        return rounded
    return min(max(rounded, bar.low), bar.high)


@inlined
def _quiet(
    lane: Lane,
    row: int,
    stop_row: int,
    exit_bit: int,
    floor: float,
    ceiling: float,
) -> int:
    """Return the first row from `row` on that leaves the band or carries an exit signal."""
    while (
        row < stop_row
        and lane.high[row] < ceiling
        and lane.low[row] > floor
        and lane.flags[row - 1] & exit_bit == 0
    ):
        row += 1
    return row


@inlined
def _band(
    position: Position,
    exits: ExitNumbers,
    guard: float,
    highest: float,
    lowest: float,
) -> tuple[float, float]:
    """Return the prices between which a candle changes nothing about the position."""
    if position.side == LONG:
        return max(position.stop, position.liquidation), (
            min(guard, highest) if exits.trailing else guard
        )
    ceiling = position.stop
    if position.liquidation > 0.0:
        ceiling = min(ceiling, position.liquidation)
    return (max(guard, lowest) if exits.trailing else guard), ceiling


@inlined
def hold(
    position: Position,
    lane: Lane,
    exits: ExitNumbers,
    venue: Venue,
) -> Ending:
    """Follow a position from its entry candle on, until an exit fills or the candles end."""
    exit_bit = EXIT_LONG if position.side == LONG else EXIT_SHORT
    entry_bit = ENTER_LONG if position.side == LONG else ENTER_SHORT
    # where a wider stop than the trailing one may follow a lower high, each candle is looked at
    steady = not exits.trailing or (
        math.isnan(exits.trailing_ratio) or position.first_ratio >= exits.trailing_ratio
    )
    time_row = position.open_row + exits.max_bars if exits.max_bars >= 0 else _NEVER
    highest = lowest = position.open_rate
    guard = math.nan
    step_row = row = position.open_row
    order = NO_ORDER
    timed_out = 0
    while row < lane.rows:
        if row >= step_row:
            minutes = (row - position.open_row) * lane.candle_minutes
            guard = _target_guard(position, exits, minutes)
            step_row = _next_step(position, exits, minutes, lane.candle_minutes)
        if steady and row > position.open_row and math.isnan(order.price):
            floor, ceiling = _band(position, exits, guard, highest, lowest)
            until = _quiet(lane, row, min(lane.rows, step_row, time_row), exit_bit, floor, ceiling)
            for i in range(row, until):
                highest = max(highest, lane.high[i])
                lowest = min(lowest, lane.low[i])
            row = until
            if row == lane.rows:
                break
            if row >= step_row:
                continue
        bar = bar_at(lane, row)
        highest = max(highest, bar.high)
        lowest = min(lowest, bar.low)
        if _is_stale(order, row, lane.candle_minutes, venue):
            order = NO_ORDER
            timed_out += 1
        flags = lane.flags[row - 1]  # an entry has a candle before it
        leaving = flags & exit_bit != 0
        entering = flags & entry_bit != 0
        here = _situation(position, row, lane.candle_minutes, leaving, entering)
        position, verdict = rules.evaluate(position, bar, exits, here)
        order = _placed(order, lane, row, verdict, position, bar, exits, here, venue)
        if bar.low <= order.price <= bar.high:
            return Ending(
                position,
                row,
                order.price,
                order.reason,
                order.dubious,
                timed_out,
                highest,
                lowest,
            )
        row += 1
    return Ending(position, -1, math.nan, order.reason, False, timed_out, highest, lowest)


@inlined
def _situation(
    position: Position,
    row: int,
    candle_minutes: int,
    leaving: bool,
    entering: bool,
) -> rules.Situation:
    bars = row - position.open_row
    return rules.Situation(bars * candle_minutes, bars, candle_minutes, leaving, entering)


@inlined
def _is_stale(order: ExitOrder, row: int, candle_minutes: int, venue: Venue) -> bool:
    """Tell whether an unfilled exit order has lain for as long as the venue lets it."""
    if venue.exit_timeout_ns < 0 or math.isnan(order.price):
        return False
    return (row - order.row) * candle_minutes * NS_PER_MINUTE >= venue.exit_timeout_ns


@inlined
def _placed(
    order: ExitOrder,
    lane: Lane,
    row: int,
    verdict: rules.Verdict,
    position: Position,
    bar: Bar,
    exits: ExitNumbers,
    here: rules.Situation,
    venue: Venue,
) -> ExitOrder:
    """Return the exit order that stands after this candle's proposals, the first one to differ."""
    reason = order.reason
    for rank in range(rules.RANKS):
        found, price = rules.proposal(rank, verdict, position, bar, exits, here, venue)
        if found == rules.NONE:
            continue
        reason = found
        if found == rules.EXIT_SIGNAL and at(lane.exit_tag, row - 1) >= 0:
            reason = len(rules.REASONS) + int(at(lane.exit_tag, row - 1))
        asked = _order_price(price, bar, position, venue)
        if asked != order.price:
            # an exit at the open came before whatever else the candle held
            at_open = rank == 0 or (found == rules.TARGET and price == bar.open)
            return ExitOrder(asked, row, reason, verdict.dubious and not at_open)
    return ExitOrder(order.price, order.row, reason, order.dubious)
