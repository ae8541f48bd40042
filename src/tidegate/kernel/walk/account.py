"""What the filled orders of a position add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tidegate.kernel.compiled import compiled
from tidegate.kernel.decimal import exact, signed8, times
from tidegate.kernel.profit import with_fee
from tidegate.kernel.walk.decimals import decimal, divided, minus, plus, quotient
from tidegate.kernel.walk.rounding import amount_cut, price_nearest
from tidegate.kernel.walk.stops import set_stop
from tidegate.kernel.walk.worth import close_value, known, open_value

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World


@compiled
def _exit_profit(w: World, i: int, o: int, average: float, funding: float) -> float:
    """Return what a filled exit has earned on what its amount cost on average, 8 decimals."""
    p = w.positions[i]
    order = w.orders[o]
    p.funding_fees = funding
    closed = close_value(w, p, order.filled, order.price)
    opened = open_value(p, order.filled, average)
    return signed8(closed - opened if p.side > 0 else opened - closed)


@compiled
def _average(w: World, cost: tuple[float, float], held: tuple[float, float]) -> float:
    """Return the average price; Freqtrade's ends at the 18th decimal."""
    return divided(cost, held)[0] if w.rules[0].standard else quotient(cost, held)[0]


@compiled
def _settle(w: World, i: int, held: tuple[float, float], cost: tuple[float, float]) -> bool:
    """Write down what is still held, at its average rate. False if that is nothing."""
    p = w.positions[i]
    amount = amount_cut(w, p.pair, held[0])
    if not amount > 0.0:
        return False
    rate = _average(w, cost, held)
    if not w.rules[0].standard:
        rate = price_nearest(w, p.pair, rate, p.digits, p.step)
    p.open_rate = rate
    p.amount = amount
    p.stake = cost[0] / p.leverage
    p.open_value = open_value(p, p.amount, p.open_rate)
    if p.has_stop:
        set_stop(w, i, p.open_rate, p.stop_pct, False)
    return True


@compiled
def recalculate(w: World, i: int, closing: bool) -> None:
    """Work out rate, amount, stake and profit of a position from its filled orders.

    Profits of exits are rounded to 8 decimals each, the first entry's cost is never given
    back: the ratio of a trade is on all that was ever put into it.
    """
    p = w.positions[i]
    held = (0.0, 0.0)
    cost = (0.0, 0.0)
    most = (0.0, 0.0)
    average = (0.0, 0.0)
    paid = profit = ratio = last = 0.0
    funding = all_funding = 0.0
    standard = w.rules[0].standard
    p.funding_fees = 0.0
    at = p.first_order
    while at >= 0:
        at_order = at
        order = w.orders[at]
        at = order.next
        if order.is_open or order.filled == 0.0:
            continue
        funding += known(order.funding)
        all_funding += known(order.funding)
        amount = decimal(order.filled)
        if order.entry:
            value = times(amount, exact(order.price, np.int64(max(p.digits, 0))))
            held = plus(held, amount)
            cost = plus(cost, value)
            most = plus(most, value)
            average = divided(cost, held) if standard else quotient(cost, held)
            paid += with_fee(value, p.side * p.fee)
        else:
            held = minus(held, amount)
            cost = minus(cost, times(average, amount))
            last = _exit_profit(w, i, at_order, average[0], funding)
            profit += last
            if paid > 0.0:
                ratio = profit / paid * p.leverage
            funding = 0.0
    p.funding_fees = all_funding
    p.max_stake = most[0] / p.leverage
    if ratio != 0.0:
        p.close_profit = ratio
        p.realized = profit
        p.close_profit_abs = last
    if not _settle(w, i, held, cost) and closing and paid > 0.0:
        p.close_profit = profit / paid * p.leverage
        p.close_profit_abs = profit
    p.version += 1
