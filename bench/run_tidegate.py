"""Tidegate over the same candles, in one process: medians of warm runs, and its trades."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from statistics import median

from tidegate.feeds import TimeRange
from tidegate.kernel import make_ready
from tidegate.model import Timeframe
from tidegate.research.backtest import Request, Result, backtest
from tidegate.research.document import trade_records
from tidegate.strategies.catalogue import resolve

HERE = Path(__file__).parent


def once(datadir: Path, timeframe: str, pairs: list[str]) -> Result:
    """Run the bench's strategy with Freqtrade's own assumptions."""
    return backtest(
        Request(
            strategy=resolve(str(HERE / "ema_rsi.json")),
            pairs=pairs,
            currency=pairs[0].split("/")[1],
            timeframe=Timeframe.parse(timeframe),
            datadir=datadir,
            timerange=TimeRange.parse(None),
            wallet=10_000.0,
            share_equally=True,
            max_open_trades=5 if len(pairs) > 1 else 1,
            realism="freqtrade",
        )
    )


def main(datadir: str, timeframe: str, runs: int, pairs: list[str]) -> None:
    """Print one JSON line."""
    make_ready()
    timings = []
    for _ in range(runs):
        last = once(Path(datadir), timeframe, pairs)  # the one before is let go
        timings.append(last.seconds)
    seconds = {
        name: median(getattr(timing, name) for timing in timings)
        for name in ("load", "indicators", "simulate")
    }
    trades = [
        (
            t["pair"],
            t["open_date"][:19].replace("T", " "),
            t["close_date"][:19].replace("T", " "),
            t["open_rate"],
            t["close_rate"],
            round(t["profit_abs"], 8),
        )
        for t in trade_records(last.outcome)
    ]
    rows = sum(len(plan.candles) for plan in last.plans)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {"trades": len(trades), "seconds": seconds, "rows": rows, "peak": peak, "list": trades}
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:])
