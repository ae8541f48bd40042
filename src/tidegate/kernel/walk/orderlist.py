"""The orders of a position: placed, found, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.asking import PLACE, TAKEN_BACK, ask, is_asked, is_granted
from tidegate.kernel.walk.layout import LIMIT, MARKET

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World


@compiled
def may_place(
    w: World, pair: int, i: int, side: int, entry: int, time: int, price: float, amount: float,
    paid: float, leverage: float, tag: int, number: int,
) -> bool:  # fmt: skip
    """Ask whoever places orders about one that is about to be; `i` is -1 for a new position.

    `paid`: what is expected to be paid, which differs from `price` by slippage.
    """
    if not is_asked(w, PLACE):
        return True
    mail = w.mail[0]
    mail.pair = pair
    mail.position = i
    mail.order = number
    mail.side = side
    mail.flag = entry
    mail.tag = tag
    mail.now_ns = time
    mail.rate = price
    mail.proposed = paid
    mail.amount = amount
    mail.leverage = leverage
    if is_granted(w, PLACE):
        return True
    w.tally[0].denied += 1
    return False


@compiled
def tell_taken_back(w: World, i: int, o: int) -> None:
    """Tell whoever places orders that an open one is not wanted any more."""
    if not is_asked(w, TAKEN_BACK):
        return
    mail = w.mail[0]
    mail.pair = w.positions[i].pair
    mail.position = i
    mail.order = o
    ask(w, TAKEN_BACK)


@compiled
def tell_all_taken_back(w: World, i: int) -> None:
    """Tell of every open order of a position that is no more."""
    if w.positions[i].open_orders == 0:
        return
    at = w.positions[i].first_order
    while at >= 0:
        if w.orders[at].is_open:
            tell_taken_back(w, i, at)
        at = w.orders[at].next


@compiled
def add_order(
    w: World, i: int, entry: int, time: int, price: float, amount: float, tag: int, number: int
) -> int:
    """Place an order at the end of a position's list; its index."""
    t = w.tally[0]
    r = w.rules[0]
    p = w.positions[i]
    o = t.orders
    t.orders += 1
    order = w.orders[o]
    order.id = number
    order.position = i
    order.entry = entry
    order.is_open = 1
    order.placed_ns = time
    order.filled_ns = time if entry else -1
    order.tag = tag
    order.next = -1
    limit = r.limit_entry if entry else r.limit_exit
    order.kind = LIMIT if limit else MARKET
    order.price = price
    order.asked = price
    order.amount = amount
    order.dubious = 0
    order.filled = 0.0
    order.remaining = amount
    order.cost = amount * price * (1.0 + r.fee)
    order.funding = float("nan")
    if p.last_order < 0:
        p.first_order = o
    else:
        w.orders[p.last_order].next = o
    p.last_order = o
    p.open_orders += 1
    p.version += 1
    return int(o)


@compiled
def remove_order(w: World, i: int, o: int) -> None:
    """Take an order out of a position's list."""
    p = w.positions[i]
    before = -1
    at = p.first_order
    while at >= 0 and at != o:
        before = at
        at = w.orders[at].next
    if at < 0:
        return
    after = w.orders[o].next
    if before < 0:
        p.first_order = after
    else:
        w.orders[before].next = after
    if p.last_order == o:
        p.last_order = before
    p.version += 1
    if w.orders[o].is_open:
        p.open_orders -= 1
        tell_taken_back(w, i, o)


@compiled
def newest_open(w: World, i: int, entry: int) -> int:
    """Return the newest open order of a side; -1 for none."""
    p = w.positions[i]
    found = -1
    if p.open_orders == 0:
        return found
    at = p.first_order
    while at >= 0:
        order = w.orders[at]
        if order.is_open and order.entry == entry:
            found = at
        at = order.next
    return int(found)


@compiled
def stands_already(w: World, i: int, entry: int, price: float, amount: float) -> bool:
    """Tell whether the same order is open; if another one is, all open orders are taken back."""
    p = w.positions[i]
    if p.open_orders == 0:
        return False
    o = newest_open(w, i, entry)
    if o >= 0 and w.orders[o].price == price and w.orders[o].amount == amount:
        return True
    t = w.tally[0]
    at = p.first_order
    while at >= 0:
        after = w.orders[at].next
        if w.orders[at].is_open:
            if w.orders[at].entry:
                t.cancelled_entries += 1
            else:
                t.cancelled_exits += 1
            remove_order(w, i, at)
        at = after
    return False
