"""A whole backtest, offline: configuration, candles on disk, and Freqtrade's exchange."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from freqtrade.enums import CandleType, RunMode
from tests.freqtrade_loading.bench import candles

from tidegate.freqtrade.markets import ASSUMED, offered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from freqtrade.exchange import Exchange

HERE = Path(__file__).parent
SPOT = ("A/USDT", "B/USDT", "C/USDT")
SWAPS = ("A/USDT:USDT", "B/USDT:USDT")


def write_spot(datadir: Path) -> None:
    """Write three pairs: one lists late, one has holes, the third has no file."""
    _store(candles(900), datadir / "A_USDT-5m.feather")
    late = candles(700, start="2024-01-30 08:20").drop(index=[40, 41, 300])
    _store(late, datadir / "B_USDT-5m.feather")
    for coin in "AB":
        _store(candles(4500, minutes=1), datadir / f"{coin}_USDT-1m.feather")
        _store(candles(75, minutes=60), datadir / f"{coin}_USDT-1h.feather")


def write_futures(datadir: Path) -> None:
    """Write two pairs with what their funding is worked out from."""
    folder = datadir / "futures"
    folder.mkdir()
    for coin in "AB":
        stem = f"{coin}_USDT_USDT"
        hourly = candles(75, minutes=60)
        _store(candles(900), folder / f"{stem}-5m-futures.feather")
        _store(hourly, folder / f"{stem}-1h-futures.feather")
        _store(hourly, folder / f"{stem}-1h-mark.feather")
        rates = pd.DataFrame({"date": hourly["date"], "funding_rate": hourly["volume"] * 1e-5})
        _store(rates, folder / f"{stem}-1h-funding_rate.feather")


def _store(frame: pd.DataFrame, path: Path) -> None:
    frame.reset_index(drop=True).to_feather(path)


def settings(folder: Path, strategy: str, *, futures: bool = False, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - options of any kind
    """Return a configuration as Freqtrade's own files would come to."""
    pricing = {"price_side": "same", "use_order_book": True, "order_book_top": 1}
    pairs = list(SWAPS if futures else SPOT)
    return {
        "runmode": RunMode.BACKTEST,
        "dry_run": True,
        "dry_run_wallet": 10_000,
        "stake_currency": "USDT",
        "stake_amount": 500,
        "max_open_trades": 3,
        "tradable_balance_ratio": 0.99,
        "fee": 0.001,
        "trading_mode": "futures" if futures else "spot",
        "margin_mode": "isolated" if futures else "",
        "candle_type_def": CandleType.FUTURES if futures else CandleType.SPOT,
        "exchange": {"name": "binance", "pair_whitelist": pairs, "pair_blacklist": []},
        "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": pricing,
        "exit_pricing": pricing,
        "user_data_dir": folder,
        "datadir": folder,
        "exportfilename": None,
        "export": "none",
        "dataformat_ohlcv": "feather",
        "dataformat_trades": "feather",
        "strategy": strategy,
        "strategy_path": str(HERE / "strategies"),
        "timeframe": "5m",
        "backtest_cache": "none",
        "internals": {},
        "original_config": {},
        "config_files": [],
        **more,
    }


@contextmanager
def opened(config: dict[str, Any]) -> Iterator[Exchange]:
    """Give an exchange that asks nobody for markets, and shut it in the end."""
    exchange = offered(config, ASSUMED)
    try:
        yield exchange
    finally:
        exchange.close()
