"""Which strategies ran on which account: each definition once, by its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from tidegate.errors import DefectError
from tidegate.registry.schema import ACCOUNTS, RUN_STRATEGIES, RUNS, STRATEGIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from tidegate.registry.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyVersion:
    """A strategy as it was run: the same fingerprint is the same text."""

    fingerprint: str
    name: str
    version: str
    definition: str
    """Its JSON, or the source of its class."""
    first_seen_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One start of an engine: what it was told, and until when it ran."""

    number: int
    account: str
    mode: str
    """ "paper", "replay" or "live"."""
    program: str
    """The version of Tidegate."""
    settings: str
    """The configuration as JSON, without secrets."""
    started_ns: int
    ended_ns: int | None
    """None: it runs, or it ended without saying so."""
    strategies: tuple[StrategyVersion, ...]


class Runs:
    """The register of runs."""

    def __init__(self, database: Database) -> None:
        """Keep where to write."""
        self._database = database

    def begin(self, run: Run) -> int:
        """Write down that a run begins, with its strategies; return its number."""
        account = self._database.number(run.account)
        with self._database.connection() as connection:
            for strategy in run.strategies:
                _keep(connection, strategy)
            row = insert(RUNS).values(
                account=account,
                mode=run.mode,
                program=run.program,
                settings=run.settings,
                started_ns=run.started_ns,
                ended_ns=run.ended_ns,
            )
            number = int(connection.execute(row.returning(RUNS.c.number)).scalar_one())
            pairs = [
                {"run": number, "fingerprint": print_}
                for print_ in dict.fromkeys(one.fingerprint for one in run.strategies)
            ]
            if pairs:
                connection.execute(insert(RUN_STRATEGIES), pairs)
        return number

    def end(self, number: int, time_ns: int) -> None:
        """Write down when a run ended."""
        with self._database.connection() as connection:
            connection.execute(update(RUNS).where(RUNS.c.number == number).values(ended_ns=time_ns))

    def latest(self, account: str, *, limit: int = 20) -> list[Run]:
        """Return the last runs of an account, the newest first."""
        with self._database.connection() as connection:
            found = connection.execute(
                select(RUNS)
                .join(ACCOUNTS, ACCOUNTS.c.id == RUNS.c.account)
                .where(ACCOUNTS.c.name == account)
                .order_by(RUNS.c.number.desc())
                .limit(limit)
            ).all()
            return [
                Run(
                    **{**row._asdict(), "account": account},
                    strategies=tuple(_strategies(connection, row.number)),
                )
                for row in found
            ]


def _keep(connection: Connection, strategy: StrategyVersion) -> None:
    kept = connection.execute(
        select(STRATEGIES).where(STRATEGIES.c.fingerprint == strategy.fingerprint)
    ).one_or_none()
    if kept is None:
        values = {column.name: getattr(strategy, column.name) for column in STRATEGIES.columns}
        connection.execute(insert(STRATEGIES).values(values))
    elif kept.definition != strategy.definition:
        message = f"two definitions of {strategy.name} have the fingerprint {strategy.fingerprint}"
        raise DefectError(message)


def _strategies(connection: Connection, run: int) -> Sequence[StrategyVersion]:
    found = connection.execute(
        select(STRATEGIES)
        .join(RUN_STRATEGIES, RUN_STRATEGIES.c.fingerprint == STRATEGIES.c.fingerprint)
        .where(RUN_STRATEGIES.c.run == run)
        .order_by(STRATEGIES.c.name, STRATEGIES.c.fingerprint)
    )
    return [StrategyVersion(**row._asdict()) for row in found]
