"""Where a database lies: a file for SQLite, or an address for PostgreSQL."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from tidegate.errors import Code, DatabaseError
from tidegate.registry.faults import damaged, gone, not_a_database

_SERVER: Final = ("postgresql", "postgres", "postgresql+psycopg")
_MAGIC: Final = b"SQLite format 3\0"
_HEADER: Final = 100
_EXPECTED: Final = "a file name, or postgresql+psycopg://user:password@host:port/database"


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file that SQLite keeps, with links followed: one file has one name."""

    path: Path

    @property
    def words(self) -> str:
        """What a message calls it."""
        return str(self.path)

    @property
    def exists(self) -> bool:
        """Whether there is anything of that name."""
        return self.path.exists()

    def look(self) -> None:
        """Refuse a file that is no database, or not all of one.

        SQLite takes a file of a few bytes for an empty database, and does not miss a piece of the
        last page.
        """
        try:
            with self.path.open("rb") as file:
                header = file.read(_HEADER)
            size = self.path.stat().st_size
            log = self.path.with_name(f"{self.path.name}-wal")
            is_logged = log.exists() and log.stat().st_size > 0
        except OSError as error:
            raise gone(self.words, error.strerror or str(error)) from error
        if header and not header.startswith(_MAGIC):
            raise not_a_database(
                self.words, f"a file that begins with {header[:12].decode('latin-1')!r}"
            )
        if len(header) == _HEADER and not is_logged and header[24:28] == header[92:96]:
            page, pages = int.from_bytes(header[16:18]), int.from_bytes(header[28:32])
            whole = (65536 if page == 1 else page) * pages
            if size < whole:
                raise damaged(self.words, f"{size:,} bytes of {whole:,}")

    def make(self) -> None:
        """Make the file, and the folders above it, for their owner alone."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:  # another process was quicker
            if self.path.is_file():
                return
            raise gone(self.words, "a file of that name cannot be made here") from None
        except OSError as error:
            raise gone(self.words, error.strerror or str(error)) from error


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """A database of a PostgreSQL server."""

    url: URL

    @property
    def words(self) -> str:
        """What a message calls it; never with the password."""
        return self.url.render_as_string(hide_password=True)

    @property
    def address(self) -> str:
        """What the driver connects to, the password included."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)


Place = FilePlace | ServerPlace


def place_of(where: str | os.PathLike[str]) -> Place:
    """Return the place that a user names by a file or a URL."""
    text = os.fspath(where)
    if "://" in text:
        return _place_of_url(text)
    if not text or text == ":memory:" or "\0" in text:
        raise refused(repr(text))
    path = Path(os.path.realpath(Path(text).expanduser()))
    if path.exists() and not path.is_file():
        sort = "a folder" if path.is_dir() else "a device or a pipe"
        found = f"{path}, which is {sort}"
        raise refused(found)
    return FilePlace(path)


def _place_of_url(text: str) -> Place:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:  # a port that is no number is the latter
        found = "a URL that cannot be read"
        raise refused(found) from error
    if url.drivername in {"sqlite", "sqlite+pysqlite"} and url.database:
        return place_of(url.database)
    if url.drivername in _SERVER and url.database:
        return ServerPlace(url.set(drivername="postgresql+psycopg"))
    raise refused(url.render_as_string(hide_password=True))


def refused(found: str) -> DatabaseError:
    """Return the error for what names no database."""
    return DatabaseError(
        Code.BAD_DATABASE,
        "this names no database that Tidegate can use",
        where="--db, or RISK_DB_PATH",
        expected=_EXPECTED,
        found=found,
        remedy="name a file, or the database of a PostgreSQL server",
    )
