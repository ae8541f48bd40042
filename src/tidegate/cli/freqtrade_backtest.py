"""The `tidegate backtest` command for strategies written for Freqtrade."""

from __future__ import annotations

import shlex
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

from tidegate.cli.outputs import require_folder
from tidegate.cli.terminal import err
from tidegate.errors import Code, OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from rich.status import Status

    from tidegate.cli.through import Terms
    from tidegate.freqtrade.backtesting import CompiledBacktesting, Placing
    from tidegate.freqtrade.options import Options
    from tidegate.freqtrade.running import Run
    from tidegate.research.guardrails import Guarded

_MOST_WARNINGS = 20


def backtest_freqtrade(
    options: Options,
    markets: str | None,
    files: dict[str, Path],
    *,
    shown: Sequence[Path],
    seed: int,
    terms: Terms | None = None,
) -> None:
    """Run the strategies of Freqtrade's options, write what was asked for, and show it."""
    from tidegate.freqtrade.availability import require_freqtrade

    require_freqtrade()
    if files and options.strategy_list:
        raise _one_at_a_time(next(iter(files)))
    with err.status("loading Freqtrade") as status:
        from tidegate.cli.freqtrade_guarded import inside
        from tidegate.cli.slot import backtest_slot
        from tidegate.freqtrade.configuration import load_configuration
        from tidegate.freqtrade.markets import ASK, offered
        from tidegate.freqtrade.result_files import store
        from tidegate.freqtrade.running import run

        status.update("reading the configuration")
        config = load_configuration(options, runmode="backtest")
        if config["export"] != "none":
            require_folder("--backtest-directory", config["exportdirectory"])
        if files:
            config["backtest_cache"] = "none"  # a summary taken over has no equity to draw
        status.update(f"asking for the markets of {config['exchange']['name']}")
        held_to: dict[str, Guarded | None] = {}
        with (
            closing(offered(config, markets or ASK)) as exchange,
            backtest_slot(f"backtest {', '.join(options.strategy_list) or options.strategy}"),
        ):
            if terms is None:
                ran = run(config, exchange, _telling(status))
            else:
                config["backtest_cache"] = "none"
                ran, held_to = _sent_through(config, exchange, _telling(status), terms)
        guarded = {one.name: held_to.get(one.name) or inside(one) for one in ran.strategies}
        if files:
            status.update("writing")
            _write(ran, guarded, files, markets=markets or ASK, seed=seed)
        archive = None if config["export"] == "none" else store(ran)
    _warn(ran.warnings)
    from tidegate.cli.freqtrade_summary import show

    show(ran, guarded, [*shown, *([archive] if archive else [])])


def _sent_through(
    config: dict[str, Any],
    exchange: Any,  # noqa: ANN401 - Freqtrade's, which this room does not know
    tell: Callable[[str], None],
    terms: Terms,
) -> tuple[Run, dict[str, Guarded | None]]:
    """Run strategies with every order through engine, gate and journal; what came of each."""
    from tidegate.cli.freqtrade_guarded import require_sent_through
    from tidegate.cli.through import Through
    from tidegate.freqtrade.running import run

    with Through(terms) as through:

        def placing(backtesting: CompiledBacktesting) -> Placing:
            return through.replay(
                backtesting.strategy.get_strategy_name(),
                config["stake_currency"],
                backtesting.wallets.get_total_stake_amount() / config["tradable_balance_ratio"],
                backtesting.fee,
            )

        ran = run(config, exchange, tell, placing=placing)
        for one in ran.strategies:
            require_sent_through(one, terms)
        return ran, {one.name: through.guarded(one.name) for one in ran.strategies}


def _write(
    run: Run,
    guarded: Mapping[str, Guarded | None],
    files: dict[str, Path],
    *,
    markets: str,
    seed: int,
) -> None:
    """Write what was asked for; each file appears whole or not at all."""
    from tidegate.cli.freqtrade_document import document_of
    from tidegate.research.report import ChartData, write_html, write_trades_csv
    from tidegate.research.result_file import write_json

    (ran,) = run.strategies
    command = shlex.join(["tidegate", *sys.argv[1:]])
    document, candles = document_of(
        run, ran, guarded[ran.name], markets=markets, seed=seed, command=command
    )
    if path := files.get("--json"):
        write_json(path, document)
    if path := files.get("--csv"):
        write_trades_csv(path, document["trades"])
    if path := files.get("--html"):
        from tidegate.freqtrade.charts import indicators_of

        both = zip(candles, indicators_of(run), strict=True)
        charts = [ChartData(candles=own, indicators=columns) for own, columns in both]
        write_html(path, document, charts)


def _warn(lines: Sequence[str]) -> None:
    more = len(lines) - _MOST_WARNINGS
    last = [f"{more:,} more of them; --json has them all"] if more > 0 else []
    for line in [*lines[:_MOST_WARNINGS], *last]:
        err.print(f"warning: {line}", style="yellow", markup=False, highlight=False, soft_wrap=True)


def _telling(status: Status) -> Callable[[str], None]:
    """Return what shows how far a run is, and that its rules may have to be compiled first."""
    from tidegate.kernel.compiled import is_cached
    from tidegate.kernel.walk.loop import walk

    more = "" if is_cached(walk) else "; the rules are compiled for this machine, once"
    return lambda words: status.update(words + more)


def _one_at_a_time(option: str) -> OptionError:
    return OptionError(
        Code.BAD_OPTION,
        f"{option} takes the result of one strategy",
        where=f"{option}, --strategy-list",
        expected="one strategy, or several without this file",
        found="several strategies",
        remedy="run them one by one, or add --export trades for Freqtrade's own result files",
    )
