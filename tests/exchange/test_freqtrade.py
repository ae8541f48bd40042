"""The real program, unmodified, against the local exchange: it is told another address, no more."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.exchange.serving import Exchange, until

from tidegate.exchange.venue import STOPS, Status
from tidegate.feeds import path_of, read
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("freqtrade-exchange")

PATIENCE_S = 240.0
STRATEGY = """\
from datetime import timedelta

from freqtrade.strategy import IStrategy


class Cycle(IStrategy):
    timeframe = "1m"
    startup_candle_count = 30
    stoploss = -0.05
    process_only_new_candles = False
    order_types = {
        "entry": "%(entry)s", "exit": "%(exit)s", "stoploss": "market",
        "stoploss_on_exchange": %(on_exchange)s,
    }

    def populate_indicators(self, dataframe, metadata):
        assert len(dataframe) >= 30
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe["enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe

    def custom_exit(self, pair, trade, current_time, current_rate, current_profit, **kwargs):
        return "done" if not self.order_types["stoploss_on_exchange"] else None
"""


def config(exchange: Exchange, **other: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    side = {"price_side": "other", "use_order_book": True, "order_book_top": 1}
    given = exchange.server.dialect.freqtrade_config(exchange.url)
    return {
        "initial_state": "running",
        "max_open_trades": 1,
        "stake_currency": "USDT",
        "stake_amount": 200,
        "dry_run": True,
        "dry_run_wallet": 10_000,
        "trading_mode": "spot",
        "entry_pricing": side,
        "exit_pricing": side,
        "internals": {"process_throttle_secs": 1},
        **given,
        **other,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "user_data" / "strategies").mkdir(parents=True)
    return tmp_path


@contextmanager
def running(
    folder: Path, what: dict[str, Any], order: str = "market", *, stops: bool = False
) -> Iterator[Path]:
    """Run the bot; what it says goes into a file."""
    words = STRATEGY % {"entry": order, "exit": "market", "on_exchange": stops}
    (folder / "user_data" / "strategies" / "cycle.py").write_text(words, encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(what), encoding="utf-8")
    database = folder / "trades.sqlite"
    command = ["trade", "-c", "config.json", "--strategy", "Cycle", "--userdir", "user_data"]
    log = folder / "log.txt"
    with log.open("wb") as output:
        bot = subprocess.Popen(  # noqa: S603 - the real program
            [sys.executable, "-m", "freqtrade", *command, "--db-url", f"sqlite:///{database}"],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        try:
            yield database
        finally:
            _end(bot)


def _end(bot: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
        bot.send_signal(number)
        try:
            bot.wait(20)
        except subprocess.TimeoutExpired:
            continue
        return
    bot.wait()


def closed_trade(database: Path) -> tuple[Any, ...] | None:
    if not database.exists():
        return None
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        try:
            row = connection.execute(
                "SELECT open_rate, close_rate, amount, exit_reason FROM trades"
                " WHERE is_open = 0 AND close_rate IS NOT NULL"
            ).fetchone()
        except sqlite3.OperationalError:  # it is just being made
            return None
    return None if row is None else tuple(row)


def said(folder: Path) -> str:
    return (folder / "log.txt").read_text(encoding="utf-8", errors="replace")[-4000:]


def test_a_dry_run_enters_and_leaves(folder: Path) -> None:
    with Exchange() as exchange:
        what = config(exchange)
        what["exchange"]["enable_ws"] = False
        with running(folder, what) as database:
            trade = until(lambda: closed_trade(database), PATIENCE_S)
        assert trade is not None, said(folder)
        assert trade[3] == "done"
        assert exchange.control("GET", "accounts")["main"] == {
            "USDT": {"free": "100000.00000000", "locked": "0.00000000"}
        }


def test_a_live_bot_enters_and_leaves_with_real_fills(folder: Path) -> None:
    with Exchange() as exchange:
        what = config(exchange, dry_run=False)
        with running(folder, what, "limit") as database:
            trade = until(lambda: closed_trade(database), PATIENCE_S)
        assert trade is not None, said(folder)
        account = exchange.world.venue.accounts["main"]
        done = [one for one in account.orders.values() if one.status == "FILLED"]
        assert [one.buys for one in done[:2]] == [True, False], said(folder)
        first = done[0]
        rate = first.quote / (first.lots * first.listing.lot)
        assert trade[0] == pytest.approx(rate, rel=1e-6)
        # The fee of the purchase was paid in what was bought, and the bot sold what was left.
        assert done[1].lots < first.lots
        assert account.total("USDT") < 100_000 * 10**8


def test_a_stop_on_the_exchange_is_placed_and_fills(folder: Path) -> None:
    with Exchange() as exchange:
        with running(folder, config(exchange, dry_run=False), stops=True) as database:
            account = exchange.world.venue.accounts["main"]
            stop = until(
                lambda: [one for one in list(account.orders.values()) if one.kind in STOPS],
                PATIENCE_S,
            )
            assert stop, said(folder)
            exchange.control("POST", "price", {"pair": "BTC/USDT", "factor": 0.945})
            exchange.control("POST", "price", {"pair": "ETH/USDT", "factor": 0.945})
            trade = until(lambda: closed_trade(database), PATIENCE_S)
        assert trade is not None, said(folder)
        assert trade[3] == "stoploss_on_exchange"
        assert stop[0].status is Status.FILLED


def freqtrade(folder: Path, *words: str) -> str:
    """Run a command of the real program to its end, and return what it said."""
    done = subprocess.run(  # noqa: S603 - the real program
        [sys.executable, "-m", "freqtrade", *words, "-c", "config.json", "--userdir", "user_data"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-4000:]
    return said


def test_candles_are_downloaded_and_backtested(folder: Path) -> None:
    (folder / "user_data" / "strategies" / "cycle.py").write_text(
        STRATEGY % {"entry": "market", "exit": "market", "on_exchange": False}, encoding="utf-8"
    )
    with Exchange(pairs=("BTC/USDT",)) as exchange:
        (folder / "config.json").write_text(json.dumps(config(exchange)), encoding="utf-8")
        freqtrade(folder, "download-data", "--days", "1", "--timeframes", "1m", "5m")
        data = folder / "user_data" / "data" / "binance"
        for name in ("1m", "5m"):
            timeframe = Timeframe.parse(name)
            got = read(path_of(data, "BTC/USDT", timeframe), "BTC/USDT", timeframe)
            assert len(got) >= 1440 // timeframe.minutes
            assert (np.diff(got.time) == timeframe.ns).all()
            first, stop = (int(got.time[place]) // 10**9 for place in (0, -1))
            rows = exchange.world.chart("BTCUSDT").rows(timeframe, first, stop, stop)
            assert np.rint(got.high[:-1] * 100).tolist() == [row.high for row in rows]
            assert np.rint(got.volume[:-1] * 1e5).tolist() == [row.lots for row in rows]
        said = freqtrade(folder, "backtesting", "--strategy", "Cycle", "--export", "none")
    assert "done" in said  # the reason of its exits, in its own tables
