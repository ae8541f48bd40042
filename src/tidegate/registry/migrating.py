"""Which schema a database has, and the way from an older one to today's."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

from tidegate.errors import Code, DatabaseError
from tidegate.registry.faults import foreign, newer
from tidegate.registry.line import keep_a_log, line_to
from tidegate.registry.ownership import holder
from tidegate.registry.place import FilePlace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from tidegate.registry.place import Place

SCHEMAS: Final = ("1", "2", "3", "4")
"""Every schema there has been, oldest first; the last is today's."""
VERSION_TABLE: Final = "tidegate_schema"
FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x5449444553434845  # one process at a time makes or migrates a server's database


def schema_of(connection: Connection, place: Place) -> str | None:
    """Return the schema of a database that is ours; None: it is empty. Refuse any other."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE not in tables:
        if tables:
            raise foreign(place.words, f"its table {min(tables)}, and no {VERSION_TABLE}")
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().all()  # noqa: S608 - own name
    if len(found) != 1:
        raise foreign(place.words, f"a {VERSION_TABLE} with {len(found)} rows")
    if found[0] not in SCHEMAS:
        raise newer(place.words, f"schema {found[0]}", f"schema {SCHEMAS[-1]} or older")
    return str(found[0])


def bring_up_to_date(engine: Engine, place: Place) -> None:
    """Make the tables, or lead them from an older schema to today's, all or none."""
    with engine.connect() as connection:
        found = schema_of(connection, place)
        log = None
        if isinstance(place, FilePlace):
            log = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    if isinstance(place, FilePlace) and log != "wal":
        keep_a_log(place)
    if found == SCHEMAS[-1]:
        return
    with _alone(engine, place) as connection:
        found = schema_of(connection, place)  # another process may have been quicker
        if found != SCHEMAS[-1]:
            if found is not None:
                _require_idle(connection, place, found)
            migrate(connection, SCHEMAS[-1])
    engine.dispose()  # a connection learns what to expect of the tables when it is made


def migrate(connection: Connection, schema: str) -> None:
    """Run the migrations up to a schema, in the connection's transaction."""
    from alembic import command  # noqa: PLC0415 - slow to import, and seldom needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, schema)


@contextmanager
def _alone(engine: Engine, place: Place) -> Iterator[Connection]:
    """Give a transaction that nobody else can migrate beside."""
    with engine.begin() as connection:
        if isinstance(place, FilePlace):
            # The driver would begin a transaction that lets another writer in between.
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection


def _require_idle(connection: Connection, place: Place, found: str) -> None:
    """Refuse to change the tables under an engine that runs on them."""
    accounts = connection.execute(text("SELECT id, name FROM accounts")).all()
    line = line_to(place, "process")  # this connection is about to change the tables
    try:
        for number, name in accounts:
            owner = holder(place, line, (number, name))
            if owner is not None:
                raise DatabaseError(
                    Code.ACCOUNT_HELD,
                    "the database is of an older schema, and an engine runs on it",
                    where=f'{place.words}, account "{name}"',
                    expected=f"schema {SCHEMAS[-1]}, or no engine while it is brought up to date",
                    found=f"schema {found}; {owner}",
                    remedy="stop that process, then start again",
                )
    finally:
        line.close()
