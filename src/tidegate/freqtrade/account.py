"""The account over time: what a run's orders left open is marked at every close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tidegate.freqtrade.trimming import times_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray
    from pandas import DataFrame

    from tidegate.model import Floats, Ints


@dataclass(frozen=True, slots=True)
class Account:
    """Balance and value of the open positions, at the close of each candle."""

    equity: Floats
    exposure: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The common grid of a run, and the prices of each pair on it."""

    start: int
    """Open of the first candle that could be traded, nanoseconds UTC."""
    end: int
    step: int
    first: Ints
    """At which candle of the grid each pair begins."""
    closes: Floats
    """A row each pair: its last known close at each candle; not a number before its first."""
    wallet: float
    hold: Floats

    @property
    def time(self) -> Ints:
        """The opens of all candles of the grid."""
        return self.start + self.step * np.arange(self.closes.shape[1])

    def rows(self, pair: NDArray[np.int32], time: Ints) -> Ints:
        """Return which row of its pair's candles an instant falls into."""
        return self.cells(time) - self.first[pair]

    def cells(self, time: Ints) -> Ints:
        """Return which candle of the grid an instant falls into."""
        return (time - self.start) // self.step

    def account(self, trades: NDArray[np.void], orders: NDArray[np.void]) -> Account:
        """Follow the money: orders move it, closing a position settles its profit."""
        candles = self.closes.shape[1]
        own = orders["trade"]
        side = np.where(orders["is_buy"], 1.0, -1.0)
        moved = side * orders["amount"]
        fee = np.where(orders["is_entry"], trades["fee_open"][own], trades["fee_close"][own])
        value = orders["price"] * orders["amount"]
        paid = -side * value - value * fee
        settled = trades["profit_abs"] - np.bincount(own, paid, minlength=len(trades))
        equity = np.full(candles, self.wallet)
        exposure = np.zeros(candles)
        last = self.cells(trades["close_time"])
        # a position's last orders and its settling are one event
        when = np.minimum(self.cells(orders["time"]), last[own])
        for pair in range(len(self.closes)):
            mine, ended = trades["pair"][own] == pair, trades["pair"] == pair
            if not ended.any():
                continue
            opened = self.cells(trades["open_time"][ended])
            held = np.bincount(when[mine], moved[mine], minlength=candles).cumsum()
            money = np.bincount(when[mine], paid[mine], minlength=candles)
            money += np.bincount(last[ended], settled[ended], minlength=candles)
            running = np.bincount(opened, minlength=candles)
            running -= np.bincount(last[ended], minlength=candles)
            # sums of what went in and out are not quite nothing again
            worth = np.where(running.cumsum() > 0, held * np.nan_to_num(self.closes[pair]), 0.0)
            equity += money.cumsum() + worth
            exposure += np.abs(worth)
        return Account(equity, exposure)


def course_of(
    candles: Mapping[str, DataFrame], span: tuple[datetime, datetime], step: int, wallet: float
) -> Course:
    """Lay the candles of all pairs on one grid: a candle after the first to the last."""
    start, end = (int(day.timestamp()) * 1_000_000_000 for day in span)
    start += step
    grid = np.arange(start, end + step, step)
    closes = np.full((len(candles), len(grid)), np.nan)
    first = np.zeros(len(candles), dtype=np.int64)
    hold = np.zeros(len(grid))
    part = wallet / max(len(candles), 1)
    for number, frame in enumerate(candles.values()):
        time, close = times_of(frame["date"]), frame["close"].to_numpy(dtype=np.float64)
        begins = int(np.searchsorted(time, start))
        if begins == len(time) or not len(grid):
            hold += part
            continue
        first[number] = (time[begins] - start) // step
        known = slice(int(first[number]), None)
        rows = np.searchsorted(time, grid[known], "right") - 1
        closes[number, known] = close[rows]
        hold[: known.start] += part
        hold[known] += part / float(frame["open"].iloc[begins]) * close[rows]
    return Course(
        start=start, end=end, step=step, first=first, closes=closes, wallet=wallet, hold=hold
    )
