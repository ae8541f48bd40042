"""Questions at every candle of a trade: its stop, its target, leaving, how much to hold."""

from __future__ import annotations

from math import isinf, isnan
from typing import TYPE_CHECKING, Any

from freqtrade.constants import CUSTOM_TAG_MAX_LENGTH

from tidegate.freqtrade.callbacks.mail import (
    ANSWER_TAG,
    FLAG,
    KNOWN,
    LEAST,
    MINUTES,
    MOST,
    NUMBER,
    PAIR,
    POSITION,
    PROFIT,
    RATE,
    SIDE,
    TAG,
    VERDICT,
)
from tidegate.kernel.walk import asking
from tidegate.kernel.walk.layout import CUSTOM_EXIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.freqtrade.callbacks.parlour import Parlour

    Answer = Callable[[], None]


def holding_answers(room: Parlour) -> dict[int, Answer]:
    """Return what answers each of these questions."""
    return {
        asking.CUSTOM_STOPLOSS: _custom_stoploss(room),
        asking.CUSTOM_ROI: _custom_roi(room),
        asking.CUSTOM_EXIT: _custom_exit(room),
        asking.ADJUST_TRADE_POSITION: _adjust_trade_position(room),
    }


def _custom_stoploss(room: Parlour) -> Answer:
    ints, floats, pairs, time = room.ints, room.floats, room.pairs, room.time
    method, lend = room.method("custom_stoploss")
    take_back = room.book.take_back

    def answer() -> None:
        trade = lend(ints[POSITION])
        wanted: Any = None
        try:
            wanted = method(
                pair=pairs[ints[PAIR]],
                trade=trade,
                current_time=time(),
                current_rate=floats[RATE],
                current_profit=floats[PROFIT],
                after_fill=ints[FLAG] != 0,
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("custom_stoploss", error)
        take_back(trade)
        if wanted and not (isnan(wanted) or isinf(wanted)):
            ints[KNOWN] = 1
            floats[NUMBER] = wanted
        else:
            ints[KNOWN] = 0

    return answer


def _custom_roi(room: Parlour) -> Answer:
    ints, floats = room.ints, room.floats
    method, lend = room.method("custom_roi")
    take_back = room.book.take_back

    def answer() -> None:
        trade = lend(ints[POSITION])
        wanted: Any = None
        try:
            wanted = method(
                pair=room.pairs[ints[PAIR]],
                trade=trade,
                current_time=room.time(),
                trade_duration=ints[MINUTES],
                entry_tag=room.tag(ints[TAG]),
                side="long" if ints[SIDE] > 0 else "short",
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("custom_roi", error)
        take_back(trade)
        if wanted is None or isnan(wanted) or isinf(wanted):
            ints[KNOWN] = 0
        else:
            ints[KNOWN] = 1
            floats[NUMBER] = wanted

    return answer


def _custom_exit(room: Parlour) -> Answer:
    ints, floats, pairs, time = room.ints, room.floats, room.pairs, room.time
    number = room.numbers.number
    method, lend = room.method("custom_exit")
    take_back = room.book.take_back

    def answer() -> None:
        trade = lend(ints[POSITION])
        reason: Any = False
        try:
            reason = method(
                pair=pairs[ints[PAIR]],
                trade=trade,
                current_time=time(),
                current_rate=floats[RATE],
                current_profit=floats[PROFIT],
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("custom_exit", error)
        take_back(trade)
        if not reason:
            ints[VERDICT] = 0
            return
        ints[VERDICT] = 1
        if isinstance(reason, str):
            ints[ANSWER_TAG] = number(reason[:CUSTOM_TAG_MAX_LENGTH])
        else:
            ints[ANSWER_TAG] = CUSTOM_EXIT

    return answer


def _adjust_trade_position(room: Parlour) -> Answer:
    ints, floats = room.ints, room.floats
    method, lend = room.method("adjust_trade_position")
    take_back = room.book.take_back

    def answer() -> None:
        trade = lend(ints[POSITION])
        rate, profit, least = floats[RATE], floats[PROFIT], floats[LEAST]
        wanted: Any = None
        try:
            wanted = method(
                trade=trade,
                current_time=room.time(),
                current_rate=rate,
                current_profit=profit,
                min_stake=None if isnan(least) else least,
                max_stake=floats[MOST],
                current_entry_rate=rate,
                current_exit_rate=rate,
                current_entry_profit=profit,
                current_exit_profit=profit,
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("adjust_trade_position", error)
        take_back(trade)
        tag: object = ""
        if isinstance(wanted, tuple):
            tag = wanted[1] or "" if len(wanted) > 1 else ""
            wanted = wanted[0]
        if wanted is None:
            ints[KNOWN] = 0
            return
        ints[KNOWN] = 1
        ints[ANSWER_TAG] = room.numbers.number(tag)
        floats[NUMBER] = wanted

    return answer
