"""Entries as a plan has them: its own stop, a sizing of `model.SizingKind`, slippage."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.numbers import SizingNumbers, Wallet
from tidegate.kernel.pointers import floats_at
from tidegate.kernel.stake import allowed, available, kelly_fraction, proposed
from tidegate.kernel.walk.account import recalculate
from tidegate.kernel.walk.entering import NO_TRADE, confirmed, open_position
from tidegate.kernel.walk.fills import try_fill
from tidegate.kernel.walk.layout import LONG
from tidegate.kernel.walk.orderlist import add_order, may_place
from tidegate.kernel.walk.paying import slipped_at, venue_of
from tidegate.kernel.walk.rounding import amount_cut
from tidegate.kernel.walk.stops import first_stop
from tidegate.kernel.walk.wallet import tied_up
from tidegate.kernel.walk.world import candle_of, digits_at

if TYPE_CHECKING:
    from tidegate.kernel.walk.entering import Entry
    from tidegate.kernel.walk.world import Row, World


@compiled
def _kelly(w: World) -> float:
    """Return the Kelly fraction of the latest closed trades; NaN while they are too few."""
    r = w.rules[0]
    count = min(w.tally[0].closed, r.window)
    return kelly_fraction(w.recent, int(count)) if count >= r.min_trades else math.nan


@compiled
def _stake(w: World, pair: int, row: int, quoted: float, stop_ratio: float) -> float:
    """Return the stake that sizing, wallet and venue agree on; 0 for none."""
    r = w.rules[0]
    p = w.pairs[pair]
    wallet = Wallet(r.start_balance, r.tradable_ratio, int(r.slots))
    sizing = SizingNumbers(
        int(r.sizing),
        r.sizing_value,
        r.sizing_cap,
        int(r.min_trades),
        int(r.window),
        r.sizing_fallback,
    )
    tied = tied_up(w)
    free = w.tally[0].free
    size_ratio = math.nan
    if p.size_distance_at != 0:
        size_ratio = floats_at(p.size_distance_at)[row] / quoted
    asked = proposed(sizing, wallet, tied, free, stop_ratio, size_ratio, _kelly(w))
    return allowed(asked, quoted, available(wallet, tied, free), venue_of(w, pair))


@compiled
def enter_as_planned(w: World, e: Entry, row: Row) -> int:
    """Place the entry that a plan asks for and fill it if this candle does: the new position.

    NO_TRADE where the stake is not affordable or cannot be known, or where it is not let.
    """
    t = w.tally[0]
    r = w.rules[0]
    p = w.pairs[e.pair]
    index = candle_of(w, row.time) - p.first
    quoted = min(row.open, row.high) if e.side == LONG else max(row.open, row.low)
    stop_ratio = -r.stoploss
    if p.stop_distance_at != 0:
        stop_ratio = min(floats_at(p.stop_distance_at)[index] / quoted, 1.0)
    stake = _stake(w, e.pair, index, quoted, stop_ratio)
    amount = amount_cut(w, e.pair, stake / quoted)
    rate = slipped_at(w, e.pair, row.time, quoted, e.side == LONG, amount)
    amount = amount_cut(w, e.pair, stake / rate)
    if not (amount > 0.0 and stop_ratio > 0.0):
        t.unaffordable += 1
        return NO_TRADE
    t.next_order += 1
    number = t.next_order
    tag = row.enter_tag
    if not confirmed(w, e, row, amount, quoted, tag):
        return NO_TRADE
    if not may_place(w, e.pair, -1, e.side, 1, row.time, quoted, amount, rate, 1.0, tag, number):
        return NO_TRADE
    digits = digits_at(w, e.pair, row.time)
    i = open_position(w, e, row.time, rate, amount * rate, amount, 1.0, tag, digits)
    w.positions[i].stop_pct = -stop_ratio
    w.positions[i].target = r.reward_risk * stop_ratio
    first_stop(w, i)
    o = add_order(w, i, 1, row.time, rate, amount, tag, number)
    w.orders[o].asked = quoted
    try_fill(w, i, o, row.time, row)
    recalculate(w, i, False)
    return i
