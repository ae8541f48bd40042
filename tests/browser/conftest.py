"""A browser, and runs to show in it: a made market traded on a crossing of two averages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pytest
import talib

from tidegate.feeds.synthetic import MarketSpec, generate
from tidegate.model import DAY_NS, TRADE_DTYPE, Candles, Outcome, Timeframe
from tidegate.research.report import ChartData, write_html
from tidegate.stats import METRICS, as_document, measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from playwright.sync_api import Browser

START_NS = 1_704_067_200 * 10**9  # 2024-01-01
WALLET = 10_000.0
FEE = 0.001
STOP, TARGET = 0.024, 0.09
TAGS = ("ema_cross_up", "ema_cross_down")
REASONS = ("exit_signal", "stop_loss", "roi", "end_of_data")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Look = Mapping[str, Any]
"""How a browser window is: what Playwright's new_context takes."""

DESK: Look = {"viewport": {"width": 1440, "height": 1000}, "reduced_motion": "reduce"}


@dataclass(frozen=True)
class MadeRun:
    document: dict[str, Any]
    charts: list[ChartData]

    def write(self, path: Path) -> Path:
        write_html(path, self.document, self.charts)
        return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Open Chromium, or say in plain words why there is none."""
    program = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    if program is None:
        reason = "Chromium is not installed, so nothing was tried in a browser"
        if "chromium" in os.environ.get("TIDEGATE_REQUIRE", "").split(","):
            pytest.fail(f"{reason}, and TIDEGATE_REQUIRE asks for it")
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow, and only for this

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield browser
        browser.close()


class Opened:
    """A report in the browser, and everything it said or asked for."""

    def __init__(self, browser: Browser, path: Path, address: str, look: Look) -> None:
        self.context = browser.new_context(**{**DESK, **look})
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.file = path.as_uri()
        self.page.goto(self.file + address)
        self.page.wait_for_selector("html[data-ready]")


class Open(Protocol):
    def __call__(self, path: Path, address: str = "", look: Look = DESK) -> Opened: ...


@pytest.fixture
def open_report(chromium: Browser) -> Iterator[Open]:
    """Open reports from disk, and see at the end that none complained or asked a network."""
    opened: list[Opened] = []

    def open_one(path: Path, address: str = "", look: Look = DESK) -> Opened:
        opened.append(Opened(chromium, path, address, look))
        return opened[-1]

    yield open_one
    for one in opened:
        one.context.close()
    assert [text for one in opened for text in one.said] == []
    outside = ("data:", "blob:")
    for one in opened:
        assert [url for url in one.asked if not url.startswith((one.file, *outside))] == []


@pytest.fixture(scope="session")
def small_run() -> MadeRun:
    """Three pairs, two months, some hundred trades."""
    return made_run(timeframe="15m", days=60)


@pytest.fixture(scope="session")
def small_report(small_run: MadeRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_run.write(tmp_path_factory.mktemp("report") / "small.html")


@pytest.fixture(scope="session")
def year_run() -> MadeRun:
    """One pair, a leap year of minutes: 527,040 candles and nearly twenty thousand trades."""
    return made_run(("BTC/USDT",), "1m", 366)


@pytest.fixture(scope="session")
def year_report(year_run: MadeRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return year_run.write(tmp_path_factory.mktemp("report") / "year.html")


@pytest.fixture(scope="session")
def empty_run() -> MadeRun:
    """A run that never traded."""
    return made_run(timeframe="15m", days=60, trading=False)


def made_run(
    pairs: Sequence[str] = ("BTC/USDT", "ETH/USDT", "SOL/USDT"),
    timeframe: str = "5m",
    days: int = 60,
    *,
    seed: int = 7,
    averages: tuple[int, int] = (12, 26),
    trading: bool = True,
) -> MadeRun:
    """Trade a made market by rules simple enough to be written here."""
    length = Timeframe.parse(timeframe)
    spec = MarketSpec(
        pairs=tuple(pairs),
        timeframe=length,
        start_ns=START_NS,
        candles=days * DAY_NS // length.ns,
        seed=seed,
    )
    market = list(generate(spec))
    charts = [
        ChartData(candles=candles, indicators=_indicators(candles, averages)) for candles in market
    ]
    trades = np.concatenate([_trades(chart, index) for index, chart in enumerate(charts)])
    if not trading:
        trades = trades[:0]
    trades = trades[np.argsort(trades["close_time"], kind="stable")]
    outcome = _outcome(market, trades)
    return MadeRun(_document(outcome, market), charts)


def _indicators(candles: Candles, averages: tuple[int, int]) -> dict[str, NDArray[np.float64]]:
    return {
        **{f"ema {size}": talib.EMA(candles.close, size) for size in averages},
        "rsi 14": talib.RSI(candles.close, 14),
    }


def _trades(chart: ChartData, pair: int) -> NDArray[np.void]:
    """Enter on each crossing, leave at the stop, the target or the next crossing."""
    candles = chart.candles
    fast, slow, _ = chart.indicators.values()
    above = np.where(np.isnan(slow), False, fast > slow)  # noqa: FBT003 - numpy's own signature
    crossings = np.flatnonzero(above[1:] != above[:-1]) + 1
    rows = []
    for here, there in pairwise(crossings):
        if there + 1 >= len(candles):
            continue
        rows.append(_trade(candles, int(here) + 1, int(there) + 1, short=not above[here]))
    trades = np.zeros(len(rows), TRADE_DTYPE)
    for trade, row in zip(trades, rows, strict=True):
        for name, value in row.items():
            trade[name] = value
    trades["pair"] = pair
    return trades


def _trade(candles: Candles, start: int, end: int, *, short: bool) -> dict[str, float]:
    sign = -1 if short else 1
    entry = float(candles.open[start])
    stop, target = entry * (1 - sign * STOP), entry * (1 + sign * TARGET)
    low, high = candles.low[start:end], candles.high[start:end]
    stopped = np.flatnonzero((high >= stop) if short else (low <= stop))
    reached = np.flatnonzero((low <= target) if short else (high >= target))
    last = end - start
    first_stop = int(stopped[0]) if len(stopped) else last
    first_target = int(reached[0]) if len(reached) else last
    if min(first_stop, first_target) == last:
        row, rate, reason = end, float(candles.open[end]), 0
    elif first_stop <= first_target:
        row, rate, reason = start + first_stop, stop, 1
    else:
        row, rate, reason = start + first_target, target, 2
    stake = WALLET / 8
    amount = stake / entry
    fees = FEE * amount * (entry + rate)
    profit = sign * amount * (rate - entry) - fees
    seen = slice(start, row + 1)
    return {
        "is_short": short,
        "open_row": start,
        "close_row": row,
        "open_time": int(candles.time[start]),
        "close_time": int(candles.time[row]),
        "open_rate": entry,
        "close_rate": rate,
        "amount": amount,
        "stake": stake,
        "leverage": 1.0,
        "fee_open": FEE,
        "fee_close": FEE,
        "fees_paid": fees,
        "slippage_paid": 0.0005 * stake,
        "profit_abs": profit,
        "profit_ratio": profit / stake,
        "initial_stop": stop,
        "stop": stop,
        "min_rate": float(candles.low[seen].min()),
        "max_rate": float(candles.high[seen].max()),
        "enter_tag": int(short),
        "exit_reason": reason,
        "dubious": first_stop == first_target != last,
    }


def _outcome(market: Sequence[Candles], trades: NDArray[np.void]) -> Outcome:
    first = market[0]
    equity = np.full(len(first), WALLET)
    exposure = np.zeros(len(first))
    for trade in trades:
        opened, closed = int(trade["open_row"]), int(trade["close_row"])
        sign = -1 if trade["is_short"] else 1
        moves = market[int(trade["pair"])].close[opened:closed] - trade["open_rate"]
        equity[opened:closed] += sign * trade["amount"] * moves - trade["fees_paid"] / 2
        exposure[opened:closed] += trade["stake"]
        equity[closed:] += trade["profit_abs"]
    hold = sum(WALLET / len(market) * candles.close / candles.open[0] for candles in market)
    return Outcome(
        pairs=tuple(candles.pair for candles in market),
        timeframe=first.timeframe,
        currency="USDT",
        wallet=WALLET,
        final_balance=float(equity[-1]),
        start_ns=int(first.time[0]),
        end_ns=int(first.time[-1]),
        trades=trades,
        enter_tags=TAGS,
        exit_reasons=REASONS,
        time=first.time,
        equity=equity,
        exposure=exposure,
        hold=np.asarray(hold),
        rejected_signals=0,
        unaffordable_signals=0,
    )


def _iso(ns: int) -> str:
    return datetime.fromtimestamp(ns // 10**9, UTC).isoformat()


def _document(outcome: Outcome, market: Sequence[Candles]) -> dict[str, Any]:
    figures = as_document(measure(outcome, paths=300))
    return {
        **figures,
        "tidegate_version": "0.1.0",
        "strategy": {
            "name": "EMA crossover",
            "version": "1.2",
            "description": "Follows the faster of two moving averages, both ways.",
            "source": "built-in",
            "sha256": "5f2b9c0e4a1d7836b1f0c2d4e6a8907153bd92fe0471ac6d8e35f9120b7c4da6",
            "explanation": [
                "Goes long when the faster average of the close crosses above the slower one.",
                "Goes short when it crosses below.",
                "Leaves at the opposite crossing, at a loss of 2.4% or at a profit of 9%.",
                "Stakes an eighth of the first wallet on each position.",
            ],
        },
        "run": {
            "pairs": list(outcome.pairs),
            "timeframe": outcome.timeframe.name,
            "start": _iso(outcome.start_ns),
            "end": _iso(outcome.end_ns + outcome.timeframe.ns),
            "candles": sum(len(candles) for candles in market),
            "wallet": outcome.wallet,
            "currency": outcome.currency,
            "stake": 1250.0,
            "max_open_trades": len(market),
            "fee": FEE,
            "slippage": "constant 0.05%",
            "realism": "standard",
            "prices": market[0].origin,
            "command": f"tidegate backtest ema-crossover --pairs {' '.join(outcome.pairs)} "
            f"--timeframe {outcome.timeframe.name} --wallet 10000 --stake 1250 --html report.html",
        },
        "assumptions": ASSUMPTIONS,
        "grade": GRADE,
        "trades": [_trade_document(outcome, trade) for trade in outcome.trades],
        "metric_info": {
            metric.name: {
                "title": metric.title,
                "unit": str(metric.unit),
                "meaning": metric.meaning,
                "higher_is_better": metric.higher_is_better,
                "group": str(metric.group),
            }
            for metric in METRICS
        },
        "counters": {
            "rejected_signals": outcome.rejected_signals,
            "unaffordable_signals": outcome.unaffordable_signals,
            "lost_at_end": outcome.lost_at_end,
        },
        "final_balance": outcome.final_balance,
        "seconds": {"load": 0.021, "indicators": 0.034, "simulate": 0.0042},
    }


def _trade_document(outcome: Outcome, trade: np.void) -> dict[str, Any]:
    opened, closed = int(trade["open_time"]), int(trade["close_time"])
    plain = {
        name: float(trade[name])
        for name in (
            "open_rate", "close_rate", "amount", "profit_ratio", "profit_abs", "leverage",
            "fee_open", "fee_close", "min_rate", "max_rate", "fees_paid", "slippage_paid",
        )
    }  # fmt: skip
    return {
        **plain,
        "pair": outcome.pairs[int(trade["pair"])],
        "open_date": _iso(opened),
        "close_date": _iso(closed),
        "open_timestamp": opened // 10**6,
        "close_timestamp": closed // 10**6,
        "stake_amount": float(trade["stake"]),
        "exit_reason": outcome.exit_reasons[int(trade["exit_reason"])],
        "enter_tag": outcome.enter_tags[int(trade["enter_tag"])],
        "is_short": bool(trade["is_short"]),
        "trade_duration": (closed - opened) // (60 * 10**9),
        "initial_stop_loss_abs": float(trade["initial_stop"]),
        "stop_loss_abs": float(trade["stop"]),
        "dubious": bool(trade["dubious"]),
    }


ASSUMPTIONS = [
    {
        "name": "Fees",
        "value": "0.10% a side",
        "why": "The taker fee of a large venue, without discounts.",
    },
    {
        "name": "Slippage",
        "value": "constant, 0.05%",
        "why": "Every fill is worse than the price it was decided at.",
    },
    {
        "name": "Fills",
        "value": "whole, at once",
        "why": "No order is filled in part; stakes are small beside the volume.",
    },
    {
        "name": "Order of events",
        "value": "stop before target",
        "why": "Inside one candle the worse of two possible exits is taken.",
    },
    {
        "name": "Entry",
        "value": "open of the next candle",
        "why": "A signal is known when its candle closes, not before.",
    },
]

GRADE = {
    "letter": "B",
    "score": 0.72,
    "findings": [
        {"name": "Fees", "points": 20.0, "of": 20.0, "why": "Charged on both sides."},
        {
            "name": "Slippage",
            "points": 12.0,
            "of": 20.0,
            "why": "A constant; real slippage grows with the stake.",
        },
        {
            "name": "Candle detail",
            "points": 15.0,
            "of": 25.0,
            "why": "What happens inside a candle is guessed at.",
        },
        {
            "name": "Sample",
            "points": 25.0,
            "of": 35.0,
            "why": "One period, and the prices are made.",
        },
    ],
    "raises": [
        {"what": "Use 1m candles for what happens inside a candle.", "gain": 0.1},
        {"what": "Use slippage by share of volume.", "gain": 0.08},
        {"what": "Test on recorded prices.", "gain": 0.1},
    ],
}
