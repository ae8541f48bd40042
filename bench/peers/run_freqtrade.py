"""Freqtrade's own backtest without a network: only the question for markets is answered here.

Prints one JSON line: trades, seconds, and the trades themselves for comparison.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ccxt.pro
from freqtrade.data.converter import trim_dataframes
from freqtrade.data.history import get_timerange
from freqtrade.enums import RunMode
from freqtrade.optimize.backtesting import Backtesting


def market(pair: str) -> dict[str, Any]:
    """Describe a spot market as ccxt does, with fine steps and no minimum."""
    base, quote = pair.split("/")
    names = {"id": base + quote, "symbol": pair, "base": base, "quote": quote}
    ids = {"baseId": base, "quoteId": quote, "lowercaseId": (base + quote).lower()}
    kind = {"type": "spot", "spot": True, "swap": False, "future": False, "option": False}
    return {
        **names,
        **ids,
        **kind,
        "margin": False,
        "contract": False,
        "active": True,
        "taker": 0.001,
        "maker": 0.001,
        "precision": {"amount": 1e-8, "price": 1e-8, "base": 1e-8, "quote": 1e-8, "cost": None},
        "limits": {side: {"min": None, "max": None} for side in ("amount", "price", "cost")}
        | {"leverage": {"min": None, "max": None}},
        "info": {"status": "TRADING"},
    }


def main(datadir: str, timeframe: str, pairs: list[str]) -> None:
    """Backtest the bench's strategy."""

    async def fetch_markets(_self: object, _params: object = None) -> list[dict[str, Any]]:
        return [market(pair) for pair in pairs]

    async def fetch_currencies(_self: object, _params: object = None) -> dict[str, Any]:
        return {}

    ccxt.pro.binance.fetch_markets = fetch_markets
    ccxt.pro.binance.fetch_currencies = fetch_currencies
    with TemporaryDirectory() as scratch:
        bt = Backtesting(config(Path(scratch), datadir, timeframe, pairs))
        strategy = bt.strategylist[0]
        t0 = time.perf_counter()
        data, timerange = bt.load_bt_data()
        t1 = time.perf_counter()
        bt._set_strategy(strategy)  # noqa: SLF001 - the program's own steps, taken one by one
        processed = strategy.advise_all_indicators(data)
        t2 = time.perf_counter()
        start, end = get_timerange(trim_dataframes(dict(processed), timerange, bt.required_startup))
        results = bt.backtest(processed=processed, start_date=start, end_date=end)
        t3 = time.perf_counter()
    frame = results["results"]
    trades = [
        (t.pair, str(t.open_date)[:19], str(t.close_date)[:19], t.open_rate, t.close_rate,
         round(t.profit_abs, 8))
        for t in frame.itertuples()
    ]  # fmt: skip
    seconds = {"load": t1 - t0, "indicators": t2 - t1, "simulate": t3 - t2}
    print(json.dumps({"trades": len(trades), "seconds": seconds, "list": trades}))


def config(scratch: Path, datadir: str, timeframe: str, pairs: list[str]) -> dict[str, Any]:
    """Return what Freqtrade's own configuration files would come to."""
    pricing = {"price_side": "same", "use_order_book": True, "order_book_top": 1}
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
        "strategy": "EmaRsi",
        "strategy_path": str(Path(__file__).parent),
        "timeframe": timeframe,
        "backtest_cache": "none",
        "enable_protections": False,
        "internals": {},
        "original_config": {},
        "config_files": [],
        "position_stacking": False,
        "verbosity": 0,
        "backtest_breakdown": [],
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
