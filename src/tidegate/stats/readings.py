"""What the metrics look at, picked out of an outcome once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.model.timeframe import DAY_NS
from tidegate.stats.daily import Daily, daily
from tidegate.stats.decline import Decline, decline

if TYPE_CHECKING:
    from tidegate.model.arrays import Bools, Floats, Ints
    from tidegate.model.outcome import Outcome

_SECOND_NS: Final = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The columns of the trades, and the account by day and by drawdown.

    Profits, fees, slippage and `traded` are in the currency of the wallet.
    """

    outcome: Outcome
    span_ns: int
    """From the open of the first candle to the close of the last."""
    closes: Ints
    """When each equity was measured: the close of its candle."""
    daily: Daily
    decline: Decline
    profits: Floats
    profit_ratios: Floats
    seconds: Floats
    """How long each position was held."""
    opened: Ints
    closed: Ints
    is_short: Bools
    fees: Floats
    slippage: Floats
    traded: float
    """Value bought and sold, both sides of every trade."""

    @property
    def days(self) -> float:
        """Length of the test in days, parts of days included."""
        return self.span_ns / DAY_NS


def read(outcome: Outcome) -> Readings:
    """Copy each column of the trades into one piece, and follow the equity once."""
    trades = outcome.trades
    opened = np.ascontiguousarray(trades["open_time"])
    closed = np.ascontiguousarray(trades["close_time"])
    closes = outcome.time + outcome.timeframe.ns
    candles = len(outcome.time) > 0
    return Readings(
        outcome=outcome,
        span_ns=outcome.end_ns + outcome.timeframe.ns - outcome.start_ns if candles else 0,
        closes=closes,
        daily=daily(outcome),
        decline=decline(outcome.equity, closes, wallet=outcome.wallet, start_ns=outcome.start_ns),
        profits=np.ascontiguousarray(trades["profit_abs"]),
        profit_ratios=np.ascontiguousarray(trades["profit_ratio"]),
        seconds=(closed - opened) / _SECOND_NS,
        opened=opened,
        closed=closed,
        is_short=np.ascontiguousarray(trades["is_short"]),
        fees=np.ascontiguousarray(trades["fees_paid"]),
        slippage=np.ascontiguousarray(trades["slippage_paid"]),
        traded=_traded(outcome),
    )


def _traded(outcome: Outcome) -> float:
    """Return the value of all orders, or of both sides of the trades where there are no orders."""
    if len(outcome.orders):
        return float(np.dot(outcome.orders["amount"], outcome.orders["price"]))
    trades = outcome.trades
    return float(np.dot(trades["amount"], trades["open_rate"] + trades["close_rate"]))
