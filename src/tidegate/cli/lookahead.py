"""The `tidegate lookahead` command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.cli.spaced_lists import split
from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from tidegate.feeds import History
    from tidegate.model import Timeframe
    from tidegate.research.lookahead import Examination, Leak
    from tidegate.strategies import PairMarket, Strategy

_CHEATS = 1
_SIM = Path("user_data/data/sim")


def lookahead(  # noqa: PLR0913 - each is an option of the command
    strategy: Annotated[
        str,
        typer.Argument(help="A built-in name, a definition (.json), or file.py:Class."),
    ],
    *,
    pairs: Annotated[
        list[str] | None,
        typer.Option("--pairs", "-p", help="Pairs; left out: the strategy's own."),
    ] = None,
    timeframe: Annotated[
        str | None, typer.Option("--timeframe", "-t", help="Left out: the strategy's own.")
    ] = None,
    datadir: Annotated[
        Path, typer.Option("--datadir", "-d", help="Folder of candle files.")
    ] = _SIM,
    timerange: Annotated[
        str | None, typer.Option(help="Candles to look at, like 20240101-20240401.")
    ] = None,
    samples: Annotated[
        int, typer.Option(min=1, help="How often to cut the future away, for each pair.")
    ] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Another seed cuts elsewhere.")] = 1,
    strategy_path: Annotated[
        list[Path] | None, typer.Option("--strategy-path", help="Folders to look for STRATEGY in.")
    ] = None,
) -> None:
    """Prove or refute that a strategy uses the past only, by cutting the future away.

    Ends with exit code 1 if it looks ahead.
    """
    from rich.progress import Progress

    from tidegate.feeds import History, TimeRange
    from tidegate.research.lookahead import examine
    from tidegate.strategies.catalogue import resolve

    chosen = resolve(strategy, paths=strategy_path or ())
    base = _timeframe(chosen, timeframe)
    names = _pairs(chosen, pairs)
    history = History(
        datadir=datadir, timerange=TimeRange.parse(timerange), startup=chosen.warmup(base)
    )
    results = []
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("cutting the future away", total=len(names) * samples)
        for name in names:
            market = _market(history, chosen, name, base)
            results.append(
                examine(
                    chosen,
                    market,
                    samples=samples,
                    seed=seed,
                    progress=lambda: bar.advance(task),
                )
            )
    _show(chosen, base, results)
    if any(result.leaks for result in results):
        raise typer.Exit(_CHEATS)


def _timeframe(strategy: Strategy, given: str | None) -> Timeframe:
    from tidegate.errors import Code, OptionError
    from tidegate.model import Timeframe

    if given is not None:
        return Timeframe.parse(given)
    if strategy.timeframe is None:
        raise OptionError(
            Code.BAD_OPTION,
            f"{strategy.name} names no timeframe of its own",
            where="--timeframe",
            expected="a timeframe",
            found="none",
            remedy="add --timeframe 1h, for example",
        )
    return strategy.timeframe


def _pairs(strategy: Strategy, given: list[str] | None) -> list[str]:
    from tidegate.errors import Code, OptionError
    from tidegate.model import Pair

    names = split(given) if given else list(strategy.pairs)
    if not names:
        raise OptionError(
            Code.BAD_OPTION,
            f"{strategy.name} names no pairs of its own",
            where="--pairs",
            expected="at least one pair",
            found="none",
            remedy="add --pairs BTC/USDT, for example",
        )
    return [str(Pair.parse(name)) for name in names]


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
