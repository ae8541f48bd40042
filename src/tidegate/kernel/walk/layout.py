"""The memory that the compiled walk and Python share: one definition, read from both sides.

Every figure is eight bytes. A field that may be unknown is NaN or -1 then, as said
beside it. Times are nanoseconds UTC. Tags are indices into the run's list of tags.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any, Final

import numpy as np

_INT: Final = ctypes.c_int64
_FLOAT: Final = ctypes.c_double


def _fields(ints: str, floats: str) -> list[tuple[str, Any]]:
    """Return the fields of a structure: whole numbers first, then the others."""
    return [(name, _INT) for name in ints.split()] + [(name, _FLOAT) for name in floats.split()]


class Position(ctypes.Structure):
    """A trade, from the placement of its first order on. Its index is in order of creation.

    `state`: see OPEN, CLOSED, GONE. `digits`: decimals of a price; see ANY_PRICE, ASK.
    `moved`: the stop has trailed, for prices up to `trailed_to`. `version` counts changes
    to the orders. Up to `guard_until_ns` no target is reached this side of the price `guard`.
    Of plans only: `target` is a profit ratio of its own (NaN: none), `gapped` and `dubious`
    are what the candle last looked at is to its stop; see docs/candle-rules.md.
    """

    _fields_ = _fields(
        "id pair side state digits opened_ns closed_ns enter_tag exit_reason first_order last_order"
        " entries exits open_orders last_fill_ns moved"
        " has_stop has_initial version guard_version guard_until_ns gapped dubious",
        "open_rate asked_rate close_rate stake max_stake"
        " amount asked_amount open_value stop stop_pct"
        " initial_stop initial_stop_pct max_rate min_rate liquidation leverage step fee"
        " funding_running funding_fees realized close_profit close_profit_abs wallet_amount"
        " wallet_stake wallet_pending trailed_to guard target",
    )


class Order(ctypes.Structure):
    """An order of a position, in a list by `next`; `funding` is NaN until it has filled.

    `asked` is the price at which a candle fills it, `price` what is paid then: they differ
    by slippage. `dubious`: whether the candle tells that this exit came first.
    """

    _fields_ = _fields(
        "id position entry is_open placed_ns filled_ns tag next kind dubious",
        "price amount filled remaining cost funding asked",
    )


class Rules(ctypes.Structure):
    """What the strategy and the configuration have settled before the first candle.

    Durations are nanoseconds, -1 for none. `callbacks` has a bit for each question that
    is to be put to Python; see `asking`.

    `ticks`: pairs are visited within their candles too.

    `waits`: orders are answered later, so a position that is being left is left alone.

    `plans`: entries are sized, stopped and slipped as a plan and `model.Rules` say, and the
    fields of theirs count; `standard`: by our own assumptions and not Freqtrade's.
    `sizing` is a `model.SizingKind`, `max_bars` is -1 for none, `reward_risk` NaN for none.
    """

    _fields_ = _fields(
        "can_short stacking slots use_exit_signal exit_profit_only ignore_roi use_custom_stop"
        " after_fill trailing trailing_only_past_offset has_trailing_ratio position_adjustment"
        " most_adds limit_entry limit_exit"
        " use_custom_roi roi_steps entry_timeout_ns exit_timeout_ns"
        " futures cross funding_ns unlimited_stake amend has_capital protections compensated"
        " detail_ns expire_ns capture callbacks quiet pairs candles candle_ns start_ns end_ns"
        " ticks plans standard max_bars sizing min_trades window waits",
        "stoploss trailing_ratio trailing_offset exit_profit_offset fee stake last_stake_ratio"
        " tradable_ratio capital start_balance cross_margin amount_reserve protected_balance"
        " reward_risk sizing_value sizing_cap sizing_fallback maintenance",
    )


class PairRecord(ctypes.Structure):
    """A pair: where its columns lie, what its market allows, and what the walk notes of it.

    `first` is the grid time of its first row, `listed` that of the first it ever had; NEVER
    where it had none. Limits are NaN where there is none.
    `lock_*_ns`: until when entries are barred, on both sides or one. Of plans, 0 for none:
    `*_distance_at` of the candle that decided, `slip_*_at` of the candle itself.
    """

    _fields_ = _fields(
        "rows first startup open_at high_at low_at close_at bits_at enter_tag_at exit_tag_at"
        " ticks tick_from_at tick_digits_at market_digits amount_digits ask_limits"
        " detail_rows detail_time_at detail_open_at detail_high_at detail_low_at detail_close_at"
        " funding_rows funding_time_at funding_fee_at"
        " opened seen lock_both_ns lock_long_ns lock_short_ns direction detail_from detail_count"
        " was_open visited stop_distance_at size_distance_at slip_base_at slip_impact_at"
        " listed",
        "cost_min amount_min cost_max amount_max market_step base_start",
    )


class Tally(ctypes.Structure):
    """Where the walk stands, what it has counted, and the wallet as it was last looked at.

    `time` is the grid index of the next candle, `signal_at` its place among the signals;
    `need_*` is the room it may take.
    `profit` is of closed trades;
    `profit_sum` and `profit_rest` are the same as a compensated sum.
    """

    _fields_ = _fields(
        "time now_ns row_ns seen_ns stopped positions orders opened closed locks captures"
        " rejected timed_out_entries timed_out_exits cancelled_trades cancelled_entries"
        " replaced_entries cancelled_exits replaced_exits next_id next_order ask_at"
        " visit_count visit_at phase most_positions"
        " most_orders most_closed most_captures most_locks"
        " most_open need_positions need_orders need_closed need_captures need_locks need_open"
        " lock_both_ns lock_long_ns lock_short_ns finished left lost denied"
        " unaffordable begun signal_at",
        "profit profit_sum profit_rest free used total",
    )


class Mail(ctypes.Structure):
    """One question to Python and its answer; which fields count depends on the question."""

    _fields_ = _fields(
        "pair position order side flag tag now_ns row_ns minutes verdict answer_tag known",
        "rate profit proposed least most amount leverage number",
    )


class Lock(ctypes.Structure):
    """A bar on entries: of one pair (-1: all), one side (0: both), until a time.

    `rule` is the protection that made it (-1: the strategy), `figure` what it saw.
    """

    _fields_ = _fields("pair side made_ns until_ns active rule", "figure")


class Capture(ctypes.Structure):
    """What the wallet holds for a position (-1: the stake currency) from a grid time on.

    NaN: the position is gone.
    """

    _fields_ = _fields("time position", "balance")


class Protection(ctypes.Structure):
    """A rule that bars entries after losses. `unlock_minute`: of the day, -1 for none."""

    _fields_ = _fields(
        "kind lookback_ns stop_ns unlock_minute trade_limit per_side per_pair equity",
        "required_profit max_drawdown",
    )


OPEN: Final = 0
CLOSED: Final = 1
GONE: Final = 2  # its first order never filled, or its closing order at the end did not

NEVER: Final = 1 << 62

LONG: Final = 1
SHORT: Final = -1

ANY_PRICE: Final = -1  # of `digits`: figures are not rounded
ASK: Final = -2  # of `digits`: the exchange rounds by a rule of its own

LIMIT: Final = 0
MARKET: Final = 1
OTHER_KIND: Final = 2

COOLDOWN: Final = 0
STOP_GUARD: Final = 1
LOW_PROFIT: Final = 2
DRAWDOWN: Final = 3

# where in a candle the walk stands, for those who ask what a strategy may have seen
BEFORE_PAIRS: Final = 0
AT_PAIR: Final = 1
AT_DETAIL: Final = 2
AFTER_ALL: Final = 3

# Reasons of an exit come first in the list of tags, in this order.
EXIT_REASONS: Final = (
    "",
    "exit_signal",
    "custom_exit",
    "stop_loss",
    "liquidation",
    "roi",
    "trailing_stop_loss",
    "partial_exit",
    "force_exit",
)
(
    UNSET,
    EXIT_SIGNAL,
    CUSTOM_EXIT,
    STOP_LOSS,
    LIQUIDATION,
    ROI,
    TRAILING_STOP_LOSS,
    PARTIAL_EXIT,
    FORCE_EXIT,
) = range(len(EXIT_REASONS))


# The first tag behind them where plans are walked: a position has become as old as it may.
TIME_EXIT: Final = len(EXIT_REASONS)
PLAN_REASONS: Final = (*EXIT_REASONS, "time_exit")


@cache
def kind_of(structure: type[ctypes.Structure]) -> np.dtype[Any]:
    """Return what numpy calls such a structure."""
    return np.dtype(structure)


def room_for(structure: type[ctypes.Structure], count: int) -> np.ndarray[Any, Any]:
    """Return zeroed memory for so many of a structure, as a numpy record array."""
    return np.zeros(count, dtype=kind_of(structure))


def view_of(structure: type[ctypes.Structure], memory: np.ndarray[Any, Any]) -> Any:  # noqa: ANN401 - a ctypes array, whose fields are made above
    """Return the same memory as Python sees it: an array of structures with plain attributes."""
    return (structure * len(memory)).from_buffer(memory.data)
