"""The metrics of the account: what it gained, what it risked, and against what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.stats.benchmark import alpha, beta, hold_return, outperformance
from tidegate.stats.drawdown import (
    longest_drawdown,
    max_drawdown,
    max_drawdown_abs,
    max_drawdown_duration,
    ulcer_index,
)
from tidegate.stats.figure import Figure, known
from tidegate.stats.metric import Group, Metric, Unit
from tidegate.stats.ratios import calmar, omega, recovery_factor, sharpe, sortino
from tidegate.stats.returns import (
    annualised_return,
    best_day,
    best_day_abs,
    flat_days,
    losing_days,
    net_profit,
    total_return,
    volatility,
    winning_days,
    worst_day,
    worst_day_abs,
)
from tidegate.stats.tail import cvar_95, var_95

if TYPE_CHECKING:
    from tidegate.stats.readings import Readings


def _total(r: Readings) -> Figure:
    return total_return(r.outcome.final_balance, r.outcome.wallet)


def _annualised(r: Readings) -> Figure:
    return annualised_return(r.outcome.final_balance, r.outcome.wallet, r.days)


def _net(r: Readings) -> Figure:
    return net_profit(r.outcome.final_balance, r.outcome.wallet)


def _held(r: Readings) -> Figure:
    return hold_return(r.outcome.hold, r.outcome.wallet)


RETURN: Final = (
    Metric(
        "starting_balance", "Starting balance", Unit.CURRENCY,
        "What the wallet held before the first trade.",
        lambda r: known(r.outcome.wallet), Group.RETURN,
    ),
    Metric(
        "final_balance", "Final balance", Unit.CURRENCY,
        "What the wallet held once every position was closed.",
        lambda r: known(r.outcome.final_balance), Group.RETURN, higher_is_better=True,
    ),
    Metric(
        "net_profit", "Net profit", Unit.CURRENCY,
        "What was gained or lost after fees and slippage.",
        _net, Group.RETURN, higher_is_better=True,
    ),
    Metric(
        "total_return", "Total return", Unit.PERCENT,
        "The net profit as a share of the starting balance.",
        _total, Group.RETURN, higher_is_better=True,
    ),
    Metric(
        "annualised_return", "Annualised return", Unit.PERCENT,
        "The yearly growth that would compound to the total return.",
        _annualised, Group.RETURN, higher_is_better=True,
    ),
    Metric(
        "best_day", "Best day", Unit.PERCENT,
        "The largest gain from the end of one UTC day to the end of the next.",
        lambda r: best_day(r.daily.returns), Group.RETURN, higher_is_better=True,
    ),
    Metric(
        "worst_day", "Worst day", Unit.PERCENT,
        "The largest loss from the end of one UTC day to the end of the next.",
        lambda r: worst_day(r.daily.returns), Group.RETURN, higher_is_better=True,
    ),
    Metric(
        "best_day_abs", "Best day, amount", Unit.CURRENCY,
        "The most that the equity rose in one UTC day.",
        lambda r: best_day_abs(r.daily.equity, r.outcome.wallet),
        Group.RETURN, higher_is_better=True,
    ),
    Metric(
        "worst_day_abs", "Worst day, amount", Unit.CURRENCY,
        "The most that the equity fell in one UTC day.",
        lambda r: worst_day_abs(r.daily.equity, r.outcome.wallet),
        Group.RETURN, higher_is_better=True,
    ),
    Metric(
        "winning_days", "Winning days", Unit.COUNT,
        "Days that ended higher than the day before.",
        lambda r: winning_days(r.daily.equity, r.outcome.wallet),
        Group.RETURN, higher_is_better=True,
    ),
    Metric(
        "losing_days", "Losing days", Unit.COUNT,
        "Days that ended lower than the day before.",
        lambda r: losing_days(r.daily.equity, r.outcome.wallet),
        Group.RETURN, higher_is_better=False,
    ),
    Metric(
        "flat_days", "Flat days", Unit.COUNT,
        "Days that ended where the day before did.",
        lambda r: flat_days(r.daily.equity, r.outcome.wallet), Group.RETURN,
    ),
)  # fmt: skip

RISK: Final = (
    Metric(
        "volatility", "Volatility", Unit.PERCENT,
        "How widely the daily returns spread, scaled to a year.",
        lambda r: volatility(r.daily.returns), Group.RISK, higher_is_better=False,
    ),
    Metric(
        "max_drawdown", "Max drawdown", Unit.PERCENT,
        "The largest fall from a high of the equity, as a share of that high.",
        lambda r: max_drawdown(r.decline), Group.RISK, higher_is_better=False,
    ),
    Metric(
        "max_drawdown_abs", "Max drawdown, amount", Unit.CURRENCY,
        "The largest fall from a high of the equity, in money.",
        lambda r: max_drawdown_abs(r.decline), Group.RISK, higher_is_better=False,
    ),
    Metric(
        "max_drawdown_duration", "Max drawdown duration", Unit.DURATION,
        "How long the deepest drawdown lasted, from its high until that was reached again.",
        lambda r: max_drawdown_duration(r.decline), Group.RISK, higher_is_better=False,
    ),
    Metric(
        "longest_drawdown", "Longest drawdown", Unit.DURATION,
        "The longest wait for a new high.",
        lambda r: longest_drawdown(r.decline), Group.RISK, higher_is_better=False,
    ),
    Metric(
        "ulcer_index", "Ulcer index", Unit.PERCENT,
        "How deep and how long the account was below its high, from the ends of days.",
        lambda r: ulcer_index(r.daily.equity, r.outcome.wallet),
        Group.RISK, higher_is_better=False,
    ),
    Metric(
        "var_95", "VaR 95", Unit.PERCENT,
        "The daily return that one day in twenty fell below.",
        lambda r: var_95(r.daily.returns), Group.RISK, higher_is_better=True,
    ),
    Metric(
        "cvar_95", "CVaR 95", Unit.PERCENT,
        "The average return of those worst days.",
        lambda r: cvar_95(r.daily.returns), Group.RISK, higher_is_better=True,
    ),
)  # fmt: skip

RATIOS: Final = (
    Metric(
        "sharpe", "Sharpe ratio", Unit.RATIO,
        "Yearly return for each unit of volatility, from daily returns.",
        lambda r: sharpe(r.daily.returns), Group.RATIOS, higher_is_better=True,
    ),
    Metric(
        "sortino", "Sortino ratio", Unit.RATIO,
        "Yearly return for each unit of downside volatility, from daily returns.",
        lambda r: sortino(r.daily.returns), Group.RATIOS, higher_is_better=True,
    ),
    Metric(
        "calmar", "Calmar ratio", Unit.RATIO,
        "Annualised return for each unit of max drawdown.",
        lambda r: calmar(_annualised(r), max_drawdown(r.decline)),
        Group.RATIOS, higher_is_better=True,
    ),
    Metric(
        "omega", "Omega ratio", Unit.RATIO,
        "What the gaining days gained for each unit the losing days lost.",
        lambda r: omega(r.daily.returns), Group.RATIOS, higher_is_better=True,
    ),
    Metric(
        "recovery_factor", "Recovery factor", Unit.RATIO,
        "Net profit for each unit of max drawdown, in money.",
        lambda r: recovery_factor(_net(r), max_drawdown_abs(r.decline)),
        Group.RATIOS, higher_is_better=True,
    ),
)  # fmt: skip

BENCHMARK: Final = (
    Metric(
        "hold_return", "Hold return", Unit.PERCENT,
        "What the wallet would have gained in equal parts in every pair, left alone.",
        _held, Group.BENCHMARK,
    ),
    Metric(
        "outperformance", "Against hold", Unit.PERCENT,
        "The total return less the hold return.",
        lambda r: outperformance(_total(r), _held(r)), Group.BENCHMARK, higher_is_better=True,
    ),
    Metric(
        "alpha", "Alpha", Unit.PERCENT,
        "The yearly return that moving with the market does not explain.",
        lambda r: alpha(r.daily.returns, r.daily.hold_returns),
        Group.BENCHMARK, higher_is_better=True,
    ),
    Metric(
        "beta", "Beta", Unit.RATIO,
        "How much the account moved when the market moved by one.",
        lambda r: beta(r.daily.returns, r.daily.hold_returns), Group.BENCHMARK,
    ),
)  # fmt: skip
