"""Which database and which account a command is about."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.errors import Code, OptionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.registry import Database

DEFAULT = "user_data/tidegate.sqlite"
LAST = 2**63 - 1  # the largest number that a database's column can hold

Db = Annotated[
    str | None,
    typer.Option(
        "--db",
        help="The database: a file, or postgresql+psycopg://user@host/database.",
        show_default=f"RISK_DB_PATH, or {DEFAULT}",
    ),
]
Account = Annotated[
    str | None, typer.Option("--account", "-a", help="Left out: the only one there is.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Since = Annotated[
    str | None,
    typer.Option(help="From this time on, UTC: 2024-01-31, or 2024-01-31T14:05."),
]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="Rows at most.")]


def database_name(db: str | None) -> str:
    """Return which database is meant: the option's, the environment's, or the standard one."""
    return db or os.environ.get("RISK_DB_PATH") or DEFAULT


@contextmanager
def opened(db: str | None) -> Iterator[Database]:
    """Open a database that has to be there."""
    from tidegate.registry import open_database

    with open_database(database_name(db), create=False) as database:
        yield database


def account_of(database: Database, account: str | None) -> str:
    """Return the account that is meant, which has to be there."""
    names = [account] if account is not None else database.accounts()
    if len(names) > 1:
        raise OptionError(
            Code.BAD_OPTION,
            "the database has several accounts",
            where="--account",
            expected=", ".join(names),
            found="none named",
            remedy="name one of them with --account",
        )
    name = names[0] if names else ""
    database.number(name)
    return name


def instant(text: str | None) -> int | None:
    """Return a time of an option in nanoseconds UTC."""
    from datetime import UTC, datetime

    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise OptionError(
            Code.BAD_OPTION,
            "this is no time",
            where="--since",
            expected="2024-01-31, or 2024-01-31T14:05, in UTC",
            found=f'"{text}"',
            remedy="write the year first, with two digits for month, day, hour and minute",
        ) from None
    known = found if found.tzinfo else found.replace(tzinfo=UTC)
    seconds = (known - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    return min(max(round(seconds * 1_000_000) * 1000, 0), LAST)
