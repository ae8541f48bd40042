from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tidegate.feeds import TimeRange
from tidegate.model import TRADE_DTYPE, Candles, Outcome, Plan, Rules, Sizing, SizingKind, Timeframe
from tidegate.research.backtest import Request, Result, Seconds
from tidegate.research.document import (
    circumstances,
    iso,
    result_document,
    stake_words,
    trade_records,
)
from tidegate.research.result_file import write_json
from tidegate.stats import measure
from tidegate.strategies import Frame, Signals, Strategy

HOUR = Timeframe.parse("1h")
MONDAY = 1_704_067_200_000_000_000  # 2024-01-01
ROWS = 12


class Mine(Strategy):
    """Mine alone."""

    version = "3"
    timeframe = HOUR

    def signals(self, frame: Frame) -> Signals:
        return Signals(enter_long=frame.close > 1)


def _plan(pair: str, volume: float = 1000.0, **changes: Any) -> Plan:  # noqa: ANN401
    prices = np.full(ROWS, 100.0)
    candles = Candles(
        pair=pair,
        timeframe=HOUR,
        time=MONDAY + np.arange(ROWS, dtype=np.int64) * HOUR.ns,
        open=prices,
        high=prices,
        low=prices,
        close=prices,
        volume=np.full(ROWS, volume),
        **changes,
    )
    return replace(Plan.idle(candles), warmup=2)


def _trades() -> Any:  # noqa: ANN401 - a structured array
    long = {
        "pair": 0, "open_row": 1, "close_row": 3, "open_time": MONDAY + HOUR.ns,
        "close_time": MONDAY + 3 * HOUR.ns + 90 * 10**9, "open_rate": 100.0, "entry_price": 100.0,
        "close_rate": 110.0, "digits": 2, "amount": 1.123456789, "stake": 112.3456789,
        "leverage": 1.0, "fee_open": 0.001, "fee_close": 0.002, "fees_paid": 0.3595061729,
        "slippage_paid": 0.25, "profit_abs": 10.87506172, "profit_ratio": 0.0967,
        "initial_stop": 95.0, "initial_stop_ratio": 0.05, "stop": 97.5, "stop_ratio": 0.025,
        "min_rate": 99.0, "max_rate": 111.0, "enter_tag": 1, "exit_reason": 0, "dubious": True,
    }  # fmt: skip
    short = {
        "pair": 1, "is_short": True, "open_row": 5, "close_row": 6,
        "open_time": MONDAY + 5 * HOUR.ns, "close_time": MONDAY + 6 * HOUR.ns,
        "open_rate": 100.0, "entry_price": 100.0, "close_rate": 101.0, "amount": 2.0,
        "stake": 200.0, "leverage": 1.0, "profit_abs": -2.0, "profit_ratio": -0.01,
        "enter_tag": -1, "exit_reason": 1,
    }  # fmt: skip
    trades = np.zeros(2, dtype=TRADE_DTYPE)
    for row, trade in enumerate((long, short)):
        for name, value in trade.items():
            trades[name][row] = value
    return trades


def _outcome(trades: Any = None) -> Outcome:  # noqa: ANN401 - a structured array
    closed = _trades() if trades is None else trades
    return Outcome(
        pairs=("FOO/USDT", "BAR/USDT"),
        timeframe=HOUR,
        currency="USDT",
        wallet=1000.0,
        final_balance=1000.0 + float(closed["profit_abs"].sum()),
        start_ns=MONDAY + 2 * HOUR.ns,
        end_ns=MONDAY + (ROWS - 1) * HOUR.ns,
        trades=closed,
        enter_tags=("quiet", "loud"),
        exit_reasons=("roi", "stop_loss"),
        time=MONDAY + np.arange(2, ROWS, dtype=np.int64) * HOUR.ns,
        equity=np.linspace(1000.0, 1008.875, ROWS - 2),
        exposure=np.zeros(ROWS - 2),
        hold=np.full(ROWS - 2, 1000.0),
        rejected_signals=7,
        unaffordable_signals=6,
        timed_out_exits=5,
        lost_at_end=4,
    )


def _result(**changes: Any) -> Result:  # noqa: ANN401 - a field of any kind
    request = Request(
        strategy=Mine(),
        pairs=["FOO/USDT", "BAR/USDT"],
        currency="USDT",
        timeframe=HOUR,
        datadir=Path("data"),
        timerange=TimeRange(),
    )
    plain = Result(
        request=request,
        outcome=_outcome(),
        plans=[_plan("FOO/USDT"), _plan("BAR/USDT")],
        provenance=["4h candles resampled from 1h"],
        filled=3,
        seconds=Seconds(prepare=0.5, load=0.1, indicators=0.2, simulate=0.3),
    )
    return replace(plain, **changes)


def test_a_trade_is_told_under_freqtrades_names() -> None:
    long, short = trade_records(_outcome())
    expected = {
        "pair": "FOO/USDT",
        "stake_amount": 112.3456789,
        "max_stake_amount": 112.3456789,
        "amount": 1.12345679,
        "open_date": "2024-01-01T01:00:00Z",
        "close_date": "2024-01-01T03:01:30Z",
        "open_rate": 100.0,
        "close_rate": 110.0,
        "fee_open": 0.001,
        "fee_close": 0.002,
        "trade_duration": 121,
        "profit_ratio": 0.0967,
        "profit_abs": 10.87506172,
        "exit_reason": "roi",
        "initial_stop_loss_abs": 95.0,
        "initial_stop_loss_ratio": -0.05,
        "stop_loss_abs": 97.5,
        "stop_loss_ratio": -0.025,
        "min_rate": 99.0,
        "max_rate": 111.0,
        "is_open": False,
        "enter_tag": "loud",
        "leverage": 1.0,
        "is_short": False,
        "open_timestamp": 1_704_070_800_000,
        "close_timestamp": 1_704_078_090_000,
        "fees_paid": 0.35950617,
        "slippage_paid": 0.25,
        "dubious": True,
    }
    assert {name: long[name] for name in expected} == expected
    assert (short["pair"], short["is_short"]) == ("BAR/USDT", True)
    assert (short["enter_tag"], short["exit_reason"]) == ("", "stop_loss")
    assert json.loads(json.dumps([long, short])) == [long, short]


def test_the_document_says_what_was_run() -> None:
    result = _result()
    document = result_document(result, measure(result.outcome, seed=3), "tidegate backtest mine.py")
    assert document["run"] == {
        "pairs": ["FOO/USDT", "BAR/USDT"],
        "timeframe": "1h",
        "start": "2024-01-01T02:00:00Z",
        "end": "2024-01-01T11:00:00Z",
        "candles": 20,
        "warmup": 2,
        "wallet": 1000.0,
        "currency": "USDT",
        "stake": "unlimited",
        "max_open_trades": 2,
        "fee": 0.001,
        "slippage": "constant:0.0005",
        "realism": "standard",
        "prices": "recorded",
        "command": "tidegate backtest mine.py",
    }
    assert document["counters"] == {
        "rejected_signals": 7,
        "unaffordable_signals": 6,
        "timed_out_exits": 5,
        "lost_at_end": 4,
    }
    assert document["seconds"] == {"prepare": 0.5, "load": 0.1, "indicators": 0.2, "simulate": 0.3}
    assert document["final_balance"] == pytest.approx(1008.87506172)
    assert document["strategy"]["name"] == "Mine"
    assert document["strategy"]["version"] == "3"
    assert document["strategy"]["source"] == str(Path(__file__))
    assumed = {one["name"]: one["value"] for one in document["assumptions"]}
    assert assumed["Other timeframes"] == "4h candles resampled from 1h"
    assert assumed["Gaps"].startswith("3 missing")
    json.dumps(document, allow_nan=False)


def test_made_prices_are_said_to_be_made() -> None:
    plans = [_plan("FOO/USDT", origin="made by hand"), _plan("BAR/USDT")]
    result = _result(plans=plans)
    document = result_document(result, measure(result.outcome, seed=3), "")
    assert document["run"]["prices"] == "made by hand, recorded"
    assert circumstances(result).made
    assert not circumstances(_result()).made


@pytest.mark.parametrize(
    ("sizing", "words"),
    [
        (Sizing(), "unlimited"),
        (Sizing(kind=SizingKind.FIXED, value=50.0), "50 USDT"),
        (Sizing(kind=SizingKind.PERCENT_OF_EQUITY, value=0.1), "10.00% of equity"),
        (Sizing(kind=SizingKind.PERCENT_RISK, value=0.01), "1.00% of equity at risk"),
        (Sizing(kind=SizingKind.ATR, value=0.01), "1.00% of equity per ATR move"),
        (
            Sizing(kind=SizingKind.KELLY, value=0.5, cap=0.2),
            "0.5 of Kelly, at most 20% of equity",
        ),
    ],
)
def test_how_stakes_were_sized_is_said_in_words(sizing: Sizing, words: str) -> None:
    strategy = Mine()
    strategy.rules = Rules(sizing=sizing)
    result = _result()
    assert stake_words(replace(result, request=replace(result.request, strategy=strategy))) == words


def test_the_grade_is_told_what_happened() -> None:
    seen = circumstances(_result())
    assert (seen.fee, seen.slippage, seen.gap_stops) == (0.001, "constant", True)
    assert (seen.filled, seen.candles) == (3, 24)
    assert (seen.trades, seen.dubious, seen.shorts) == (2, 1, 1)
    freqtrade = _result()
    freqtrade = replace(freqtrade, request=replace(freqtrade.request, realism="freqtrade"))
    assert (circumstances(freqtrade).slippage, circumstances(freqtrade).gap_stops) == (
        "none",
        False,
    )


def test_the_largest_order_is_a_share_of_its_candles_volume() -> None:
    # The orders were 1.12… of FOO and 2 of BAR.
    plans = [_plan("FOO/USDT", volume=10.0), _plan("BAR/USDT", volume=100.0)]
    assert circumstances(_result(plans=plans)).largest_share == pytest.approx(0.1123456789)
    dry = [_plan("FOO/USDT", volume=10.0), _plan("BAR/USDT", volume=0.0)]
    assert circumstances(_result(plans=dry)).largest_share == math.inf
    nothing = _outcome(np.zeros(0, dtype=TRADE_DTYPE))
    assert circumstances(_result(outcome=nothing)).largest_share is None


def test_a_run_without_trades_is_a_document_too() -> None:
    result = _result(outcome=_outcome(np.zeros(0, dtype=TRADE_DTYPE)))
    document = result_document(result, measure(result.outcome, seed=3), "")
    assert document["trades"] == []
    assert document["metrics"]["win_rate"] is None
    assert document["undefined"]["win_rate"]
    json.dumps(document, allow_nan=False)


def test_times_are_written_in_utc_to_the_second() -> None:
    assert iso(MONDAY + 1_999_999_999) == "2024-01-01T00:00:01Z"


def test_a_result_that_is_no_json_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("old")
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "r.json", {"figure": math.nan})
    assert (tmp_path / "r.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]
    write_json(tmp_path / "r.json", {"ü": [1, None]})
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8")) == {"ü": [1, None]}
