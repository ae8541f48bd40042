"""Orders that fill, and what a fill does to its position."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.account import recalculate
from tidegate.kernel.walk.asking import (
    LIQUIDATION_PRICE,
    MATCH,
    ORDER_FILLED,
    ask,
    is_asked,
    is_granted,
)
from tidegate.kernel.walk.funding import run_funding
from tidegate.kernel.walk.layout import CLOSED, GONE
from tidegate.kernel.walk.orderlist import tell_all_taken_back
from tidegate.kernel.walk.paying import exit_price, set_liquidation
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
def touches(price: float, low: float, high: float) -> bool:
    """Tell whether a candle trades at a price."""
    return low <= price <= high


@compiled
def _matches(w: World, i: int, o: int, now: int, row: Row) -> bool:
    """Tell whether an order fills at a candle; somebody else may have the word on that.

    It then has the price that is paid, unless whoever fills it knows a better one.
    """
    order = w.orders[o]
    paid = order.price
    if order.entry == 0:
        paid = exit_price(w, i, row.time, order.asked, order.amount, w.positions[i].exit_reason)
    if not is_asked(w, MATCH):
        if not touches(order.asked, row.low, row.high):
            return False
        order.price = paid
        return True
    mail = w.mail[0]
    mail.pair = w.positions[i].pair
    mail.position = i
    mail.order = o
    mail.now_ns = now
    mail.least = row.low
    mail.most = row.high
    mail.rate = row.open
    mail.proposed = paid
    mail.known = 0
    if not is_granted(w, MATCH):
        return False
    order.price = mail.number if mail.known else paid
    return True


@compiled
def try_fill(w: World, i: int, o: int, now: int, row: Row) -> bool:
    """Fill an order if the candle does. True if it filled."""
    order = w.orders[o]
    if not _matches(w, i, o, now, row):
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
    if r.plans and order.entry:
        set_liquidation(w, i)
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
    tell_all_taken_back(w, i)
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
    tell_all_taken_back(w, i)
    forget(w, i)
    w.closed[t.closed] = i
    if w.rules[0].plans:
        w.recent[t.closed % w.rules[0].window] = p.close_profit
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
