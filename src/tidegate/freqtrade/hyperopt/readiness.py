"""The compiled loop made ready before the first epoch, and before processes part ways."""

from __future__ import annotations

import numpy as np

from tidegate.kernel.walk.rows import PairRows
from tidegate.kernel.walk.run import Course, Walk

_MINUTE_NS = 60_000_000_000


def make_walk_ready() -> None:
    """Compile the loop, or load what was compiled before, by a walk on which nothing happens."""
    rows = 3
    price = np.ones(rows)
    untagged = np.full(rows, -1, dtype=np.int32)
    idle = PairRows(
        pair="A/B",
        time=np.arange(rows, dtype=np.int64) * _MINUTE_NS,
        open=price,
        high=price,
        low=price,
        close=price,
        bits=np.zeros(rows, dtype=np.uint8),
        enter_tag=untagged,
        exit_tag=untagged,
        tick_from=np.zeros(0, dtype=np.int64),
        tick_digits=np.zeros(0, dtype=np.int64),
    )
    course = Course(rows=[idle], candle_ns=_MINUTE_NS, start_ns=0, end_ns=(rows - 1) * _MINUTE_NS)
    Walk(course).run(lambda _question: 0)
