"""Small outcomes, written out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import pytest

from tidegate.model import TRADE_DTYPE, Outcome, Timeframe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

HOUR_NS = 3_600_000_000_000
START_NS = 1_704_067_200_000_000_000  # 2024-01-01T00:00:00Z, a Monday

HOURS = {"opened_h": "open_time", "closed_h": "close_time"}  # hours after the start


class MakeTrades(Protocol):
    def __call__(self, *rows: Mapping[str, float]) -> NDArray[np.void]: ...


class MakeOutcome(Protocol):
    def __call__(
        self,
        equity: Sequence[float],
        *,
        trades: NDArray[np.void] | None = None,
        timeframe: str = "1d",
        wallet: float = 1000.0,
        **fields: object,
    ) -> Outcome: ...


def _trades(*rows: Mapping[str, float]) -> NDArray[np.void]:
    """Make trades of the fields that matter to a test."""
    trades = np.zeros(len(rows), TRADE_DTYPE)
    trades["enter_tag"] = -1
    trades["stake"] = 100.0
    for trade, row in zip(trades, rows, strict=True):
        for name, value in row.items():
            if name in HOURS:
                trade[HOURS[name]] = START_NS + round(value * HOUR_NS)
            else:
                trade[name] = value
        if "profit_ratio" not in row:
            trade["profit_ratio"] = trade["profit_abs"] / trade["stake"]
    return trades


def _outcome(
    equity: Sequence[float],
    *,
    trades: NDArray[np.void] | None = None,
    timeframe: str = "1d",
    wallet: float = 1000.0,
    **fields: object,
) -> Outcome:
    length = Timeframe.parse(timeframe)
    values = np.array(equity, dtype=np.float64)
    time = START_NS + np.arange(len(values), dtype=np.int64) * length.ns
    whole: dict[str, object] = {
        "pairs": ("BTC/USDT", "ETH/USDT"),
        "timeframe": length,
        "currency": "USDT",
        "wallet": wallet,
        "final_balance": float(values[-1]) if len(values) else wallet,
        "start_ns": START_NS,
        "end_ns": int(time[-1]) if len(time) else START_NS,
        "trades": _trades() if trades is None else trades,
        "enter_tags": ("dip", "break"),
        "exit_reasons": ("exit_signal", "stop_loss", "roi"),
        "time": time,
        "equity": values,
        "exposure": np.zeros(len(values)),
        "hold": np.full(len(values), wallet),
        "rejected_signals": 0,
        "unaffordable_signals": 0,
    }
    return Outcome(**(whole | fields))  # type: ignore[arg-type]  # a test names its own fields


@pytest.fixture(scope="session")
def make_trades() -> MakeTrades:
    return _trades


@pytest.fixture(scope="session")
def make_outcome() -> MakeOutcome:
    return _outcome
