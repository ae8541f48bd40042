"""Compiles what trades before prices come, so that none of them grows old meanwhile."""

from __future__ import annotations

import numpy as np

from tidegate.kernel import SPOT_VENUE, Friction, Wallet
from tidegate.kernel.compiled import is_cached
from tidegate.kernel.walk.loop import walk
from tidegate.kernel.walk.plans import open_walk, rows_of_plan
from tidegate.kernel.walk.run import Course
from tidegate.model import Candles, Plan, Rules, Timeframe

_COUNT = 4


def walk_needs_compiling() -> bool:
    """Tell whether the walk has yet to be compiled on this machine."""
    return not is_cached(walk)


def make_walk_ready() -> None:
    """Compile the walk, or load what was compiled before, by walking a few candles."""
    step = Timeframe.parse("1d").ns
    prices = [np.linspace(1.0, 1.3, _COUNT) for _ in range(4)]
    candles = Candles(
        pair="A/B",
        timeframe=Timeframe.parse("1d"),
        time=np.arange(_COUNT) * step,
        open=prices[0],
        high=prices[1],
        low=prices[2],
        close=prices[3],
        volume=np.ones(_COUNT),
    )
    rows = rows_of_plan(Plan.idle(candles), Friction(np.zeros(1), np.zeros(1)), 0)
    course = Course(rows=[rows], candle_ns=step, start_ns=step, end_ns=_COUNT * step)
    walked = open_walk(course, Rules(), SPOT_VENUE, Wallet(1.0, 1.0, 1))
    walked.begin(lambda _question: 0)
    walked.advance(_COUNT * step)
    walked.finish()
