"""Freqtrade's figures of a list of trades, to the last bit, without a frame.

The sums have to be made in Freqtrade's order: numpy's pairwise sum where pandas takes it,
numpy's running sum where pandas groups, bottleneck's deviation where pandas asks for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import bottleneck  # type: ignore[import-untyped]  # it has no types
import numpy as np
from scipy import special  # type: ignore[import-untyped]  # as above

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats, Ints

DAYS_A_YEAR: Final = 365
DAY_MS: Final = 86_400_000
_ROOT_OF_A_YEAR: Final = math.sqrt(DAYS_A_YEAR)
UNDEFINED_RATIO: Final = -100.0
"""Freqtrade's value of a ratio whose divisor is zero."""


@dataclass(frozen=True)
class Drawdown:
    """The largest fall of the cumulated profit, and where it was.

    `high` and `low` are places in the trades by closing time; values are cumulated profits.
    """

    fall: float
    share: float
    deepest_share: float
    high: int
    low: int
    high_value: float
    low_value: float


@dataclass(frozen=True)
class Account:
    """What a list of trades is measured against: the balance it began with, and for how long."""

    start: float
    days: int
    same_moment: bool
    """Whether the run began and ended at one candle, which makes most ratios 0."""


@dataclass(frozen=True)
class Figures:
    """The figures of one list of trades, each computed when it is first asked for."""

    profit_abs: Floats
    closed_ms: Ints
    account: Account

    def __len__(self) -> int:
        """Return how many trades there are."""
        return len(self.profit_abs)

    @cached_property
    def total(self) -> float:
        """Return the profit of all trades, in stake currency."""
        return float(self.profit_abs.sum())

    @cached_property
    def gains(self) -> Floats:
        """Return the profits above zero."""
        return self.profit_abs[self.profit_abs > 0]

    @cached_property
    def losses(self) -> Floats:
        """Return the profits below zero."""
        return self.profit_abs[self.profit_abs < 0]

    @cached_property
    def gained(self) -> float:
        """Return the sum of the profits above zero."""
        return float(self.gains.sum())

    @cached_property
    def lost(self) -> float:
        """Return the sum of the profits below zero, a negative number."""
        return float(self.losses.sum())

    @property
    def profit_factor(self) -> float:
        """Return gains over losses; 0 without a loss, as Freqtrade has it."""
        return self.gained / abs(self.lost) if self.lost else 0.0

    @cached_property
    def expectancy(self) -> tuple[float, float]:
        """Return the profit to expect of a trade, and its ratio to what a loss costs."""
        number = len(self)
        if not number:
            return 0.0, 100.0
        won, lost = len(self.gains), len(self.losses)
        average_win = self.gained / won if won else 0
        average_loss = abs(self.lost) / lost if lost else 0
        win_rate, loss_rate = won / number, lost / number
        expected = win_rate * average_win - loss_rate * average_loss
        if average_loss > 0:
            return expected, (1 + average_win / average_loss) * win_rate - 1
        return expected, 100.0

    @cached_property
    def shares(self) -> Floats:
        """Return each profit as a share of the starting balance."""
        return self.profit_abs / self.account.start

    @cached_property
    def _spread(self) -> float:
        return deviation(self.shares, 1)

    @property
    def sharpe(self) -> float:
        """Return the profit of a day over the deviation of trades, annualised."""
        if not len(self) or self.account.same_moment:
            return 0
        daily = self.shares.sum() / self.account.days
        return annualised(daily, deviation(self.shares, 0))

    @property
    def sortino(self) -> float:
        """Return the profit of a day over the deviation of losing trades, annualised."""
        if not len(self) or self.account.same_moment:
            return 0
        daily = self.shares.sum() / self.account.days
        return annualised(daily, deviation(self.losses / self.account.start, 0))

    @property
    def calmar(self) -> float:
        """Return the profit of a day, in percent, over the largest drawdown, annualised."""
        drawdown = self.drawdown
        if drawdown is None or self.account.same_moment:
            return 0.0
        daily = self.total / self.account.start / self.account.days * 100
        return annualised(daily, drawdown.share)

    @property
    def sqn(self) -> float:
        """Return the system quality number: mean over deviation, times the root of the number."""
        number = len(self)
        if not number:
            return 0.0
        spread = self._spread
        if spread == 0 or math.isnan(spread):
            return UNDEFINED_RATIO
        mean = self.shares.sum() / number
        return float(round(math.sqrt(number) * (mean / spread), 4))

    @property
    def p_value(self) -> float:
        """Return how likely such a mean is if trades bring nothing: a two-sided t-test."""
        number = len(self)
        if number < 2 or self._spread == 0:  # noqa: PLR2004 - a test needs two
            return 1.0
        mean = self.shares.sum() / number
        variance = ((self.shares - mean) ** 2).sum() / number * (number / (number - 1))
        statistic = mean / np.sqrt(variance / number)
        return float(2 * special.stdtr(float(number - 1), -abs(statistic)))

    @cached_property
    def order(self) -> Ints:
        """Return the trades' places by closing time, ties as pandas leaves them."""
        times = self.closed_ms.view("M8[ms]")
        return times.argsort(kind="quicksort")

    @cached_property
    def drawdown(self) -> Drawdown | None:
        """Return the largest drawdown; None without trades."""
        if not len(self):
            return None
        number = len(self)
        cumulated = np.zeros(number + 1)
        np.cumsum(self.profit_abs[self.order], out=cumulated[1:])
        highs = np.maximum(0.0, np.maximum.accumulate(cumulated))
        falls = cumulated - highs
        best = self.account.start + highs
        shares = (best - (self.account.start + cumulated)) / best
        shares[0] = 0.0
        low = int(falls.argmin())
        high = int(highs[: low + 1].argmax())
        return Drawdown(
            fall=abs(float(falls[low])),
            share=float(shares[low]),
            deepest_share=float(shares[int(shares.argmax())]),
            high=max(high - 1, 0),
            low=max(low - 1, 0),
            high_value=float(cumulated[high]),
            low_value=float(cumulated[low]),
        )


def deviation(values: Floats, ddof: int) -> float:
    """Return the standard deviation as pandas computes it; NaN where there is none."""
    if not len(values):
        return math.nan
    return float(bottleneck.nanstd(values, ddof=ddof))


def annualised(mean: float, divisor: float) -> float:
    """Return mean / divisor times the root of a year's days; -100 without a divisor."""
    if divisor == 0 or math.isnan(divisor):
        return UNDEFINED_RATIO
    return float(mean / divisor * _ROOT_OF_A_YEAR)


def daily_sums(closed_ms: Ints, values: Floats) -> tuple[int, Floats]:
    """Return the first day (days since 1970) and the sum of each day from there on."""
    days = closed_ms // DAY_MS
    if (closed_ms[1:] < closed_ms[:-1]).any():
        order = closed_ms.argsort(kind="stable")
        days, values = days[order], values[order]
    begins = np.flatnonzero(np.concatenate(([True], days[1:] != days[:-1])))
    first = int(days[0])
    sums = np.zeros(int(days[-1]) - first + 1)
    sums[days[begins] - first] = np.add.reduceat(values, begins)
    return first, sums
