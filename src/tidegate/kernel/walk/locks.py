"""Bars on entries, kept as the latest time up to which each side of a pair is barred."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.layout import LONG, SHORT

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World


@compiled
def is_locked(w: World, pair: int, time: int, side: int) -> bool:
    """Tell whether entries of a pair are barred; side 0: by a lock on both sides."""
    t = w.tally[0]
    if pair >= 0:
        p = w.pairs[pair]
        if p.lock_both_ns > time:
            return True
        if side == LONG and p.lock_long_ns > time:
            return True
        if side == SHORT and p.lock_short_ns > time:
            return True
    if t.lock_both_ns > time:
        return True
    if side == LONG and t.lock_long_ns > time:
        return True
    return bool(side == SHORT and t.lock_short_ns > time)


@compiled
def lock(w: World, pair: int, side: int, now: int, until: int, rule: int, figure: float) -> None:
    """Bar entries until the candle after `until`."""
    t = w.tally[0]
    candle = w.rules[0].candle_ns
    end = (until // candle + 1) * candle
    n = w.locks[t.locks]
    n.pair = pair
    n.side = side
    n.made_ns = now
    n.until_ns = end
    n.active = 1
    n.rule = rule
    n.figure = figure
    t.locks += 1
    if pair < 0:
        if side == LONG:
            t.lock_long_ns = max(t.lock_long_ns, end)
        elif side == SHORT:
            t.lock_short_ns = max(t.lock_short_ns, end)
        else:
            t.lock_both_ns = max(t.lock_both_ns, end)
        return
    p = w.pairs[pair]
    if side == LONG:
        p.lock_long_ns = max(p.lock_long_ns, end)
    elif side == SHORT:
        p.lock_short_ns = max(p.lock_short_ns, end)
    else:
        p.lock_both_ns = max(p.lock_both_ns, end)
