from __future__ import annotations

import itertools
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import psycopg
import pytest

from tidegate.registry import Database, Owner, open_database
from tidegate.registry.schema import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.registry import Durability

ACCOUNT = "paper"
OWNER = Owner(pid=os.getpid(), host="here", since_ns=1_704_067_200_000_000_000)
_NUMBERS = itertools.count()


class Opener(Protocol):
    def __call__(self, durability: Durability = "process") -> Database: ...


@pytest.fixture(scope="session")
def server() -> str:
    """The URL of a PostgreSQL server whose databases may be made and dropped."""
    url = os.environ.get("TIDEGATE_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
    try:
        psycopg.connect(f"{url}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError as error:
        reason = f"no PostgreSQL server at {url}, so nothing was tried on one: {error}"
        if "postgresql" in os.environ.get("TIDEGATE_REQUIRE", "").split(","):
            pytest.fail(f"{reason}; TIDEGATE_REQUIRE asks for it")
        pytest.skip(reason)
    return url


@pytest.fixture
def server_database(server: str) -> Iterator[str]:
    """The URL of a database on the server that is this test's own."""
    with _made(server) as url:
        yield url


@contextmanager
def _made(server: str) -> Iterator[str]:
    name = f"tidegate_test_{os.getpid()}_{next(_NUMBERS)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield f"{server}/{name}"
    finally:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="session")
def server_tables(server: str) -> Iterator[str]:
    """A database on the server with its tables made, shared by tests that leave no rows."""
    with _made(server) as url:
        open_database(url).close()
        yield url


@pytest.fixture
def emptied_server(server_tables: str) -> Iterator[str]:
    """The shared database; whatever a test has put into it goes at its end."""
    yield server_tables
    with psycopg.connect(server_tables) as connection:
        connection.execute("SET synchronous_commit = off")
        for table in reversed(METADATA.sorted_tables):
            connection.execute(f"DELETE FROM {table.name}".encode())  # noqa: S608 - own names


@pytest.fixture
def file_database(tmp_path: Path) -> str:
    return str(tmp_path / "data" / "tidegate.sqlite")


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn: a file, and a server's."""
    name = {"sqlite": "file_database", "postgresql": "emptied_server"}[request.param]
    found: str = request.getfixturevalue(name)
    return found


@pytest.fixture
def opened(where: str) -> Iterator[Opener]:
    """Open the database, as often as a test likes; all are closed at its end."""
    databases: list[Database] = []

    def opener(durability: Durability = "process") -> Database:
        databases.append(open_database(where, durability))
        return databases[-1]

    yield opener
    for database in databases:
        database.close()


@pytest.fixture
def database(opened: Opener) -> Database:
    return opened()
