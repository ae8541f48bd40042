"""backtesting.py over the same candles."""

from __future__ import annotations

import json
import sys
import time

import pandas as pd
from backtesting import Backtest, Strategy
from signals import signals


class EmaRsi(Strategy):
    """The bench's strategy; orders fill at the next open."""

    def init(self) -> None:
        """Compute the signals once."""
        entry, leave = signals(self.data.Close)
        self.entry = self.I(lambda: entry, plot=False)
        self.leave = self.I(lambda: leave, plot=False)

    def next(self) -> None:
        """Act on the last closed candle."""
        if self.position:
            if self.leave[-1]:
                self.position.close()
        elif self.entry[-1] and not self.leave[-1]:
            self.buy(size=0.99)


t0 = time.perf_counter()
frame = pd.read_feather(sys.argv[1]).set_index("date")
frame.columns = ["Open", "High", "Low", "Close", "Volume"]
t1 = time.perf_counter()
stats = Backtest(frame, EmaRsi, cash=1e9, commission=0.001, finalize_trades=True).run()
t2 = time.perf_counter()
print(
    json.dumps(
        {"trades": int(stats["# Trades"]), "seconds": {"load": t1 - t0, "simulate": t2 - t1}}
    )
)
