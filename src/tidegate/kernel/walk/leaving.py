"""Exits: what a candle calls for, at which price, and the order that is placed for it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.asking import (
    CONFIRM_TRADE_EXIT,
    CUSTOM_EXIT_PRICE,
    ask,
    is_asked,
)
from tidegate.kernel.walk.asking import (
    CUSTOM_EXIT as ASK_CUSTOM_EXIT,
)
from tidegate.kernel.walk.layout import (
    CUSTOM_EXIT,
    EXIT_SIGNAL,
    LIQUIDATION,
    LONG,
    PARTIAL_EXIT,
    ROI,
    STOP_LOSS,
    TIME_EXIT,
    TRAILING_STOP_LOSS,
    UNSET,
)
from tidegate.kernel.walk.orderlist import add_order, may_place, stands_already
from tidegate.kernel.walk.paying import exit_price
from tidegate.kernel.walk.rounding import amount_cut, price_nearest
from tidegate.kernel.walk.stops import move_stop
from tidegate.kernel.walk.targets import NS_PER_MINUTE, minutes_between, target_at
from tidegate.kernel.walk.world import (
    ANY_ENTER_LONG,
    ANY_ENTER_SHORT,
    ANY_EXIT_LONG,
    ANY_EXIT_SHORT,
    candle_of,
)
from tidegate.kernel.walk.worth import profit_ratio, rate_for_ratio

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import Row, World

NO_ORDER: Final = -1


class Calls(NamedTuple):
    """What a candle calls for: kinds of exit, UNSET where there is none; reasons are tags."""

    signal: int
    reason: int
    stop: int
    target: bool
    trailed: int


@compiled
def _signal(w: World, i: int, row: Row, profit: float, entering: bool) -> tuple[int, int]:
    """Return the exit that the signals or the strategy ask for, and its reason."""
    r = w.rules[0]
    p = w.positions[i]
    bit = ANY_EXIT_LONG if p.side == LONG else ANY_EXIT_SHORT
    leaving = r.use_exit_signal and row.bits & bit != 0
    if leaving and not entering:
        if r.exit_profit_only and not profit > r.exit_profit_offset:
            return UNSET, UNSET
        return EXIT_SIGNAL, EXIT_SIGNAL
    if r.use_exit_signal and is_asked(w, ASK_CUSTOM_EXIT):
        mail = w.mail[0]
        mail.pair = p.pair
        mail.position = i
        mail.now_ns = row.time
        mail.rate = row.open
        mail.profit = profit
        ask(w, ASK_CUSTOM_EXIT)
        if mail.verdict:
            return CUSTOM_EXIT, mail.answer_tag
    if r.plans and 0 <= r.max_bars <= candle_of(w, row.time) - candle_of(w, p.opened_ns):
        return TIME_EXIT, TIME_EXIT
    return UNSET, UNSET


@compiled
def _is_hit(side: int, row: Row, price: float) -> bool:
    return price >= row.low if side == LONG else price <= row.high


@compiled
def _note_doubt(p: Any, row: Row, before: float, stopped: bool, reached: bool) -> None:  # noqa: ANN401 - a record of `layout`
    """Note whether the open has jumped the stop, and whether it is known what came first."""
    gapped = row.open <= before if p.side == LONG else row.open >= before
    clear = not _is_hit(p.side, row, before)
    p.gapped = gapped and row.time > p.opened_ns
    p.dubious = stopped and (reached or clear) and not gapped


@compiled
def evaluate(w: World, i: int, row: Row) -> Calls:
    """Let the stop move, and say which exits this candle calls for."""
    r = w.rules[0]
    p = w.positions[i]
    long = p.side == LONG
    entering = row.bits & (ANY_ENTER_LONG if long else ANY_ENTER_SHORT) != 0
    best_rate = row.high if long else row.low
    profit = profit_ratio(w, p, row.open)
    best = profit_ratio(w, p, best_rate)
    p.max_rate = max(row.high, p.open_rate if math.isnan(p.max_rate) else p.max_rate)
    p.min_rate = min(row.low, p.open_rate if math.isnan(p.min_rate) else p.min_rate)
    before = p.stop
    move_stop(w, i, row.time, row.low if long else row.high, best_rate, best, False)
    stopped = _is_hit(p.side, row, p.stop)
    kind = UNSET
    if stopped:
        kind = TRAILING_STOP_LOSS if p.moved else STOP_LOSS
    elif p.liquidation != 0.0 and _is_hit(p.side, row, p.liquidation):
        kind = LIQUIDATION
    reached = False
    if not (entering and r.ignore_roi):
        ratio, _since = target_at(w, i, minutes_between(p.opened_ns, row.time), row.time)
        reached = best > ratio
    if r.plans:
        _note_doubt(p, row, before, stopped, reached)
    signal, reason = _signal(w, i, row, profit, entering)
    trailed = kind == TRAILING_STOP_LOSS
    return Calls(signal, reason, UNSET if trailed else kind, reached, kind if trailed else UNSET)


@compiled
def _stop_rate(w: World, i: int, row: Row, kind: int, minutes: int) -> float:
    """Return what a stop brings: its price, the open beyond it, the worst on the entry candle."""
    r = w.rules[0]
    p = w.positions[i]
    level = p.stop
    if r.standard and p.gapped and kind != LIQUIDATION:
        return row.open
    if kind == LIQUIDATION and p.liquidation != 0.0 and not math.isnan(p.liquidation):
        level = p.liquidation
    if p.side == LONG:
        if level > row.high:
            return row.open
    elif level < row.low:
        return row.open
    if kind != TRAILING_STOP_LOSS or minutes != 0:
        return float(level)
    if (
        not r.use_custom_stop
        and r.trailing
        and r.trailing_only_past_offset
        and r.has_trailing_ratio
        and r.trailing_ratio != 0.0
    ):
        worst = row.open * (
            1.0 + p.side * abs(r.trailing_offset) - p.side * abs(r.trailing_ratio / p.leverage)
        )
    else:
        worst = row.open * (1.0 - p.side * abs(p.stop_pct / p.leverage))
    return float(max(row.low, worst) if p.side == LONG else min(row.high, worst))


@compiled
def _target_rate(w: World, i: int, row: Row, minutes: int, now: int) -> float:
    """Return what an exit at the target brings; NaN where the candle cannot have reached it."""
    p = w.positions[i]
    candle = w.rules[0].candle_ns // NS_PER_MINUTE
    ratio, since = target_at(w, i, minutes, now)
    if math.isnan(ratio):
        return row.open
    if ratio == -1.0 and since % candle == 0:
        return row.open
    rate = rate_for_ratio(w, p, ratio)
    long = p.side == LONG
    new = row.open > rate if long else row.open < rate
    if minutes > 0 and minutes == since and since % candle == 0 and new:
        return row.open
    if minutes == 0:
        if long and row.open > row.close and p.open_rate < row.open and rate > row.close:
            return math.nan
        if not long and row.open < row.close and p.open_rate > row.open and rate < row.close:
            return math.nan
    return float(min(max(rate, row.low), row.high))


@compiled
def _asked_rate(w: World, i: int, row: Row, rate: float, now: int, reason: int) -> float:
    """Return the price the strategy wants for an exit at the open."""
    p = w.positions[i]
    if is_asked(w, CUSTOM_EXIT_PRICE):
        mail = w.mail[0]
        mail.profit = profit_ratio(w, p, rate)
        mail.pair = p.pair
        mail.position = i
        mail.now_ns = now
        mail.proposed = rate
        mail.tag = reason
        ask(w, CUSTOM_EXIT_PRICE)
        if mail.known:
            rate = mail.number
    return min(rate, row.high) if p.side != LONG else max(rate, row.low)


@compiled
def _confirmed(w: World, i: int, now: int, amount: float, rate: float, reason: int) -> bool:
    if not is_asked(w, CONFIRM_TRADE_EXIT):
        return True
    mail = w.mail[0]
    mail.pair = w.positions[i].pair
    mail.position = i
    mail.now_ns = now
    mail.amount = amount
    mail.rate = rate
    mail.tag = reason
    ask(w, CONFIRM_TRADE_EXIT)
    return bool(mail.verdict)


@compiled
def place_exit(w: World, i: int, row: Row, rate: float, amount: float, reason: int) -> int:
    """Place an exit order, unless the same one stands already or it is denied; its index."""
    t = w.tally[0]
    p = w.positions[i]
    t.next_order += 1
    number = t.next_order
    price = price_nearest(w, p.pair, rate, p.digits, p.step)
    if w.rules[0].standard:
        price = min(max(price, row.low), row.high)
    amount = amount_cut(w, p.pair, amount if amount != 0.0 else p.amount)
    if stands_already(w, i, 0, price, amount):
        return NO_ORDER
    paid = exit_price(w, i, row.time, price, amount, reason)
    if not may_place(
        w, p.pair, i, p.side, 0, row.time, price, amount, paid, p.leverage, reason, number
    ):
        return NO_ORDER
    return add_order(w, i, 0, row.time, price, amount, reason, number)


@compiled
def _place_called(
    w: World, i: int, row: Row, kind: int, reason: int, rate: float, amount: float
) -> int:
    """Place the exit order that a candle calls for; the position keeps its reason if it may not."""
    t = w.tally[0]
    p = w.positions[i]
    before, denied = p.exit_reason, t.denied
    p.exit_reason = reason
    o = place_exit(w, i, row, rate, amount, reason)
    if t.denied != denied:
        p.exit_reason = before
    if o != NO_ORDER and w.rules[0].plans:
        # an exit at the open came before whatever else the candle held
        at_open = kind in (EXIT_SIGNAL, TIME_EXIT) or (kind == ROI and rate == row.open)
        w.orders[o].dubious = p.dubious and not at_open
    return o


@compiled
def try_exit(w: World, i: int, row: Row, now: int, kind: int, reason: int, amount: float) -> int:
    """Try an exit of a kind: its order, or NO_ORDER where something forbids it.

    `amount` is NaN for all of the position.
    """
    p = w.positions[i]
    p.closed_ns = now  # what a strategy sees while it is asked
    if math.isnan(amount):
        amount = p.amount
    minutes = minutes_between(p.opened_ns, now)
    if kind in (STOP_LOSS, TRAILING_STOP_LOSS, LIQUIDATION):
        rate = _stop_rate(w, i, row, kind, minutes)
    elif kind == ROI:
        rate = _target_rate(w, i, row, minutes, now)
        if math.isnan(rate):
            return NO_ORDER
    else:
        rate = row.open
    if kind in (EXIT_SIGNAL, CUSTOM_EXIT, PARTIAL_EXIT):
        if kind == EXIT_SIGNAL and row.exit_tag > 0:
            reason = row.exit_tag
        if w.rules[0].limit_exit:
            rate = _asked_rate(w, i, row, rate, now, reason)
    if kind not in (LIQUIDATION, PARTIAL_EXIT) and not _confirmed(w, i, now, amount, rate, reason):
        return NO_ORDER
    return _place_called(w, i, row, kind, reason, rate, amount)


@compiled
def leave(w: World, i: int, row: Row, now: int) -> None:
    """Place the first exit order that this candle calls for and nothing forbids."""
    calls = evaluate(w, i, row)
    whole = math.nan
    o = NO_ORDER
    if calls.signal != UNSET:
        o = try_exit(w, i, row, now, calls.signal, calls.reason, whole)
    if o == NO_ORDER and calls.stop != UNSET:
        o = try_exit(w, i, row, now, calls.stop, calls.stop, whole)
    if o == NO_ORDER and calls.target:
        o = try_exit(w, i, row, now, ROI, ROI, whole)
    if o == NO_ORDER and calls.trailed != UNSET:
        try_exit(w, i, row, now, calls.trailed, calls.trailed, whole)
