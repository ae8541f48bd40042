"""The metrics of the trades: how they ended, how long they took, what they cost."""

from __future__ import annotations

from typing import Final

from tidegate.stats import trades as of
from tidegate.stats.activity import (
    average_exposure,
    fees_paid,
    slippage_paid,
    time_in_market,
    trades_per_day,
    turnover,
)
from tidegate.stats.durations import (
    average_duration,
    average_loss_duration,
    average_win_duration,
    longest_duration,
    median_duration,
)
from tidegate.stats.evidence import p_value, sqn
from tidegate.stats.figure import counted, known
from tidegate.stats.metric import Group, Metric, Unit

ENDINGS: Final = (
    Metric(
        "trades", "Trades", Unit.COUNT, "Positions that were opened and closed.",
        lambda r: known(len(r.profits)), Group.TRADES,
    ),
    Metric(
        "wins", "Wins", Unit.COUNT, "Trades that made money after costs.",
        lambda r: of.wins(r.profits), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "losses", "Losses", Unit.COUNT, "Trades that lost money after costs.",
        lambda r: of.losses(r.profits), Group.TRADES, higher_is_better=False,
    ),
    Metric(
        "draws", "Draws", Unit.COUNT, "Trades that neither made nor lost money.",
        lambda r: of.draws(r.profits), Group.TRADES,
    ),
    Metric(
        "win_rate", "Win rate", Unit.PERCENT, "The share of trades that made money.",
        lambda r: of.win_rate(r.profits), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "profit_factor", "Profit factor", Unit.RATIO,
        "What the wins made for each unit the losses lost.",
        lambda r: of.profit_factor(r.profits), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "payoff_ratio", "Payoff ratio", Unit.RATIO,
        "The average win for each unit of the average loss.",
        lambda r: of.payoff_ratio(r.profits), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "expectancy", "Expectancy", Unit.CURRENCY, "What a trade made on average.",
        lambda r: of.expectancy(r.profits), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "expectancy_ratio", "Expectancy ratio", Unit.RATIO,
        "What a trade made on average for each unit of the average loss.",
        lambda r: of.expectancy_ratio(r.profits), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "average_profit_ratio", "Average profit", Unit.PERCENT,
        "The mean profit of a trade as a share of its stake.",
        lambda r: of.average_profit_ratio(r.profit_ratios), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "median_profit_ratio", "Median profit", Unit.PERCENT,
        "The profit that half of the trades exceeded, as a share of the stake.",
        lambda r: of.median_profit_ratio(r.profit_ratios), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "average_win", "Average win", Unit.CURRENCY, "What a winning trade made on average.",
        lambda r: of.average_win(r.profits), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "average_loss", "Average loss", Unit.CURRENCY, "What a losing trade lost on average.",
        lambda r: of.average_loss(r.profits), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "largest_win", "Largest win", Unit.CURRENCY, "The most that one trade made.",
        lambda r: of.largest_win(r.profits), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "largest_loss", "Largest loss", Unit.CURRENCY, "The most that one trade lost.",
        lambda r: of.largest_loss(r.profits), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "average_win_ratio", "Average win, share", Unit.PERCENT,
        "What a winning trade made on average, as a share of its stake.",
        lambda r: of.average_win(r.profit_ratios), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "average_loss_ratio", "Average loss, share", Unit.PERCENT,
        "What a losing trade lost on average, as a share of its stake.",
        lambda r: of.average_loss(r.profit_ratios), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "largest_win_ratio", "Largest win, share", Unit.PERCENT,
        "The most that one trade made, as a share of its stake.",
        lambda r: of.largest_win(r.profit_ratios), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "largest_loss_ratio", "Largest loss, share", Unit.PERCENT,
        "The most that one trade lost, as a share of its stake.",
        lambda r: of.largest_loss(r.profit_ratios), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "longest_winning_run", "Longest winning run", Unit.COUNT,
        "The most wins in a row, in the order of closing.",
        lambda r: of.longest_winning_run(r.profits), Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "longest_losing_run", "Longest losing run", Unit.COUNT,
        "The most losses in a row, in the order of closing.",
        lambda r: of.longest_losing_run(r.profits), Group.TRADES, higher_is_better=False,
    ),
    Metric(
        "long_trades", "Long trades", Unit.COUNT, "Trades that gained when the price rose.",
        lambda r: known(len(r.is_short) - r.is_short.sum()), Group.TRADES,
    ),
    Metric(
        "short_trades", "Short trades", Unit.COUNT, "Trades that gained when the price fell.",
        lambda r: known(r.is_short.sum()), Group.TRADES,
    ),
    Metric(
        "long_profit", "Long profit", Unit.CURRENCY, "What the long trades made together.",
        lambda r: of.side_profit(r.profits, ~r.is_short, none="no long trade"),
        Group.TRADES, higher_is_better=True,
    ),
    Metric(
        "short_profit", "Short profit", Unit.CURRENCY, "What the short trades made together.",
        lambda r: of.side_profit(r.profits, r.is_short, none="no short trade"),
        Group.TRADES, higher_is_better=True,
    ),
)  # fmt: skip

DURATIONS: Final = (
    Metric(
        "average_duration", "Average duration", Unit.DURATION,
        "How long a position was held on average.",
        lambda r: average_duration(r.seconds), Group.DURATIONS,
    ),
    Metric(
        "median_duration", "Median duration", Unit.DURATION,
        "The time that half of the positions were held at most.",
        lambda r: median_duration(r.seconds), Group.DURATIONS,
    ),
    Metric(
        "longest_duration", "Longest duration", Unit.DURATION,
        "The longest time that a position was held.",
        lambda r: longest_duration(r.seconds), Group.DURATIONS,
    ),
    Metric(
        "average_win_duration", "Average duration, wins", Unit.DURATION,
        "How long a winning position was held on average.",
        lambda r: average_win_duration(r.seconds, r.profits), Group.DURATIONS,
    ),
    Metric(
        "average_loss_duration", "Average duration, losses", Unit.DURATION,
        "How long a losing position was held on average.",
        lambda r: average_loss_duration(r.seconds, r.profits), Group.DURATIONS,
    ),
)  # fmt: skip

ACTIVITY: Final = (
    Metric(
        "trades_per_day", "Trades per day", Unit.RATIO, "Trades for each day of the test.",
        lambda r: trades_per_day(len(r.profits), r.days), Group.ACTIVITY,
    ),
    Metric(
        "time_in_market", "Time in the market", Unit.PERCENT,
        "The share of the test with at least one open position.",
        lambda r: time_in_market(r.opened, r.closed, r.span_ns), Group.ACTIVITY,
    ),
    Metric(
        "average_exposure", "Average exposure", Unit.PERCENT,
        "The value of the open positions as a share of the equity, on average.",
        lambda r: average_exposure(r.outcome.exposure, r.outcome.equity), Group.ACTIVITY,
    ),
    Metric(
        "turnover", "Turnover", Unit.RATIO,
        "How many times the average equity was traded, buys and sells together.",
        lambda r: turnover(r.traded, r.outcome.equity), Group.ACTIVITY,
    ),
    Metric(
        "fees_paid", "Fees paid", Unit.CURRENCY, "The exchange's fees of all trades.",
        lambda r: fees_paid(r.fees), Group.ACTIVITY, higher_is_better=False,
    ),
    Metric(
        "slippage_paid", "Slippage paid", Unit.CURRENCY,
        "What worse prices than the candles' own cost over all trades.",
        lambda r: slippage_paid(r.slippage), Group.ACTIVITY, higher_is_better=False,
    ),
)  # fmt: skip

EVIDENCE: Final = (
    Metric(
        "sqn", "SQN", Unit.RATIO,
        "The system quality number: how steadily the trades made money, weighted by their number.",
        lambda r: sqn(r.profits), Group.EVIDENCE, higher_is_better=True,
    ),
    Metric(
        "p_value", "p-value", Unit.RATIO,
        "How likely an average trade this far from zero is by luck alone.",
        lambda r: p_value(r.profits), Group.EVIDENCE, higher_is_better=False,
    ),
)  # fmt: skip

SIMULATION: Final = (
    Metric(
        "dubious_trades", "Dubious trades", Unit.COUNT,
        "Trades where one candle held both the stop and the target, so that its order is a guess.",
        lambda r: known(r.outcome.trades["dubious"].sum()),
        Group.SIMULATION, higher_is_better=False,
    ),
    Metric(
        "rejected_signals", "Rejected signals", Unit.COUNT,
        "Entry signals that found every slot taken.",
        lambda r: known(r.outcome.rejected_signals), Group.SIMULATION,
    ),
    Metric(
        "unaffordable_signals", "Unaffordable signals", Unit.COUNT,
        "Entry signals whose stake was below the minimum or above the free balance.",
        lambda r: counted(r.outcome.unaffordable_signals), Group.SIMULATION,
    ),
    Metric(
        "timed_out_exits", "Timed-out exits", Unit.COUNT,
        "Exit orders taken back because they had not filled in time.",
        lambda r: known(r.outcome.timed_out_exits), Group.SIMULATION,
    ),
    Metric(
        "lost_at_end", "Lost at the end", Unit.COUNT,
        "Positions that could not be closed at the end of the data.",
        lambda r: counted(r.outcome.lost_at_end), Group.SIMULATION, higher_is_better=False,
    ),
)  # fmt: skip
