"""Questions about orders: an exit's price and consent, fills, time-outs, other prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidegate.freqtrade.callbacks.mail import (
    AMOUNT,
    FLAG,
    KNOWN,
    NUMBER,
    ORDER,
    PAIR,
    POSITION,
    PROFIT,
    PROPOSED,
    RATE,
    SIDE,
    TAG,
    VERDICT,
)
from tidegate.kernel.walk import asking

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.freqtrade.callbacks.parlour import Parlour

    Answer = Callable[[], None]


def order_answers(room: Parlour) -> dict[int, Answer]:
    """Return what answers each of these questions."""
    return {
        asking.ORDER_FILLED: _order_filled(room),
        asking.CUSTOM_EXIT_PRICE: _custom_exit_price(room),
        asking.CONFIRM_TRADE_EXIT: _confirm_trade_exit(room),
        asking.CHECK_ENTRY_TIMEOUT: _timeout(room, "check_entry_timeout"),
        asking.CHECK_EXIT_TIMEOUT: _timeout(room, "check_exit_timeout"),
        asking.ADJUST_ORDER_PRICE: _adjust_order_price(room),
    }


def _order_filled(room: Parlour) -> Answer:
    ints = room.ints
    method, lend = room.method("order_filled")
    take_back, order_itself = room.book.take_back, room.book.order_itself

    def answer() -> None:
        trade = lend(ints[POSITION])
        try:
            method(
                pair=room.pairs[ints[PAIR]],
                trade=trade,
                order=order_itself(trade, ints[ORDER]),
                current_time=room.time(),
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("order_filled", error)
        take_back(trade)

    return answer


def _custom_exit_price(room: Parlour) -> Answer:
    ints, floats = room.ints, room.floats
    method, lend = room.method("custom_exit_price")
    take_back = room.book.take_back

    def answer() -> None:
        trade = lend(ints[POSITION])
        proposed = floats[PROPOSED]
        wanted: Any = proposed
        try:
            wanted = method(
                pair=room.pairs[ints[PAIR]],
                trade=trade,
                current_time=room.time(),
                proposed_rate=proposed,
                current_profit=floats[PROFIT],
                exit_tag=room.tag(ints[TAG]),
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("custom_exit_price", error)
        take_back(trade)
        ints[KNOWN] = wanted is not None
        floats[NUMBER] = proposed if wanted is None else float(wanted)

    return answer


def _confirm_trade_exit(room: Parlour) -> Answer:
    ints, floats = room.ints, room.floats
    method, lend = room.method("confirm_trade_exit")
    take_back = room.book.take_back

    def answer() -> None:
        trade = lend(ints[POSITION])
        reason = room.tag(ints[TAG])
        agreed: Any = True
        try:
            agreed = method(
                pair=room.pairs[ints[PAIR]],
                trade=trade,
                order_type=room.strategy.order_types["exit"],
                amount=floats[AMOUNT],
                rate=floats[RATE],
                time_in_force=room.strategy.order_time_in_force["exit"],
                sell_reason=reason,
                exit_reason=reason,
                current_time=room.time(),
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("confirm_trade_exit", error)
        take_back(trade)
        ints[VERDICT] = 1 if agreed else 0

    return answer


def _timeout(room: Parlour, name: str) -> Answer:
    ints = room.ints
    method, lend = room.method(name)
    take_back, order_itself = room.book.take_back, room.book.order_itself

    def answer() -> None:
        trade = lend(ints[POSITION])
        over: Any = False
        try:
            over = method(
                pair=room.pairs[ints[PAIR]],
                trade=trade,
                order=order_itself(trade, ints[ORDER]),
                current_time=room.time(),
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note(name, error)
        take_back(trade)
        ints[VERDICT] = 1 if over else 0

    return answer


def _adjust_order_price(room: Parlour) -> Answer:
    ints, floats = room.ints, room.floats
    method, lend = room.method("adjust_order_price")
    # Freqtrade copies trades, but not the order beside one
    take_back, order_itself = room.book.take_back, room.book.order_itself

    def answer() -> None:
        trade = lend(ints[POSITION])
        rate = floats[RATE]
        wanted: Any = rate
        try:
            wanted = method(
                trade=trade,
                order=order_itself(trade, ints[ORDER]),
                pair=room.pairs[ints[PAIR]],
                current_time=room.time(),
                proposed_rate=floats[PROPOSED],
                current_order_rate=rate,
                entry_tag=room.tag(ints[TAG]),
                side="long" if ints[SIDE] > 0 else "short",
                is_entry=ints[FLAG] != 0,
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("adjust_order_price", error)
        take_back(trade)
        ints[KNOWN] = wanted is not None
        if wanted is not None:
            floats[NUMBER] = float(wanted)

    return answer
