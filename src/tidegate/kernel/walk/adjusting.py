"""Positions made larger or smaller while they are held."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.decimal import times
from tidegate.kernel.walk.asking import ADJUST_TRADE_POSITION, ask, is_asked
from tidegate.kernel.walk.decimals import decimal, quotient
from tidegate.kernel.walk.entering import NO_TRADE, Entry, enter
from tidegate.kernel.walk.fills import process_exit
from tidegate.kernel.walk.layout import PARTIAL_EXIT
from tidegate.kernel.walk.leaving import NO_ORDER, try_exit
from tidegate.kernel.walk.rounding import amount_cut
from tidegate.kernel.walk.wallet import available, limits, refresh_wallet, tied_up
from tidegate.kernel.walk.worth import profit_ratio

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import Row, World

_RESERVE = -0.1


@compiled
def _wanted(w: World, i: int, row: Row, now: int, least: float, most: float) -> float:
    """Return the stake that the strategy wants to add, or to take out if negative; NaN: none."""
    p = w.positions[i]
    left = available(w, tied_up(w))
    mail = w.mail[0]
    mail.profit = profit_ratio(w, p, row.open)
    mail.pair = p.pair
    mail.position = i
    mail.now_ns = now
    mail.rate = row.open
    mail.least = least
    mail.most = min(most, left)
    ask(w, ADJUST_TRADE_POSITION)
    return mail.number if mail.known else math.nan


@compiled
def _take_out(w: World, i: int, row: Row, now: int, stake: float, least: float, tag: int) -> None:
    p = w.positions[i]
    share = quotient(times(decimal(-stake), decimal(p.amount)), decimal(p.stake))[0]
    amount = amount_cut(w, p.pair, share)
    if amount == 0.0:
        return
    rest = (p.amount - amount) * row.open
    if not math.isnan(least) and least != 0.0 and rest != 0.0 and rest < least:
        return
    reason = tag if tag > 0 else PARTIAL_EXIT
    o = try_exit(w, i, row, now, PARTIAL_EXIT, reason, amount)
    if o != NO_ORDER:
        process_exit(w, i, o, now, row)


@compiled
def adjust(w: World, i: int, row: Row, now: int) -> None:
    """Ask whether to add to a position or take something out, and do it."""
    if not is_asked(w, ADJUST_TRADE_POSITION):
        return
    r = w.rules[0]
    p = w.positions[i]
    least, _most = limits(w, p.pair, row.open, _RESERVE, 1.0)
    most = limits(w, p.pair, row.open, 0.0, 1.0)[1]
    stake = _wanted(w, i, row, now, least, most)
    if math.isnan(stake):
        return
    tag = w.mail[0].answer_tag
    if stake > 0.0 and (r.most_adds < 0 or p.entries <= r.most_adds):
        e = Entry(p.pair, p.side, i, stake, math.nan, math.nan, tag)
        if enter(w, e, row) != NO_TRADE:
            refresh_wallet(w)
    elif stake < 0.0:
        _take_out(w, i, row, now, stake, least, tag)
