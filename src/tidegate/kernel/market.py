"""All pairs of a run side by side in flat arrays, as the candle loop reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tidegate.kernel.compiled import inlined
from tidegate.kernel.numbers import LONG, SHORT, Bar
from tidegate.kernel.ticks import price_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    """A figure by candle, or one for all of them."""

    step: int  # 1: one a candle; 0: one for all
    values: NDArray[Any]


class Market(NamedTuple):
    """Rows of all pairs, one pair after another.

    A pair's rows are `offset[p]` to `offset[p + 1]`; its first row stands at `first[p]`
    on the run's common grid of candle times. Warm-up rows are left out already.
    """

    pairs: int
    offset: Ints
    first: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    entry: NDArray[np.int8]  # side to enter, decided on this candle; contradictions are 0
    signal_offset: Ints
    signal: Ints  # rows after candles that ask for an entry; pair p's start at signal_offset[p]
    flags: NDArray[np.uint8]  # the four flags as they were given
    enter_tag: Column
    exit_tag: Column
    stop_distance: Column
    size_distance: Column
    slip_base: Column
    slip_impact: Column
    month_offset: Ints
    month_row: Ints
    month_digits: Ints
    candle_minutes: int
    candles: int  # length of the common grid


@inlined
def bar_at(market: Market, i: int) -> Bar:
    """Return the candle of flat row i."""
    return Bar(market.open[i], market.high[i], market.low[i], market.close[i])


@inlined
def at(column: Column, i: int) -> float:
    """Read a column at flat row i."""
    return column.values[i * column.step]  # type: ignore[no-any-return]


@inlined
def digits_at(market: Market, pair: int, row: int) -> int:
    """Return the decimals of a price of this pair in the month of this row."""
    m = market.month_offset[pair + 1] - 1
    while m > market.month_offset[pair] and market.month_row[m] > row:
        m -= 1
    return int(market.month_digits[m])


def assemble(
    plans: Sequence[Plan],
    frictions: Sequence[Friction],
    *,
    can_short: bool,
) -> Market:
    """Lay the plans side by side, without their warm-up rows."""
    timeframe = plans[0].candles.timeframe
    opens = [int(plan.candles.time[plan.warmup]) for plan in plans]
    lengths = [len(plan.candles) - plan.warmup for plan in plans]
    first = (np.array(opens) - min(opens)) // timeframe.ns
    months = [_months(plan) for plan in plans]
    entries = [_entries(p, can_short=can_short)[p.warmup :] for p in plans]
    signals = [np.flatnonzero(column[:-1] != 0) + 1 for column in entries]
    return Market(
        pairs=len(plans),
        offset=_bounds(lengths),
        first=_fixed(first),
        open=_side_by_side([p.candles.open[p.warmup :] for p in plans]),
        high=_side_by_side([p.candles.high[p.warmup :] for p in plans]),
        low=_side_by_side([p.candles.low[p.warmup :] for p in plans]),
        close=_side_by_side([p.candles.close[p.warmup :] for p in plans]),
        entry=_side_by_side(entries),
        signal_offset=_bounds([len(rows) for rows in signals]),
        signal=_side_by_side(signals),
        flags=_side_by_side([_flags(p)[p.warmup :] for p in plans]),
        enter_tag=_column([p.enter_tag for p in plans], plans, np.full(1, -1, np.int16)),
        exit_tag=_column([p.exit_tag for p in plans], plans, np.full(1, -1, np.int16)),
        stop_distance=_column([p.stop_distance for p in plans], plans, np.full(1, np.nan)),
        size_distance=_column([p.size_distance for p in plans], plans, np.full(1, np.nan)),
        slip_base=_column([f.base for f in frictions], plans, np.zeros(1)),
        slip_impact=_column([f.impact for f in frictions], plans, np.zeros(1)),
        month_offset=_bounds([len(rows) for rows, _ in months]),
        month_row=_side_by_side([rows for rows, _ in months]),
        month_digits=_side_by_side([digits for _, digits in months]),
        candle_minutes=timeframe.minutes,
        candles=int((first + lengths).max()),
    )


def _months(plan: Plan) -> tuple[Ints, Ints]:
    """Return the months of a plan's candles, counted in rows after the warm-up."""
    rows, digits = price_digits(plan.candles)
    return rows - plan.warmup, digits


def _side_by_side(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Join columns; a single one is taken as it is, without a copy."""
    return _fixed(columns[0] if len(columns) == 1 else np.concatenate(columns))


def _fixed(column: NDArray[Any]) -> NDArray[Any]:
    """Return the column contiguous and read-only, so that the loop is compiled for one kind."""
    fixed = np.ascontiguousarray(column).view()
    fixed.flags.writeable = False
    return fixed


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
    flags = plan.exit_long.view(np.uint8) * np.uint8(EXIT_LONG)
    for column, bit in (
        (plan.exit_short, EXIT_SHORT),
        (plan.enter_long, ENTER_LONG),
        (plan.enter_short, ENTER_SHORT),
    ):
        flags |= column.view(np.uint8) * np.uint8(bit)
    return flags


def _column(
    columns: Sequence[NDArray[Any] | None],
    plans: Sequence[Plan],
    otherwise: NDArray[Any],
) -> Column:
    """Join columns; where no plan has one, or all have the same single figure, keep just that."""
    given = [otherwise if column is None else column for column in columns]
    if all(len(column) == 1 for column in given):
        figures = {column[0].item() for column in given}
        if len(figures) == 1 or given[0] is otherwise:
            return Column(0, _fixed(given[0]))
    full = [
        np.broadcast_to(column, len(plan.candles))[plan.warmup :]
        for column, plan in zip(given, plans, strict=True)
    ]
    return Column(1, _side_by_side(full))


def _bounds(lengths: Sequence[int]) -> Ints:
    """Return where each of several joined parts starts, and where the last one ends."""
    return _fixed(np.concatenate(([0], np.cumsum(lengths))))
