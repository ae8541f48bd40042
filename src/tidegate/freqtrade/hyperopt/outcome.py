"""Where an epoch meets the backtest: the one place that knows how a run is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pandas import DataFrame

from tidegate.freqtrade.backtesting import CompiledBacktesting
from tidegate.freqtrade.hyperopt.closed import Closed, closed_of
from tidegate.freqtrade.tables import trades_table
from tidegate.kernel.walk.layout import LONG
from tidegate.kernel.walk.rounding8 import rounded8

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from freqtrade.optimize.backtesting import Backtesting

    from tidegate.freqtrade.backtesting import Simulated
    from tidegate.kernel.walk.memory import Memory
    from tidegate.model.arrays import Ints

_NS_PER_MS = 1_000_000


@dataclass(frozen=True)
class Outcome:
    """The trades of a run as columns, and as Freqtrade's frame where somebody wants it."""

    closed: Closed
    said: dict[str, Any]
    """What a backtest says beside its trades: configuration, locks, counters, balance."""
    results: Callable[[], DataFrame]


class SwiftBacktesting(CompiledBacktesting):
    """A backtest whose trades stay columns until a frame of them is asked for."""

    def _table(self, simulated: Simulated) -> Simulated:
        return simulated


def outcome_of(
    backtesting: Backtesting, frames: dict[str, DataFrame], start: datetime, end: datetime
) -> Outcome:
    """Run the strategy over `frames`, which are cut to the range of the run while doing so."""
    content = backtesting.backtest(processed=frames, start_date=start, end_date=end)
    found = content["results"]
    said = {name: value for name, value in content.items() if name != "results"}
    if isinstance(found, DataFrame):  # Freqtrade's own loop ran
        return Outcome(closed_of(found), said, lambda: found)
    return Outcome(
        _columns(found), said, lambda: trades_table(found.memory, list(found.rows), found.tags)
    )


def _columns(simulated: Simulated) -> Closed:
    """Return the closed trades of a walk; names and tags are numbered as the walk has them."""
    memory, tags = simulated.memory, simulated.tags
    places = memory.closed_now()
    trades = memory.positions_now()[places]
    return Closed(
        names=list(simulated.rows),
        pair=trades["pair"].astype(np.int64),
        profit_abs=np.ascontiguousarray(trades["close_profit_abs"]),
        profit_ratio=np.ascontiguousarray(trades["close_profit"]),
        stake_amount=rounded8(trades["stake"]),
        opened_ms=trades["opened_ns"] // _NS_PER_MS,
        closed_ms=trades["closed_ns"] // _NS_PER_MS,
        is_short=trades["side"] != LONG,
        tags=tags,
        enter_tag=trades["enter_tag"].astype(np.int64),
        reasons=tags,
        exit_reason=trades["exit_reason"].astype(np.int64),
        costs=_costs(memory, places),
    )


def _costs(memory: Memory, places: Ints) -> list[list[float]]:
    """Follow each trade's orders, which are chained, for what they came to."""
    orders = memory.orders_now()
    after, cost = orders["next"].tolist(), orders["cost"].tolist()
    first = memory.positions_now()["first_order"].tolist()
    found = []
    for place in places.tolist():
        costs = []
        at = first[place]
        while at >= 0:
            costs.append(cost[at] or 0)
            at = after[at]
        found.append(costs)
    return found
