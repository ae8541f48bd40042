"""Databases that cannot be used, and engines that cannot be reached."""

from __future__ import annotations

import json
import resource
import sqlite3
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from tests.errors.provocation import Provocation

from tidegate.engine.entry import Entry
from tidegate.errors import Code
from tidegate.registry import Owner, open_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HELD = ExitStack()
"""What a provocation keeps open; closed when its test has ended."""

NAME = "user_data/tidegate.sqlite"
OWNER = Owner(pid=4711, host="tide-1", since_ns=1_704_110_400_000_000_000)


def written(path: Path) -> None:
    """Make a database with a short journal of an account."""
    with open_database(path) as database, database.journal("paper", OWNER) as journal:
        journal.append([Entry(n, "noted", "c", b"{}") for n in range(300)], [])


def spoilt(code: Code, says: str, spoil: Callable[[Path], object], *words: str) -> Provocation:
    """Spoil a database that is sound, and look at it."""

    def make(desk: Path) -> tuple[object, ...]:
        written(desk / NAME)
        spoil(desk / NAME)
        return words or ("status",)

    return Provocation(code, says, make)


def changed(statement: str) -> Callable[[Path], object]:
    """Change something in a database by hand."""

    def spoil(path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute(statement)
        connection.commit()
        connection.close()

    return spoil


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:40_960])


def of_another(path: Path) -> None:
    path.unlink()
    changed("CREATE TABLE trades (id INTEGER PRIMARY KEY)")(path)


def locked(path: Path) -> None:
    connection = HELD.enter_context(closing(sqlite3.connect(path)))
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("UPDATE accounts SET holder_pid = 1")


def held(code: Code, says: str, *words: str, room: bool = True) -> Provocation:
    """Order something of an engine that holds its account and does not listen."""

    def make(desk: Path) -> tuple[object, ...]:
        # Beside the desk: a database in use changes by being looked at.
        path = desk.with_name(f"{desk.name}-data") / "tidegate.sqlite"
        written(path)
        database = HELD.enter_context(open_database(path))
        journal = HELD.enter_context(database.journal("paper", OWNER))
        journal.append([Entry(1, "noted", "c", b"{}")], [])
        if not room:
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            HELD.callback(resource.setrlimit, resource.RLIMIT_FSIZE, (soft, hard))
            size = path.with_name(f"{path.name}-wal").stat().st_size
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        return (*words, "--db", str(path))

    return Provocation(code, says, make)


def traded_twice(desk: Path) -> tuple[object, ...]:
    """Begin to trade on an account that another process holds."""
    path = desk.with_name(f"{desk.name}-data") / "tidegate.sqlite"
    written(path)
    database = HELD.enter_context(open_database(path))
    HELD.enter_context(database.journal("paper", OWNER))
    from tidegate.runtime.example import example_text  # noqa: PLC0415 - for this one alone

    settings = json.loads(example_text())
    settings["database"] = str(path)
    settings["strategies"][0]["timeframe"] = "1h"
    (desk / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    return ("trade", "--config", "config.json")


def asked(code: Code, says: str, *words: str) -> Provocation:
    return Provocation(code, says, lambda _desk: words)


DATABASES = (
    asked(Code.BAD_DATABASE, "names no database", "status", "--db", "mysql://here/tidegate"),
    asked(Code.NO_DATABASE, "no database here", "status"),
    spoilt(
        Code.NOT_A_DATABASE, "not a database", lambda path: path.write_bytes(b"a note to myself")
    ),
    spoilt(Code.FOREIGN_DATABASE, "table trades", of_another),
    spoilt(
        Code.NEWER_DATABASE, "schema 99", changed("UPDATE tidegate_schema SET version_num = '99'")
    ),
    spoilt(Code.DAMAGED_DATABASE, "bytes of", cut),
    spoilt(
        Code.DAMAGED_JOURNAL,
        "entry 7",
        changed("UPDATE journal SET kind = 'filled' WHERE seq = 7"),
        *("journal", "--check"),
    ),
    spoilt(
        Code.DAMAGED_JOURNAL,
        "next one there is 8",
        changed("DELETE FROM journal WHERE seq = 7"),
        *("journal", "--check"),
    ),
    spoilt(Code.DATABASE_BUSY, "locked", locked),
    held(Code.DATABASE_FULL, "no room", "halt", room=False),
    asked(Code.DATABASE_GONE, "refused", "status", "--db", "postgresql://kay@127.0.0.1:1/tidegate"),
    asked(
        Code.POSTGRESQL_MISSING,
        "tidegate[postgresql]",
        *("status", "--db", "postgresql://kay@db.example/tidegate"),
    ),
    spoilt(
        Code.UNKNOWN_ACCOUNT,
        'did you mean "paper"?',
        lambda _path: None,
        *("positions", "--account", "papr"),
    ),
    Provocation(Code.ACCOUNT_HELD, "process 4711 on tide-1", traded_twice),
    spoilt(Code.NO_ENGINE, "nothing was ordered", lambda _path: None, "halt"),
    held(Code.NO_ANSWER, "taken back", "start", "--timeout", "0.1"),
    held(Code.NO_ANSWER, "the command stays", "halt", "--timeout", "0.1"),
)
