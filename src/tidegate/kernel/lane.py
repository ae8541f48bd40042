"""One pair's columns, as the rules read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tidegate.errors import DefectError
from tidegate.kernel.compiled import inlined
from tidegate.kernel.numbers import LONG, SHORT, Bar
from tidegate.kernel.ticks import price_digits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tidegate.model import Floats, Ints, Plan

EXIT_LONG = 1
EXIT_SHORT = 2
ENTER_LONG = 4
ENTER_SHORT = 8


class Friction(NamedTuple):
    """Slippage of one pair by candle; see `slippage.slipped`. One element means "always"."""

    base: Floats
    impact: Floats


class Column(NamedTuple):
    """A figure by row, or one for all of them."""

    step: int  # 1: one a row; 0: one for all
    values: NDArray[Any]


class Lane(NamedTuple):
    """A pair's rows after the warm-up. Its first row stands at `first` on the run's common grid."""

    pair: int
    rows: int
    first: int
    candle_minutes: int
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    entry: NDArray[np.int8]  # side to enter, decided on this candle; contradictions are 0
    flags: NDArray[np.uint8]  # the four flags as they were given
    signals: int
    signal: Ints  # rows after candles that ask for an entry
    months: int
    month_row: Ints  # where each calendar month starts
    month_digits: Ints  # decimals of a price in it
    enter_tag: Column
    exit_tag: Column
    stop_distance: Column
    size_distance: Column
    slip_base: Column
    slip_impact: Column


@inlined
def bar_at(lane: Lane, row: int) -> Bar:
    """Return the candle of a row."""
    return Bar(lane.open[row], lane.high[row], lane.low[row], lane.close[row])


@inlined
def at(column: Column, row: int) -> float:
    """Read a column at a row."""
    return column.values[row * column.step]  # type: ignore[no-any-return]


@inlined
def digits_at(lane: Lane, row: int) -> int:
    """Return the decimals of a price in the month of this row."""
    m = lane.months - 1
    while m > 0 and lane.month_row[m] > row:
        m -= 1
    return int(lane.month_digits[m])


def lane_of_plan(plan: Plan, friction: Friction, pair: int, first: int, *, can_short: bool) -> Lane:
    """Lay out one plan, without its warm-up rows and without copying prices."""
    rest = slice(plan.warmup, None)
    candles = plan.candles
    entry = _entries(plan, can_short=can_short)[rest]
    signal = np.flatnonzero(entry[:-1] != 0) + 1
    month_row, month_digits = price_digits(candles)
    tags = np.full(1, -1, np.int16)
    unknown = np.full(1, np.nan)
    return Lane(
        pair=pair,
        rows=len(candles) - plan.warmup,
        first=first,
        candle_minutes=candles.timeframe.minutes,
        open=np.ascontiguousarray(candles.open[rest], np.float64),
        high=np.ascontiguousarray(candles.high[rest], np.float64),
        low=np.ascontiguousarray(candles.low[rest], np.float64),
        close=np.ascontiguousarray(candles.close[rest], np.float64),
        entry=entry,
        flags=_flags(plan)[rest],
        signals=len(signal),
        signal=signal,
        months=len(month_row),
        month_row=month_row - plan.warmup,
        month_digits=month_digits,
        enter_tag=_column(plan.enter_tag, plan, tags),
        exit_tag=_column(plan.exit_tag, plan, tags),
        stop_distance=_column(plan.stop_distance, plan, unknown),
        size_distance=_column(plan.size_distance, plan, unknown),
        slip_base=_column(friction.base, plan, unknown),
        slip_impact=_column(friction.impact, plan, unknown),
    )


def _column(column: NDArray[Any] | None, plan: Plan, otherwise: NDArray[Any]) -> Column:
    if column is None:
        return Column(0, otherwise)
    if len(column) not in (1, len(plan.candles)):
        message = f"a column has {len(column)} rows, the candles {len(plan.candles)}"
        raise DefectError(message)
    if len(column) == 1 and len(plan.candles) > 1:
        return Column(0, np.ascontiguousarray(column, otherwise.dtype))
    return Column(1, np.ascontiguousarray(column[plan.warmup :], otherwise.dtype))


def _entries(plan: Plan, *, can_short: bool) -> NDArray[np.int8]:
    """Return the side each candle asks to enter; contradictory flags ask for none."""
    long = plan.enter_long & ~plan.exit_long
    if not can_short:
        return long.view(np.int8)
    short = plan.enter_short & ~plan.exit_short & ~plan.enter_long
    long &= ~plan.enter_short
    return long.view(np.int8) * np.int8(LONG) + short.view(np.int8) * np.int8(SHORT)


def _flags(plan: Plan) -> NDArray[np.uint8]:
    """Return the four flags of each candle in one byte."""
    flags = plan.exit_long.astype(np.uint8) * np.uint8(EXIT_LONG)
    for column, bit in (
        (plan.exit_short, EXIT_SHORT),
        (plan.enter_long, ENTER_LONG),
        (plan.enter_short, ENTER_SHORT),
    ):
        flags |= column.astype(np.uint8) * np.uint8(bit)
    return flags
