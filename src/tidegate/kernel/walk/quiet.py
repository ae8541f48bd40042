"""Candles at which a position is held and nothing can come of it, told at a glance.

Only where no callback looks at every candle, and without leverage: then a candle
between stop and target, without an exit signal, moves nothing but the extremes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from tidegate.kernel.compiled import compiled
from tidegate.kernel.pointers import bytes_at, floats_at
from tidegate.kernel.walk.asking import (
    ADJUST_TRADE_POSITION,
    CUSTOM_EXIT,
    CUSTOM_ROI,
    is_asked,
)
from tidegate.kernel.walk.layout import LONG, NEVER
from tidegate.kernel.walk.targets import NS_PER_MINUTE
from tidegate.kernel.walk.world import ANY_EXIT_LONG
from tidegate.kernel.walk.worth import rate_for_ratio

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World

_CLOSE_TO: Final = 1e-7  # a target is looked at exactly once the price is this near


@compiled
def can_be_quiet(w: World) -> bool:
    """Tell whether candles may be passed over at all."""
    r = w.rules[0]
    if r.futures or r.stacking or r.detail_ns > 0 or r.ticks or r.use_custom_stop:
        return False
    if r.use_custom_roi and is_asked(w, CUSTOM_ROI):
        return False
    if r.use_exit_signal and is_asked(w, CUSTOM_EXIT):
        return False
    if r.position_adjustment and is_asked(w, ADJUST_TRADE_POSITION):
        return False
    return bool(r.plans or _is_steady(w, r.stoploss))


@compiled
def _is_steady(w: World, stop_pct: float) -> bool:
    """Tell whether only a new high can move a stop; a wider trailing one could from a lower."""
    r = w.rules[0]
    return bool(not (r.trailing and r.has_trailing_ratio) or abs(stop_pct) >= r.trailing_ratio)


@compiled
def _set_guard(w: World, i: int, time: int) -> None:
    """Find the price below which no target is reached, and until when that holds."""
    p = w.positions[i]
    r = w.rules[0]
    minutes = (time - p.opened_ns) // NS_PER_MINUTE
    ratio = math.nan
    p.guard_until_ns = NEVER
    for k in range(r.roi_steps):
        if w.roi_minutes[k] <= minutes:
            ratio = w.roi_ratios[k]
        else:
            p.guard_until_ns = p.opened_ns + w.roi_minutes[k] * NS_PER_MINUTE
            break
    if r.plans:
        if not math.isnan(p.target) and not p.target >= ratio:
            ratio = p.target
        if r.max_bars >= 0:
            p.guard_until_ns = min(p.guard_until_ns, p.opened_ns + r.max_bars * r.candle_ns)
    p.guard_version = p.version
    p.guard = math.inf
    if not math.isnan(ratio):
        p.guard = rate_for_ratio(w, p, ratio) * (1.0 - _CLOSE_TO)
    if r.plans and (time >= p.guard_until_ns or not _is_steady(w, p.initial_stop_pct)):
        p.guard = -math.inf


@compiled
def _can_wait(p: Any) -> bool:  # noqa: ANN401 - a record of `layout`
    """Tell whether a position can be passed over at all as it stands."""
    return bool(
        p.open_orders == 0 and p.side == LONG and p.amount > 0.0 and not math.isnan(p.max_rate)
    )


@compiled
def passes_over(w: World, i: int, row: int, time: int) -> bool:
    """Pass over a candle of a held position if nothing can come of it; False if something may."""
    p = w.positions[i]
    r = w.rules[0]
    if not _can_wait(p):
        return False
    pair = w.pairs[p.pair]
    high = floats_at(pair.high_at)[row]
    low = floats_at(pair.low_at)[row]
    if r.use_exit_signal and bytes_at(pair.bits_at)[row] & ANY_EXIT_LONG:
        return False
    if p.stop >= low or (r.trailing and high > p.trailed_to):
        return False
    if p.guard_version != p.version or time >= p.guard_until_ns:
        _set_guard(w, i, time)
    if not high < p.guard:
        return False
    p.max_rate = max(p.max_rate, high)
    p.min_rate = min(p.min_rate, low)
    return True


@compiled
def _quiet_until(w: World, i: int, time: int, last: int) -> int:
    """Return the first grid time up to `last` at which something may come of a position."""
    p = w.positions[i]
    r = w.rules[0]
    if not _can_wait(p):
        return time
    now = r.start_ns + time * r.candle_ns
    if p.guard_version != p.version or now >= p.guard_until_ns:
        _set_guard(w, i, now)
    if p.guard_until_ns < NEVER:
        wait = p.guard_until_ns - r.start_ns
        last = min(last, -(-wait // r.candle_ns))
    pair = w.pairs[p.pair]
    high, low, bits = floats_at(pair.high_at), floats_at(pair.low_at), bytes_at(pair.bits_at)
    leave = ANY_EXIT_LONG if r.use_exit_signal else 0
    followed = p.trailed_to if r.trailing else math.inf
    guard, stop = p.guard, p.stop
    row = time - pair.first
    end = min(last - pair.first, pair.rows)
    while row < end and low[row] > stop and high[row] < guard:
        if high[row] > followed or bits[row] & leave:
            break
        row += 1
    # a pair whose rows have ended is quiet for good
    return int(last if row >= pair.rows else max(min(row + pair.first, last), time))


@compiled
def _note_extremes(w: World, i: int, time: int, until: int) -> None:
    """Go through the candles that a position was passed over at."""
    p = w.positions[i]
    pair = w.pairs[p.pair]
    high, low = floats_at(pair.high_at), floats_at(pair.low_at)
    most, least = p.max_rate, p.min_rate
    end = min(until - pair.first, pair.rows)
    for row in range(time - pair.first, end):
        most = max(most, high[row])
        least = min(least, low[row])
    p.max_rate, p.min_rate = most, least
    pair.visited = max(pair.visited, end + pair.first)


@compiled
def pass_quiet_candles(w: World, until: int) -> int:
    """Pass over the candles at which nothing can come of any position; how many they were."""
    t = w.tally[0]
    r = w.rules[0]
    time = t.time
    last = until
    for j in range(t.opened):
        last = _quiet_until(w, w.opened[j], time, last)
        if last <= time:
            return 0
    for j in range(t.opened):
        _note_extremes(w, w.opened[j], time, last)
    t.time = last
    t.now_ns = r.start_ns + (last - 1) * r.candle_ns
    t.seen_ns = max(t.seen_ns, t.now_ns)
    return int(last - time)
