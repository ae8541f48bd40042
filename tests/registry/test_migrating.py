"""Every schema there has been leads to today's."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from tidegate.errors import Code, DatabaseError
from tidegate.registry import Reader, open_database
from tidegate.registry.migrating import FOLDER, SCHEMAS, VERSION_TABLE, migrate
from tidegate.registry.schema import METADATA

from .conftest import ACCOUNT, OWNER
from .makings import entry, order

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/old.sqlite"
    found: str = request.getfixturevalue("server_database")
    return found.replace("postgresql://", "postgresql+psycopg://")


def _in(url: str, do: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - what it returns
    engine = create_engine(url)
    with engine.begin() as connection:
        found = do(connection)
    engine.dispose()
    return found


def _at(url: str, schema: str) -> None:
    _in(url, lambda connection: migrate(connection, schema))


def _tables(url: str) -> set[str]:
    return set(_in(url, lambda connection: inspect(connection).get_table_names()))


def _schema(url: str) -> str:
    question = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - own names
    return str(_in(url, lambda connection: connection.execute(question).scalar_one()))


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
    )
    found: list[Any] = compare_metadata(context, METADATA)
    return found


def test_the_schemas_that_are_known_are_those_there_are_steps_to() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    steps = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(step.revision for step in steps)[::-1] == SCHEMAS


def test_the_steps_make_the_tables_that_the_program_thinks_of(fresh: str) -> None:
    open_database(fresh).close()
    assert _in(fresh, _differences) == []
    assert _tables(fresh) == {*METADATA.tables, VERSION_TABLE}
    assert _schema(fresh) == SCHEMAS[-1]


def test_a_difference_between_steps_and_tables_would_be_seen(fresh: str) -> None:
    _at(fresh, SCHEMAS[0])
    assert _in(fresh, _differences) != []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_database_of_each_schema_is_opened_with_all_that_was_in_it(
    fresh: str, schema: str
) -> None:
    _at(fresh, schema)
    assert _schema(fresh) == schema
    _in(fresh, lambda connection: connection.execute(text(_OLD_ACCOUNT)))
    with open_database(fresh) as database:
        assert database.accounts() == [ACCOUNT]
        with database.journal(ACCOUNT, OWNER) as journal:
            journal.append([entry(1)], [order()])
            assert Reader(database, ACCOUNT).open_orders() == [order()]
    assert _schema(fresh) == SCHEMAS[-1]
    assert _in(fresh, _differences) == []


_OLD_ACCOUNT = f"INSERT INTO accounts (id, name) VALUES (7, '{ACCOUNT}')"  # noqa: S608 - own names


def test_a_step_that_fails_leaves_the_database_as_it_was(fresh: str) -> None:
    _at(fresh, SCHEMAS[0])
    _in(fresh, lambda connection: connection.execute(text("CREATE TABLE runs (a INTEGER)")))
    before = _tables(fresh)
    with pytest.raises(DatabaseError, match="runs"):
        open_database(fresh)
    assert _tables(fresh) == before
    assert "strategies" not in before
    assert _schema(fresh) == SCHEMAS[0]


def test_the_tables_are_not_changed_under_a_running_engine(fresh: str) -> None:
    with open_database(fresh) as database, database.journal(ACCOUNT, OWNER):
        drop = f"UPDATE {VERSION_TABLE} SET version_num = '1'"  # noqa: S608 - own names
        with database.connection() as connection:
            connection.execute(text(drop))
        with pytest.raises(DatabaseError) as caught:
            open_database(fresh)
    assert caught.value.code is Code.ACCOUNT_HELD
    assert "older schema" in caught.value.problem
    assert f"process {OWNER.pid}" in caught.value.found
    assert _schema(fresh) == "1"


def test_processes_that_make_a_database_at_once_make_it_once(fresh: str) -> None:
    together = threading.Barrier(4)
    failures: list[Exception] = []

    def make() -> None:
        together.wait()
        try:
            with open_database(fresh) as database:
                assert database.accounts() == []
        except DatabaseError as error:
            failures.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert _in(fresh, _differences) == []
