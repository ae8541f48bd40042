"""The database of Tidegate, opened: one file or one server, any number of accounts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import QueuePool

from tidegate.errors import Code, DatabaseError, one_of
from tidegate.registry.asking import Asking
from tidegate.registry.faults import DRIVER_ERRORS, fault_of
from tidegate.registry.inbox import Inbox
from tidegate.registry.journal import DatabaseJournal
from tidegate.registry.line import Durability, connected, line_to, require_driver
from tidegate.registry.migrating import bring_up_to_date
from tidegate.registry.ownership import hold, holder
from tidegate.registry.place import FilePlace, place_of
from tidegate.registry.schema import ACCOUNTS
from tidegate.registry.written import Written

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterator
    from types import TracebackType

    from sqlalchemy import Connection

    from tidegate.registry.ownership import Owner
    from tidegate.registry.place import Place


def open_database(
    where: str | os.PathLike[str], durability: Durability = "process", *, create: bool = True
) -> Database:
    """Open a database by its file or URL, with today's schema; make it where there is none.

    `durability` is what a commit survives: "process" a kill, "power" a loss of power too.
    """
    place = place_of(where)
    if isinstance(place, FilePlace):
        if not place.exists:
            if not create:
                raise _none_there(place)
            place.make()
        place.look()
    else:
        require_driver(place)
    engine = _engine(place, durability)
    try:
        with telling(place):
            bring_up_to_date(engine, place)
    except DatabaseError:
        engine.dispose()
        raise
    return Database(place, engine, durability)


class Database:
    """What an engine, a command or a server asks for its part of the database."""

    def __init__(self, place: Place, engine: Engine, durability: Durability) -> None:
        """Keep what connections are made from."""
        self.place, self._engine, self._durability = place, engine, durability

    def journal(self, account: str, owner: Owner) -> DatabaseJournal:
        """Hold an account, which is made if it is new, and open its journal."""
        number = self._number(account) or self._add(account)
        line = line_to(self.place, self._durability)
        try:
            held = hold(self.place, line, (number, account), owner)
        except DatabaseError:
            line.close()
            raise
        try:
            return DatabaseJournal(line, held, self.place.words)
        except DatabaseError:
            held.release()
            line.close()
            raise

    def inbox(self, account: str) -> Inbox:
        """Return the commands of an account."""
        number = self.number(account)
        return Inbox(line_to(self.place, self._durability), number, account)

    def holder(self, account: str) -> Owner | None:
        """Return who runs an account's engine now; None: nobody does."""
        number = self.number(account)
        with self.reading() as connection:
            return holder(self.place, Asking(connection), (number, account))

    def check(self, account: str) -> int:
        """Hold an account's whole journal against its digests; how many entries it has."""
        number = self.number(account)
        line = line_to(self.place, self._durability)
        try:
            return Written(line, self.place.words, number, account).check()
        finally:
            line.close()

    def accounts(self) -> list[str]:
        """Return the names of all accounts there are."""
        with self.connection() as connection:
            return list(connection.scalars(select(ACCOUNTS.c.name).order_by(ACCOUNTS.c.name)))

    def number(self, account: str) -> int:
        """Return the number that an account has in the tables, or say that it is not there."""
        found = self._number(account)
        if found is None:
            raise self._unknown(account)
        return found

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Give a connection in a transaction, its errors in words."""
        with telling(self.place), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees the database as it is now, whatever is written meanwhile."""
        with telling(self.place), self._engine.connect() as connection:
            if not isinstance(self.place, FilePlace):  # there it is so anyway
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Let go of the connections that are not somebody's own."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _number(self, account: str) -> int | None:
        with self.connection() as connection:
            return connection.scalar(select(ACCOUNTS.c.id).where(ACCOUNTS.c.name == account))

    def _add(self, account: str) -> int:
        dialect = sqlite if isinstance(self.place, FilePlace) else postgresql
        row = dialect.insert(ACCOUNTS).values(name=account).on_conflict_do_nothing()
        with self.connection() as connection:
            connection.execute(row)
        return self.number(account)

    def _unknown(self, account: str) -> DatabaseError:
        known = self.accounts()
        return DatabaseError(
            Code.UNKNOWN_ACCOUNT,
            f'there is no account "{account}" in the database',
            where=self.place.words,
            expected=", ".join(known) or "an account; there is none yet",
            found=f'"{account}"',
            remedy=one_of(account, known, otherwise="name one of those, or start trading first"),
        )


@contextmanager
def telling(place: Place) -> Iterator[None]:
    """Put the errors of a driver into words."""
    try:
        yield
    except DRIVER_ERRORS as error:
        raise fault_of(error, place.words) from error


def _engine(place: Place, durability: Durability) -> Engine:
    if not isinstance(place, FilePlace):
        options = f"-c synchronous_commit={'on' if durability == 'power' else 'off'}"
        arguments = {"connect_timeout": 5, "options": options, "application_name": "tidegate"}
        return create_engine(place.url, connect_args=arguments, pool_size=2, pool_pre_ping=True)

    def connect() -> sqlite3.Connection:
        return connected(place, durability)

    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=QueuePool)
    # The driver begins no transactions here, so that tables are made all or none.
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _none_there(place: FilePlace) -> DatabaseError:
    return DatabaseError(
        Code.NO_DATABASE,
        "there is no database here",
        where=place.words,
        expected="a database that `tidegate trade` has made",
        found="nothing of that name",
        remedy="start trading first, or name the database with --db or RISK_DB_PATH",
    )
