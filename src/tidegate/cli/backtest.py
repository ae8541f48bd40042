"""The `tidegate backtest` command."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidegate.cli import freqtrade_options as ft
from tidegate.cli.subject import (
    Datadir,
    Pairs,
    StrategyPath,
    TimeframeName,
    Timerange,
    subject,
)
from tidegate.cli.terminal import err
from tidegate.cli.through import AccountChoice, DatabaseChoice, LimitsChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tidegate.cli.freqtrade_choice import Ground, Money
    from tidegate.cli.through import Terms
    from tidegate.research.backtest import Request, Result
    from tidegate.research.guardrails import Guarded


def backtest(  # noqa: PLR0913 - each is an option of the command
    strategy: Annotated[
        str | None,
        typer.Argument(
            metavar="STRATEGY",
            help="A built-in name, a definition (.json), file.py:Class, or the name of a class "
            "written for Tidegate or for Freqtrade.",
            show_default=False,
        ),
    ] = None,
    *,
    pairs: Pairs = None,
    timeframe: TimeframeName = None,
    timerange: Timerange = None,
    datadir: Datadir = None,
    exchange: Annotated[
        str | None,
        typer.Option(
            help="The exchange whose candles to use; left out: sim, for a Freqtrade strategy "
            "the configuration's, or binance."
        ),
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
        typer.Option(
            "--stake",
            "--stake-amount",
            help='An amount a trade, or "unlimited" (the wallet divided by the slots); '
            "left out: the strategy's own sizing.",
        ),
    ] = None,
    max_open_trades: Annotated[
        str | None,
        typer.Option(help="Positions open at once; left out: the strategy's own, or one a pair."),
    ] = None,
    fee: Annotated[str | None, typer.Option(help="Fee a side, as a fraction: 0.001.")] = None,
    slippage: Annotated[
        str | None,
        typer.Option(
            help="none, constant, spread, volatility or volume, each with a figure if you "
            "like: constant:0.0005."
        ),
    ] = None,
    realism: Annotated[
        str | None,
        typer.Option(
            help='"standard", or "freqtrade" for Freqtrade\'s own assumptions.',
            show_default="standard",
        ),
    ] = None,
    gaps: Annotated[
        str | None,
        typer.Option(help='What to do about missing candles: "refuse" (standard) or "fill".'),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the Monte Carlo paths.")] = 1,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the result here.")] = None,
    html_path: Annotated[Path | None, typer.Option("--html", help="Write a report here.")] = None,
    csv_path: Annotated[Path | None, typer.Option("--csv", help="Write the trades here.")] = None,
    config: ft.ConfigFiles = None,
    userdir: ft.Userdir = None,
    recursive_strategy_search: ft.Recursive = False,
    strategy_named: ft.StrategyNamed = None,
    strategy_list: ft.StrategyList = None,
    timeframe_detail: ft.TimeframeDetail = None,
    data_format_ohlcv: ft.DataFormatOhlcv = None,
    trading_mode: ft.Trading = None,
    margin_mode: ft.Margin = None,
    position_stacking: ft.PositionStacking = False,
    enable_protections: ft.Protections = False,
    enable_dynamic_pairlist: ft.DynamicPairlist = False,
    export: ft.ExportKind = None,
    export_directory: ft.ExportDirectory = None,
    export_filename: ft.ExportFilename = None,
    breakdown: ft.BreakdownBy = None,
    cache: ft.CacheAge = None,
    notes: ft.Notes = None,
    freqaimodel: ft.FreqaiModel = None,
    markets: ft.MarketsSource = None,
    limits: LimitsChoice = None,
    database: DatabaseChoice = None,
    account: AccountChoice = None,
) -> None:
    """Run a strategy over recorded candles: a portfolio of pairs that share one wallet."""
    from tidegate.cli import freqtrade_choice as choice
    from tidegate.cli.outputs import required
    from tidegate.cli.slot import backtest_slot
    from tidegate.cli.through import terms, with_own

    through = terms(limits, database, account)
    outputs = {"--json": json_path, "--html": html_path, "--csv": csv_path}
    files = required(outputs)
    shown = [path for path in outputs.values() if path]
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
        enable_dynamic_pairlist=enable_dynamic_pairlist,
        export=export,
        export_directory=export_directory or export_filename,
        breakdown=breakdown,
        cache=cache,
        notes=notes,
        freqaimodel=freqaimodel,
    )
    name = choice.one_name(strategy, strategy_named)
    theirs = choice.chosen(name, strategy_list, said, strategy_path or [])
    ground = choice.Ground(pairs, timeframe, timerange, datadir, exchange)
    money = choice.Money(wallet, stake, max_open_trades, fee)
    if theirs is not None:
        from tidegate.cli.freqtrade_backtest import backtest_freqtrade

        choice.require_meaning(slippage=slippage, gaps=gaps, realism=realism)
        options = choice.filled(theirs, ground, money)
        backtest_freqtrade(options, markets, files, shown=shown, seed=seed, terms=through)
        return
    choice.require_own(said, markets)
    request = _asked(
        str(name), ground, money, paths=strategy_path, realism=realism, rest=(slippage, gaps)
    )
    request = replace(request, keep_columns=bool(html_path))
    held_to = with_own(through, request.strategy.limits)
    with backtest_slot(f"backtest {request.strategy.name}"):
        if held_to is None:
            result, document = _measured(request, seed)
        else:
            result, document = _sent_through(request, seed, held_to)
    _write(result, document, files)
    _show(document, shown)


def _sent_through(request: Request, seed: int, asked: Terms) -> tuple[Result, dict[str, Any]]:
    """Run a request with every order through engine, gate and journal."""
    from tidegate.cli.through import Through

    with Through(asked) as through:
        name, fee = request.strategy.name, request.venue.fee
        replay = through.replay(name, request.currency, request.wallet, fee)
        run = replace(request, runner=replay.run)
        return _measured(run, seed, lambda: through.guarded(name))


def _asked(
    strategy: str,
    ground: Ground,
    money: Money,
    *,
    paths: list[Path] | None,
    realism: str | None,
    rest: tuple[str | None, str | None],
) -> Request:
    from tidegate.cli.backtest_options import asked

    slippage, gaps = rest
    on = subject(
        strategy,
        paths=paths,
        pairs=ground.pairs,
        timeframe=ground.timeframe,
        datadir=ground.datadir,
        exchange="sim" if ground.exchange is None else ground.exchange,
    )
    return asked(
        on,
        timerange=ground.timerange,
        wallet="1000" if money.wallet is None else money.wallet,
        stake=money.stake,
        max_open_trades=money.max_open_trades,
        fee=money.fee,
        slippage=slippage,
        realism="standard" if realism is None else realism,
        gaps=gaps,
    )


def _measured(
    request: Request, seed: int, guarded: Callable[[], Guarded | None] = lambda: None
) -> tuple[Result, dict[str, Any]]:
    """Run a request and take its figures; `guarded` tells then what its orders went through."""
    from tidegate.research.backtest import backtest as run
    from tidegate.research.document import result_document
    from tidegate.stats import measure

    with _progress(len(request.pairs)) as tell:
        result = run(request, tell)
        tell("measure", "")
        metrics = measure(result.outcome, seed=seed)
    return result, result_document(result, metrics, _command(), guarded())


def _command() -> str:
    """Return the command line as it was typed, to be shown beside its result."""
    import shlex

    return shlex.join(["tidegate", *sys.argv[1:]])


def _write(result: Result, document: dict[str, Any], files: dict[str, Path]) -> None:
    """Write what was asked for; each file appears whole or not at all."""
    if path := files.get("--json"):
        from tidegate.research.result_file import write_json

        write_json(path, document)
    if path := files.get("--csv"):
        from tidegate.research.report import write_trades_csv

        write_trades_csv(path, document["trades"])
    if path := files.get("--html"):
        from tidegate.research.report import ChartData, write_html

        with err.status("writing the report"):
            write_html(
                path,
                document,
                [ChartData(candles=p.candles, indicators=p.columns) for p in result.plans],
            )


def _show(document: dict[str, Any], written: list[Path]) -> None:
    from tidegate.cli.backtest_summary import show

    show(document, written)


@contextmanager
def _progress(pairs: int) -> Iterator[Callable[[str, str], None]]:
    """Show how far a backtest has come, and say when its rules have to be compiled first."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from tidegate.kernel import compiling_words, needs_compiling

    words = {
        "prepare": "loading the rules",
        "load": "loading candles",
        "indicators": "computing indicators",
        "simulate": "simulating",
        "measure": "measuring",
    }
    if needs_compiling():
        words["prepare"] = compiling_words()
        if not err.is_terminal:
            err.print(words["prepare"])
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )
    with bar:
        task = bar.add_task(words["prepare"], total=2 * pairs + 2)

        def tell(stage: str, what: str) -> None:
            done = {"load": 1, "indicators": 1}.get(stage, 0)
            if stage in ("simulate", "measure"):
                done = 1
            text = f"{words[stage]} {what}".rstrip()
            bar.update(task, description=text, advance=done, refresh=stage == "prepare")

        yield tell
