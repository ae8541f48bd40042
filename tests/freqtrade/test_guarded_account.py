"""What the gate is shown where Freqtrade keeps its trades in a database: dry run and live."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from freqtrade.enums import RunMode
from freqtrade.persistence import Trade, enable_database_use, init_db

from tidegate.freqtrade.guarded_gate import Guard
from tidegate.guardrails import Limits, Reason
from tidegate.guardrails.breaker import enable, status
from tidegate.guardrails.reading import written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = datetime(2024, 1, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BTC, ETH = "BTC/USDT", "ETH/USDT"
LIMITS = written(Limits.safe()) | {"max_daily_loss": 0.5, "max_losses_in_row": 3}


@dataclass
class Provider:
    prices: dict[str, float]

    def get_analyzed_dataframe(self, pair: str, timeframe: str) -> tuple[pd.DataFrame, datetime]:
        assert timeframe == "1h"
        rows = [(pd.Timestamp(NOON - HOUR), self.prices[pair])] if pair in self.prices else []
        return pd.DataFrame(rows, columns=["date", "close"]), NOON


@dataclass
class Wallets:
    free: float

    def get_free(self, currency: str) -> float:
        assert currency == "USDT"
        return self.free


@dataclass
class Strategy:
    dp: Provider = field(default_factory=lambda: Provider({BTC: 100.0, ETH: 50.0}))
    wallets: Wallets = field(default_factory=lambda: Wallets(9000.0))
    order_types: dict[str, str] = field(default_factory=lambda: {"entry": "limit"})

    def get_strategy_name(self) -> str:
        return "Mine"


@pytest.fixture(autouse=True)
def _database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RISK_STATE_DIR", str(tmp_path))
    logging.disable(logging.CRITICAL)
    enable_database_use()
    init_db("sqlite://")
    yield
    Trade.session.remove()
    logging.disable(logging.NOTSET)


def guard(**limits: object) -> Guard:
    config: dict[str, Any] = {
        "runmode": RunMode.DRY_RUN,
        "stake_currency": "USDT",
        "timeframe": "1h",
        "tidegate": {"limits": LIMITS | limits},
    }
    return Guard(Strategy(), config)


def traded(pair: str, opened: datetime, **changes: Any) -> None:  # noqa: ANN401 - any column
    usual = {
        "exchange": "binance",
        "stake_amount": 1000.0,
        "amount": 10.0,
        "amount_requested": 10.0,
        "open_rate": 100.0,
        "open_date": opened,
        "fee_open": 0.0,
        "fee_close": 0.0,
        "is_open": True,
        "leverage": 1.0,
    }
    Trade.session.add(Trade(pair=pair, **(usual | changes)))
    Trade.commit()


def closed(pair: str, at: datetime, profit: float, reason: str = "roi") -> None:
    traded(
        pair,
        at - HOUR,
        is_open=False,
        close_date=at,
        close_rate=100.0,
        close_profit_abs=profit,
        exit_reason=reason,
    )


def entry(**changes: object) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "pair": BTC,
        "order_type": "limit",
        "amount": 1.0,
        "rate": 100.0,
        "current_time": NOON,
        "entry_tag": "up",
        "side": "long",
    }
    return usual | changes


def test_an_account_without_trades_is_its_free_money() -> None:
    standing = guard().look(NOON)
    assert standing.known
    assert standing.equity == standing.free == standing.peak == 9000
    assert (standing.positions, standing.entries_today, standing.losses_in_row) == (0, 0, 0)


def test_open_trades_count_at_their_present_price() -> None:
    traded(BTC, NOON - HOUR, open_rate=80.0, stake_amount=800.0)
    traded(ETH, NOON - 20 * HOUR, amount=4.0, open_rate=55.0, stake_amount=220.0)
    traded(ETH, NOON - 44 * HOUR, amount=1.0, open_rate=50.0, stake_amount=50.0)
    standing = guard().look(NOON)
    assert standing.equity == 9000 + 800 + 200 + 220 - 20 + 50
    assert standing.exposure == {BTC: 1000, ETH: 250}
    assert (standing.positions, standing.entries_today) == (3, 1)


def test_a_trade_whose_price_is_not_known_leaves_the_equity_unknown() -> None:
    traded("XRP/USDT", NOON)
    one = guard()
    assert one.look(NOON).equity is None
    assert not one.confirm(entry())
    assert one.refusals == {Reason.UNKNOWN_EQUITY: 1}


@pytest.mark.parametrize("price", [float("nan"), float("inf"), 0.0])
def test_a_price_that_is_none_is_refused(price: float) -> None:
    one = guard()
    one._strategy.dp.prices[BTC] = price  # noqa: SLF001 - a feed gone wrong
    assert not one.confirm(entry())
    assert one.refusals == {Reason.UNKNOWN_PRICE: 1}
    traded(BTC, NOON)
    assert one.look(NOON).equity is None or price == 0.0


def test_closed_trades_are_taken_in_once_and_in_their_order() -> None:
    closed(BTC, NOON - 3 * HOUR, -5.0, "stop_loss")
    closed(ETH, NOON - 2 * HOUR, -7.0)
    closed(BTC, NOON - 30 * HOUR, 3.0)
    one = guard()
    for _ in range(2):
        standing = one.look(NOON)
        assert standing.losses_in_row == 2
        assert standing.profit_today == -12
        assert standing.entries_today == 2
        assert set(standing.last_exit_ns) == {BTC, ETH}
        assert set(standing.last_stop_ns) == {BTC}
        assert standing.day_start == standing.peak == 9012
    closed(BTC, NOON - 2 * HOUR, -1.0)  # in the same second as one that was seen
    assert one.look(NOON).losses_in_row == 3
    closed(BTC, NOON, 0.0)
    assert one.look(NOON).losses_in_row == 0
    assert one.look(NOON + 12 * HOUR).profit_today == 0


def test_the_day_and_the_week_begin_at_the_equity_of_then() -> None:
    one = guard()
    assert one.look(NOON).day_start == 9000
    one._strategy.wallets.free = 9500.0  # noqa: SLF001 - money comes in
    assert one.look(NOON + HOUR).day_start == 9000
    tomorrow = one.look(NOON + 24 * HOUR)
    assert tomorrow.day_start == tomorrow.peak == 9500
    assert tomorrow.week_start == 9000
    assert one.look(NOON + 4 * 24 * HOUR).week_start == 9000  # a Sunday
    assert one.look(NOON + 5 * 24 * HOUR).week_start == 9500  # a Monday


def test_the_breaker_is_heeded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enable(tmp_path / "circuit_breaker.json", "maintenance", None, 0)
    one = guard()
    assert not one.confirm(entry())
    assert one.refusals == {Reason.BREAKER: 1}
    monkeypatch.setenv("RISK_ALLOW_WHEN_CB", "1")
    assert guard().confirm(entry())


def test_a_limit_that_is_reached_latches_and_puts_the_breaker_on(tmp_path: Path) -> None:
    file = tmp_path / "circuit_breaker.json"
    one = guard()
    one.sample(NOON)
    assert one.confirm(entry())
    for hours in (1, 2, 3):
        closed(ETH, NOON - hours * HOUR, -1.0)
    one.sample(NOON)
    assert one.account.latched == "too many trades in a row were lost: 3 in a row, the limit is 3"
    assert status(file).why(0) == f"freqtrade: {one.account.latched}"
    assert not one.confirm(entry())
    again = guard()  # a new start is stopped by the breaker
    assert not again.confirm(entry())
    assert again.refusals == {Reason.BREAKER: 1}


def test_the_environment_tightens_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISK_LIVE_MAX_CONCURRENT_TRADES", "1")
    traded(ETH, NOON - HOUR)
    one = guard()
    assert not one.confirm(entry())
    assert one.refusals == {Reason.POSITIONS: 1}


def test_an_old_candle_is_no_price() -> None:
    one = guard()
    assert one.confirm(entry(current_time=NOON + timedelta(seconds=120)))
    assert not one.confirm(entry(current_time=NOON + timedelta(seconds=121)))
    assert one.refusals == {Reason.STALE_PRICE: 1}


def test_an_addition_is_no_new_position() -> None:
    traded(BTC, NOON - HOUR)
    closed(BTC, NOON, 1.0)
    one = guard(max_positions=1)
    trade = Trade.get_trades_proxy(is_open=True)[0]
    asked = {"trade": trade, "current_time": NOON, "current_rate": 100.0, "min_stake": 10.0}
    assert one.add(asked | {"max_stake": 5000.0}, 100.0) == 100.0
    assert not one.confirm(entry())
    assert one.refusals == {Reason.COOLDOWN: 1}


def test_an_addition_is_cut_to_what_the_gate_lets_through() -> None:
    traded(BTC, NOON - HOUR)
    one = guard(max_market_exposure=0.15)
    trade = Trade.get_trades_proxy(is_open=True)[0]
    asked = {"trade": trade, "current_time": NOON, "current_rate": 100.0, "min_stake": 10.0}
    most = one.add(asked | {"max_stake": 5000.0}, 800.0)
    assert most == pytest.approx(500.0, abs=0.001)
    assert most <= 500.0
    assert one.add(asked | {"max_stake": 100.0}, 800.0) == 100.0
    assert one.add(asked | {"max_stake": 5000.0, "min_stake": 501.0}, 800.0) == 0.0
    assert one.refusals == {Reason.MARKET_EXPOSURE: 1}
