"""Options that send a run's orders through the engine: limits, and a database for its journal."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Self

import typer

from tidegate.cli.terminal import err
from tidegate.errors import Code, OptionError

if TYPE_CHECKING:
    from types import TracebackType

    from tidegate.engine.ports import Journal
    from tidegate.guardrails import Limits
    from tidegate.runtime.replay import Replay, Replayed

NONE: Final = "none"
LimitsChoice = Annotated[
    str | None,
    typer.Option(
        "--limits",
        help="Guardrails to trade under: none, safe (the defaults), widest (all of them, none "
        "of which says no to what is well-formed), or a JSON file with each of them.",
        show_default=False,
    ),
]
DatabaseChoice = Annotated[
    str | None,
    typer.Option(
        "--db", help="Keep the journal of the run here: a file, or a PostgreSQL URL.",
        show_default=False,
    ),
]  # fmt: skip
AccountChoice = Annotated[
    str | None,
    typer.Option(
        help="Name of the account in that database; left out: one that is not taken.",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a run is to go through."""

    limits: Limits
    shown: str
    """The limits as they were asked for."""
    database: str | None
    account: str | None


def terms(limits: str | None, database: str | None, account: str | None) -> Terms | None:
    """Return what a run is to go through; None: nothing."""
    if account is not None and database is None:
        raise OptionError(
            Code.BAD_OPTION,
            "an account needs a database to be in",
            where="--account",
            expected="--db beside it",
            found=account,
            remedy="add --db user_data/replays.sqlite, or leave --account out",
        )
    if limits is None and database is None:
        return None
    from tidegate.guardrails.environment import read_environment

    shown = limits or "widest"
    if shown == NONE:
        if database is None:
            return None
        shown = "widest"
    limited = _limits(shown)
    if limits not in (None, "widest"):  # whose limits are to count, counts them as trading does
        limited = read_environment(os.environ).within_backtest(limited)
    return Terms(limits=limited, shown=shown, database=database, account=account)


def _limits(name: str) -> Limits:
    from tidegate.guardrails import Limits
    from tidegate.guardrails.reading import read_limits
    from tidegate.runtime.json_file import read_json

    if name == "safe":
        return Limits.safe()
    if name == "widest":
        return Limits.widest()
    raw = read_json(Path(name))
    return read_limits(raw.get("limits", raw) if isinstance(raw, dict) else raw, name)


class Through:
    """Makes a replay for each strategy, and says in the end what went through the gate."""

    def __init__(self, asked: Terms) -> None:
        """Open the database, where one was asked for."""
        self._asked = asked
        self._stack = ExitStack()
        self._replays: list[tuple[str, Replay]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def replay(self, strategy: str, currency: str, wallet: float, fee: float) -> Replay:
        """Open an account for one strategy's run."""
        from tidegate.runtime.replay import Account, Replay

        name, journal = self._journal(strategy)
        account = Account(name=name, strategy=strategy, currency=currency, wallet=wallet, fee=fee)
        replay = Replay(account, self._asked.limits, journal)
        self._replays.append((name, replay))
        return replay

    def _journal(self, strategy: str) -> tuple[str, Journal]:
        if self._asked.database is None:
            from tidegate.engine.memory_journal import MemoryJournal

            return f"replay-{strategy}", MemoryJournal()
        from tidegate.registry import Owner, open_database

        database = self._stack.enter_context(open_database(self._asked.database))
        taken = database.accounts()
        name = self._asked.account or _free(f"replay-{strategy}", taken)
        if name in taken:
            raise OptionError(
                Code.BAD_OPTION,
                f'the account "{name}" has a journal already',
                where="--account",
                expected="a name that is not taken: a replay begins an account",
                found=name,
                remedy="leave --account out, or take another name",
            )
        owner = Owner(pid=os.getpid(), host=os.uname().nodename, since_ns=time.time_ns())
        return name, self._stack.enter_context(database.journal(name, owner))

    def tell(self) -> None:
        """Say what went through the gate."""
        for name, replay in self._replays:
            _tell(name, self._asked, replay.ended())


def _free(stem: str, taken: list[str]) -> str:
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _tell(name: str, asked: Terms, done: Replayed) -> None:
    refused = sum(done.refused.values())
    words = f"through the gate (limits: {asked.shown}): {done.placed:,} orders, {refused:,} refused"
    if done.refused:
        most = sorted(done.refused.items(), key=lambda item: (-item[1], item[0]))
        words += " (" + ", ".join(f"{reason} {count:,}" for reason, count in most) + ")"
    err.print(words, soft_wrap=True, highlight=False)
    if done.stopped:
        err.print(f"trading was stopped by a limit: {done.stopped}", style="yellow")
    if asked.database is not None:
        where = f"{done.facts:,} facts in the journal of {name}, {asked.database}"
        err.print(where, soft_wrap=True, highlight=False)
