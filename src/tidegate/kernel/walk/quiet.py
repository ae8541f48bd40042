"""Candles at which a position is held and nothing can come of it, told at a glance.

Only where no callback looks at every candle, and without leverage: then a candle
between stop and target, without an exit signal, moves nothing but the extremes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tidegate.kernel.compiled import compiled
from tidegate.kernel.pointers import bytes_at, floats_at
from tidegate.kernel.walk.asking import (
    ADJUST_TRADE_POSITION,
    CUSTOM_EXIT,
    CUSTOM_ROI,
    is_asked,
)
from tidegate.kernel.walk.layout import LONG
from tidegate.kernel.walk.targets import NS_PER_MINUTE
from tidegate.kernel.walk.world import ANY_EXIT_LONG
from tidegate.kernel.walk.worth import rate_for_ratio

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World

_NEVER: Final = 1 << 62
_CLOSE_TO: Final = 1e-7  # a target is looked at exactly once the price is this near


@compiled
def can_be_quiet(w: World) -> bool:
    """Tell whether candles may be passed over at all."""
    r = w.rules[0]
    if r.futures or r.stacking or r.detail_ns > 0 or r.use_custom_stop:
        return False
    if r.use_custom_roi and is_asked(w, CUSTOM_ROI):
        return False
    if r.use_exit_signal and is_asked(w, CUSTOM_EXIT):
        return False
    if r.position_adjustment and is_asked(w, ADJUST_TRADE_POSITION):
        return False
    # a wider stop than the trailing one could follow from a lower high
    return bool(not (r.trailing and r.has_trailing_ratio) or abs(r.stoploss) >= r.trailing_ratio)


@compiled
def _set_guard(w: World, i: int, time: int) -> None:
    """Find the price below which no target is reached, and until when that holds."""
    p = w.positions[i]
    r = w.rules[0]
    minutes = (time - p.opened_ns) // NS_PER_MINUTE
    ratio = math.nan
    p.guard_until_ns = _NEVER
    for k in range(r.roi_steps):
        if w.roi_minutes[k] <= minutes:
            ratio = w.roi_ratios[k]
        else:
            p.guard_until_ns = p.opened_ns + w.roi_minutes[k] * NS_PER_MINUTE
            break
    p.guard_version = p.version
    p.guard = math.inf
    if not math.isnan(ratio):
        p.guard = rate_for_ratio(w, p, ratio) * (1.0 - _CLOSE_TO)


@compiled
def passes_over(w: World, i: int, row: int, time: int) -> bool:
    """Pass over a candle of a held position if nothing can come of it; False if something may."""
    p = w.positions[i]
    r = w.rules[0]
    if p.open_orders > 0 or p.side != LONG or not p.amount > 0.0 or math.isnan(p.max_rate):
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
