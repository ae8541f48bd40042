"""The walk through time: every candle, every pair that has something to do at it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tidegate.kernel.compiled import compiled
from tidegate.kernel.pointers import bytes_at, ints_at
from tidegate.kernel.walk.asking import BOT_LOOP_START, ask, is_asked
from tidegate.kernel.walk.fills import process_exit, remove
from tidegate.kernel.walk.layout import (
    AFTER_ALL,
    AT_DETAIL,
    AT_PAIR,
    BEFORE_PAIRS,
    CLOSED,
    FORCE_EXIT,
    OPEN,
)
from tidegate.kernel.walk.leaving import place_exit
from tidegate.kernel.walk.quiet import can_be_quiet, passes_over
from tidegate.kernel.walk.visiting import direction_of, visit
from tidegate.kernel.walk.wallet import refresh_wallet
from tidegate.kernel.walk.world import detail_row, main_row, world_at

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World
    from tidegate.model import Ints

DONE: Final = 0
PAUSED: Final = 1
NEEDS_ROOM: Final = 2
STOPPED: Final = 3

ORDERS_A_VISIT: Final = 8
SPARE: Final = 1024  # of each kind, beyond what one candle can use up


@compiled
def _has_room(w: World) -> bool:
    """Tell whether one more candle, whatever happens at it, fits into the memory."""
    t = w.tally[0]
    r = w.rules[0]
    steps = 2 + (r.candle_ns // r.detail_ns if r.detail_ns > 0 else 0)
    entries = 2 * r.pairs * steps
    visits = (t.opened + entries) * steps
    t.need_positions = t.need_open = entries + SPARE
    t.need_orders = visits * ORDERS_A_VISIT + SPARE
    t.need_closed = t.opened + entries + SPARE
    t.need_captures = visits * ORDERS_A_VISIT + SPARE
    t.need_locks = (t.opened + entries) * (1 + r.protections) * 2 + SPARE
    return bool(
        t.positions + t.need_positions <= t.most_positions
        and t.orders + t.need_orders <= t.most_orders
        and t.opened + t.need_open <= t.most_open
        and t.closed + t.need_closed <= t.most_closed
        and t.captures + t.need_captures <= t.most_captures
        and t.locks + t.need_locks <= t.most_locks
    )


@compiled
def find_signals(table: Ints) -> None:
    """List, for each time of the grid, the pairs whose row asks for an entry, in their order."""
    w = world_at(table)
    r = w.rules[0]
    for time in range(r.candles + 1):
        w.signal_from[time] = 0
    for write in range(2):
        for pair in range(r.pairs):
            p = w.pairs[pair]
            bits = bytes_at(p.bits_at)
            for row in range(p.rows):
                if bits[row] != 0 and direction_of(w, int(bits[row])) != 0:
                    time = p.first + row
                    if write:
                        w.signal_pair[w.signal_from[time]] = pair
                    w.signal_from[time] += 1
        if not write:
            total = 0
            for time in range(r.candles + 1):
                count = w.signal_from[time]
                w.signal_from[time] = total
                total += count
    for time in range(r.candles, 0, -1):
        w.signal_from[time] = w.signal_from[time - 1]
    w.signal_from[0] = 0


@compiled
def count_signals(table: Ints) -> int:
    """Return how many rows of all pairs ask for an entry."""
    w = world_at(table)
    total = 0
    for pair in range(w.rules[0].pairs):
        p = w.pairs[pair]
        bits = bytes_at(p.bits_at)
        for row in range(p.rows):
            if bits[row] != 0 and direction_of(w, int(bits[row])) != 0:
                total += 1
    return total


@compiled
def _list_open_pairs(w: World) -> None:
    """Note the pairs of the open positions, by age, each once."""
    t = w.tally[0]
    t.visit_count = 0
    for j in range(t.opened):
        pair = w.positions[w.opened[j]].pair
        known = False
        for k in range(t.visit_count):
            known |= w.visit[k] == pair
        if not known:
            w.visit[t.visit_count] = pair
            t.visit_count += 1


@compiled
def _is_listed(w: World, pair: int) -> bool:
    listed = False
    for k in range(w.tally[0].visit_count):
        listed |= w.visit[k] == pair
    return bool(listed)


@compiled
def _row_of(w: World, pair: int, time: int) -> int:
    """Return the row of a pair at a grid time; -1 where it has none."""
    p = w.pairs[pair]
    row = time - p.first
    return int(row) if 0 <= row < p.rows else -1


@compiled
def _detail_window(w: World, pair: int, since: int, until: int) -> None:
    """Note which rows of the finer timeframe lie in a candle."""
    p = w.pairs[pair]
    times = ints_at(p.detail_time_at)
    low, high = 0, p.detail_rows
    while low < high:
        middle = (low + high) // 2
        if times[middle] < since:
            low = middle + 1
        else:
            high = middle
    p.detail_from = low
    end = low
    while end < p.detail_rows and times[end] < until:
        end += 1
    p.detail_count = end - low


@compiled
def _only_of(w: World, pair: int) -> int:
    """Return the one open position of a pair."""
    j = 0
    while w.positions[w.opened[j]].pair != pair:
        j += 1
    return int(w.opened[j])


@compiled
def _visit_main(w: World, pair: int, time: int, now: int) -> None:
    """Visit a pair at its own candle, or at the first finer one within it."""
    index = _row_of(w, pair, time)
    if index < 0:
        return
    t = w.tally[0]
    r = w.rules[0]
    p = w.pairs[pair]
    p.visited = time + 1
    if r.quiet and p.opened == 1 and passes_over(w, _only_of(w, pair), index, now):
        return
    row = main_row(w, pair, index)
    side = direction_of(w, row.bits)
    p.direction = side
    t.visit_at = pair
    t.seen_ns = now
    if r.detail_ns > 0:
        if p.was_open and p.opened == 0:
            return
        if p.opened > 0:
            p.was_open = 1
        if side != 0 or p.opened > 0:
            _detail_window(w, pair, row.time, row.time + r.candle_ns)
            if p.detail_count > 0:
                row = detail_row(w, pair, p.detail_from, row)
    visit(w, pair, row, now, side, now != r.end_ns)


@compiled
def _visit_detail(w: World, pair: int, time: int, step: int, main: int, now: int) -> None:
    """Visit a pair at a later finer candle."""
    p = w.pairs[pair]
    if p.detail_count <= step:
        return
    t = w.tally[0]
    r = w.rules[0]
    side = p.direction
    if side != 0 and r.expire_ns > 0 and now - main > r.expire_ns:
        side = 0
    t.seen_ns = now
    t.visit_at = pair
    if p.was_open and p.opened == 0:
        return
    if p.opened > 0:
        p.was_open = 1
    row = detail_row(w, pair, p.detail_from + step, main_row(w, pair, _row_of(w, pair, time)))
    visit(w, pair, row, now, side, now != r.end_ns)


@compiled
def _all_main(w: World, time: int, now: int) -> None:
    t = w.tally[0]
    t.phase = AT_PAIR
    _list_open_pairs(w)
    for k in range(t.visit_count):
        _visit_main(w, w.visit[k], time, now)
        if t.stopped:
            return
    for k in range(w.signal_from[time], w.signal_from[time + 1]):
        pair = w.signal_pair[k]
        if not _is_listed(w, pair):
            _visit_main(w, pair, time, now)
            if t.stopped:
                return


@compiled
def _all_details(w: World, time: int, main: int) -> None:
    """Go through the finer candles of a candle; all pairs at each of them."""
    t = w.tally[0]
    r = w.rules[0]
    t.phase = AT_DETAIL
    step = 1
    now = main + r.detail_ns
    while now <= main + r.candle_ns:
        _list_open_pairs(w)
        for k in range(t.visit_count):
            _visit_detail(w, w.visit[k], time, step, main, now)
        for pair in range(r.pairs):
            if w.pairs[pair].detail_count > step and not _is_listed(w, pair):
                _visit_detail(w, pair, time, step, main, now)
        if t.stopped:
            return
        step += 1
        now += r.detail_ns


@compiled
def _forget_details(w: World) -> None:
    """Begin a candle: no finer rows read yet; which pairs have an open position."""
    for pair in range(w.rules[0].pairs):
        p = w.pairs[pair]
        p.detail_count = 0
        p.was_open = 1 if p.opened > 0 else 0


@compiled
def _candle(w: World, time: int) -> None:
    t = w.tally[0]
    r = w.rules[0]
    now = r.start_ns + time * r.candle_ns
    t.now_ns = now
    busy = t.opened > 0 or w.signal_from[time] < w.signal_from[time + 1]
    if is_asked(w, BOT_LOOP_START):
        t.phase = BEFORE_PAIRS
        w.mail[0].now_ns = now
        ask(w, BOT_LOOP_START)
    if busy and not t.stopped:
        if r.detail_ns > 0:
            _forget_details(w)
        _all_main(w, time, now)
        if r.detail_ns > 0 and not t.stopped:
            _all_details(w, time, now)
    t.seen_ns = max(t.seen_ns, now)


@compiled
def _close_what_is_left(w: World) -> None:
    """Close what is open at the open of its pair's last row, earliest-listed pairs first."""
    t = w.tally[0]
    t.phase = AFTER_ALL
    for first in range(w.rules[0].candles + 1):
        if t.opened == 0:
            return
        for pair in range(w.rules[0].pairs):
            p = w.pairs[pair]
            if p.first == first and p.opened > 0:
                _close_pair(w, pair)


@compiled
def _close_pair(w: World, pair: int) -> None:
    t = w.tally[0]
    j = 0
    while j < t.opened:
        i = w.opened[j]
        p = w.positions[i]
        if p.pair != pair or p.state != OPEN:
            j += 1
            continue
        if (p.open_orders > 0 and p.entries == 0) or not p.amount > 0.0:
            remove(w, i)
            continue
        row = main_row(w, pair, w.pairs[pair].rows - 1)
        t.now_ns = row.time
        place_exit(w, i, row, row.open, p.amount, FORCE_EXIT)
        p.exit_reason = FORCE_EXIT
        process_exit(w, i, p.last_order, row.time, row)
        if p.state != CLOSED:
            t.lost += 1
            j += 1


@compiled
def _go_to_signal(w: World) -> bool:
    """Go on to the next time at which an entry is asked for; False if there is none."""
    t = w.tally[0]
    r = w.rules[0]
    time = t.time
    while time < r.candles and w.signal_from[time] == w.signal_from[time + 1]:
        time += 1
    t.time = time
    if time > 0:
        t.seen_ns = r.start_ns + (time - 1) * r.candle_ns
    return bool(time < r.candles)


@compiled
def _end(w: World) -> None:
    """Close what is left, once."""
    t = w.tally[0]
    if not t.finished:
        _close_what_is_left(w)
        t.finished = 1
        refresh_wallet(w)


@compiled
def walk(table: Ints, most: int) -> int:
    """Walk on from where the tally stands, at most so many candles; how it ended."""
    w = world_at(table)
    t = w.tally[0]
    r = w.rules[0]
    idle = not is_asked(w, BOT_LOOP_START)
    walked = 0
    if t.time == 0:
        t.total = math.nan
        t.time = -1  # what the wallet holds before the first candle
        refresh_wallet(w)
        t.time = 0
        r.quiet = 1 if can_be_quiet(w) else 0
    while t.time < r.candles:
        if idle and t.opened == 0 and not _go_to_signal(w):
            break
        if not _has_room(w):
            return NEEDS_ROOM
        _candle(w, t.time)
        t.time += 1
        walked += 1
        if t.stopped or walked >= most:
            return STOPPED if t.stopped else PAUSED
    _end(w)
    return STOPPED if t.stopped else DONE
