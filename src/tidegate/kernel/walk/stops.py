"""Where a position's stop stands, and what moves it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.asking import CUSTOM_STOPLOSS, ask, is_asked
from tidegate.kernel.walk.layout import LONG
from tidegate.kernel.walk.rounding import stop_on_step

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World


@compiled
def set_stop(w: World, i: int, rate: float, ratio: float, refresh: bool) -> None:
    """Put the stop `ratio` behind a rate: the first one, or a closer one (`refresh`: any)."""
    p = w.positions[i]
    distance = abs(ratio / p.leverage)
    price = rate * (1.0 - distance) if p.side == LONG else rate * (1.0 + distance)
    price = stop_on_step(w, p.pair, p.side, price, p.digits, p.step)
    if p.has_initial == 0:
        p.has_initial = 1
        p.initial_stop = price
        p.initial_stop_pct = -abs(ratio)
    else:
        closer = price > p.stop if p.side == LONG else price < p.stop
        if not (refresh or closer):
            return
        if not refresh:
            p.moved = 1
        if p.stop == 0.0 and not w.rules[0].plans:
            p.initial_stop = price
    p.stop = price
    p.stop_pct = -abs(ratio)
    p.has_stop = 1


@compiled
def first_stop(w: World, i: int) -> None:
    """Give a position the strategy's stop, or the plan's of its entry, if it has none."""
    p = w.positions[i]
    if p.stop == 0.0:
        r = w.rules[0]
        set_stop(w, i, p.open_rate, p.stop_pct if r.plans else r.stoploss, False)


@compiled
def _own_stop(w: World, i: int, now: int, bound: float, profit: float, after_fill: bool) -> float:
    """Return the stop that the strategy asks for; NaN for none."""
    if not is_asked(w, CUSTOM_STOPLOSS):
        return w.rules[0].stoploss or math.nan
    mail = w.mail[0]
    mail.pair = w.positions[i].pair
    mail.position = i
    mail.now_ns = now
    mail.rate = bound
    mail.profit = profit
    mail.flag = 1 if after_fill else 0
    ask(w, CUSTOM_STOPLOSS)
    return mail.number if mail.known else math.nan


@compiled
def move_stop(
    w: World, i: int, now: int, guard: float, bound: float, profit: float, after_fill: bool
) -> None:
    """Let the strategy and its trailing rules move the stop, unless `guard` is beyond it.

    `bound` is the best price of the candle, or the price of the fill; `profit` is there.
    """
    first_stop(w, i)
    p = w.positions[i]
    r = w.rules[0]
    clear = p.stop < guard if p.side == LONG else p.stop > guard
    if not clear:
        return
    ratio = p.initial_stop_pct if r.plans else r.stoploss
    if r.use_custom_stop:
        own = _own_stop(w, i, now, bound, profit, after_fill)
        if not math.isnan(own):
            ratio = own
            set_stop(w, i, bound, ratio, after_fill)
    p.trailed_to = max(p.trailed_to, bound) if p.side == LONG else min(p.trailed_to, bound)
    if r.trailing:
        if r.trailing_only_past_offset and profit < r.trailing_offset:
            return
        if r.has_trailing_ratio and profit > r.trailing_offset:
            ratio = r.trailing_ratio
        set_stop(w, i, bound, ratio, False)
