"""One pair at one candle: orders looked after, entries, fills, exits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.adjusting import adjust
from tidegate.kernel.walk.entering import NO_TRADE, Entry, enter
from tidegate.kernel.walk.fills import process_exit, remove, try_fill
from tidegate.kernel.walk.funding import run_funding
from tidegate.kernel.walk.layout import LONG, OPEN, SHORT
from tidegate.kernel.walk.leaving import leave
from tidegate.kernel.walk.locks import is_locked
from tidegate.kernel.walk.managing import MOST_OPEN_ORDERS, manage
from tidegate.kernel.walk.orderlist import newest_open
from tidegate.kernel.walk.planned import enter_as_planned
from tidegate.kernel.walk.wallet import refresh_wallet
from tidegate.kernel.walk.world import ENTER_LONG, ENTER_SHORT, EXIT_LONG, EXIT_SHORT

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import Row, World


@compiled
def direction_of(w: World, bits: int) -> int:
    """Return the side a row's signals ask to enter, 0 for none; contradictions cancel out."""
    if not w.rules[0].can_short:
        return LONG if bits & (ENTER_LONG | EXIT_LONG) == ENTER_LONG else 0
    if bits & (ENTER_LONG | EXIT_LONG | ENTER_SHORT) == ENTER_LONG:
        return LONG
    if bits & (ENTER_SHORT | EXIT_SHORT | ENTER_LONG) == ENTER_SHORT:
        return SHORT
    return 0


@compiled
def _open_of(w: World, pair: int) -> int:
    """Note the open positions of a pair, oldest first; how many."""
    t = w.tally[0]
    count = 0
    if w.pairs[pair].opened == 0:
        return count
    for j in range(t.opened):
        i = w.opened[j]
        if w.positions[i].pair == pair:
            w.scratch[MOST_OPEN_ORDERS + count] = i
            count += 1
    return count


@compiled
def _enter(w: World, pair: int, row: Row, side: int) -> None:
    t = w.tally[0]
    r = w.rules[0]
    if is_locked(w, pair, row.time, side):
        return
    if r.slots > 0 and t.opened >= r.slots:
        t.rejected += 1
        return
    e = Entry(pair, side, NO_TRADE, 0.0, math.nan, math.nan, 0)
    found = enter_as_planned(w, e, row) if r.plans else enter(w, e, row)
    if found != NO_TRADE:
        refresh_wallet(w)


@compiled
def _follow(w: World, i: int, now: int, row: Row) -> None:
    """Take one open position through a candle: entry order, exits, exit order."""
    o = newest_open(w, i, 1)
    if o >= 0 and try_fill(w, i, o, now, row):
        refresh_wallet(w)
    p = w.positions[i]
    if p.amount > 0.0:
        run_funding(w, i, now, False)
        if w.rules[0].position_adjustment:
            adjust(w, i, row, now)
        if p.state == OPEN and not (w.rules[0].waits and newest_open(w, i, 0) >= 0):
            leave(w, i, row, now)
    o = newest_open(w, i, 0)
    if o >= 0:
        process_exit(w, i, o, now, row)


@compiled
def _body(w: World, pair: int, row: Row, now: int, side: int, can_enter: bool) -> int:
    """Do all that a pair has to do at a candle; the side of a position that came to an end."""
    r = w.rules[0]
    count = _open_of(w, pair)
    held = 0
    if not r.stacking and count > 0:
        held = w.positions[w.scratch[MOST_OPEN_ORDERS]].side
    for k in range(count):
        i = w.scratch[MOST_OPEN_ORDERS + k]
        if manage(w, i, now, row):
            remove(w, i)
            refresh_wallet(w)
    if can_enter and side != 0 and (r.stacking or w.pairs[pair].opened == 0):
        _enter(w, pair, row, side)
    count = _open_of(w, pair)
    for k in range(count):
        _follow(w, w.scratch[MOST_OPEN_ORDERS + k], now, row)
    return int(held) if held != 0 and w.pairs[pair].opened == 0 else 0


@compiled
def visit(w: World, pair: int, row: Row, now: int, side: int, can_enter: bool) -> None:
    """Visit a pair at a candle, twice where a position ended and the other side is asked for."""
    t = w.tally[0]
    t.now_ns = now
    t.row_ns = row.time
    t.seen_ns = now
    ended = _body(w, pair, row, now, side, can_enter)
    if w.rules[0].can_short and side != 0 and ended not in (0, side):
        _body(w, pair, row, now, side, can_enter)
