"""Both programs over the same files and options, one after the other."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freqtrade.optimize.backtesting import Backtesting
from freqtrade.optimize.optimize_reports import generate_strategy_stats

from tidegate.freqtrade.backtesting import CompiledBacktesting, Path
from tidegate.freqtrade.markets import offered
from tidegate.freqtrade.parity.compare import compare, compare_figures
from tidegate.freqtrade.quiet import heard, worth_telling
from tidegate.freqtrade.strategy_errors import users_code

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tidegate.freqtrade.callbacks import CallbackError
    from tidegate.freqtrade.parity.difference import Difference

__all__ = ["Examination", "Seconds", "examine"]


@dataclass(frozen=True, slots=True)
class Seconds:
    """What a program took."""

    load: float
    """Candle files to frames."""
    run: float
    """Indicators, signals and simulation."""

    @property
    def total(self) -> float:
        """The sum of the steps."""
        return self.load + self.run


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One strategy in both programs."""

    strategy: str
    freqtrade: dict[str, Any]
    """What Freqtrade's `backtest()` returned."""
    tidegate: dict[str, Any]
    """The same of ours."""
    differences: Sequence[Difference]
    """The first in time first; without any, the two are equal in all that is compared."""
    seconds: tuple[Seconds, Seconds]
    """Freqtrade's and ours."""
    repeatable: bool
    """Whether two runs of ours gave the same; if not, the strategy is at fault."""
    path: Path
    """Which loop ours took, and why."""
    callback_errors: Sequence[CallbackError]
    warnings: Sequence[str]

    @property
    def trades(self) -> int:
        """How many trades Freqtrade made."""
        return len(self.freqtrade["results"])


@dataclass(frozen=True, slots=True)
class _Ran:
    contents: dict[str, dict[str, Any]]
    figures: dict[str, dict[str, Any]]
    seconds: dict[str, Seconds]
    paths: dict[str, Path]
    errors: dict[str, Sequence[CallbackError]]


def examine(
    configured: Callable[[], dict[str, Any]],
    markets: str,
    tell: Callable[[str, str], None] = lambda _stage, _what: None,
) -> list[Examination]:
    """Run every strategy of a configuration in both programs, and compare.

    `configured` gives each run a configuration of its own. Ours runs before and after
    Freqtrade's: the first loads machine code, the second is the one that counts, and
    together they tell a strategy that does not decide the same twice.
    """
    with heard() as lines:
        before = _run(CompiledBacktesting, configured(), markets, tell)
        theirs = _run(Backtesting, configured(), markets, tell)
        ours = _run(CompiledBacktesting, configured(), markets, tell)
    tell("compare", "")
    warnings = worth_telling(lines)
    return [
        Examination(
            strategy=name,
            freqtrade=content,
            tidegate=ours.contents[name],
            differences=_differences(name, theirs, ours),
            seconds=(theirs.seconds[name], ours.seconds[name]),
            repeatable=not compare(before.contents[name], ours.contents[name]),
            path=ours.paths[name],
            callback_errors=ours.errors[name],
            warnings=warnings,
        )
        for name, content in theirs.contents.items()
    ]


def _differences(name: str, theirs: _Ran, ours: _Ran) -> list[Difference]:
    """Figures are looked at only where all that they are made of is equal."""
    found = compare(theirs.contents[name], ours.contents[name])
    return found or compare_figures(theirs.figures[name], ours.figures[name])


def _run(
    program: type[Backtesting],
    config: dict[str, Any],
    markets: str,
    tell: Callable[[str, str], None],
) -> _Ran:
    word = "tidegate" if program is CompiledBacktesting else "freqtrade"
    tell(word, "")
    exchange = offered(config, markets)
    ran = _Ran({}, {}, {}, {}, {})
    with users_code(config):
        try:
            backtesting = program(config, exchange)
            backtesting.progress = None
            begun = time.perf_counter()
            candles, timerange = backtesting.load_bt_data()
            load = time.perf_counter() - begun
            for strategy in backtesting.strategylist:
                name = strategy.get_strategy_name()
                tell(word, name)
                begun = time.perf_counter()
                first, last = backtesting.backtest_one_strategy(strategy, candles, timerange)
                ran.seconds[name] = Seconds(load, time.perf_counter() - begun)
                content = backtesting.all_bt_content[name]
                ran.contents[name] = dict(content)
                ran.figures[name] = generate_strategy_stats(
                    candles, name, content, first, last, market_change=0.0
                )
                ran.paths[name] = getattr(backtesting, "path", Path("freqtrade", (), ""))
                ran.errors[name] = tuple(getattr(backtesting, "callback_errors", ()))
        finally:
            program.cleanup()
            exchange.close()
    return ran
