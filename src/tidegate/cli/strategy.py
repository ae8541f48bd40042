"""The `tidegate strategy` commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from tidegate.model import Timeframe

app = typer.Typer(no_args_is_help=True, help="Write, list, check and explain strategies.")

StrategyPath = Annotated[
    list[Path] | None, typer.Option("--strategy-path", help="More folders to look in.")
]
TimeframeName = Annotated[
    str | None, typer.Option("--timeframe", "-t", help="Left out: the strategy's own.")
]


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="What to call it.")],
    template: Annotated[
        str, typer.Option(help="A built-in strategy to start from; see `strategy list`.")
    ] = "ema-crossover",
    file: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Where to write (user_data/strategies/NAME.json)."),
    ] = None,
) -> None:
    """Write a strategy of your own to start from, with its schema beside it for editors."""
    from tidegate.strategies.starting import start

    path = file or Path("user_data/strategies") / f"{_file_name(name)}.json"
    start(name, template, path)
    out.print(str(path), markup=False, highlight=False, soft_wrap=True)
    err.print(f"see what it does: tidegate strategy check {path}", markup=False, soft_wrap=True)


@app.command("list")
def list_(strategy_path: StrategyPath = None) -> None:
    """Show the strategies that can be asked for by name."""
    from rich.table import Table

    from tidegate.strategies.catalogue import listing

    table = Table(box=None, pad_edge=False)
    for column in ("name", "kind", "what it does"):
        table.add_column(column, overflow="fold", no_wrap=column == "name")
    for listed in listing(strategy_path or ()):
        table.add_row(listed.name, listed.kind, listed.description.partition(": ")[0])
    out.print(table)


@app.command()
def check(
    strategy: Annotated[str, typer.Argument(help="A definition (.json), file.py:Class, or name.")],
    timeframe: TimeframeName = None,
    strategy_path: StrategyPath = None,
) -> None:
    """Check a strategy, and say what it will do and which candles it needs."""
    from tidegate.strategies.catalogue import resolve
    from tidegate.strategies.describe import describe
    from tidegate.strategies.trial import try_out

    found = resolve(strategy, paths=strategy_path or ())
    base = _timeframe(timeframe)
    text = describe(found, base)
    try_out(found, base)
    out.print(text, markup=False, highlight=False, soft_wrap=True)
    err.print("no problems found", style="green")


@app.command()
def describe(
    strategy: Annotated[
        str, typer.Argument(help="A name, a definition (.json), or file.py:Class.")
    ],
    timeframe: TimeframeName = None,
    strategy_path: StrategyPath = None,
) -> None:
    """Explain in plain language what a strategy does."""
    from tidegate.strategies.catalogue import resolve
    from tidegate.strategies.describe import describe as explain

    text = explain(resolve(strategy, paths=strategy_path or ()), _timeframe(timeframe))
    out.print(text, markup=False, highlight=False, soft_wrap=True)


@app.command()
def schema(
    file: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write it to this file instead.")
    ] = None,
) -> None:
    """Print the JSON schema of strategy definitions, for editors."""
    from tidegate.strategies.schema import schema_text
    from tidegate.strategies.starting import write_text

    if file is None:
        out.print(schema_text(), end="", markup=False, highlight=False, soft_wrap=True)
    else:
        write_text(file, schema_text())
        out.print(str(file), markup=False, highlight=False, soft_wrap=True)


def _timeframe(name: str | None) -> Timeframe | None:
    from tidegate.model import Timeframe

    return None if name is None else Timeframe.parse(name)


def _file_name(name: str) -> str:
    """Return a name for a file that any system takes."""
    kept = [letter if letter.isalnum() or letter in "-_." else "-" for letter in name.strip()]
    return "".join(kept).strip(".-") or "strategy"
