"""vectorbt over the same candles: a first run in this process, and the median of warm ones."""

from __future__ import annotations

import json
import sys
import time
from statistics import median

started = time.perf_counter()

import pandas as pd  # noqa: E402 - the import is part of what a fresh process costs
import vectorbt as vbt  # noqa: E402
from signals import signals  # noqa: E402 - a script's own folder

RUNS = 5


def once(path: str) -> tuple[int, dict[str, float]]:
    """Load, compute, simulate; fills at the next open, as everyone here does."""
    t0 = time.perf_counter()
    frame = pd.read_feather(path)
    t1 = time.perf_counter()
    entry, leave = signals(frame["close"].to_numpy())
    t2 = time.perf_counter()
    portfolio = vbt.Portfolio.from_signals(
        frame["close"],
        pd.Series(entry).shift(1, fill_value=False),
        pd.Series(leave).shift(1, fill_value=False),
        price=frame["open"],
        fees=0.001,
        init_cash=10_000,
        freq="1min",
    )
    trades = int(portfolio.trades.count())
    t3 = time.perf_counter()
    return trades, {"load": t1 - t0, "indicators": t2 - t1, "simulate": t3 - t2}


first = once(sys.argv[1])
fresh = time.perf_counter() - started
warm = [once(sys.argv[1])[1] for _ in range(RUNS)]
print(
    json.dumps(
        {
            "trades": first[0],
            "fresh": fresh,
            "seconds": {name: median(run[name] for run in warm) for name in warm[0]},
        }
    )
)
