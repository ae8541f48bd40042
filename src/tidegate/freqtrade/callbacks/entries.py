"""Questions before there is a trade: price, leverage, stake, consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidegate.freqtrade.callbacks.mail import (
    AMOUNT,
    KNOWN,
    LEAST,
    LEVERAGE,
    MOST,
    NUMBER,
    PAIR,
    POSITION,
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


def entry_answers(room: Parlour) -> dict[int, Answer]:
    """Return what answers each of these questions."""
    return {
        asking.BOT_LOOP_START: _bot_loop_start(room),
        asking.CUSTOM_ENTRY_PRICE: _custom_entry_price(room),
        asking.LEVERAGE: _leverage(room),
        asking.CUSTOM_STAKE_AMOUNT: _custom_stake_amount(room),
        asking.CONFIRM_TRADE_ENTRY: _confirm_trade_entry(room),
    }


def _bot_loop_start(room: Parlour) -> Answer:
    method = room.strategy.bot_loop_start

    def answer() -> None:
        try:
            method(current_time=room.time())
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("bot_loop_start", error)

    return answer


def _custom_entry_price(room: Parlour) -> Answer:
    ints, floats = room.ints, room.floats
    method, lend = room.method("custom_entry_price")
    take_back = room.book.take_back

    def answer() -> None:
        held = ints[POSITION]
        trade = lend(held) if held >= 0 else None
        proposed = floats[PROPOSED]
        wanted: Any = proposed
        try:
            wanted = method(
                pair=room.pairs[ints[PAIR]],
                trade=trade,
                current_time=room.time(),
                proposed_rate=proposed,
                entry_tag=room.tag(ints[TAG]),
                side="long" if ints[SIDE] > 0 else "short",
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("custom_entry_price", error)
        if trade is not None:
            take_back(trade)
        ints[KNOWN] = wanted is not None
        floats[NUMBER] = proposed if wanted is None else float(wanted)

    return answer


def _leverage(room: Parlour) -> Answer:
    ints, floats = room.ints, room.floats
    method = room.strategy.leverage

    def answer() -> None:
        wanted: Any = 1.0
        try:
            wanted = method(
                pair=room.pairs[ints[PAIR]],
                current_time=room.time(),
                current_rate=floats[RATE],
                proposed_leverage=1.0,
                max_leverage=floats[MOST],
                side="long" if ints[SIDE] > 0 else "short",
                entry_tag=room.tag(ints[TAG]),
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("leverage", error)
        floats[NUMBER] = max(wanted, 1.0)

    return answer


def _custom_stake_amount(room: Parlour) -> Answer:
    ints, floats = room.ints, room.floats
    method = room.strategy.custom_stake_amount

    def answer() -> None:
        proposed = floats[PROPOSED]
        wanted: Any = proposed
        try:
            wanted = method(
                pair=room.pairs[ints[PAIR]],
                current_time=room.time(),
                current_rate=floats[RATE],
                proposed_stake=proposed,
                min_stake=floats[LEAST],
                max_stake=floats[MOST],
                leverage=floats[LEVERAGE],
                entry_tag=room.tag(ints[TAG]),
                side="long" if ints[SIDE] > 0 else "short",
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("custom_stake_amount", error)
        if not wanted or isinstance(wanted, str) or wanted <= 0:
            ints[KNOWN] = 0
        else:
            ints[KNOWN] = 1
            floats[NUMBER] = wanted

    return answer


def _confirm_trade_entry(room: Parlour) -> Answer:
    ints, floats = room.ints, room.floats
    method = room.strategy.confirm_trade_entry

    def answer() -> None:
        agreed: Any = True
        try:
            agreed = method(
                pair=room.pairs[ints[PAIR]],
                order_type=room.strategy.order_types["entry"],
                amount=floats[AMOUNT],
                rate=floats[RATE],
                time_in_force=room.strategy.order_time_in_force["entry"],
                current_time=room.time(),
                entry_tag=room.tag(ints[TAG]),
                side="long" if ints[SIDE] > 0 else "short",
            )
        except Exception as error:  # noqa: BLE001 - Freqtrade swallows them all; here they are counted
            room.note("confirm_trade_entry", error)
        ints[VERDICT] = 1 if agreed else 0

    return answer
