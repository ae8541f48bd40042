"""The closed trades of one epoch as columns: all that figures and losses read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame

    from tidegate.model.arrays import Bools, Floats, Ints

_MINUTE_MS = 60_000


@dataclass(frozen=True)
class Closed:
    """Trades in the order in which they closed; times in milliseconds, profits in stake currency.

    `pair`, `enter_tag` and `exit_reason` number the names beside them; -1 is a trade without one.
    """

    names: Sequence[str]
    pair: Ints
    profit_abs: Floats
    profit_ratio: Floats
    stake_amount: Floats
    opened_ms: Ints
    closed_ms: Ints
    is_short: Bools
    tags: Sequence[Any]
    enter_tag: Ints
    reasons: Sequence[str]
    exit_reason: Ints
    costs: list[list[float]]
    """What each order of each trade came to, in stake currency."""

    def __len__(self) -> int:
        """Return how many trades closed."""
        return len(self.profit_abs)

    @cached_property
    def minutes(self) -> Ints:
        """Return how long each trade lasted, in whole minutes."""
        return (self.closed_ms - self.opened_ms) // _MINUTE_MS

    @cached_property
    def volume(self) -> float:
        """Return what was traded, in stake currency."""
        return sum(sum(costs) for costs in self.costs)


def closed_of(results: DataFrame) -> Closed:
    """Read the columns out of a frame of trades as Freqtrade's backtest returns it."""
    names, pair = _numbered(results["pair"].tolist())
    tags, enter_tag = _numbered(results["enter_tag"].tolist())
    reasons, exit_reason = _numbered(results["exit_reason"].tolist())
    return Closed(
        names=names,
        pair=pair,
        profit_abs=results["profit_abs"].to_numpy(dtype=np.float64),
        profit_ratio=results["profit_ratio"].to_numpy(dtype=np.float64),
        stake_amount=results["stake_amount"].to_numpy(dtype=np.float64),
        opened_ms=results["open_timestamp"].to_numpy(dtype=np.int64),
        closed_ms=results["close_timestamp"].to_numpy(dtype=np.int64),
        is_short=results["is_short"].to_numpy(dtype=np.bool_),
        tags=tags,
        enter_tag=enter_tag,
        reasons=reasons,
        exit_reason=exit_reason,
        costs=[[order["cost"] for order in orders] for orders in results["orders"]],
    )


def _numbered(values: list[Any]) -> tuple[list[Any], Ints]:
    """Return the different values and, for each, its number; nothing and NaN are -1."""
    numbers: dict[Any, int] = {}
    found = [
        -1 if value is None or value != value else numbers.setdefault(value, len(numbers))  # noqa: PLR0124 - NaN
        for value in values
    ]
    return list(numbers), np.array(found, dtype=np.int64)
