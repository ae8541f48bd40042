"""Rows of candles shown no sooner than their time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from tidegate.kernel.walk.rows import PairRows

_COLUMNS: Final = (
    *("time", "open", "high", "low", "close", "bits", "enter_tag", "exit_tag"),
    *("stop_distance", "size_distance", "slip_base", "slip_impact"),
)


def shown(rows: PairRows, since_ns: int, now_ns: int, step_ns: int) -> PairRows:
    """Return the rows of candles that opened from a time on and have closed by another."""
    first = int(np.searchsorted(rows.time, since_ns, side="left"))
    last = int(np.searchsorted(rows.time, now_ns - step_ns, side="right"))
    return _cut(rows, first, max(first, last))


def _cut(rows: PairRows, first: int, last: int) -> PairRows:
    """Return rows from one up to but not including another; price steps stay as they are."""
    columns = {name: getattr(rows, name) for name in _COLUMNS}
    return replace(
        rows, **{name: each[first:last] for name, each in columns.items() if each is not None}
    )
