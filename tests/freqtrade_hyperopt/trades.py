"""Made lists of trades, in the frame that Freqtrade's figures and losses read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from tidegate.freqtrade.hyperopt.metrics import Subject

PAIRS: Final = ["A/USDT", "B/USDT", "C/USDT", "D/USDT"]
START: Final = datetime(2024, 1, 1, tzinfo=UTC)
WALLET: Final = 1000.0
CONFIG: Final[dict[str, Any]] = {
    "max_open_trades": 3,
    "stake_currency": "USDT",
    "stake_amount": 100,
    "dry_run_wallet": WALLET,
    "timeframe": "5m",
    "stoploss": -0.1,
    "minimal_roi": {"0": 1},
    "use_exit_signal": True,
    "exit_profit_only": False,
    "exit_profit_offset": 0.0,
    "ignore_roi_if_entry_signal": False,
    "trading_mode": "spot",
    "margin_mode": "",
}
CANDLE_MS, HOUR_MS, DAY_MS = 300_000, 3_600_000, 86_400_000


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Draw trades: few or many, all good or all bad, closed at one time or apart."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    number = draw(st.integers(1, 120))
    mood = draw(st.sampled_from(["mixed", "good", "bad", "nothing"]))
    return frame(rng, number, mood, draw(st.sampled_from([CANDLE_MS, HOUR_MS, DAY_MS])))


def frame(rng: np.random.Generator, number: int, mood: str, grid_ms: int) -> pd.DataFrame:
    """Return trades in closing order; `grid_ms` is how far apart closing times are at least."""
    lasted = rng.integers(0, 400, number) * CANDLE_MS
    opened = rng.integers(0, 30 * 288, number) * CANDLE_MS + int(START.timestamp() * 1000)
    closed = np.sort(opened + lasted) // grid_ms * grid_ms
    ratio = np.where(rng.random(number) < 0.05, 0.0, rng.normal(0.001, 0.02, number))
    if mood != "mixed":
        ratio = np.abs(ratio) * {"good": 1, "bad": -1, "nothing": 0}[mood]
    stake = np.round(rng.random(number) * 100 + 50, 8)
    trades = pd.DataFrame(
        {
            "pair": rng.choice(PAIRS[:-1], number),
            "stake_amount": stake,
            "open_timestamp": closed - lasted,
            "close_timestamp": closed,
            "trade_duration": lasted // 60_000,
            "profit_ratio": ratio,
            "profit_abs": np.round(ratio * stake, 8),
            "exit_reason": rng.choice(["roi", "stop_loss", "force_exit"], number),
            "enter_tag": rng.choice(np.array(["a", "b", "", None], dtype=object), number),
            "is_short": rng.random(number) < 0.3,
            "orders": [
                [{"cost": float(cost)} for cost in rng.random(rng.integers(2, 5)) * 100]
                for _ in range(number)
            ],
        }
    )
    for name in ("open", "close"):
        times = trades[f"{name}_timestamp"]
        trades[f"{name}_date"] = pd.to_datetime(times, unit="ms", utc=True)
    return trades


def content(trades: pd.DataFrame) -> dict[str, Any]:
    """Return what a backtest says beside its trades."""
    counters = dict.fromkeys(
        (
            "rejected_signals",
            "timedout_entry_orders",
            "timedout_exit_orders",
            "canceled_trade_entries",
            "canceled_entry_orders",
            "replaced_entry_orders",
        ),
        2,
    )
    return counters | {
        "results": trades,
        "config": CONFIG,
        "locks": [],
        "final_balance": WALLET + trades["profit_abs"].sum(),
        "backtest_start_time": 1,
        "backtest_end_time": 2,
    }


def subject(days: int) -> Subject:
    """Return a run of so many days."""
    return Subject(
        strategy="Made",
        pairs=PAIRS,
        start=START,
        end=START + timedelta(days=days),
        wallet=WALLET,
        market_change=0.1,
    )
