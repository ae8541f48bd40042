"""The command tree, and the one place where an error becomes an exit code."""

from __future__ import annotations

import sys

import typer

from tidegate.cli import data, strategy
from tidegate.cli.backtest import backtest
from tidegate.cli.demo import demo
from tidegate.cli.lookahead import lookahead
from tidegate.cli.spaced_lists import SpacedLists
from tidegate.cli.terminal import err
from tidegate.errors import InputError

app = typer.Typer(
    name="tidegate",
    help="Backtest and trade crypto strategies: the same rules in both.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.command(cls=SpacedLists)(backtest)
app.command(cls=SpacedLists)(lookahead)
app.command()(demo)
app.add_typer(data.app, name="data")
app.add_typer(strategy.app, name="strategy")

USER_ERROR = 2
INTERRUPTED = 130


def main() -> None:
    """Run a command; a user's mistake ends in one message and exit code 2."""
    try:
        app()
    except InputError as error:
        err.print(f"error: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(USER_ERROR)
    except KeyboardInterrupt:
        err.print("stopped")
        sys.exit(INTERRUPTED)
