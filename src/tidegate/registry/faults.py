"""What can be wrong with a database, in the words of its user."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError

from tidegate.errors import Code, DatabaseError, DefectError

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    import psycopg
except ImportError:  # the server is optional, and so is its driver
    _SERVER_ERRORS: tuple[type[Exception], ...] = ()
    _SERVER_VALUES: tuple[type[Exception], ...] = ()
else:
    _SERVER_ERRORS = (psycopg.Error,)
    _SERVER_VALUES = (psycopg.DataError,)  # what no column can hold

DRIVER_ERRORS: Final[tuple[type[Exception], ...]] = (
    *(sqlite3.Error, DBAPIError, *_SERVER_ERRORS),
    UnicodeDecodeError,  # SQLite's, of a damaged file's own names
)
"""What a driver raises, by itself or by way of SQLAlchemy."""

_DISK: Final = "make room on the disk, then start again: what was committed is there"
_BACKUP: Final = "stop what uses it and restore a backup; do not edit the file by hand"


def fault_of(error: Exception, where: str) -> DatabaseError | DefectError:
    """Return what a driver's error means to a user; or to us, where it is no user's doing."""
    original = error.orig if isinstance(error, DBAPIError) else error
    words = " ".join(str(original).split()) or type(original).__name__
    if isinstance(original, sqlite3.ProgrammingError | sqlite3.InterfaceError):
        return DefectError(f"{where}: {words}")
    if isinstance(original, UnicodeDecodeError):
        return damaged(where, words)
    if getattr(original, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_WRITE:
        return full(where, f"{words}: a quota, or a limit to the size of files, may be reached")
    if isinstance(original, sqlite3.Error):
        # The low byte is the kind; an error without one is text that is no text any more.
        code = getattr(original, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        return _SQLITE.get(code & 0xFF, gone)(where, words)
    state = str(getattr(original, "sqlstate", None) or "")
    if isinstance(original, _SERVER_VALUES):
        return DefectError(f"{where}: {words}")
    exact = _SERVER_STATES.get(state) or _SERVER_CLASSES.get(state[:2], gone)
    return exact(where, words)


def busy(where: str, found: str) -> DatabaseError:
    """Return the error for a database that somebody else keeps locked."""
    return DatabaseError(
        Code.DATABASE_BUSY,
        "another program keeps the database locked",
        where=where,
        expected="a lock that is given back within seconds",
        found=found,
        remedy="close the program that has it open for writing, then start again",
    )


def full(where: str, found: str) -> DatabaseError:
    """Return the error for a disk without room."""
    return DatabaseError(
        Code.DATABASE_FULL,
        "there is no room left for the database",
        where=where,
        expected="room on the disk",
        found=found,
        remedy=_DISK,
    )


def gone(where: str, found: str) -> DatabaseError:
    """Return the error for a database that cannot be reached or written any more."""
    return DatabaseError(
        Code.DATABASE_GONE,
        "the database cannot be reached or written",
        where=where,
        expected="a file that may be written, or a server that answers",
        found=found,
        remedy="see that it is there, that the server runs and the permissions are right",
    )


def damaged(where: str, found: str) -> DatabaseError:
    """Return the error for a file that the database itself calls broken."""
    return DatabaseError(
        Code.DAMAGED_DATABASE,
        "the database is damaged",
        where=where,
        expected="a whole database",
        found=found,
        remedy=_BACKUP,
    )


def not_a_database(where: str, found: str) -> DatabaseError:
    """Return the error for a file of another sort."""
    return DatabaseError(
        Code.NOT_A_DATABASE,
        "this file is not a database",
        where=where,
        expected="an SQLite database, or a name that is free",
        found=found,
        remedy="name another file: this one is left as it is",
    )


def foreign(where: str, found: str) -> DatabaseError:
    """Return the error for a database that some other program made."""
    return DatabaseError(
        Code.FOREIGN_DATABASE,
        "this database belongs to another program",
        where=where,
        expected="an empty database, or one that Tidegate made",
        found=found,
        remedy="name another database: this one is left as it is",
    )


def newer(where: str, found: str, expected: str) -> DatabaseError:
    """Return the error for a schema that this version does not know."""
    return DatabaseError(
        Code.NEWER_DATABASE,
        "this database was made by a newer Tidegate",
        where=where,
        expected=expected,
        found=found,
        remedy="update Tidegate, or name another database",
    )


def broken_chain(where: str, account: str, seq: int, found: str) -> DatabaseError:
    """Return the error for a journal that is not what was written, and where that begins."""
    return DatabaseError(
        Code.DAMAGED_JOURNAL,
        "the journal is not what was written",
        where=f'{where}, account "{account}", entry {seq}',
        expected="every entry as it was written, none missing",
        found=found,
        remedy=_BACKUP,
    )


def overtaken(where: str, found: str) -> DatabaseError:
    """Return the error for an account that somebody else has written to meanwhile."""
    return DatabaseError(
        Code.ACCOUNT_HELD,
        "another process has written to this account",
        where=where,
        expected="one owner of an account at a time",
        found=found,
        remedy="stop one of the two, then start again",
    )


_SQLITE: Final[dict[int, Callable[[str, str], DatabaseError]]] = {
    sqlite3.SQLITE_BUSY: busy,
    sqlite3.SQLITE_LOCKED: busy,
    sqlite3.SQLITE_FULL: full,
    sqlite3.SQLITE_CORRUPT: damaged,
    sqlite3.SQLITE_NOTADB: not_a_database,
    sqlite3.SQLITE_ERROR: damaged,  # a table or a column that is not there
    sqlite3.SQLITE_CONSTRAINT: overtaken,
}
_SERVER_STATES: Final[dict[str, Callable[[str, str], DatabaseError]]] = {
    "55P03": busy,  # lock not available
    "57014": busy,  # cancelled by a time limit
    "40P01": busy,  # deadlock
    "40001": busy,  # serialisation
    "23505": overtaken,  # unique violation
}
_SERVER_CLASSES: Final[dict[str, Callable[[str, str], DatabaseError]]] = {
    "53": full,  # insufficient resources
    "42": damaged,  # a table or a column that is not there
    "XX": damaged,
}
