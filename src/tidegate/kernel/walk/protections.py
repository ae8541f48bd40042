"""Protections: after which closed trades entries are barred, and for how long."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.asking import DRAWDOWN_OF, ask
from tidegate.kernel.walk.layout import (
    COOLDOWN,
    DRAWDOWN,
    LIQUIDATION,
    LOW_PROFIT,
    STOP_GUARD,
    STOP_LOSS,
    TRAILING_STOP_LOSS,
)
from tidegate.kernel.walk.locks import is_locked, lock
from tidegate.kernel.walk.wallet import compensated

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World

_MINUTE = 60_000_000_000
_DAY = 1440 * _MINUTE


@compiled
def _lock_end(w: World, rule: int, latest: int) -> int:
    """Return when a bar ends that a trade closed at `latest` brought about."""
    n = w.protections[rule]
    if n.unlock_minute < 0:
        return int(latest + n.stop_ns)
    end = latest - latest % _DAY + n.unlock_minute * _MINUTE + latest % _MINUTE
    return int(end + _DAY if end < latest else end)


@compiled
def _window(w: World, since: int) -> int:
    """Return the place in the closed list from which trades may have closed after `since`."""
    t = w.tally[0]
    place = t.closed
    while place > 0 and w.positions[w.closed[place - 1]].closed_ns > since:
        place -= 1
    return int(place)


@compiled
def _bar(w: World, rule: int, pair: int, side: int, now: int, latest: int, figure: float) -> None:
    until = _lock_end(w, rule, latest)
    if not is_locked(w, pair, until, side):
        lock(w, pair, side, now, until, rule, figure)


@compiled
def _cooldown(w: World, rule: int, pair: int, now: int) -> None:
    latest = -1
    for place in range(_window(w, now - w.protections[rule].lookback_ns), w.tally[0].closed):
        p = w.positions[w.closed[place]]
        if p.pair == pair:
            latest = max(latest, p.closed_ns)
    if latest >= 0:
        _bar(w, rule, pair, 0, now, latest, 0.0)


@compiled
def _stop_guard(w: World, rule: int, pair: int, side: int, now: int) -> None:
    """Bar after too many losing stops, of one pair or of all (-1)."""
    n = w.protections[rule]
    count = 0
    latest = -1
    for place in range(_window(w, now - n.lookback_ns), w.tally[0].closed):
        p = w.positions[w.closed[place]]
        stopped = p.exit_reason in (TRAILING_STOP_LOSS, STOP_LOSS, LIQUIDATION)
        if not stopped or (pair >= 0 and p.pair != pair):
            continue
        if p.close_profit == 0.0 or not p.close_profit < n.required_profit:
            continue
        if n.per_side and p.side != side:
            continue
        count += 1
        latest = max(latest, p.closed_ns)
    if count >= n.trade_limit and latest >= 0:
        _bar(w, rule, pair, side if n.per_side else 0, now, latest, 0.0)


@compiled
def _low_profit(w: World, rule: int, pair: int, side: int, now: int) -> None:
    n = w.protections[rule]
    count = 0
    latest = -1
    total = rest = 0.0
    summed = 0
    for place in range(_window(w, now - n.lookback_ns), w.tally[0].closed):
        p = w.positions[w.closed[place]]
        if p.pair != pair:
            continue
        count += 1
        latest = max(latest, p.closed_ns)
        if p.close_profit == 0.0 or (n.per_side and p.side != side):
            continue
        summed += 1
        if w.rules[0].compensated:
            total, rest = compensated(total, rest, p.close_profit)
        else:
            total += p.close_profit
    total += rest
    if count >= n.trade_limit and total < n.required_profit and latest >= 0:
        # a sum of nothing is told apart, for it is written differently
        found = total if summed else math.nan
        _bar(w, rule, pair, side if n.per_side else 0, now, latest, found)


@compiled
def _drawdown(w: World, rule: int, since: int, first: int) -> float:
    """Return the largest fall of the running profit since `since`, as the rule measures it."""
    n = w.protections[rule]
    t = w.tally[0]
    for place in range(first + 1, t.closed):
        earlier = w.positions[w.closed[place - 1]].closed_ns
        if earlier >= w.positions[w.closed[place]].closed_ns:
            # which of two trades closed first is a sorting algorithm's word: ask for it
            mail = w.mail[0]
            mail.now_ns = since
            mail.flag = n.equity
            mail.proposed = w.rules[0].protected_balance
            ask(w, DRAWDOWN_OF)
            return mail.number if mail.known else math.nan
    start = 0.0
    if n.equity:
        total = rest = 0.0
        for place in range(first):
            x = w.positions[w.closed[place]].close_profit_abs
            if w.rules[0].compensated:
                total, rest = compensated(total, rest, x)
            else:
                total += x
        start = w.rules[0].protected_balance + (total + rest)
    worst = running = high = 0.0
    for place in range(first, t.closed):
        p = w.positions[w.closed[place]]
        running += p.close_profit_abs if n.equity else p.close_profit
        # before the first trade the running profit counts as nothing
        high = max(high, running)
        if not n.equity:
            worst = max(worst, high - running)
        elif start != 0.0:
            worst = max(worst, ((start + high) - (start + running)) / (start + high))
        elif high != 0.0:
            worst = max(worst, (high - running) / high)
    return worst


@compiled
def _max_drawdown(w: World, rule: int, now: int) -> None:
    n = w.protections[rule]
    since = now - n.lookback_ns
    first = _window(w, since)
    t = w.tally[0]
    if t.closed - first < n.trade_limit or t.closed == first:
        return
    found = _drawdown(w, rule, since, first)
    if found > n.max_drawdown:
        latest = -1
        for place in range(first, t.closed):
            latest = max(latest, w.positions[w.closed[place]].closed_ns)
        _bar(w, rule, -1, 0, now, latest, found)


@compiled
def run_protections(w: World, pair: int, now: int, side: int) -> None:
    """Look at the closed trades after an exit: first what bars this pair, then what bars all."""
    count = w.rules[0].protections
    for rule in range(count):
        kind = w.protections[rule].kind
        if kind == COOLDOWN:
            _cooldown(w, rule, pair, now)
        elif kind == STOP_GUARD:
            _stop_guard(w, rule, pair, side, now)
        elif kind == LOW_PROFIT:
            _low_profit(w, rule, pair, side, now)
    for rule in range(count):
        n = w.protections[rule]
        if n.kind == DRAWDOWN:
            _max_drawdown(w, rule, now)
        elif n.kind == STOP_GUARD and not n.per_pair:
            _stop_guard(w, rule, -1, side, now)
