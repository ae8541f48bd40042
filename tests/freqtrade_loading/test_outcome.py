"""What Freqtrade's content comes to as an outcome."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from tests.freqtrade_loading.bench import candles
from tests.freqtrade_loading.whole import opened, settings

from tidegate.feeds import TimeRange
from tidegate.freqtrade.loading_backtest import QuickLoading
from tidegate.freqtrade.outcome import outcome_of
from tidegate.model import Timeframe
from tidegate.research.backtest import Request, backtest
from tidegate.research.document import counters, trade_records
from tidegate.stats import measure
from tidegate.strategies.catalogue import resolve

if TYPE_CHECKING:
    from tidegate.model import Outcome

BENCH = Path(__file__).parents[2] / "bench"
PAIRS = ("A/USDT", "B/USDT")
START = pd.Timestamp("2024-01-30", tz="UTC")
MINUTES = 5
Record = dict[str, Any]

pytestmark = pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning")


def at(candle: int) -> pd.Timestamp:
    """Return when a candle opens."""
    return START + pd.Timedelta(minutes=MINUTES * candle)


def _flat(*closes: float) -> pd.DataFrame:
    """Return candles that close like this; a price is never left by more than 1."""
    close = np.array(closes)
    date = pd.date_range(START, periods=len(close), freq=f"{MINUTES}min", tz="UTC", unit="ms")
    columns = {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 1.0}
    return pd.DataFrame({"date": date, **columns})


def _order(candle: int, side: str, amount: float, price: float, **more: object) -> Record:
    return {
        "amount": amount,
        "safe_price": price,
        "ft_order_side": side,
        "order_filled_timestamp": int(at(candle).timestamp() * 1000),
        "ft_is_entry": more.get("entry", False),
        "ft_order_tag": more.get("tag", ""),
        "cost": amount * price * 1.01,
    }


def _trade(opens: int, closes: int, profit: float, *orders: Record, **more: object) -> Record:
    own = {
        "pair": "A/USDT", "stake_amount": 100.0, "max_stake_amount": 100.0, "amount": 10.0,
        "open_date": at(opens), "close_date": at(closes), "open_rate": 10.0, "close_rate": 12.0,
        "fee_open": 0.01, "fee_close": 0.01, "profit_ratio": profit / 100, "profit_abs": profit,
        "exit_reason": "exit_signal", "initial_stop_loss_abs": 5.0,
        "initial_stop_loss_ratio": -0.5, "stop_loss_abs": 5.0, "stop_loss_ratio": -0.5,
        "min_rate": 9.0, "max_rate": 13.0, "enter_tag": "", "leverage": 1.0, "is_short": False,
        "orders": list(orders), "funding_fees": 0.0,
    }  # fmt: skip
    return {**own, **more}


def _outcome(
    *trades: Record, frames: dict[str, pd.DataFrame] | None = None, **more: object
) -> Outcome:
    frames = frames or {"A/USDT": _flat(10, 10, 11, 12, 13, 12, 12, 12)}
    profit = sum(trade["profit_abs"] for trade in trades)
    content = {
        "results": pd.DataFrame(list(trades)),
        "config": {
            "stake_currency": "USDT",
            "dry_run_wallet": {"USDT": 1000.0, "BTC": 5.0},
            "minimal_roi": {"0": 0.15, "20": 0.01},
        },
        "rejected_signals": 3,
        "timedout_exit_orders": 2,
        "final_balance": 1000.0 + profit,
        **more,
    }
    last = max(frame["date"].iloc[-1] for frame in frames.values())
    return outcome_of(content, frames, (at(0), last), timeframe="5m")


BOUGHT_AND_SOLD = (
    _order(2, "buy", 10.0, 10.0, entry=True, tag="first"),
    _order(3, "buy", 5.0, 11.0, entry=True, tag="more"),
    _order(4, "sell", 5.0, 12.0, tag="some"),
    _order(6, "sell", 10.0, 12.0, tag="exit_signal"),
)


def test_a_position_is_marked_with_what_it_held_at_each_close() -> None:
    outcome = _outcome(_trade(2, 6, 21.5, *BOUGHT_AND_SOLD))
    # grid: candles 1 to 7, closing at 10 11 12 13 12 12 12; fees 1 % of each order
    assert outcome.equity.tolist() == pytest.approx([
        1000,
        1000 + 10 * 11 - 100 - 1,
        1000 + 15 * 12 - 101 - 55 - 0.55,
        1000 + 10 * 13 - 156.55 + 60 - 0.6,
        1000 + 10 * 12 - 97.15,
        1021.5,
        1021.5,
    ])  # fmt: skip
    assert outcome.exposure.tolist() == pytest.approx([0, 110, 180, 130, 120, 0, 0])
    assert outcome.exposure[-1] == 0.0
    trade = outcome.trades[0]
    assert trade["fees_paid"] == pytest.approx(1 + 0.55 + 0.6 + 1.2)
    assert (trade["open_row"], trade["close_row"], trade["entry_price"]) == (1, 5, 10.0)


def test_a_short_gains_as_the_price_falls_whatever_its_leverage() -> None:
    trade = _trade(
        2, 4, -7.0,
        _order(2, "sell", 10.0, 11.0, entry=True), _order(4, "buy", 10.0, 11.5),
        is_short=True, leverage=3.0, funding_fees=0.25,
    )  # fmt: skip
    outcome = _outcome(trade)
    gain = [10 * (11 - close) - 1.1 for close in (11, 12)]
    assert outcome.equity.tolist() == pytest.approx(
        [1000, 1000 + gain[0], 1000 + gain[1], *[993] * 4]
    )
    assert outcome.exposure.tolist() == pytest.approx([0, 110, 120, 0, 0, 0, 0])
    assert outcome.funding.tolist() == [0.25]


def test_orders_within_a_candle_belong_to_it() -> None:
    entry = _order(2, "buy", 10.0, 10.0, entry=True)
    entry["order_filled_timestamp"] += 120_000
    outcome = _outcome(_trade(2, 2, 1.0, entry, _order(2, "sell", 10.0, 12.0)))
    assert outcome.equity.tolist() == pytest.approx([1000, *[1001] * 6])
    assert not outcome.exposure.any()


def test_every_order_and_tag_is_in_the_document() -> None:
    trades = [
        _trade(2, 6, 21.5, *BOUGHT_AND_SOLD, enter_tag="dip", max_stake_amount=155.0),
        _trade(6, 7, 1.0, _order(6, "buy", 1.0, 12.0, entry=True), _order(7, "sell", 1.0, 13.0)),
    ]
    outcome = _outcome(*trades)
    first, second = trade_records(outcome)
    assert [order["ft_order_tag"] for order in first["orders"]] == [
        "first", "more", "some", "exit_signal",
    ]  # fmt: skip
    assert first["orders"] == trades[0]["orders"]
    assert (first["max_stake_amount"], first["enter_tag"]) == (155.0, "dip")
    assert (second["max_stake_amount"], second["enter_tag"]) == (100.0, "")
    assert len(second["orders"]) == 2
    assert measure(outcome).figures["turnover"].value == pytest.approx(
        (100 + 55 + 60 + 120 + 12 + 13) / outcome.equity.mean()
    )


def test_what_nobody_counted_is_no_number() -> None:
    outcome = _outcome(_trade(2, 6, 21.5, *BOUGHT_AND_SOLD), final_balance=900.0)
    assert counters(outcome) == {"rejected_signals": 3, "timed_out_exits": 2}
    figures = measure(outcome).figures
    assert figures["unaffordable_signals"].value is None
    assert "does not count" in str(figures["lost_at_end"].why)
    assert counters(_outcome())["lost_at_end"] == 0


def test_a_run_without_trades_has_an_account() -> None:
    outcome = _outcome()
    assert outcome.equity.tolist() == [1000.0] * 7
    assert outcome.hold.tolist() == pytest.approx(
        [1000 * x / 10 for x in (10, 11, 12, 13, 12, 12, 12)]
    )
    assert trade_records(outcome) == []
    assert measure(outcome).figures["trades"].value == 0


def test_a_pair_that_begins_late_waits_in_cash_and_one_that_ends_early_stays() -> None:
    early = _flat(10, 10, 11, 12)
    late = _flat(*[20] * 5, 20, 22, 24).iloc[5:].reset_index(drop=True)
    outcome = _outcome(frames={"A/USDT": early, "B/USDT": late, "C/USDT": early.iloc[:1]})
    third = 1000 / 3
    assert outcome.hold.tolist() == pytest.approx([
        third * (a / 10 + b + 1)
        for a, b in [(10, 1), (11, 1), (12, 1), (12, 1), (12, 1), (12, 1.1), (12, 1.2)]
    ])  # fmt: skip


def _doubt(reason: str, **more: object) -> bool:
    orders = (_order(2, "buy", 10.0, 10.0, entry=True), _order(6, "sell", 10.0, 11.5))
    # candle 6: open 12, high 13, low 11; the target in force is 1 %
    trade = _trade(2, 6, 1.0, *orders, exit_reason=reason, **{"close_rate": 11.5, **more})
    return bool(_outcome(trade).trades["dubious"][0])


def test_a_candle_with_both_the_stop_and_the_target_is_in_doubt() -> None:
    assert _doubt("roi", stop_loss_abs=11.0)
    assert not _doubt("roi", stop_loss_abs=10.9)
    assert not _doubt("roi", stop_loss_abs=11.0, close_rate=12.0)
    assert _doubt("trailing_stop_loss")
    assert not _doubt("stop_loss", open_rate=12.7)
    assert not _doubt("exit_signal", stop_loss_abs=11.0)
    short = {"is_short": True, "open_rate": 14.0}
    assert _doubt("roi", stop_loss_abs=13.0, **short)
    assert not _doubt("roi", stop_loss_abs=13.1, **short)
    assert not _doubt("stop_loss", is_short=True, open_rate=11.0)


def test_tags_beyond_counting_share_one() -> None:
    pair = (_order(2, "buy", 1.0, 10.0, entry=True), _order(3, "sell", 1.0, 10.0))
    trades = [_trade(2, 3, 0.0, *pair, enter_tag=f"tag {k}") for k in range(30_005)]
    outcome = _outcome(*trades)
    assert len(outcome.enter_tags) == 30_001
    assert trade_records(outcome)[-1]["enter_tag"] == "(further tags)"


def test_it_is_the_outcome_of_our_own_loop(tmp_path: Path) -> None:
    """The same strategy, written for each program, over the same candles."""
    for number, pair in enumerate(PAIRS):
        frame = candles(3000 + number)
        frame.to_feather(tmp_path / f"{pair.replace('/', '_')}-5m.feather")
    config = settings(
        tmp_path, "EmaRsi", strategy_path=str(BENCH / "peers"), stake_amount="unlimited",
        max_open_trades=2,
    )  # fmt: skip
    config["exchange"]["pair_whitelist"] = list(PAIRS)
    logging.disable(logging.CRITICAL)
    try:
        with opened(config) as exchange:
            bt = QuickLoading(config, exchange)
            data, timerange = bt.load_bt_data()
            span = bt.backtest_one_strategy(bt.strategylist[0], data, timerange)
    finally:
        logging.disable(logging.NOTSET)
    found = outcome_of(
        bt.all_bt_content["EmaRsi"],
        data,
        span,
        timeframe="5m",
        steps=bt.price_pair_prec,
    )
    expected = _own(tmp_path)
    assert len(found.trades) == len(expected.trades) > 50
    assert (found.start_ns, found.end_ns) == (expected.start_ns + 300 * 10**9, expected.end_ns)
    assert found.final_balance == expected.final_balance
    for name in expected.trades.dtype.names or ():
        if name in ("pair", "is_short", "close_time", "digits", "open_time"):
            assert found.trades[name].tolist() == expected.trades[name].tolist(), name
        elif name in ("open_row", "close_row"):
            assert (found.trades[name] + 1).tolist() == expected.trades[name].tolist(), name
        elif "stop" not in name and name not in ("enter_tag", "exit_reason"):
            assert found.trades[name] == pytest.approx(expected.trades[name], rel=1e-9), name
    assert found.equity == pytest.approx(expected.equity[1:], rel=1e-12)
    assert found.exposure == pytest.approx(expected.exposure[1:], rel=1e-12)
    shown = [[t["exit_reason"] for t in trade_records(o)] for o in (found, expected)]
    assert shown[0] == shown[1]


def _own(datadir: Path) -> Outcome:
    request = Request(
        strategy=resolve(str(BENCH / "ema_rsi.json")),
        pairs=PAIRS,
        currency="USDT",
        timeframe=Timeframe.parse("5m"),
        datadir=datadir,
        timerange=TimeRange.parse(None),
        wallet=10_000.0,
        share_equally=True,
        max_open_trades=2,
        realism="freqtrade",
    )
    return backtest(request).outcome
