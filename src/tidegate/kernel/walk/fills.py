"""Orders that fill, and what a fill does to its position."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.account import recalculate
from tidegate.kernel.walk.asking import LIQUIDATION_PRICE, ORDER_FILLED, ask, is_asked
from tidegate.kernel.walk.funding import run_funding
from tidegate.kernel.walk.layout import CLOSED, GONE
from tidegate.kernel.walk.protections import run_protections
from tidegate.kernel.walk.stops import move_stop, set_stop
from tidegate.kernel.walk.wallet import capture, compensated, refresh_wallet
from tidegate.kernel.walk.worth import profit_ratio

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import Row, World


@compiled
def _book(w: World, i: int, o: int, now: int) -> None:
    """Write down that an order has filled completely."""
    p = w.positions[i]
    order = w.orders[o]
    if order.is_open:
        p.open_orders -= 1
        if order.entry:
            p.entries += 1
        else:
            p.exits += 1
    order.filled_ns = now
    order.filled = order.amount
    order.remaining = 0.0
    order.is_open = 0
    order.funding = p.funding_running
    p.funding_running = 0.0
    p.last_fill_ns = max(p.last_fill_ns, now)
    p.version += 1
    if not order.entry or order.price == 0.0:
        return
    p.open_rate = order.price
    recalculate(w, i, False)
    if p.entries == 1:
        p.has_initial = 0
        p.moved = 0
    if p.has_stop:
        set_stop(w, i, p.open_rate, p.stop_pct, False)


@compiled
def try_fill(w: World, i: int, o: int, now: int, row: Row) -> bool:
    """Fill an order if its price lies within the candle. True if it filled."""
    order = w.orders[o]
    if not row.low <= order.price <= row.high:
        return False
    _book(w, i, o, now)
    run_funding(w, i, now, True)
    p = w.positions[i]
    r = w.rules[0]
    mail = w.mail[0]
    if is_asked(w, ORDER_FILLED):
        mail.pair = p.pair
        mail.position = i
        mail.order = o
        mail.now_ns = now
        ask(w, ORDER_FILLED)
    whole = order.entry == 0 and order.amount == p.amount
    if r.futures and (r.cross or not whole):
        mail.pair = p.pair
        mail.position = i
        ask(w, LIQUIDATION_PRICE)
    if r.after_fill and not whole:
        profit = profit_ratio(w, p, order.price)
        move_stop(w, i, now, order.price, order.price, profit, True)
    return True


@compiled
def forget(w: World, i: int) -> None:
    """Take a position off the list of open ones."""
    t = w.tally[0]
    j = 0
    while w.opened[j] != i:
        j += 1
    t.opened -= 1
    for k in range(j, t.opened):
        w.opened[k] = w.opened[k + 1]
    w.pairs[w.positions[i].pair].opened -= 1
    if w.rules[0].capture:
        capture(w, t.time + 1, i, math.nan)


@compiled
def remove(w: World, i: int) -> None:
    """Take away a position that never came to hold anything."""
    forget(w, i)
    w.positions[i].state = GONE


@compiled
def _close(w: World, i: int, o: int, now: int) -> None:
    t = w.tally[0]
    p = w.positions[i]
    p.closed_ns = now
    p.close_rate = w.orders[o].price
    p.state = CLOSED
    recalculate(w, i, True)
    forget(w, i)
    w.closed[t.closed] = i
    t.closed += 1
    t.profit += p.close_profit_abs
    if w.rules[0].compensated:
        t.profit_sum, t.profit_rest = compensated(t.profit_sum, t.profit_rest, p.close_profit_abs)
    else:
        t.profit_sum += p.close_profit_abs


@compiled
def process_exit(w: World, i: int, o: int, now: int, row: Row) -> None:
    """Fill an exit order if the candle lets it: the position is closed, or made smaller."""
    if not try_fill(w, i, o, now, row):
        return
    p = w.positions[i]
    if w.orders[o].filled != p.amount:
        recalculate(w, i, False)
    else:
        _close(w, i, o, now)
    refresh_wallet(w)
    run_protections(w, p.pair, now, p.side)
