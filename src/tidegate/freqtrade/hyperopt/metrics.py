"""What Freqtrade keeps of an epoch (`results_metrics`), figure by figure the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from freqtrade.constants import DATETIME_PRINT_FORMAT
from freqtrade.util import decimals_per_coin, format_duration

from tidegate.freqtrade.hyperopt.figures import Account, daily_sums
from tidegate.freqtrade.hyperopt.lines import cagr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tidegate.freqtrade.hyperopt.closed import Closed
    from tidegate.freqtrade.hyperopt.figures import Drawdown
    from tidegate.freqtrade.hyperopt.lines import Tables
    from tidegate.model.arrays import Bools, Ints

Metrics = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """What all epochs of a search have in common."""

    strategy: str
    pairs: Sequence[str]
    start: datetime
    end: datetime
    wallet: float
    market_change: float

    @property
    def account(self) -> Account:
        """Return what trades are measured against."""
        days = (self.end - self.start).days or 1
        return Account(start=self.wallet, days=days, same_moment=self.start == self.end)


def metrics_of(subject: Subject, tables: Tables, content: Mapping[str, Any]) -> Metrics:
    """Return every figure but the trades themselves; there has to be at least one trade.

    `content` is what a backtest says beside its trades: configuration, locks, counters, balance.
    """
    closed = tables.closed
    pairs = tables.pairs()
    ranked = pairs[:-1]
    return {
        "trades": [],
        "locks": [lock.to_json() for lock in content["locks"]],
        "best_pair": max(ranked, key=_total) if ranked else None,
        "worst_pair": min(ranked, key=_total) if ranked else None,
        "results_per_pair": pairs,
        "results_per_enter_tag": tables.enter_tags(),
        "exit_reason_summary": tables.exit_reasons(),
        "mix_tag_stats": tables.both_tags(),
        "left_open_trades": tables.left_open(),
        **_of_all(subject, tables, content),
        **_of_the_run(subject, content),
        **_of_days(closed),
        **_of_holding(closed),
        **_of_drawdown(subject, tables),
    }


def _total(line: Mapping[str, Any]) -> float:
    return float(line["profit_total_abs"])


def _of_all(subject: Subject, tables: Tables, content: Mapping[str, Any]) -> Metrics:
    closed, figures = tables.closed, tables.figures
    number = len(closed)
    days = subject.account.days
    long = float(closed.profit_abs[~closed.is_short].sum())
    short = float(closed.profit_abs[closed.is_short].sum())
    expectancy, expectancy_ratio = figures.expectancy
    shorts = int(closed.is_short.sum())
    return {
        "total_trades": number,
        "trade_count_long": number - shorts,
        "trade_count_short": shorts,
        "total_volume": closed.volume,
        "avg_stake_amount": float(closed.stake_amount.sum()) / number,
        "profit_mean": float(closed.profit_ratio.sum()) / number,
        "profit_median": float(np.median(closed.profit_ratio)),
        "profit_total": figures.total / subject.wallet,
        "profit_total_long": long / subject.wallet,
        "profit_total_short": short / subject.wallet,
        "profit_total_abs": figures.total,
        "profit_total_long_abs": long,
        "profit_total_short_abs": short,
        "cagr": cagr(days, subject.wallet, content["final_balance"]),
        "expectancy": expectancy,
        "expectancy_ratio": expectancy_ratio,
        "sortino": figures.sortino,
        "sharpe": figures.sharpe,
        "calmar": figures.calmar,
        "sqn": figures.sqn,
        "p_value": figures.p_value,
        "wallet_stats": {},  # the balance is not followed candle by candle while searching
        "profit_factor": figures.profit_factor,
        "backtest_start": subject.start.strftime(DATETIME_PRINT_FORMAT),
        "backtest_start_ts": int(subject.start.timestamp() * 1000),
        "backtest_end": subject.end.strftime(DATETIME_PRINT_FORMAT),
        "backtest_end_ts": int(subject.end.timestamp() * 1000),
        "backtest_days": days,
        "backtest_run_start_ts": content["backtest_start_time"],
        "backtest_run_end_ts": content["backtest_end_time"],
        "trades_per_day": round(number / days, 2),
        "market_change": subject.market_change,
    }


def _of_the_run(subject: Subject, content: Mapping[str, Any]) -> Metrics:
    config = content["config"]
    slots = config["max_open_trades"]
    counters = (
        "final_balance",
        "rejected_signals",
        "timedout_entry_orders",
        "timedout_exit_orders",
        "canceled_trade_entries",
        "canceled_entry_orders",
        "replaced_entry_orders",
    )
    return {
        "pairlist": list(subject.pairs),
        "stake_amount": config["stake_amount"],
        "stake_currency": config["stake_currency"],
        "stake_currency_decimals": decimals_per_coin(config["stake_currency"]),
        "starting_balance": subject.wallet,
        "dry_run_wallet": subject.wallet,
        **{name: content[name] for name in counters},
        "max_open_trades": min(slots, len(subject.pairs)),
        "max_open_trades_setting": slots if slots != float("inf") else -1,
        "timeframe": config["timeframe"],
        "timeframe_detail": config.get("timeframe_detail", ""),
        "timerange": config.get("timerange", ""),
        "enable_protections": config.get("enable_protections", False),
        "strategy_name": subject.strategy,
        "freqaimodel": config.get("freqaimodel"),
        "freqai_identifier": config.get("freqai", {}).get("identifier"),
        **_of_the_rules(config),
    }


def _of_the_rules(config: Mapping[str, Any]) -> Metrics:
    """Return the strategy's rules as the configuration has them, which an epoch does not change."""
    return {
        "stoploss": config["stoploss"],
        "trailing_stop": config.get("trailing_stop", False),
        "trailing_stop_positive": config.get("trailing_stop_positive"),
        "trailing_stop_positive_offset": config.get("trailing_stop_positive_offset", 0.0),
        "trailing_only_offset_is_reached": config.get("trailing_only_offset_is_reached", False),
        "use_custom_stoploss": config.get("use_custom_stoploss", False),
        "minimal_roi": config["minimal_roi"],
        "use_exit_signal": config["use_exit_signal"],
        "exit_profit_only": config["exit_profit_only"],
        "exit_profit_offset": config["exit_profit_offset"],
        "ignore_roi_if_entry_signal": config["ignore_roi_if_entry_signal"],
        "trading_mode": config["trading_mode"],
        "margin_mode": config["margin_mode"],
    }


def _of_days(closed: Closed) -> Metrics:
    first, ratios = daily_sums(closed.closed_ms, closed.profit_ratio)
    _, profits = daily_sums(closed.closed_ms, closed.profit_abs)
    profits = profits.round(10)
    dates = (np.datetime64(first, "D") + np.arange(len(profits))).astype(str).tolist()
    return {
        "backtest_best_day": float(ratios.max()),
        "backtest_worst_day": float(ratios.min()),
        "backtest_best_day_abs": float(profits.max()),
        "backtest_worst_day_abs": float(profits.min()),
        "winning_days": int((profits > 0).sum()),
        "draw_days": int((profits == 0).sum()),
        "losing_days": int((profits < 0).sum()),
        "daily_profit": list(zip(dates, profits.tolist(), strict=True)),
    }


def _of_holding(closed: Closed) -> Metrics:
    won, lost = closed.profit_ratio > 0, closed.profit_ratio < 0
    number = len(closed)
    average = _average(closed.minutes)
    spans = {
        f"{who}_holding_{what}": span
        for who, which in (("winner", won), ("loser", lost))
        for what, span in zip(("min", "max", "avg"), _spans(closed.minutes[which]), strict=True)
    }
    wins, losses = _streaks(won)
    return {
        "wins": int(won.sum()),
        "losses": int(lost.sum()),
        "draws": number - int(won.sum()) - int(lost.sum()),
        "winrate": int(won.sum()) / number,
        "holding_avg": average,
        "holding_avg_s": average.total_seconds(),
        **{
            name: value
            for key, span in spans.items()
            for name, value in ((key, format_duration(span)), (f"{key}_s", span.total_seconds()))
        },
        "max_consecutive_wins": wins,
        "max_consecutive_losses": losses,
    }


def _average(minutes: Ints) -> timedelta:
    return timedelta(minutes=round(minutes.sum(dtype=np.float64) / len(minutes)))


def _spans(minutes: Ints) -> tuple[timedelta, timedelta, timedelta]:
    if not len(minutes):
        return timedelta(), timedelta(), timedelta()
    return (
        timedelta(minutes=int(minutes.min())),
        timedelta(minutes=int(minutes.max())),
        _average(minutes),
    )


def _streaks(won: Bools) -> tuple[int, int]:
    """Return the longest run of trades that won, and of trades that did not."""
    edges = np.flatnonzero(np.diff(won)) + 1
    begins = np.concatenate(([0], edges))
    lengths = np.diff(np.concatenate((begins, [len(won)])))
    winning = won[begins]
    return int(lengths[winning].max(initial=0)), int(lengths[~winning].max(initial=0))


def _of_drawdown(subject: Subject, tables: Tables) -> Metrics:
    closed, drawdown = tables.closed, tables.figures.drawdown
    if drawdown is None:
        return {}
    low_ms, high_ms = (
        int(closed.closed_ms[tables.figures.order[place]])
        for place in (drawdown.low, drawdown.high)
    )
    running = np.cumsum(closed.profit_abs)
    return {
        **_fall(drawdown, high_ms, low_ms),
        "csum_min": float(running.min()) + subject.wallet,
        "csum_max": float(running.max()) + subject.wallet,
    }


def _fall(drawdown: Drawdown, high_ms: int, low_ms: int) -> Metrics:
    high, low = (datetime.fromtimestamp(time / 1000, tz=UTC) for time in (high_ms, low_ms))
    lasted = pd.Timedelta(milliseconds=low_ms - high_ms)
    return {
        "max_drawdown_account": drawdown.share,
        "max_relative_drawdown": drawdown.deepest_share,
        "max_drawdown_abs": drawdown.fall,
        "drawdown_start": high.strftime(DATETIME_PRINT_FORMAT),
        "drawdown_start_ts": high_ms / 1000 * 1000,
        "drawdown_end": low.strftime(DATETIME_PRINT_FORMAT),
        "drawdown_end_ts": low_ms / 1000 * 1000,
        "drawdown_duration": lasted,
        "drawdown_duration_s": lasted.total_seconds(),
        "max_drawdown_low": drawdown.low_value,
        "max_drawdown_high": drawdown.high_value,
    }


def few_fields(closed: Closed) -> list[Metrics]:
    """Return of each trade what `hyperopt-show` reads of it."""
    dates = (closed.closed_ms.view("M8[ms]").astype("M8[s]")).astype(str).tolist()
    return [
        {
            "pair": closed.names[pair],
            "close_date": f"{date.replace('T', ' ')}+00:00",
            "profit_ratio": ratio,
            "profit_abs": profit,
        }
        for pair, date, ratio, profit in zip(
            closed.pair.tolist(),
            dates,
            closed.profit_ratio.tolist(),
            closed.profit_abs.tolist(),
            strict=True,
        )
    ]


def without_trades(
    subject: Subject, template: Mapping[str, Any], content: Mapping[str, Any]
) -> Metrics:
    """Return the figures of an epoch that did not trade, from those of an earlier one."""
    return {
        **template,
        **_of_the_run(subject, content),
        "locks": [lock.to_json() for lock in content["locks"]],
        "cagr": cagr(subject.account.days, subject.wallet, content["final_balance"]),
        "backtest_run_start_ts": content["backtest_start_time"],
        "backtest_run_end_ts": content["backtest_end_time"],
    }
