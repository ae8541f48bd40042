"""What somebody else has done to a walk's positions and orders, taken in between two candles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.account import recalculate
from tidegate.kernel.walk.fills import process_exit, remove, try_fill
from tidegate.kernel.walk.layout import FORCE_EXIT
from tidegate.kernel.walk.leaving import NO_ORDER, place_exit
from tidegate.kernel.walk.orderlist import newest_open, remove_order
from tidegate.kernel.walk.wallet import refresh_wallet
from tidegate.kernel.walk.world import Row, world_at

if TYPE_CHECKING:
    from tidegate.model import Ints


@compiled
def drop_order(table: Ints, i: int, o: int) -> None:
    """Take in that an open order is no more; a position that waited for it alone goes with it."""
    w = world_at(table)
    p = w.positions[i]
    if p.entries == 0 and p.open_orders == 1:
        remove(w, i)
    else:
        remove_order(w, i, o)
    refresh_wallet(w)


@compiled
def fill_order(table: Ints, i: int, o: int, time: int, amount: float, price: float) -> bool:
    """Take in that so much of an open order was filled, and no more will be; False if denied."""
    w = world_at(table)
    t = w.tally[0]
    order = w.orders[o]
    t.now_ns = t.row_ns = time
    row = Row(time, price, price, price, price, 0, 0, 0)
    order.amount = amount
    order.remaining = amount
    if order.entry == 0:
        w.positions[i].exit_reason = order.tag
        process_exit(w, i, o, time, row)
        return bool(order.is_open == 0)
    if not try_fill(w, i, o, time, row):
        return False
    recalculate(w, i, False)
    refresh_wallet(w)
    return True


@compiled
def take_out(table: Ints, i: int, time: int, amount: float, price: float) -> bool:
    """Take in that so much of a position was closed at a price; False if that was not granted."""
    w = world_at(table)
    t = w.tally[0]
    p = w.positions[i]
    for entry in range(2):
        o = newest_open(w, i, entry)
        while o >= 0:
            remove_order(w, i, o)
            o = newest_open(w, i, entry)
    t.now_ns = t.row_ns = time
    row = Row(time, price, price, price, price, 0, 0, 0)
    o = place_exit(w, i, row, price, amount, FORCE_EXIT)
    if o == NO_ORDER:
        return False
    p.exit_reason = FORCE_EXIT
    process_exit(w, i, o, time, row)
    return bool(w.orders[o].is_open == 0)
