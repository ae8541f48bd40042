"""The walk through time: every candle, every pair that has something to do at it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tidegate.kernel.compiled import compiled
from tidegate.kernel.pointers import ints_at
from tidegate.kernel.walk.asking import BOT_LOOP_START, ask, is_asked
from tidegate.kernel.walk.ending import end
from tidegate.kernel.walk.layout import AT_DETAIL, AT_PAIR, BEFORE_PAIRS
from tidegate.kernel.walk.quiet import can_be_quiet, pass_quiet_candles, passes_over
from tidegate.kernel.walk.signals import next_signal, pair_asking
from tidegate.kernel.walk.visiting import direction_of, visit
from tidegate.kernel.walk.wallet import refresh_wallet
from tidegate.kernel.walk.world import Row, detail_row, main_row, row_of, world_at

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
    index = row_of(w, pair, time)
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
    row = detail_row(w, pair, p.detail_from + step, main_row(w, pair, row_of(w, pair, time)))
    _visit_within(w, pair, row, main, now)


@compiled
def _visit_within(w: World, pair: int, row: Row, main: int, now: int) -> None:
    """Visit a pair within its candle that began at `main`."""
    p = w.pairs[pair]
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
    k = t.signal_at
    pair = pair_asking(w, k, time)
    while pair >= 0:
        if not _is_listed(w, pair):
            _visit_main(w, pair, time, now)
            if t.stopped:
                return
        k += 1
        pair = pair_asking(w, k, time)


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
    busy = next_signal(w, time, time + 1) == time or t.opened > 0
    if is_asked(w, BOT_LOOP_START):
        t.phase = BEFORE_PAIRS
        w.mail[0].now_ns = now
        ask(w, BOT_LOOP_START)
    if busy and not t.stopped:
        if r.detail_ns > 0 or r.ticks:
            _forget_details(w)
        _all_main(w, time, now)
        if r.detail_ns > 0 and not t.stopped:
            _all_details(w, time, now)
    t.seen_ns = max(t.seen_ns, now)


@compiled
def _go_to_signal(w: World, until: int) -> bool:
    """Go on to the next time at which an entry is asked for; False if `until` comes first."""
    t = w.tally[0]
    r = w.rules[0]
    t.time = next_signal(w, t.time, until)
    if t.time > 0:
        t.seen_ns = r.start_ns + (t.time - 1) * r.candle_ns
    return bool(t.time < until)


@compiled
def _begin(w: World) -> None:
    """Look into the wallet before the first candle."""
    t = w.tally[0]
    time = t.time
    t.begun = 1
    t.total = math.nan
    t.time = -1
    refresh_wallet(w)
    t.time = time


@compiled
def make_ready(table: Ints) -> None:
    """Settle whether candles may be passed over, by the rules as they stand."""
    w = world_at(table)
    w.rules[0].quiet = 1 if can_be_quiet(w) else 0


@compiled
def walk(table: Ints, most: int, until: int, to_end: bool) -> int:
    """Walk on from where the tally stands, at most so many candles, to a grid time; how it ended.

    `to_end`: what is still open behind the last candle is closed.
    """
    w = world_at(table)
    t = w.tally[0]
    r = w.rules[0]
    idle = not is_asked(w, BOT_LOOP_START)
    walked = 0
    if not t.begun:
        _begin(w)
    until = min(until, r.candles)
    while t.time < until:
        if walked >= most:
            return PAUSED
        if idle and t.opened == 0 and not _go_to_signal(w, until):
            break
        if idle and r.quiet and t.opened > 0:
            soon = next_signal(w, t.time, min(until, t.time + most - walked))
            walked += pass_quiet_candles(w, soon)
            if t.time >= until or walked >= most:
                continue
        if not _has_room(w):
            return NEEDS_ROOM
        _candle(w, t.time)
        t.time += 1
        walked += 1
        if t.stopped:
            return STOPPED
    if to_end:
        end(w)
    return STOPPED if t.stopped else DONE


@compiled
def tick(table: Ints, pair: int, price: float, now: int) -> int:
    """Visit a pair at a price within the candle that was walked last; how it ended."""
    w = world_at(table)
    t = w.tally[0]
    r = w.rules[0]
    p = w.pairs[pair]
    if p.visited != t.time or t.time == 0:
        return DONE
    if not _has_room(w):
        return NEEDS_ROOM
    t.time -= 1  # what is noted of the wallet belongs to this candle
    t.phase = AT_DETAIL
    main = main_row(w, pair, row_of(w, pair, t.time))
    row = Row(now, price, price, price, price, main.bits, main.enter_tag, main.exit_tag)
    _visit_within(w, pair, row, r.start_ns + t.time * r.candle_ns, now)
    t.time += 1
    return STOPPED if t.stopped else DONE
