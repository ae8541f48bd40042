"""The wallet: what is free, what is tied up, what a new position may stake."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.decimal import times
from tidegate.kernel.walk.asking import STAKE_LIMITS, ask
from tidegate.kernel.walk.decimals import decimal, quotient

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World

_MOST_RESERVE = 1.5
_MOST_LIFT = 1.3  # a stake below the minimum is lifted to it, if that is no more than this


@compiled
def compensated(total: float, rest: float, x: float) -> tuple[float, float]:
    """Add to a sum and to what rounding has lost of it; see `Rules.compensated`."""
    new = total + x
    if abs(total) >= abs(x):
        rest += (total - new) + x
    else:
        rest += (x - new) + total
    return new, rest


@compiled
def tied_up(w: World) -> float:
    """Return the stakes of all open positions, summed oldest first as this Python sums."""
    t = w.tally[0]
    total = rest = 0.0
    if not w.rules[0].compensated:
        for j in range(t.opened):
            total += w.positions[w.opened[j]].stake
        return total
    for j in range(t.opened):
        total, rest = compensated(total, rest, w.positions[w.opened[j]].stake)
    return total + rest


@compiled
def _realized(w: World) -> float:
    """Return what open positions have earned by partial exits."""
    t = w.tally[0]
    total = rest = 0.0
    if not w.rules[0].compensated:
        for j in range(t.opened):
            total += w.positions[w.opened[j]].realized
        return total
    for j in range(t.opened):
        total, rest = compensated(total, rest, w.positions[w.opened[j]].realized)
    return total + rest


@compiled
def _waiting(w: World, tied: float) -> float:
    """Return the stake that is in use: in futures all of it, else what open entries wait for."""
    if w.rules[0].futures:
        return tied
    t = w.tally[0]
    used = 0.0
    for j in range(t.opened):
        i = w.opened[j]
        p = w.positions[i]
        if p.open_orders == 0:
            continue
        waiting = 0.0
        at = p.first_order
        while at >= 0:
            order = w.orders[at]
            if order.is_open and order.entry:
                value = times(decimal(order.amount), decimal(order.price))
                waiting += quotient(value, decimal(p.leverage))[0]
            at = order.next
        used += waiting
    return used


@compiled
def _on_offer(w: World, i: int) -> float:
    """Return how much of what a position holds its open exit orders offer."""
    p = w.positions[i]
    amount = 0.0
    if p.open_orders == 0:
        return amount
    at = p.first_order
    while at >= 0:
        order = w.orders[at]
        if order.is_open and not order.entry:
            amount += order.amount
        at = order.next
    return amount


@compiled
def capture(w: World, time: int, i: int, balance: float) -> None:
    """Note what the wallet holds from a grid time on."""
    t = w.tally[0]
    seen = w.captures[t.captures]
    seen.time = time
    seen.position = i
    seen.balance = balance
    t.captures += 1


@compiled
def refresh_wallet(w: World) -> None:
    """Look into the wallet; between two looks its free balance is what the last one saw."""
    t = w.tally[0]
    r = w.rules[0]
    tied = tied_up(w)
    free = r.start_balance + (t.profit + _realized(w)) - tied
    t.used = _waiting(w, tied)
    if r.capture and t.total != free + t.used:
        capture(w, t.time + 1, -1, free + t.used)
    t.total = free + t.used
    t.free = free + r.cross_margin
    for j in range(t.opened):
        p = w.positions[w.opened[j]]
        if r.capture and p.wallet_amount != p.amount:
            seen = w.pairs[p.pair].visited > t.time  # the look at this time has been taken
            # in futures the stake currency is all that a wallet holds
            held = 0.0 if r.futures else p.amount
            capture(w, t.time + 1 if seen else t.time, w.opened[j], held)
        p.wallet_amount = p.amount
        p.wallet_stake = p.stake
        p.wallet_pending = _on_offer(w, w.opened[j])


@compiled
def closed_profit(w: World) -> float:
    """Return the profit of all closed trades, as this Python sums it."""
    t = w.tally[0]
    if w.rules[0].compensated:
        return float(t.profit_sum + t.profit_rest)
    return float(t.profit_sum)


@compiled
def available(w: World, tied: float) -> float:
    """Return what a new position may stake at most."""
    t = w.tally[0]
    r = w.rules[0]
    total = (tied + t.free) * r.tradable_ratio
    if r.has_capital:
        total = r.capital + closed_profit(w)
    return float(min(total - tied, t.free))


@compiled
def proposed_stake(w: World) -> float:
    """Return the stake of a new position; NaN where the wallet cannot afford it."""
    r = w.rules[0]
    tied = tied_up(w)
    left = available(w, tied)
    stake = r.stake
    if r.unlimited_stake:
        if r.slots == 0:
            stake = 0.0
        elif r.slots < 0:
            stake = min(0.0, left)
        else:
            stake = min((left + tied) / r.slots, left)
    if r.amend:
        stake = min(stake, left) if left > stake * r.last_stake_ratio else 0.0
    if left < stake:
        return math.nan
    return float(max(stake, 0.0))


@compiled
def limits(
    w: World, pair: int, price: float, reserve_for: float, leverage: float
) -> tuple[float, float]:
    """Return the least and the most stake the exchange takes; NaN where there is no least.

    `reserve_for` is a loss ratio that must not push a position below the minimum.
    """
    p = w.pairs[pair]
    if p.ask_limits:
        mail = w.mail[0]
        mail.pair = pair
        mail.rate = price
        mail.profit = reserve_for
        mail.leverage = leverage
        ask(w, STAKE_LIMITS)
        return mail.least, mail.most
    reserve = 1.0 + w.rules[0].amount_reserve
    size = abs(reserve_for)
    lift = reserve / (1.0 - size) if size != 1.0 else _MOST_RESERVE
    lift = max(min(lift, _MOST_RESERVE), 1.0)
    least = most = math.nan
    if not math.isnan(p.cost_min):
        least = p.cost_min * lift
    if not math.isnan(p.amount_min):
        other = p.amount_min * price * reserve
        least = other if math.isnan(least) else max(least, other)
    if not math.isnan(p.cost_max):
        most = p.cost_max
    if not math.isnan(p.amount_max):
        other = p.amount_max * price
        most = other if math.isnan(most) else min(most, other)
    return least / leverage, math.inf if math.isnan(most) else most / leverage


@compiled
def accepted_stake(stake: float, least: float, most: float, left: float, held: float) -> float:
    """Return the stake that exchange and wallet allow, 0 for none; `held`: in it already."""
    if not stake > 0.0:
        return 0.0
    cap = min(most, left)
    if held != 0.0:
        cap = min(cap, most - held)
    if least > cap:
        return 0.0
    if stake < least:
        if stake * _MOST_LIFT < least:
            return 0.0
        stake = least
    return min(stake, cap)
