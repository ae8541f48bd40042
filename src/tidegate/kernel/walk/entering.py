"""Entries: new positions, additions to one, and entry orders at another price."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.account import recalculate
from tidegate.kernel.walk.asking import (
    CONFIRM_TRADE_ENTRY,
    CUSTOM_ENTRY_PRICE,
    CUSTOM_STAKE_AMOUNT,
    LEVERAGE,
    MOST_LEVERAGE,
    ask,
    is_asked,
)
from tidegate.kernel.walk.fills import try_fill
from tidegate.kernel.walk.layout import LONG, OPEN
from tidegate.kernel.walk.orderlist import add_order, may_place, stands_already
from tidegate.kernel.walk.rounding import amount_cut, price_nearest
from tidegate.kernel.walk.stops import first_stop
from tidegate.kernel.walk.wallet import accepted_stake, available, limits, proposed_stake, tied_up
from tidegate.kernel.walk.world import digits_at

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import Row, World

NO_TRADE: Final = -1
_RESERVE: Final = -0.05  # a new position must survive this loss without falling below the minimum


class Entry(NamedTuple):
    """What is asked for. `position` is -1 for a new one; NaN figures are not given."""

    pair: int
    side: int
    position: int
    stake: float
    at_rate: float
    at_stake: float
    tag: int


@compiled
def step_of(w: World, pair: int, digits: int) -> float:
    """Return the price step that so many decimals stand for."""
    return 1.0 / 10.0**digits if digits >= 0 else w.pairs[pair].market_step


@compiled
def _price(w: World, e: Entry, row: Row, tag: int, digits: int) -> float:
    """Return the price of the order: the open, or what the strategy says, within the candle."""
    price = row.open
    if not w.rules[0].limit_entry:
        return price
    if is_asked(w, CUSTOM_ENTRY_PRICE):
        mail = w.mail[0]
        mail.pair = e.pair
        mail.position = e.position
        mail.now_ns = row.time
        mail.proposed = price
        mail.tag = tag
        mail.side = e.side
        ask(w, CUSTOM_ENTRY_PRICE)
        if mail.known and mail.number != price:
            price = price_nearest(w, e.pair, mail.number, digits, step_of(w, e.pair, digits))
    return min(price, row.high) if e.side == LONG else max(price, row.low)


@compiled
def _leverage(w: World, e: Entry, row: Row, stake: float, tag: int) -> float:
    r = w.rules[0]
    if not r.futures:
        return 1.0
    mail = w.mail[0]
    mail.pair = e.pair
    mail.proposed = stake
    ask(w, MOST_LEVERAGE)
    most = mail.number
    leverage = 1.0
    if is_asked(w, LEVERAGE):
        mail.pair = e.pair
        mail.now_ns = row.time
        mail.rate = row.open
        mail.most = most
        mail.side = e.side
        mail.tag = tag
        ask(w, LEVERAGE)
        leverage = mail.number
    return float(min(max(leverage, 1.0), most))


@compiled
def _stake(
    w: World, e: Entry, row: Row, price: float, leverage: float, stake: float, tag: int
) -> tuple[float, float]:
    """Return the stake that all agree on, 0 for none, and the least the exchange takes."""
    new = e.position < 0
    least, most = limits(w, e.pair, price, _RESERVE if new else 0.0, leverage)
    if math.isnan(least):
        least = 0.0
    left = available(w, tied_up(w))
    if new and is_asked(w, CUSTOM_STAKE_AMOUNT):
        mail = w.mail[0]
        mail.pair = e.pair
        mail.now_ns = row.time
        mail.rate = price
        mail.proposed = stake
        mail.least = least
        mail.most = min(left, most)
        mail.leverage = leverage
        mail.tag = tag
        mail.side = e.side
        ask(w, CUSTOM_STAKE_AMOUNT)
        stake = mail.number if mail.known else 0.0
        left = available(w, tied_up(w))
    held = 0.0 if new else w.positions[e.position].stake
    return accepted_stake(stake, least, most, left, held), least


@compiled
def confirmed(w: World, e: Entry, row: Row, amount: float, price: float, tag: int) -> bool:
    """Ask the strategy whether it still wants a position."""
    if not is_asked(w, CONFIRM_TRADE_ENTRY):
        return True
    mail = w.mail[0]
    mail.pair = e.pair
    mail.now_ns = row.time
    mail.amount = amount
    mail.rate = price
    mail.tag = tag
    mail.side = e.side
    ask(w, CONFIRM_TRADE_ENTRY)
    return bool(mail.verdict)


@compiled
def open_position(
    w: World, e: Entry, time: int, price: float, stake: float, amount: float, leverage: float,
    tag: int, digits: int,
) -> int:  # fmt: skip
    """Make a position that holds nothing yet; it takes a slot and ties up its stake at once."""
    t = w.tally[0]
    i = t.positions
    t.positions += 1
    t.next_id += 1
    p = w.positions[i]
    p.id = t.next_id
    p.pair = e.pair
    p.side = e.side
    p.state = OPEN
    p.digits = digits
    p.step = step_of(w, e.pair, digits)
    p.opened_ns = time
    p.closed_ns = -1
    p.enter_tag = tag
    p.exit_reason = 0
    p.first_order = -1
    p.last_order = -1
    p.last_fill_ns = -1
    p.guard_version = -1
    p.wallet_amount = math.nan
    p.trailed_to = 0.0 if e.side == LONG else math.inf
    p.open_rate = price
    p.asked_rate = price
    p.stake = stake
    p.asked_amount = amount
    p.leverage = leverage
    p.fee = w.rules[0].fee
    p.close_rate = p.max_rate = p.min_rate = p.liquidation = math.nan
    p.funding_running = p.funding_fees = p.close_profit = p.close_profit_abs = math.nan
    w.opened[t.opened] = i
    t.opened += 1
    w.pairs[e.pair].opened += 1
    return int(i)


@compiled
def _place(
    w: World, e: Entry, row: Row, price: float, stake: float, amount: float, leverage: float,
    tag: int, digits: int, number: int,
) -> int:  # fmt: skip
    """Place an entry order, for a new position if need be, and fill it if this candle does."""
    i = e.position
    if i >= 0 and stands_already(w, i, 1, price, amount):
        return NO_TRADE
    if not may_place(
        w, e.pair, i, e.side, 1, row.time, price, amount, price, leverage, tag, number
    ):
        return e.position
    if i < 0:
        i = open_position(w, e, row.time, price, stake, amount, leverage, tag, digits)
    first_stop(w, i)
    o = add_order(w, i, 1, row.time, price, amount, tag, number)
    try_fill(w, i, o, row.time, row)
    recalculate(w, i, False)
    return int(i)


@compiled
def enter(w: World, e: Entry, row: Row) -> int:
    """Place an entry order and fill it if this candle does.

    Returns the position, new or as it was; NO_TRADE where there is none, or where the
    same order stands already.
    """
    t = w.tally[0]
    tag = e.tag if e.tag > 0 else row.enter_tag
    digits = digits_at(w, e.pair, row.time)
    price = _price(w, e, row, tag, digits)
    if e.position >= 0:
        leverage = w.positions[e.position].leverage
        stake = e.stake
    else:
        leverage = 1.0
        stake = proposed_stake(w)
        if math.isnan(stake):
            return NO_TRADE
        leverage = _leverage(w, e, row, stake, tag)
    stake, least = _stake(w, e, row, price, leverage, stake, tag)
    if not math.isnan(e.at_rate):
        price = e.at_rate
    if not math.isnan(e.at_stake) and e.at_stake != 0.0:
        stake = e.at_stake
    if stake == 0.0 or (least != 0.0 and stake < least):
        return e.position
    t.next_order += 1
    number = t.next_order
    amount = amount_cut(w, e.pair, (stake / price) * leverage)
    if amount == 0.0:
        return e.position
    stake = amount * price / leverage
    adding = e.position >= 0 and math.isnan(e.at_rate)
    if not adding and not confirmed(w, e, row, amount, price, tag):
        return e.position
    return _place(w, e, row, price, stake, amount, leverage, tag, digits, number)
