"""A backtest of Freqtrade strategies: from a configuration to Freqtrade's own results."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freqtrade.optimize.backtest_caching import get_strategy_run_id
from freqtrade.optimize.optimize_reports import generate_backtest_stats

from tidegate.freqtrade.backtesting import CompiledBacktesting
from tidegate.freqtrade.progress import Teller
from tidegate.freqtrade.quiet import heard, worth_telling
from tidegate.freqtrade.remarks import left_out, tampered
from tidegate.freqtrade.strategy_errors import users_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from freqtrade.exchange import Exchange
    from freqtrade.strategy.interface import IStrategy
    from pandas import DataFrame

    from tidegate.freqtrade.backtesting import Path, Placing
    from tidegate.freqtrade.callbacks import CallbackError

__all__ = ["Ran", "Run", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One strategy's part of a run."""

    strategy: IStrategy
    content: dict[str, Any] | None
    """What Freqtrade's `backtest()` returns; None where an earlier result was taken."""
    path: Path | None
    """Which loop was taken, which callbacks it calls, and why; None where none was."""
    callback_errors: Sequence[CallbackError]
    seconds: float
    """Indicators, signals and simulation."""

    @property
    def name(self) -> str:
        """The name of the strategy's class."""
        return str(self.strategy.get_strategy_name())


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of a configuration."""

    backtesting: CompiledBacktesting
    candles: Mapping[str, DataFrame]
    span: tuple[datetime, datetime] | None
    """The first and the last candle of the backtest; None where nothing was run."""
    results: dict[str, Any]
    """Freqtrade's summary of every strategy, as its result files hold them."""
    strategies: Sequence[Ran]
    warnings: Sequence[str]
    load_seconds: float


def run(
    config: dict[str, Any],
    exchange: Exchange,
    tell: Callable[[str], None] = lambda _words: None,
    placing: Callable[[CompiledBacktesting], Placing] | None = None,
) -> Run:
    """Run every strategy of a configuration. `tell` is told in words what is being done.

    `placing` gives each run who has the word on its orders; None: the walk's own rules.
    """
    with heard() as lines, _cleaned():
        with users_code(config):
            backtesting = CompiledBacktesting(config, exchange)
            backtesting.placed_by = placing
            backtesting.progress = Teller(tell)  # what it draws on is for who asked to say
        begun = time.perf_counter()
        with users_code(config):
            candles, timerange = backtesting.load_bt_data()
        load_seconds = time.perf_counter() - begun
        with users_code(config):
            earlier = _earlier(backtesting)
        strategies, span = [], None
        remarks = left_out(backtesting)
        for strategy in backtesting.strategylist:
            name = strategy.get_strategy_name()
            if name in earlier.get("strategy", ()):
                strategies.append(_reused(strategy))
                continue
            tell(f"{name}:")
            begun = time.perf_counter()
            with users_code(config, name):
                span = backtesting.backtest_one_strategy(strategy, candles, timerange)
            strategies.append(_ran(backtesting, strategy, time.perf_counter() - begun))
            remarks += tampered(backtesting, strategy, candles)
        tell("measuring")
        with users_code(config):
            results = _results(backtesting, candles, span, earlier)
    return Run(
        backtesting=backtesting,
        candles=candles,
        span=span,
        results=results,
        strategies=strategies,
        warnings=[*worth_telling(lines), *remarks],
        load_seconds=load_seconds,
    )


@contextmanager
def _cleaned() -> Iterator[None]:
    """Give back what Freqtrade's backtest takes of the process: its database and its log."""
    try:
        yield
    finally:
        CompiledBacktesting.cleanup()


def _earlier(backtesting: CompiledBacktesting) -> dict[str, Any]:
    """Return the results that Freqtrade takes over from an earlier run, where that is wanted."""
    if backtesting.config["backtest_cache"] == "none":
        # The name of a run, by which Freqtrade finds its result another time.
        backtesting.run_ids = {
            strategy.get_strategy_name(): get_strategy_run_id(strategy)
            for strategy in backtesting.strategylist
        }
        return {}
    backtesting.load_prior_backtest()
    found: dict[str, Any] = backtesting.results
    return found if found and found.get("strategy") else {}


def _reused(strategy: IStrategy) -> Ran:
    return Ran(strategy=strategy, content=None, path=None, callback_errors=(), seconds=0.0)


def _ran(backtesting: CompiledBacktesting, strategy: IStrategy, seconds: float) -> Ran:
    return Ran(
        strategy=strategy,
        content=backtesting.all_bt_content[strategy.get_strategy_name()],
        path=backtesting.path,
        callback_errors=tuple(backtesting.callback_errors),
        seconds=seconds,
    )


def _results(
    backtesting: CompiledBacktesting,
    candles: Mapping[str, DataFrame],
    span: tuple[datetime, datetime] | None,
    earlier: dict[str, Any],
) -> dict[str, Any]:
    """Return Freqtrade's summary of all strategies, in their own order."""
    if span is None:
        return earlier
    results: dict[str, Any] = generate_backtest_stats(
        candles,
        backtesting.all_bt_content,
        min_date=span[0],
        max_date=span[1],
        notes=backtesting.config.get("backtest_notes"),
    )
    if earlier:
        for part in ("metadata", "strategy"):
            results[part] = earlier[part] | results[part]
        results["strategy_comparison"] = (
            earlier["strategy_comparison"] + results["strategy_comparison"]
        )
    order = {one.get_strategy_name(): at for at, one in enumerate(backtesting.strategylist)}
    results["strategy"] = dict(sorted(results["strategy"].items(), key=lambda one: order[one[0]]))
    results["strategy_comparison"].sort(key=lambda one: order[one["key"]])
    return results
