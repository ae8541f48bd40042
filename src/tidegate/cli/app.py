"""The command tree, and the one place where an error becomes an exit code."""

from __future__ import annotations

import errno
import io
import sys
from typing import NoReturn

import typer

from tidegate.cli import account, breaker, data, keys, operate, reconcile, size, strategy
from tidegate.cli.backtest import backtest
from tidegate.cli.demo import demo
from tidegate.cli.exchange import exchange
from tidegate.cli.hyperopt import hyperopt
from tidegate.cli.lookahead import lookahead
from tidegate.cli.parity import parity
from tidegate.cli.replay import replay
from tidegate.cli.spaced_lists import SpacedLists
from tidegate.cli.terminal import err
from tidegate.cli.trade import trade
from tidegate.cli.why import why
from tidegate.errors import Code, InputError, OptionError

app = typer.Typer(
    name="tidegate",
    help="Backtest and trade crypto strategies: the same rules in both.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.command(cls=SpacedLists)(backtest)
app.command(cls=SpacedLists)(hyperopt)
app.command(cls=SpacedLists)(lookahead)
app.command(cls=SpacedLists)(parity)
app.command(cls=SpacedLists)(replay)
app.command()(trade)
app.command(cls=SpacedLists)(exchange)
app.command()(demo)
for reading in (account.status, account.positions, account.orders, account.incidents):
    app.command()(reading)
app.command()(account.journal)
app.command()(why)
for order in (operate.start, operate.halt, operate.reduce, operate.flatten, operate.rearm):
    app.command()(order)
app.command("stop", help="The same as halt.")(operate.halt)
app.add_typer(breaker.app, name="breaker")
app.add_typer(data.app, name="data")
app.add_typer(keys.app, name="keys")
app.add_typer(reconcile.app, name="reconcile")
app.add_typer(size.app, name="size")
app.add_typer(strategy.app, name="strategy")

USER_ERROR = 2
INTERRUPTED = 130
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def main() -> None:
    """Run a command; a user's mistake ends in one message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot write "→" shows "?"
            stream.reconfigure(errors="replace")
    try:
        app()
    except InputError as error:
        _refuse(error)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _refuse(_no_room(error))
    except SystemExit as end:
        if end.code == INTERRUPTED:  # Typer has made this of Ctrl-C
            err.print("stopped")
        raise


def _refuse(error: InputError) -> NoReturn:
    err.print(f"error: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(USER_ERROR)


def _no_room(error: OSError) -> OptionError:
    """Return the error for results that standard output cannot take."""
    return OptionError(
        Code.NOT_WRITABLE,
        "the result cannot be written",
        where=str(error.filename or "standard output"),
        expected="room for it",
        found=error.strerror or str(error),
        remedy="make room on the disk, or send the output elsewhere",
    )
