"""The `tidegate hyperopt` command: Freqtrade's search for parameters, with swift epochs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidegate.cli import freqtrade_options as ft
from tidegate.cli.subject import Datadir, Pairs, StrategyPath, TimeframeName, Timerange
from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from tidegate.freqtrade.options import Options

_NOTHING_FOUND, _INTERRUPTED = 1, 130
PANEL = "Search"


def hyperopt(  # noqa: PLR0913 - each is an option of the command
    strategy: Annotated[
        str | None,
        typer.Argument(
            metavar="STRATEGY",
            help="The name of a class written for Freqtrade, or file.py:Class.",
            show_default=False,
        ),
    ] = None,
    *,
    strategy_named: ft.StrategyNamed = None,
    epochs: Annotated[
        int, typer.Option("--epochs", "-e", min=1, help="Epochs to run.", rich_help_panel=PANEL)
    ] = 100,
    spaces: Annotated[
        list[str] | None,
        typer.Option(
            help="all, default, buy, sell, enter, exit, roi, stoploss, trailing, protection, "
            "trades, or spaces of the strategy's own; left out: default.",
            rich_help_panel=PANEL,
        ),
    ] = None,
    hyperopt_loss: Annotated[
        str | None,
        typer.Option(
            "--hyperopt-loss",
            "--hyperoptloss",
            help="The class that judges an epoch: Freqtrade's, or one of your own.",
            rich_help_panel=PANEL,
        ),
    ] = None,
    hyperopt_path: Annotated[
        Path | None,
        typer.Option(help="One more folder to look for losses in.", rich_help_panel=PANEL),
    ] = None,
    job_workers: Annotated[
        int,
        typer.Option(
            "--job-workers",
            "-j",
            help="Processes; -1 is one for each core, -2 one fewer, and so on.",
            rich_help_panel=PANEL,
        ),
    ] = -1,
    random_state: Annotated[
        int | None,
        typer.Option(min=1, help="Seed: the same one tries the same.", rich_help_panel=PANEL),
    ] = None,
    min_trades: Annotated[
        int,
        typer.Option(
            min=1, help="An epoch with fewer trades is the worst there is.", rich_help_panel=PANEL
        ),
    ] = 1,
    early_stop: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Stop once so many epochs brought nothing better (20 at least).",
            rich_help_panel=PANEL,
        ),
    ] = None,
    analyze_per_epoch: Annotated[
        bool, typer.Option(help="Compute indicators for each epoch anew.", rich_help_panel=PANEL)
    ] = False,
    print_all: Annotated[
        bool, typer.Option(help="Show every epoch, not only the best.", rich_help_panel=PANEL)
    ] = False,
    print_json: Annotated[
        bool, typer.Option(help="Print the best parameters as JSON.", rich_help_panel=PANEL)
    ] = False,
    disable_param_export: Annotated[
        bool,
        typer.Option(help="Do not write the strategy's parameter file.", rich_help_panel=PANEL),
    ] = False,
    ignore_missing_spaces: Annotated[
        bool,
        typer.Option(
            "--ignore-missing-spaces",
            "--ignore-unparameterized-spaces",
            help="Leave out spaces in which the strategy has no parameter.",
            rich_help_panel=PANEL,
        ),
    ] = False,
    pairs: Pairs = None,
    timeframe: TimeframeName = None,
    timerange: Timerange = None,
    datadir: Datadir = None,
    exchange: Annotated[
        str | None,
        typer.Option(help="Left out: the configuration's, or binance."),
    ] = None,
    strategy_path: StrategyPath = None,
    wallet: Annotated[
        str | None,
        typer.Option(
            "--wallet",
            "--dry-run-wallet",
            "--starting-balance",
            help="Starting balance.",
            show_default="1000",
        ),
    ] = None,
    stake: Annotated[
        str | None,
        typer.Option("--stake", "--stake-amount", help='An amount a trade, or "unlimited".'),
    ] = None,
    max_open_trades: Annotated[
        str | None, typer.Option(help="Positions open at once; left out: the configuration's.")
    ] = None,
    fee: Annotated[str | None, typer.Option(help="Fee a side, as a fraction: 0.001.")] = None,
    config: ft.ConfigFiles = None,
    userdir: ft.Userdir = None,
    recursive_strategy_search: ft.Recursive = False,
    timeframe_detail: ft.TimeframeDetail = None,
    data_format_ohlcv: ft.DataFormatOhlcv = None,
    trading_mode: ft.Trading = None,
    margin_mode: ft.Margin = None,
    position_stacking: ft.PositionStacking = False,
    enable_protections: ft.Protections = False,
    markets: ft.MarketsSource = None,
) -> None:
    """Search the parameters of a Freqtrade strategy for those that a loss function likes best."""
    from dataclasses import replace

    from tidegate.cli import freqtrade_choice as choice
    from tidegate.cli.spaced_lists import split
    from tidegate.freqtrade.availability import require_freqtrade

    require_freqtrade()
    said = choice.options(
        config=config,
        userdir=userdir,
        recursive_strategy_search=recursive_strategy_search,
        timeframe_detail=timeframe_detail,
        data_format_ohlcv=data_format_ohlcv,
        trading_mode=trading_mode,
        margin_mode=margin_mode,
        position_stacking=position_stacking,
        enable_protections=enable_protections,
        enable_dynamic_pairlist=False,
        export=None,
        export_directory=None,
        breakdown=None,
        cache=None,
        notes=None,
        freqaimodel=None,
    )
    name = choice.one_name(strategy, strategy_named)
    chosen = choice.chosen(name, None, said, strategy_path or [])
    if chosen is None:
        raise _not_freqtrades(str(name))
    options = choice.filled(
        chosen,
        choice.Ground(pairs, timeframe, timerange, datadir, exchange),
        choice.Money(wallet, stake, max_open_trades, fee),
    )
    asked: dict[str, Any] = {
        "epochs": epochs,
        "spaces": split(spaces) or None,
        "hyperopt_loss": hyperopt_loss,
        "hyperopt_path": None if hyperopt_path is None else str(hyperopt_path),
        "hyperopt_jobs": _jobs(job_workers),
        "hyperopt_random_state": random_state,
        "hyperopt_min_trades": min_trades,
        "early_stop": early_stop,
        "analyze_per_epoch": analyze_per_epoch,
        "print_all": print_all,
        "print_json": print_json,
        "disableparamexport": disable_param_export,
        "hyperopt_ignore_missing_space": ignore_missing_spaces,
    }
    extra = {name: value for name, value in asked.items() if value not in (None, False)}
    _run(replace(options, extra=extra), markets)


def _run(options: Options, markets: str | None) -> None:
    from tidegate.cli.hyperopt_words import Watch, show
    from tidegate.cli.slot import backtest_slot
    from tidegate.freqtrade.quiet import heard, worth_telling

    with backtest_slot(f"hyperopt {options.strategy}"), heard() as lines:
        with err.status("loading Freqtrade") as status:
            from tidegate.freqtrade.hyperopt import Recipe, search, swift
            from tidegate.freqtrade.markets import ASK
            from tidegate.kernel import compiling_words, needs_compiling

            recipe = Recipe(options, markets or ASK, swift)
            laboratory = recipe.laboratory()
            status.update("loading the rules, the candles and the indicators")
            if needs_compiling():
                status.update(compiling_words())
            laboratory.prepare()
        with Watch(laboratory, err) as watch:
            found = search(laboratory, recipe, watch.tell)
    for line in worth_telling(lines):
        err.print(f"warning: {line}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    show(laboratory, found, watch, out=out, err=err)
    if found.interrupted:
        raise typer.Exit(_INTERRUPTED)
    if found.best is None:
        raise typer.Exit(_NOTHING_FOUND)


def _jobs(number: int) -> int:
    from tidegate.errors import Code, OptionError

    if number == 0:
        raise OptionError(
            Code.BAD_OPTION,
            "no process would run any epoch",
            where="--job-workers",
            expected="a number of processes, or -1 for one on each core",
            found="0",
            remedy="leave it out",
        )
    return number


def _not_freqtrades(strategy: str) -> Exception:
    from tidegate.errors import Code, OptionError

    return OptionError(
        Code.BAD_OPTION,
        "hyperopt searches the parameters of strategies written for Freqtrade",
        where="STRATEGY",
        expected="the name of a class derived from IStrategy",
        found=f'"{strategy}", a strategy of Tidegate\'s own',
        remedy="name another strategy",
    )
