"""The commands that hold an account's books against its exchange's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tidegate.cli.operate import Reason, Timeout, answered, command_of
from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from tidegate.ledger.reconciliation import Finding
    from tidegate.model import Command
    from tidegate.registry import Database
    from tidegate.runtime.config import LivePart, TradeConfig

app = typer.Typer(help="Hold the books against the exchange's.", no_args_is_help=True)

_DIFFERENT: Final = 1  # the exit code where something is left
Config = Annotated[
    Path,
    typer.Option("--config", "-c", help="The configuration that the account trades with."),
]
_PATIENCE: Final = 180.0


@app.command()
def check(
    config: Config,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show where the books differ; nothing is changed. The account may be trading meanwhile.

    The exit code is 1 if anything differs.
    """
    from tidegate.cli.trade_live import connected
    from tidegate.ledger.reconciliation import Verdict
    from tidegate.registry import Reader, open_database
    from tidegate.runtime.checking import begun, live_of
    from tidegate.runtime.checking import check as looked
    from tidegate.runtime.clock import WallClock
    from tidegate.runtime.config import read_config

    asked = read_config(config)
    live, name = live_of(asked), asked.account.name
    with open_database(asked.database, create=False) as database:
        reader = Reader(database, name)
        begun(reader.state(), asked)
        with connected(live) as broker:
            found = looked(reader, broker, WallClock())
    if as_json:
        text = json.dumps([_plain(one) for one in found], indent=1, ensure_ascii=False)
        out.print(text, markup=False, highlight=False, soft_wrap=True)
    elif found:
        out.print(_table(found))
    else:
        out.print("the books agree")
    if any(one.verdict is not Verdict.EXPLAINED for one in found):
        raise typer.Exit(_DIFFERENT)


@app.command()
def fix(
    config: Config,
    *,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept",
            help="Take what the exchange has as right, and let halted pairs be traded again.",
        ),
    ] = False,
    reason: Reason = "",
    timeout: Timeout = _PATIENCE,
) -> None:
    """Mend what can be mended: ask again where orders stand, take back what should not wait.

    A process that trades the account is told to do it; where none runs, it is done here. The exit
    code is 1 if anything is left that somebody has to look at.
    """
    from tidegate.registry import DONE, open_database
    from tidegate.runtime.checking import live_of
    from tidegate.runtime.config import read_config

    asked = read_config(config)
    live, name = live_of(asked), asked.account.name
    word = "accept" if accept else "reconcile"
    with open_database(asked.database, create=False) as database:
        if database.holder(name) is not None:
            answer = answered(database, command_of(word, name, reason), timeout)
            words, is_done = answer.words, answer.verdict == DONE
        else:
            words, is_done = _fix_here(asked, live, database, command_of(word, name, reason))
    printer = out if is_done else err
    printer.print(words, markup=False, highlight=False, soft_wrap=True)
    if not is_done:
        raise typer.Exit(_DIFFERENT)


def _fix_here(
    asked: TradeConfig, live: LivePart, database: Database, command: Command
) -> tuple[str, bool]:
    """Hold the account for as long as it takes, and do it in this process."""
    import os
    import socket
    import time

    from tidegate.cli.trade_live import connected
    from tidegate.registry import Owner, Reader
    from tidegate.runtime.checking import begun
    from tidegate.runtime.checking import fix as fixed
    from tidegate.runtime.clock import WallClock

    name = command.account
    owner = Owner(pid=os.getpid(), host=socket.gethostname(), since_ns=time.time_ns())
    begun(Reader(database, name).state(), asked)  # one that is not there is not made here
    with connected(live) as broker, database.journal(name, owner) as journal:
        outcome = fixed(asked, journal, broker, WallClock(), command)
    return outcome.words, outcome.is_alike or outcome.accepted


def _plain(one: Finding) -> dict[str, object]:
    return {
        "kind": one.kind,
        "about": one.about,
        "verdict": str(one.verdict),
        "pairs": list(one.pairs),
        "words": one.words,
        "mend": _mend(one),
    }


def _table(found: Sequence[Finding]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("kind", "about", "verdict", "what differs", "what would mend it"):
        table.add_column(name, overflow="fold")
    for one in found:
        style = "red" if one.verdict == "unexplained" else None
        table.add_row(one.kind, one.about, str(one.verdict), one.words, _mend(one), style=style)
    return table


def _mend(one: Finding) -> str:
    """Say what would make an end of a difference."""
    from tidegate.ledger.reconciliation import Fix, Verdict

    if one.fix is Fix.RECALL:
        return "`tidegate reconcile fix` asks the exchange where the order stands"
    if one.fix is Fix.CANCEL:
        return "`tidegate reconcile fix` takes the order back there"
    if one.verdict is Verdict.EXPLAINED:
        return "nothing has to be"
    return "look what happened; `tidegate reconcile fix --accept` takes the exchange's side"
