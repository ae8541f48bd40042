"""One epoch: parameters in, a loss and a line for the results out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import rapidjson
from freqtrade.enums import HyperoptState
from freqtrade.misc import deep_merge_dicts
from freqtrade.optimize.hyperopt.hyperopt_optimizer import MAX_LOSS
from freqtrade.optimize.hyperopt_tools import (
    HyperoptStateContainer,
    HyperoptTools,
    hyperopt_serializer,
)
from freqtrade.optimize.optimize_reports import generate_strategy_stats
from freqtrade.util import dt_now

from tidegate.freqtrade.hyperopt.lines import Tables
from tidegate.freqtrade.hyperopt.losses import Case
from tidegate.freqtrade.hyperopt.metrics import few_fields, metrics_of, without_trades
from tidegate.freqtrade.hyperopt.outcome import outcome_of
from tidegate.freqtrade.strategy_errors import users_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

    from tidegate.freqtrade.backtesting import Path
    from tidegate.freqtrade.callbacks import CallbackError
    from tidegate.freqtrade.hyperopt.laboratory import Laboratory
    from tidegate.freqtrade.hyperopt.metrics import Subject
    from tidegate.freqtrade.hyperopt.outcome import Outcome

_SHOWN: Final = (
    "total_trades",
    "wins",
    "draws",
    "losses",
    "profit_mean",
    "profit_total",
    "profit_total_abs",
    "holding_avg",
    "max_drawdown_abs",
    "max_drawdown_account",
)


@dataclass(frozen=True, slots=True)
class Epoch:
    """What came of one epoch; the loss is smaller the better it was."""

    loss: float
    shown: dict[str, Any]
    """The figures of a row on the screen, by Freqtrade's names."""
    params_details: dict[str, Any]
    params_not_optimized: dict[str, Any]
    explanation: str
    line: str
    """All of it as JSON but for the last brace: what comes of its place is added behind."""
    path: Path | None
    """Which loop ran it, and why."""
    callback_errors: tuple[CallbackError, ...]
    """What the strategy's callbacks raised, each kind once."""


class Bench:
    """Runs epochs, one after another, over what a laboratory has made ready."""

    def __init__(self, laboratory: Laboratory) -> None:
        """Take the laboratory; its strategy is changed by every epoch."""
        self._laboratory = laboratory
        self._template: dict[str, Any] | None = None

    def run(self, params: dict[str, Any], best: float) -> Epoch:
        """Run one epoch; it keeps whole trades where its loss is below `best`."""
        laboratory = self._laboratory
        HyperoptStateContainer.set_state(HyperoptState.OPTIMIZE)
        began = dt_now()
        with users_code(laboratory.config):
            set_parameters(laboratory, params)
            frames = laboratory.frames()
            subject = laboratory.subject
            outcome = outcome_of(laboratory.backtesting, frames, subject.start, subject.end)
        content = {
            **outcome.said,
            "backtest_start_time": int(began.timestamp()),
            "backtest_end_time": int(dt_now().timestamp()),
        }
        tables = Tables(outcome.closed, subject.account, subject.pairs)
        case = Case(subject, tables, self._metrics(subject, outcome, tables, content))
        details = laboratory._get_params_details(params)  # noqa: SLF001 - what the base class is for
        loss = self._loss(outcome, case, frames)
        return self._epoch(params, details, case.metrics, outcome, loss, whole=loss < best)

    def _metrics(
        self, subject: Subject, outcome: Outcome, tables: Tables, content: Mapping[str, Any]
    ) -> dict[str, Any]:
        if len(outcome.closed):
            return metrics_of(subject, tables, content)
        if self._template is None:
            self._template = generate_strategy_stats(
                list(subject.pairs),
                subject.strategy,
                {**content, "results": outcome.results()},
                subject.start,
                subject.end,
                market_change=subject.market_change,
                is_hyperopt=True,
            )
        return without_trades(subject, self._template, content)

    def _loss(self, outcome: Outcome, case: Case, frames: dict[str, DataFrame]) -> float:
        laboratory, subject, metrics = self._laboratory, case.subject, case.metrics
        if metrics["total_trades"] < laboratory.config["hyperopt_min_trades"]:
            return float(MAX_LOSS)
        judge = laboratory.judge
        if judge.swift is not None and len(outcome.closed):
            return judge.swift(case)
        given: dict[str, Any] = {
            "trade_count": metrics["total_trades"],
            "min_date": subject.start,
            "max_date": subject.end,
            "config": laboratory.config,
            "processed": frames,
            "starting_balance": subject.wallet,
        }
        if "results" in judge.reads:
            given["results"] = outcome.results()
        if "backtest_stats" in judge.reads:
            trades = outcome.results().to_dict(orient="records")
            given["backtest_stats"] = {**metrics, "trades": trades}
        try:
            return float(judge.function(**{name: given[name] for name in judge.reads}))
        except Exception as error:
            raise judge.failed(error) from error

    def _epoch(
        self,
        params: dict[str, Any],
        details: dict[str, Any],
        metrics: Mapping[str, Any],
        outcome: Outcome,
        loss: float,
        *,
        whole: bool,
    ) -> Epoch:
        laboratory = self._laboratory
        strategy = laboratory.backtesting.strategy
        fixed = deep_merge_dicts(
            strategy.get_no_optimize_params(),
            laboratory._get_no_optimize_details(),  # noqa: SLF001 - as above
        )
        explanation = HyperoptTools.format_results_explanation_string(
            metrics, laboratory.config["stake_currency"]
        )
        kept = outcome.results().to_dict(orient="records") if whole else few_fields(outcome.closed)
        text = rapidjson.dumps(
            {
                "loss": loss,
                "params_dict": params,
                "params_details": details,
                "params_not_optimized": fixed,
                "results_metrics": {**metrics, "trades": kept},
                "results_explanation": explanation,
                "total_profit": metrics["profit_total"],
            },
            default=hyperopt_serializer,
            number_mode=rapidjson.NM_NATIVE | rapidjson.NM_NAN,
        )
        shown = {name: metrics[name] for name in _SHOWN}
        backtesting = laboratory.backtesting
        return Epoch(
            loss=loss,
            shown=shown,
            params_details=details,
            params_not_optimized=fixed,
            explanation=explanation,
            line=text[:-1],
            path=getattr(backtesting, "path", None),
            callback_errors=tuple(getattr(backtesting, "callback_errors", ())),
        )


def set_parameters(laboratory: Laboratory, params: dict[str, Any]) -> None:
    """Give the strategy the values of an epoch, as Freqtrade gives them."""
    strategy, config = laboratory.backtesting.strategy, laboratory.config
    custom = laboratory.custom_hyperopt
    for name, parameter in strategy.enumerate_parameters():
        if parameter.in_space and parameter.optimize:
            parameter.value = params[name]
    if HyperoptTools.has_space(config, "roi"):
        strategy.minimal_roi = custom.generate_roi_table(params)
    if HyperoptTools.has_space(config, "stoploss"):
        strategy.stoploss = params["stoploss"]
    if HyperoptTools.has_space(config, "trailing"):
        trailing = custom.generate_trailing_params(params)
        for name in (
            "trailing_stop",
            "trailing_stop_positive",
            "trailing_stop_positive_offset",
            "trailing_only_offset_is_reached",
        ):
            setattr(strategy, name, trailing[name])
    if HyperoptTools.has_space(config, "trades"):
        _set_slots(laboratory, params)


def _set_slots(laboratory: Laboratory, params: dict[str, Any]) -> None:
    config = laboratory.config
    endless = (-1, 0)
    if config["stake_amount"] == "unlimited" and params["max_open_trades"] in endless:
        params["max_open_trades"] = config["max_open_trades"]
    asked = params["max_open_trades"]
    slots = float("inf") if asked in endless else int(asked)
    config["max_open_trades"] = slots
    laboratory.backtesting.strategy.max_open_trades = slots
