"""The `tidegate backtest` command."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidegate.cli.subject import (
    Datadir,
    Exchange,
    Pairs,
    StrategyName,
    StrategyPath,
    TimeframeName,
    Timerange,
    subject,
)
from tidegate.cli.terminal import err

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tidegate.research.backtest import Request, Result


def backtest(  # noqa: PLR0913 - each is an option of the command
    strategy: StrategyName,
    *,
    pairs: Pairs = None,
    timeframe: TimeframeName = None,
    timerange: Timerange = None,
    datadir: Datadir = None,
    exchange: Exchange = "sim",
    strategy_path: StrategyPath = None,
    wallet: Annotated[
        str, typer.Option("--wallet", "--dry-run-wallet", help="Starting balance.")
    ] = "1000",
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
        str, typer.Option(help='"standard", or "freqtrade" for Freqtrade\'s own assumptions.')
    ] = "standard",
    gaps: Annotated[
        str | None,
        typer.Option(help='What to do about missing candles: "refuse" (standard) or "fill".'),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the Monte Carlo paths.")] = 1,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the result here.")] = None,
    html_path: Annotated[Path | None, typer.Option("--html", help="Write a report here.")] = None,
    csv_path: Annotated[Path | None, typer.Option("--csv", help="Write the trades here.")] = None,
) -> None:
    """Run a strategy over recorded candles: a portfolio of pairs that share one wallet."""
    from tidegate.cli.backtest_options import asked
    from tidegate.cli.outputs import required

    files = required({"--json": json_path, "--html": html_path, "--csv": csv_path})
    on = subject(
        strategy,
        paths=strategy_path,
        pairs=pairs,
        timeframe=timeframe,
        datadir=datadir,
        exchange=exchange,
    )
    request = asked(
        on,
        timerange=timerange,
        wallet=wallet,
        stake=stake,
        max_open_trades=max_open_trades,
        fee=fee,
        slippage=slippage,
        realism=realism,
        gaps=gaps,
    )
    result, document = _measured(replace(request, keep_columns=bool(html_path)), seed)
    _write(result, document, files)
    _show(document, [path for path in (json_path, html_path, csv_path) if path])


def _measured(request: Request, seed: int) -> tuple[Result, dict[str, Any]]:
    from tidegate.research.backtest import backtest as run
    from tidegate.research.document import result_document
    from tidegate.stats import measure

    with _progress(len(request.pairs)) as tell:
        result = run(request, tell)
        tell("measure", "")
        metrics = measure(result.outcome, seed=seed)
    return result, result_document(result, metrics, _command())


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
