"""Options that send a run's orders through the engine: limits, and a database for its journal."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Self

import typer

from tidegate.cli.terminal import err
from tidegate.errors import Code, OptionError
from tidegate.strategies.own_limits import OwnLimits

if TYPE_CHECKING:
    from types import TracebackType

    from tidegate.engine.ports import Journal
    from tidegate.guardrails import Limits
    from tidegate.research.guardrails import Guarded
    from tidegate.runtime.replay import Replay

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
    database: str | None = None
    account: str | None = None
    own: OwnLimits = field(default_factory=OwnLimits)
    """What the strategy brings along; `limits` are as tight."""


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


def with_own(asked: Terms | None, own: OwnLimits) -> Terms | None:
    """Return what a strategy's run is to go through, by the options and the limits it brings."""
    if not own:
        return asked
    from tidegate.guardrails import Limits
    from tidegate.guardrails.environment import read_environment
    from tidegate.runtime.own_limits import tightened

    terms = Terms(limits=Limits.widest(), shown=NONE) if asked is None else asked
    limited = read_environment(os.environ).within_backtest(tightened(terms.limits, own))
    return replace(terms, limits=limited, own=own)


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
    """Makes a replay for each strategy, and tells in the end what its orders went through."""

    def __init__(self, asked: Terms) -> None:
        """Open the database, where one was asked for."""
        self._asked = asked
        self._stack = ExitStack()
        self._replays: dict[str, tuple[str, Replay]] = {}

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
        self._replays[strategy] = (name, replay)
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

    def guarded(self, strategy: str) -> Guarded | None:
        """Close the books of a strategy's run; None: its orders did not come this way."""
        from tidegate.research.guardrails import Guarded

        if strategy not in self._replays:
            return None
        account, replay = self._replays[strategy]
        done, asked = replay.ended(), self._asked
        if asked.database is not None:
            where = f"{done.facts:,} facts in the journal of {account}, {asked.database}"
            err.print(where, soft_wrap=True, highlight=False)
        return Guarded(
            asked=asked.shown,
            limits=asked.limits,
            own=asked.own,
            orders=done.placed,
            refused=done.refused,
            examples=done.examples,
            stopped=done.stopped,
        )


def _free(stem: str, taken: list[str]) -> str:
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
