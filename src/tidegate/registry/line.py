"""A driver's bare connection for the hot path: few statements, each prepared once.

Both lines do the same over their own driver; `mark` is how each writes a parameter.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from tidegate.errors import Code, DatabaseError, DefectError
from tidegate.registry.faults import DRIVER_ERRORS, fault_of, gone
from tidegate.registry.place import FilePlace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    from tidegate.registry.place import Place, ServerPlace

Durability = Literal["process", "power"]
"""What a commit survives: the death of the process, or the loss of power."""
Row = tuple[Any, ...]
Step = tuple[str, "Sequence[Row]"]
"""A statement, and the parameters of each time it is carried out."""

WAIT_SECONDS: Final = 5.0
_CHECKPOINT_PAGES: Final = 4000  # 16 MB: a commit in some 700 pays for moving them


class Questions(Protocol):
    """A connection that answers questions."""

    mark: str

    def rows(self, statement: str, values: Row = ()) -> list[Row]:
        """Return what a question answers."""


class Line(Questions, Protocol):
    """A connection on which steps are written in one transaction."""

    exact: bool
    """Whether the driver takes decimals as they are."""

    def write(self, steps: Sequence[Step]) -> None:
        """Carry the steps out, all or none; when it returns they survive."""

    def close(self) -> None:
        """Let go."""


def line_to(place: Place, durability: Durability) -> Line:
    """Open a line to a database."""
    if isinstance(place, FilePlace):
        return SqliteLine(place, durability)
    return PostgresLine(place, durability)


class SqliteLine:
    """A connection to a file, in write-ahead mode: readers and the writer do not wait."""

    mark = "?"
    exact = False

    def __init__(self, place: FilePlace, durability: Durability) -> None:
        """Open the file, which has to be there."""
        self._place = place
        self._connection = connected(place, durability)
        self._cursor = self._connection.cursor()
        self._closed = False
        self._names = (str(place.path), f"{place.path}-wal")
        self._identities = self._identified()

    def write(self, steps: Sequence[Step]) -> None:
        """Carry the steps out, all or none; when it returns they survive."""
        if self._identified() != self._identities:
            # Linux writes on to a deleted file, and nothing of it would be found again.
            raise gone(self._place.words, "the file has been taken away or replaced")
        connection, run = self._connection, self._cursor.execute
        if self._closed:
            message = f"{self._place.words} is written to after it was closed"
            raise DefectError(message)
        try:
            run("BEGIN IMMEDIATE")
            for statement, rows in steps:
                if len(rows) == 1:
                    run(statement, rows[0])
                else:
                    self._cursor.executemany(statement, rows)
            run("COMMIT")
        except DRIVER_ERRORS as error:
            raise fault_of(error, self._place.words) from error
        except OverflowError as error:
            message = f"{self._place.words}: {error}"
            raise DefectError(message) from error
        finally:
            if connection.in_transaction:
                connection.rollback()

    def rows(self, statement: str, values: Row = ()) -> list[Row]:
        """Return what a question answers."""
        try:
            return self._connection.execute(statement, values).fetchall()
        except DRIVER_ERRORS as error:
            raise fault_of(error, self._place.words) from error

    def close(self) -> None:
        """Let go."""
        self._closed = True
        self._connection.close()

    def _identified(self) -> list[tuple[int, int]]:
        try:
            return [(found.st_dev, found.st_ino) for found in map(os.stat, self._names)]
        except OSError:
            return []


def connected(place: FilePlace, durability: Durability) -> sqlite3.Connection:
    """Return a connection to a file that is there; nothing of the file is changed by it."""
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(
            f"{place.path.as_uri()}?mode=rw",  # never makes a file
            uri=True,
            timeout=WAIT_SECONDS,
            isolation_level=None,
            cached_statements=64,
            check_same_thread=False,
        )
        for setting in (
            f"synchronous = {'FULL' if durability == 'power' else 'NORMAL'}",
            "foreign_keys = ON",
            "cache_size = -16384",
            f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
        ):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except DRIVER_ERRORS as error:
        if connection is not None:
            connection.close()
        raise fault_of(error, place.words) from error
    return connection


def keep_a_log(place: FilePlace) -> None:
    """Have a file written ahead to a log, so that readers and the writer do not wait."""
    connection = connected(place, "process")
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except DRIVER_ERRORS as error:
        raise fault_of(error, place.words) from error
    finally:
        connection.close()
    if mode != "wal":
        raise gone(place.words, f"a file system on which SQLite cannot keep its log ({mode})")


class PostgresLine:
    """A connection to a server; a transaction's steps go out together and are answered together."""

    mark = "%s"
    exact = True

    def __init__(self, place: ServerPlace, durability: Durability) -> None:
        """Connect to the server."""
        self._place = place
        with self._told():
            self._connection = _served(place, durability)

    def write(self, steps: Sequence[Step]) -> None:
        """Carry the steps out, all or none; when it returns they survive."""
        connection = self._connection
        with self._told(), connection.pipeline(), connection.transaction():
            cursor = connection.cursor()
            for statement, rows in steps:
                if len(rows) == 1:
                    cursor.execute(statement, rows[0])
                else:
                    cursor.executemany(statement, rows)

    def rows(self, statement: str, values: Row = ()) -> list[Row]:
        """Return what a question answers."""
        with self._told():
            return self._connection.execute(statement, values).fetchall()

    def close(self) -> None:
        """Let go."""
        self._connection.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Put the driver's errors into words."""
        try:
            yield
        except DRIVER_ERRORS as error:
            raise fault_of(error, self._place.words) from error


def require_driver(place: ServerPlace) -> None:
    """Refuse a server where the driver for it is not installed."""
    try:
        import psycopg  # noqa: F401, PLC0415 - only a user of PostgreSQL has it
    except ImportError as error:
        raise DatabaseError(
            Code.POSTGRESQL_MISSING,
            "the driver for PostgreSQL is not installed",
            where=place.words,
            expected="the package psycopg",
            found="none",
            remedy='run pip install "tidegate[postgresql]", or name a file',
        ) from error


def _served(place: ServerPlace, durability: Durability) -> psycopg.Connection[Row]:
    require_driver(place)
    import psycopg  # noqa: PLC0415 - see above

    commit = "on" if durability == "power" else "off"
    return psycopg.connect(
        place.address,
        autocommit=True,
        prepare_threshold=0,
        connect_timeout=int(WAIT_SECONDS),
        keepalives_idle=5,  # a server that is gone is noticed within seconds
        keepalives_interval=2,
        keepalives_count=3,
        tcp_user_timeout=10_000,
        application_name="tidegate",
        options=f"-c synchronous_commit={commit} -c lock_timeout={int(WAIT_SECONDS)}s",
    )
