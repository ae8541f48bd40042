"""Trades written down: from a position and its ending to a row of TRADE_DTYPE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.kernel import exits as rules
from tidegate.kernel.compiled import compiled, inlined
from tidegate.kernel.decimal import cut18, round8
from tidegate.kernel.lane import at, bar_at
from tidegate.kernel.numbers import LONG, SHORT
from tidegate.kernel.profit import most_a_short_costs, value_with_fee
from tidegate.kernel.slippage import slipped
from tidegate.kernel.ticks import nearest

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from tidegate.kernel.hold import Ending
    from tidegate.kernel.lane import Lane
    from tidegate.kernel.numbers import Position, Terms


@inlined
def open_record(
    slots: NDArray[Any],
    lane: Lane,
    position: Position,
    paid: float,
) -> None:
    """Write down a position as it was entered, at the price `paid`."""
    row = position.open_row
    slot = slots[lane.pair]
    slot.pair = lane.pair
    slot.is_short = position.side != LONG
    slot.open_row = position.open_row
    slot.open_rate = position.open_rate
    slot.entry_price = paid
    slot.digits = position.digits
    slot.amount = position.amount
    slot.stake = position.stake
    slot.leverage = 1.0
    slot.fee_open = position.fee
    slot.fee_close = position.fee
    slot.fees_paid = paid * position.amount * position.fee
    slot.slippage_paid = abs(paid - lane.open[row]) * position.amount
    slot.initial_stop = position.first_stop
    slot.initial_stop_ratio = position.first_ratio
    slot.enter_tag = at(lane.enter_tag, row - 1)


@inlined
def close_record(
    slots: NDArray[Any],
    lane: Lane,
    ending: Ending,
    terms: Terms,
) -> None:
    """Write down where a position's stops ended up, and its exit if it has one."""
    slot = slots[lane.pair]
    slot.stop = ending.position.stop
    slot.stop_ratio = ending.position.stop_ratio
    slot.max_rate = ending.max_rate
    slot.min_rate = ending.min_rate
    slot.dubious = ending.dubious
    slot.close_row = ending.row
    if ending.row >= 0:
        _exit(slots, lane, ending.rate, ending.reason, terms)


@compiled
def close_at_end(
    slots: NDArray[Any],
    lane: Lane,
    terms: Terms,
) -> bool:
    """Close a position at the open of its pair's last candle; False if rounding forbids it."""
    slot = slots[lane.pair]
    slot.close_row = lane.rows - 1
    bar = bar_at(lane, lane.rows - 1)
    rate = nearest(bar.open, slot.digits)
    if not terms.venue.exact_freqtrade:
        rate = min(max(rate, bar.low), bar.high)
    if not bar.low <= rate <= bar.high:
        return False
    _exit(slots, lane, rate, rules.FORCE_EXIT, terms)
    return True


@inlined
def _exit(
    slots: NDArray[Any],
    lane: Lane,
    asked: float,
    reason: int,
    terms: Terms,
) -> None:
    """Write down an exit asked for at a price: what it got, what it cost, the profit."""
    slot = slots[lane.pair]
    row = slot.close_row
    side = SHORT if slot.is_short else LONG
    fee = slot.fee_close
    rate = asked
    if reason != rules.TARGET:
        base, impact = at(lane.slip_base, row), at(lane.slip_impact, row)
        rate = slipped(asked, side == SHORT, base, impact, slot.amount)
    cost = value_with_fee(slot.amount, slot.entry_price, side * slot.fee_open, slot.digits)
    if side == SHORT and not terms.venue.exact_freqtrade:
        # an isolated short cannot lose more than its stake: the venue closes it first
        rate = min(rate, most_a_short_costs(cost, slot.stake, slot.amount, fee))
    value = value_with_fee(slot.amount, rate, -side * fee, slot.digits)
    slot.close_rate = rate
    slot.fees_paid += rate * slot.amount * fee
    slot.slippage_paid += abs(rate - asked) * slot.amount
    paid = cost
    average = cut18(slot.entry_price)
    if terms.venue.exact_freqtrade and average != slot.entry_price:
        paid = value_with_fee(slot.amount, average, side * slot.fee_open, slot.digits)
    slot.profit_abs = round8(side * (value - paid))
    slot.profit_ratio = slot.profit_abs / cost
    slot.exit_reason = reason
