"""The `tidegate lookahead` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

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
from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from tidegate.feeds import History
    from tidegate.model import Timeframe
    from tidegate.research.lookahead import Examination, Leak
    from tidegate.strategies import PairMarket, Strategy

_CHEATS = 1


def lookahead(  # noqa: PLR0913 - each is an option of the command
    strategy: StrategyName,
    *,
    pairs: Pairs = None,
    timeframe: TimeframeName = None,
    timerange: Timerange = None,
    datadir: Datadir = None,
    exchange: Exchange = "sim",
    strategy_path: StrategyPath = None,
    samples: Annotated[
        int, typer.Option(min=1, help="How often to cut the future away, for each pair.")
    ] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Another seed cuts elsewhere.")] = 1,
) -> None:
    """Prove or refute that a strategy uses the past only, by cutting the future away.

    Ends with exit code 1 if it looks ahead.
    """
    from rich.progress import Progress

    from tidegate.feeds import History, TimeRange
    from tidegate.research.lookahead import examine

    on = subject(
        strategy,
        paths=strategy_path,
        pairs=pairs,
        timeframe=timeframe,
        datadir=datadir,
        exchange=exchange,
    )
    history = History(
        datadir=on.datadir,
        timerange=TimeRange.parse(timerange),
        startup=on.strategy.warmup(on.timeframe),
    )
    results = []
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        line = bar.add_task("cutting the future away", total=len(on.pairs) * samples)
        for name in on.pairs:
            market = _market(history, on.strategy, name, on.timeframe)
            results.append(
                examine(
                    on.strategy,
                    market,
                    samples=samples,
                    seed=seed,
                    progress=lambda: bar.advance(line),
                )
            )
    _show(on.strategy, on.timeframe, results)
    if any(result.leaks for result in results):
        raise typer.Exit(_CHEATS)


def _market(history: History, strategy: Strategy, pair: str, base: Timeframe) -> PairMarket:
    from tidegate.strategies import PairMarket

    candles = history.load([pair], base)[0]
    others = {}
    for other in strategy.others_for(base):
        startup = -(-history.startup * base.minutes // other.minutes) + 1
        others[other] = history.other(pair, other, base=base, startup=startup).candles
    return PairMarket(base=candles, others=others)


def _show(strategy: Strategy, base: Timeframe, results: list[Examination]) -> None:
    from rich.table import Table

    table = Table(title=f"{strategy.name} on {base} candles", title_justify="left")
    for column in ("pair", "cuts", "on a signal", "verdict"):
        table.add_column(column, justify="right" if column in ("cuts", "on a signal") else "left")
    for result in results:
        verdict = "[red]looks ahead[/]" if result.leaks else "[green]uses the past only[/]"
        table.add_row(result.pair, str(result.cuts), str(result.fired), verdict)
    out.print(table)
    leaks = [leak for result in results for leak in result.leaks]
    if leaks:
        _show_leaks(leaks)
    elif not any(result.fired for result in results):
        out.print("No signal fired on these candles: only indicators could be compared.")


def _show_leaks(leaks: list[Leak]) -> None:
    from rich.table import Table

    table = Table(title="What changes when the future is cut away", title_justify="left")
    for column in ("pair", "what", "name", "first seen", "with future", "without", "cuts"):
        numeric = column in ("with future", "without", "cuts")
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for leak in leaks:
        table.add_row(
            leak.pair,
            leak.kind,
            leak.name,
            _time(leak.time_ns),
            _value(leak, leak.with_future),
            _value(leak, leak.without_future),
            str(leak.cuts) if leak.repeatable else "every run",
        )
    out.print(table)
    cause = leaks[0]
    if not cause.repeatable:
        out.print(f"At fault: {cause.kind} {cause.name} is not the same from run to run.")
    else:
        out.print(f"At fault: {cause.kind} {cause.name}. What is listed below it may follow.")


def _time(time_ns: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(time_ns // 1_000_000_000, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")


def _value(leak: Leak, value: float) -> str:
    if leak.kind == "signal":
        return "yes" if value else "no"
    if leak.kind == "tag":
        return leak.tags[int(value)] if 0 <= value < len(leak.tags) else "none"
    return "unknown" if value != value else f"{value:.8g}"  # noqa: PLR0124 - NaN differs from itself
