"""Freqtrade's own loss functions over columns, each to the last bit what Freqtrade's returns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from freqtrade.optimize.hyperopt_loss import (
    hyperopt_loss_multi_metric as multi_metric_rules,
)
from freqtrade.optimize.hyperopt_loss import (
    hyperopt_loss_profit_drawdown as profit_drawdown_rules,
)
from freqtrade.optimize.hyperopt_loss import (
    hyperopt_loss_short_trade_dur as short_trade_rules,
)

from tidegate.freqtrade.hyperopt.figures import (
    DAY_MS,
    DAYS_A_YEAR,
    daily_sums,
    deviation,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tidegate.freqtrade.hyperopt.closed import Closed
    from tidegate.freqtrade.hyperopt.figures import Figures
    from tidegate.freqtrade.hyperopt.lines import Tables
    from tidegate.freqtrade.hyperopt.metrics import Subject
    from tidegate.model.arrays import Floats

CHECKED: Final = "2026.9"
"""The Freqtrade whose losses these were compared with; another's are asked themselves."""

_SLIPPAGE: Final = 0.0005
_NOT_OPTIMAL_BY_DAY: Final = -20.0
_ENOUGH_FOR_A_PAIR: Final = 1.0
_PENALTY_OF_A_PAIR: Final = 20


@dataclass(frozen=True)
class Case:
    """One epoch with at least one trade, as a loss sees it."""

    subject: Subject
    tables: Tables
    metrics: Mapping[str, Any]

    @property
    def figures(self) -> Figures:
        """Return the figures of all trades."""
        return self.tables.figures

    @property
    def closed(self) -> Closed:
        """Return the trades."""
        return self.tables.closed


def sharpe(case: Case) -> float:
    """Return less for more profit over the deviation of trades."""
    return -case.figures.sharpe


def sortino(case: Case) -> float:
    """Return less for more profit over the deviation of losing trades."""
    return -case.figures.sortino


def calmar(case: Case) -> float:
    """Return less for more profit over the largest drawdown."""
    return -case.figures.calmar


def only_profit(case: Case) -> float:
    """Return less for more profit."""
    return -1 * case.figures.total


def max_drawdown(case: Case) -> float:
    """Return less for more profit over the largest fall in stake currency."""
    drawdown = case.figures.drawdown
    fall = drawdown.fall if drawdown else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(-np.float64(case.figures.total) / fall)


def max_drawdown_relative(case: Case) -> float:
    """Return less for more profit over the largest fall, in currency and as a share."""
    total = case.figures.total
    drawdown = case.figures.drawdown
    if drawdown is None or drawdown.fall == 0:
        return -total
    return -total / drawdown.fall / drawdown.deepest_share


def max_drawdown_per_pair(case: Case) -> float:
    """Return less for more profit over drawdown of the pair that is worst off."""
    scores = []
    for line in case.metrics["results_per_pair"]:
        if line["key"] == "TOTAL":
            continue
        profit, fall = line["profit_total_abs"], line["max_drawdown_abs"]
        score = profit / fall if fall != 0 and profit != 0 else profit
        scores.append(score if score >= _ENOUGH_FOR_A_PAIR else score - _PENALTY_OF_A_PAIR)
    return float(-min(scores))


def profit_drawdown(case: Case) -> float:
    """Return less for more profit, of which the largest drawdown takes its share."""
    return -1 * _less_drawdown(case.figures, profit_drawdown_rules.DRAWDOWN_MULT)


def multi_metric(case: Case) -> float:
    """Return less for more profit, weighed by five further figures."""
    rules = multi_metric_rules
    figures = case.figures
    number = len(figures)
    profit_factor = figures.gained / (abs(figures.lost) + 1e-6)
    _, expectancy_ratio = figures.expectancy
    with np.errstate(invalid="ignore", divide="ignore"):
        weights = (
            np.log(profit_factor + rules.PF_CONST),
            np.log(min(10, expectancy_ratio) + rules.EXPECTANCY_CONST),
            np.log(rules.WINRATE_CONST + len(figures.gains) / number),
        )
    enough = 1.0
    if number < rules.TARGET_TRADE_AMOUNT:
        missing = abs(number - rules.TARGET_TRADE_AMOUNT) / rules.TARGET_TRADE_AMOUNT
        enough = max(1 - missing, 0.1)
    score = _less_drawdown(figures, rules.DRAWDOWN_MULT)
    return float(-1 * (score * weights[0] * weights[1] * weights[2] * enough))


def _less_drawdown(figures: Figures, mult: float) -> float:
    total = figures.total
    share = figures.drawdown.share if figures.drawdown else 0
    return float(total - (share * total) * (1 - mult))


def short_trade_duration(case: Case) -> float:
    """Return less for more profit in trades that are many and short."""
    rules = short_trade_rules
    closed = case.closed
    number = len(closed)
    duration = float(closed.minutes.sum(dtype=np.float64)) / number
    few = 1 - 0.25 * math.exp(-((number - rules.TARGET_TRADES) ** 2) / 10**5.8)
    poor = max(0, 1 - float(closed.profit_ratio.sum()) / rules.EXPECTED_MAX_PROFIT)
    slow = 0.4 * min(duration / rules.MAX_ACCEPTED_TRADE_DURATION, 1)
    return float(few + poor + slow)


def sharpe_daily(case: Case) -> float:
    """Return less for a better Sharpe ratio of the days' profits."""
    days = _days(case)
    spread = deviation(days, 1)
    if spread == 0:
        return -_NOT_OPTIMAL_BY_DAY
    return -(float(days.sum()) / len(days) / spread * math.sqrt(DAYS_A_YEAR))


def sortino_daily(case: Case) -> float:
    """Return less for a better Sortino ratio of the days' profits."""
    days = _days(case)
    losses = np.minimum(days, 0.0)
    spread = math.sqrt((losses**2).sum() / len(losses))
    if spread == 0:
        return -_NOT_OPTIMAL_BY_DAY
    return -(float(days.sum()) / len(days) / spread * math.sqrt(DAYS_A_YEAR))


def _days(case: Case) -> Floats:
    """Return the profit ratios of each day of the run, less a slippage for each trade."""
    first_day, last_day = (
        int(time.timestamp() * 1000) // DAY_MS for time in (case.subject.start, case.subject.end)
    )
    first, sums = daily_sums(case.closed.closed_ms, case.closed.profit_ratio - _SLIPPAGE)
    days = np.zeros(last_day - first_day + 1)
    begin, end = max(first, first_day), min(first + len(sums), last_day + 1)
    if begin < end:
        days[begin - first_day : end - first_day] = sums[begin - first : end - first]
    return days


BUILT_IN: Final[dict[str, Callable[[Case], float]]] = {
    "ShortTradeDurHyperOptLoss": short_trade_duration,
    "DefaultHyperOptLoss": short_trade_duration,
    "OnlyProfitHyperOptLoss": only_profit,
    "SharpeHyperOptLoss": sharpe,
    "SharpeHyperOptLossDaily": sharpe_daily,
    "SortinoHyperOptLoss": sortino,
    "SortinoHyperOptLossDaily": sortino_daily,
    "CalmarHyperOptLoss": calmar,
    "MaxDrawDownHyperOptLoss": max_drawdown,
    "MaxDrawDownRelativeHyperOptLoss": max_drawdown_relative,
    "MaxDrawDownPerPairHyperOptLoss": max_drawdown_per_pair,
    "ProfitDrawDownHyperOptLoss": profit_drawdown,
    "MultiMetricHyperOptLoss": multi_metric,
}
