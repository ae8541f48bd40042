"""One strategy of Freqtrade's kind in one of the two programs: its seconds and its trades.

Both get the same configuration, the same candles and the same answer about the markets.
Prints one JSON line.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from freqtrade.enums import CandleType, RunMode
from freqtrade.optimize.backtesting import Backtesting

from tidegate.freqtrade.backtesting import CompiledBacktesting
from tidegate.freqtrade.markets import ASSUMED, offered

HERE = Path(__file__).parent


class Ours(CompiledBacktesting):
    """Tidegate's backtest, noting when indicators and signals were ready."""

    entered = ready = 0.0

    def backtest(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - passed through
        """Note the time and go on."""
        self.entered = time.perf_counter()
        return super().backtest(*arguments, **named)

    def simulate(self, *arguments: Any) -> Any:  # noqa: ANN401 - passed through
        """Note the time and go on."""
        self.ready = time.perf_counter()
        return super().simulate(*arguments)


class Theirs(Backtesting):
    """Freqtrade's backtest, noting when indicators and signals were ready."""

    entered = ready = 0.0

    def backtest(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - passed through
        """Note the time and go on."""
        self.entered = time.perf_counter()
        return super().backtest(*arguments, **named)

    def _get_ohlcv_as_lists(self, processed: dict[str, Any]) -> dict[str, Any]:
        lists: dict[str, Any] = super()._get_ohlcv_as_lists(processed)
        self.ready = time.perf_counter()
        return lists


def once(program: type[Ours | Theirs], settings: dict[str, Any]) -> dict[str, Any]:
    """Run a strategy from the files to its trades."""
    exchange = offered(settings, ASSUMED)
    try:
        bt = program(settings, exchange)
        strategy = bt.strategylist[0]
        begun = time.perf_counter()
        data, timerange = bt.load_bt_data()
        loaded = time.perf_counter()
        bt.backtest_one_strategy(strategy, data, timerange)
        done = time.perf_counter()
    finally:
        exchange.close()
    content = bt.all_bt_content[settings["strategy"]]
    return {
        "seconds": {
            "load": loaded - begun,
            "indicators": bt.entered - loaded,
            "signals": bt.ready - bt.entered,
            "simulate": done - bt.ready,
        },
        "list": trades(content),
        "calls": strategy.calls if hasattr(strategy, "calls") else 0,
        "rows": sum(len(frame) for frame in data.values()),
        "path": getattr(bt, "path", None) and f"{bt.path.loop}: {', '.join(bt.path.callbacks)}",
    }


def trades(content: dict[str, Any]) -> list[Any]:
    """Return every field of every trade, orders included, that the two programs could differ in."""
    frame = content["results"]
    columns = {
        name: frame[name].astype(str).tolist() if "date" in name else frame[name].tolist()
        for name in frame.columns
    }
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    return [*rows, [content["final_balance"], content["rejected_signals"]]]


def configuration(scratch: Path, subject: list[str], pairs: list[str]) -> dict[str, Any]:
    """Return what Freqtrade's own configuration files would come to."""
    datadir, strategy, timeframe, timerange = subject
    pricing = {"price_side": "same", "use_order_book": True, "order_book_top": 1}
    own = HERE / ("peers" if strategy == "EmaRsi" else "strategies")
    return {
        "runmode": RunMode.BACKTEST,
        "dry_run": True,
        "dry_run_wallet": 10_000,
        "stake_currency": pairs[0].split("/")[1],
        "stake_amount": "unlimited",
        "max_open_trades": 5 if len(pairs) > 1 else 1,
        "tradable_balance_ratio": 0.99,
        "fee": 0.001,
        "trading_mode": "spot",
        "margin_mode": "",
        "candle_type_def": CandleType.SPOT,
        "exchange": {"name": "binance", "pair_whitelist": pairs, "pair_blacklist": []},
        "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": pricing,
        "exit_pricing": pricing,
        "unfilledtimeout": {"entry": 10, "exit": 10, "unit": "minutes"},
        "user_data_dir": scratch,
        "datadir": Path(datadir),
        "exportfilename": None,
        "export": "none",
        "dataformat_ohlcv": "feather",
        "dataformat_trades": "feather",
        "strategy": strategy,
        "strategy_path": str(own),
        "timeframe": timeframe,
        "timerange": timerange or None,
        "backtest_cache": "none",
        "internals": {},
        "original_config": {},
        "config_files": [],
    }


def main(program: str, runs: int, subject: list[str], pairs: list[str]) -> None:
    """Run `runs` times after one to warm up; Freqtrade runs once, as its users know it."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    kind = Ours if program == "tidegate" else Theirs
    results = []
    with TemporaryDirectory() as scratch:
        for _ in range(runs + (program == "tidegate")):
            settings = configuration(Path(scratch), subject, pairs)
            results.append(once(kind, settings))
    last, measured = results[-1], results[-runs:]
    seconds = {
        part: median(result["seconds"][part] for result in measured) for part in last["seconds"]
    }
    print(json.dumps({**last, "seconds": seconds, "trades": len(last["list"]) - 1}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:7], sys.argv[7:])
