"""All pairs of a run: where each one's columns lie in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tidegate.kernel.compiled import inlined
from tidegate.kernel.lane import Column, Friction, Lane, lane_of_plan
from tidegate.kernel.pointers import bytes_at, floats_at, ints_at, shorts_at, tinies_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tidegate.model import Ints, Plan


class Market(NamedTuple):
    """The numbers of each lane, and the addresses of its columns, a row of `table` each."""

    pairs: int
    candles: int  # length of the common grid
    table: Ints  # flat; see `_row`


def _row(lane: Lane) -> list[int]:
    """Return one lane as integers, in the order in which `lane_at` reads them."""
    columns = (
        lane.enter_tag,
        lane.exit_tag,
        lane.stop_distance,
        lane.size_distance,
        lane.slip_base,
        lane.slip_impact,
    )
    return [
        lane.rows,
        lane.first,
        lane.candle_minutes,
        *(_address(prices) for prices in (lane.open, lane.high, lane.low, lane.close)),
        _address(lane.entry),
        _address(lane.flags),
        lane.signals,
        _address(lane.signal),
        lane.months,
        _address(lane.month_row),
        _address(lane.month_digits),
        *(number for column in columns for number in (column.step, _address(column.values))),
    ]


WIDTH = 26  # integers a lane


def _address(array: NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])


@inlined
def lane_at(market: Market, pair: int) -> Lane:
    """Return a pair's lane, with pointers for arrays."""
    t = market.table
    i = pair * WIDTH
    return Lane(
        pair,
        t[i],
        t[i + 1],
        t[i + 2],
        floats_at(t[i + 3]),
        floats_at(t[i + 4]),
        floats_at(t[i + 5]),
        floats_at(t[i + 6]),
        tinies_at(t[i + 7]),
        bytes_at(t[i + 8]),
        t[i + 9],
        ints_at(t[i + 10]),
        t[i + 11],
        ints_at(t[i + 12]),
        ints_at(t[i + 13]),
        Column(t[i + 14], shorts_at(t[i + 15])),
        Column(t[i + 16], shorts_at(t[i + 17])),
        Column(t[i + 18], floats_at(t[i + 19])),
        Column(t[i + 20], floats_at(t[i + 21])),
        Column(t[i + 22], floats_at(t[i + 23])),
        Column(t[i + 24], floats_at(t[i + 25])),
    )


def assemble(
    plans: Sequence[Plan],
    frictions: Sequence[Friction],
    *,
    can_short: bool,
) -> tuple[Market, list[Lane]]:
    """Lay the plans side by side. The market is only good while its lanes are kept."""
    timeframe = plans[0].candles.timeframe
    opens = [int(plan.candles.time[plan.warmup]) for plan in plans]
    start = min(opens)
    lanes = [
        lane_of_plan(plan, friction, pair, (opened - start) // timeframe.ns, can_short=can_short)
        for pair, (plan, friction, opened) in enumerate(zip(plans, frictions, opens, strict=True))
    ]
    market = Market(
        pairs=len(lanes),
        candles=max(lane.first + lane.rows for lane in lanes),
        table=np.array([number for lane in lanes for number in _row(lane)], dtype=np.int64),
    )
    return market, lanes
