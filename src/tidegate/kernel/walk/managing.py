"""Open orders, looked after at the start of every candle: timed out, kept, or priced anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.asking import (
    ADJUST_ORDER_PRICE,
    CHECK_ENTRY_TIMEOUT,
    CHECK_EXIT_TIMEOUT,
    ask,
    is_asked,
)
from tidegate.kernel.walk.entering import Entry, enter
from tidegate.kernel.walk.leaving import place_exit
from tidegate.kernel.walk.orderlist import remove_order

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import Row, World

MOST_OPEN_ORDERS: Final = 64

_ACTIVE = 0
_TAKEN_BACK = 1
_TRADE_GONE = 2


@compiled
def _is_timed_out(w: World, i: int, o: int, now: int) -> bool:
    r = w.rules[0]
    order = w.orders[o]
    wait = r.entry_timeout_ns if order.entry else r.exit_timeout_ns
    if wait >= 0 and order.placed_ns <= now - wait:
        return True
    question = CHECK_ENTRY_TIMEOUT if order.entry else CHECK_EXIT_TIMEOUT
    if not is_asked(w, question):
        return False
    mail = w.mail[0]
    mail.pair = w.positions[i].pair
    mail.position = i
    mail.order = o
    mail.now_ns = now
    ask(w, question)
    return bool(mail.verdict)


@compiled
def _time_out(w: World, i: int, o: int, now: int) -> int:
    if not _is_timed_out(w, i, o, now):
        return _ACTIVE
    t = w.tally[0]
    if w.orders[o].entry:
        t.timed_out_entries += 1
        if w.positions[i].entries == 0:
            return _TRADE_GONE
    else:
        t.timed_out_exits += 1
    remove_order(w, i, o)
    return _TAKEN_BACK


@compiled
def _price_anew(w: World, i: int, o: int, now: int, row: Row) -> bool:
    """Ask for another price of an open order. True if the trade is to go."""
    order = w.orders[o]
    if now <= order.placed_ns or not is_asked(w, ADJUST_ORDER_PRICE):
        return False
    t = w.tally[0]
    p = w.positions[i]
    mail = w.mail[0]
    mail.pair = p.pair
    mail.position = i
    mail.order = o
    mail.now_ns = now
    mail.proposed = row.open
    mail.rate = order.price
    mail.tag = p.enter_tag
    mail.side = p.side
    mail.flag = order.entry
    ask(w, ADJUST_ORDER_PRICE)
    wanted = mail.number if mail.known else 0.0
    if mail.known and wanted == order.price:
        return False
    remove_order(w, i, o)
    if order.entry:
        t.cancelled_entries += 1
    else:
        t.cancelled_exits += 1
    if wanted == 0.0:
        return bool(p.entries == 0)
    if order.entry:
        stake = order.remaining * order.price / p.leverage
        enter(w, Entry(p.pair, p.side, i, p.stake, wanted, stake, 0), row)
        t.replaced_entries += 1
    else:
        place_exit(w, i, row, wanted, order.remaining, order.tag)
        t.replaced_exits += 1
    return bool(p.open_orders == 0 and order.entry and p.entries == 0)


@compiled
def manage(w: World, i: int, now: int, row: Row) -> bool:
    """Look after the open orders of a position. True if the position is to be taken away."""
    p = w.positions[i]
    if p.open_orders == 0:
        return False
    count = 0
    at = p.first_order
    while at >= 0:
        if w.orders[at].is_open and count < MOST_OPEN_ORDERS:
            w.scratch[count] = at
            count += 1
        at = w.orders[at].next
    for k in range(count):
        o = w.scratch[k]
        found = _time_out(w, i, o, now)
        if found == _TRADE_GONE:
            return True
        if found == _ACTIVE and _price_anew(w, i, o, now, row):
            w.tally[0].cancelled_trades += 1
            return True
    return False
