"""The commands that order something of a running engine, and wait for its answer."""

from __future__ import annotations

import getpass
import time
import uuid
from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.cli.account_options import Account, Db, account_of, opened
from tidegate.cli.terminal import err, out
from tidegate.errors import Code, DatabaseError

if TYPE_CHECKING:
    from tidegate.model import Command, CommandKind
    from tidegate.registry import Answer, Database, Inbox

Reason = Annotated[str, typer.Option(help="Why; it is kept in the journal.")]
Timeout = Annotated[
    float, typer.Option(min=0.1, max=3600, help="Seconds to wait for the engine's answer.")
]
_REFUSED = 1  # the exit code of an answer that is bad


def start(
    db: Db = None, account: Account = None, *, reason: Reason = "", timeout: Timeout = 10
) -> None:
    """Trade, unless a limit has latched."""
    _order("start", db, account, reason, timeout)


def halt(
    db: Db = None, account: Account = None, *, reason: Reason = "", timeout: Timeout = 10
) -> None:
    """Open nothing new from now on; waiting orders that would are taken back."""
    _order("halt", db, account, reason, timeout)


def reduce(
    db: Db = None, account: Account = None, *, reason: Reason = "", timeout: Timeout = 10
) -> None:
    """Only make positions smaller from now on; other waiting orders are taken back."""
    _order("reduce", db, account, reason, timeout)


def flatten(
    db: Db = None, account: Account = None, *, reason: Reason = "", timeout: Timeout = 10
) -> None:
    """Close every position at the market, and open none."""
    _order("flatten", db, account, reason, timeout)


def rearm(
    db: Db = None, account: Account = None, *, reason: Reason = "", timeout: Timeout = 10
) -> None:
    """Lift the latch that a drawdown limit has set; trading stays halted until started."""
    _order("rearm", db, account, reason, timeout)


def _order(word: str, db: str | None, account: str | None, reason: str, timeout: float) -> None:
    from tidegate.registry import DONE

    with opened(db) as database:
        name = account_of(database, account)
        if database.holder(name) is None:
            raise _no_engine(database, name)
        answer = answered(database, command_of(word, name, reason), timeout)
    if answer.verdict == DONE:
        out.print(answer.words or "done", markup=False, highlight=False, soft_wrap=True)
        return
    err.print(f"{answer.verdict}: {answer.words}", style="yellow", markup=False, soft_wrap=True)
    raise typer.Exit(_REFUSED)


def command_of(word: str, account: str, reason: str) -> Command:
    """Return a command of whoever sits here."""
    from tidegate.model import Command, CommandKind

    return Command(
        id=uuid.uuid4().hex,
        kind=CommandKind(word),
        account=account,
        time_ns=time.time_ns(),
        reason=reason,
        by=getpass.getuser(),
    )


def answered(database: Database, command: Command, timeout: float) -> Answer:
    """Give an order to a running engine, and wait for its answer."""
    inbox = database.inbox(command.account)
    try:
        inbox.post(command)
        answer = inbox.wait_for_answer(command.id, timeout, time.sleep)
        if answer is None:
            raise _no_answer(inbox, command.kind, command.id, timeout)
    finally:
        inbox.close()
    return answer


def _no_engine(database: Database, account: str) -> DatabaseError:
    return DatabaseError(
        Code.NO_ENGINE,
        f'no engine runs account "{account}"; nothing was ordered',
        where=database.place.words,
        expected="a running `tidegate trade` on this account",
        found="none",
        remedy="see which accounts are run with `tidegate status`, or start `tidegate trade`",
    )


def _no_answer(inbox: Inbox, kind: CommandKind, command: str, timeout: float) -> DatabaseError:
    """Return the error for silence; what would bring risk is not left lying about."""
    from tidegate.model import CommandKind

    risky = kind in {CommandKind.START, CommandKind.REARM, CommandKind.ACCEPT}
    if risky and inbox.withdraw(command):
        fate = "the command was taken back: it will not be obeyed"
    elif risky:
        fate = "the engine has the command and may still obey it: see `tidegate status`"
    else:
        fate = "the command stays: the engine obeys as soon as it can; see `tidegate status`"
    return DatabaseError(
        Code.NO_ANSWER,
        "the engine did not answer",
        where=f"command {kind} ({command})",
        expected=f"an answer within {timeout:g} s",
        found="none",
        remedy=fate,
    )
