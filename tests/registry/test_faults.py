"""What a database that cannot be used ends in: one message, and nothing half-written."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidegate.errors import Code, DatabaseError, DefectError
from tidegate.registry import Reader, open_database

from .conftest import ACCOUNT, OWNER
from .makings import entry, order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.registry import DatabaseJournal, Durability


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with a journal of three hundred entries, closed."""
    path = tmp_path / "sound.sqlite"
    with open_database(path) as database, database.journal(ACCOUNT, OWNER) as journal:
        for number in range(0, 300, 10):
            batch = [entry(n, body="x" * 50) for n in range(number, number + 10)]
            journal.append(batch, [order(f"o{number}")])
    return path


@pytest.fixture
def journal(file: Path) -> Iterator[DatabaseJournal]:
    with open_database(file) as database, database.journal(ACCOUNT, OWNER) as opened:
        yield opened


def _refused(path: object) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught:
        _read_all(path)
    return caught.value


def _read_all(path: object) -> int:
    with open_database(str(path)) as database, database.journal(ACCOUNT, OWNER) as journal:
        return sum(1 for _ in journal.read_from(1))


# names


@pytest.mark.parametrize(
    "name",
    [
        *("", ":memory:", "mysql://here/db", "postgresql://here", "sqlite://", "://"),
        *("postgresql+psycopg2://here/db", "http://here/db", "postgresql://here:port/db"),
    ],
)
def test_a_name_that_means_no_database_is_refused(name: str) -> None:
    assert _refused(name).code is Code.BAD_DATABASE


def test_a_folder_and_a_device_are_no_databases(tmp_path: Path) -> None:
    assert "a folder" in _refused(tmp_path).found
    assert "a device" in _refused("/dev/null").found


def test_a_url_may_name_a_file(tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path}/named.sqlite") as database:
        assert database.place.words == str(tmp_path / "named.sqlite")


def test_a_password_is_never_shown() -> None:
    for url in ("mysql://kay:secret@here/db", "postgresql://kay:secret@127.0.0.1:1/db"):
        assert "secret" not in str(_refused(url))


# files


def test_a_database_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "tidegate.sqlite"
    with open_database(path) as database, database.journal(ACCOUNT, OWNER) as journal:
        journal.append([entry(1)], [])
        assert (path.parent.stat().st_mode & 0o777) == 0o700
        modes = {found.name: found.stat().st_mode & 0o777 for found in path.parent.iterdir()}
    assert set(modes) == {path.name + end for end in ("", "-wal", "-shm", ".paper.lock")}
    assert set(modes.values()) == {0o600}


def test_no_database_is_made_where_one_is_only_to_be_read(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError) as caught:
        open_database(tmp_path / "new" / "tidegate.sqlite", create=False)
    assert caught.value.code is Code.NO_DATABASE
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    error = _refused(tmp_path / "file" / "tidegate.sqlite")
    assert error.code is Code.DATABASE_GONE
    assert str(tmp_path) in error.where


@pytest.mark.parametrize("content", [b"not a database at all, " * 100, b"x", b"\0" * 5000])
def test_a_file_of_another_sort_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert _refused(path).code is Code.NOT_A_DATABASE
    assert path.read_bytes() == content
    assert [found.name for found in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "theirs.sqlite"
    theirs = sqlite3.connect(path)
    theirs.execute(f"PRAGMA journal_mode = {mode}")
    theirs.execute("CREATE TABLE trades (id INTEGER PRIMARY KEY)")
    theirs.close()
    content = path.read_bytes()
    error = _refused(path)
    assert error.code is Code.FOREIGN_DATABASE
    assert "its table trades" in error.found
    assert path.read_bytes() == content


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite"
    path.touch()
    assert _read_all(path) == 0


@pytest.mark.parametrize("schema", ["5", "99", "abc"])
def test_a_newer_schema_is_refused_and_nothing_is_changed(file: Path, schema: str) -> None:
    with sqlite3.connect(file) as raw:
        raw.execute("UPDATE tidegate_schema SET version_num = ?", (schema,))
    raw.close()
    before = file.read_bytes()
    error = _refused(file)
    assert error.code is Code.NEWER_DATABASE
    assert error.found == f"schema {schema}"
    assert file.read_bytes() == before


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_file_is_reported(file: Path, share: float) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    error = _refused(file)
    assert error.code in {Code.DAMAGED_DATABASE, Code.NOT_A_DATABASE}


def test_pages_of_zeros_are_reported(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096 * 3 :] = bytes(len(content) - 4096 * 3)
    file.write_bytes(content)
    assert _refused(file).code in {Code.DAMAGED_DATABASE, Code.DAMAGED_JOURNAL}


@given(place=st.floats(0, 0.9999), bits=st.integers(1, 255))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_rotten_byte_never_changes_what_is_read(file: Path, place: float, bits: int) -> None:
    content = bytearray(file.read_bytes())
    content[int(len(content) * place)] ^= bits
    rotten = file.with_name("rotten.sqlite")
    for end in ("", "-wal", "-shm"):
        rotten.with_name(rotten.name + end).unlink(missing_ok=True)
    rotten.write_bytes(content)
    try:
        with open_database(rotten) as database, database.journal(ACCOUNT, OWNER) as journal:
            found = list(journal.read_from(1))
    except DatabaseError:
        return
    assert found in ([], [(n + 1, entry(n, body="x" * 50)) for n in range(300)])
    assert found or ACCOUNT.encode() not in content  # the account's own name was hit


@pytest.mark.parametrize(
    "change",
    [
        *("body = 'text'", "body = 12345678901", "kind = X'6e6f746564'", "correlation = X'63'"),
        *("time_ns = 'soon'", "link = 'text'", "link = 12345678901"),
    ],
)
@pytest.mark.parametrize("seq", [7, 300])
def test_a_row_of_other_types_than_were_written_is_reported(
    file: Path, change: str, seq: int
) -> None:
    raw = sqlite3.connect(file)
    raw.execute(f"UPDATE journal SET {change} WHERE seq = {seq}")  # noqa: S608 - ours
    raw.commit()
    raw.close()
    error = _refused(file)
    assert error.code is Code.DAMAGED_JOURNAL
    assert error.where.endswith(f"entry {seq}")


@pytest.mark.parametrize("link", ["'text'", "12345678901"])
def test_a_reading_does_not_begin_after_a_row_of_other_types(file: Path, link: str) -> None:
    raw = sqlite3.connect(file)
    raw.execute(f"UPDATE journal SET link = {link} WHERE seq = 7")  # noqa: S608 - ours
    raw.commit()
    raw.close()
    with (
        open_database(file) as database,
        database.journal(ACCOUNT, OWNER) as journal,
        pytest.raises(DatabaseError, match="entry 7"),
    ):
        list(journal.read_from(8))


# while it is used


def test_a_database_that_another_program_keeps_locked_is_reported(
    file: Path, journal: DatabaseJournal
) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError) as caught:
        journal.append([entry(1)], [])
    assert caught.value.code is Code.DATABASE_BUSY
    other.execute("ROLLBACK")
    other.close()
    with pytest.raises(DatabaseError):
        journal.append([entry(1)], [])


def _fill(journal: DatabaseJournal) -> None:
    connection = journal._line._connection  # type: ignore[attr-defined]  # noqa: SLF001 - the disk
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_is_reported_and_nothing_is_half_written(file: Path) -> None:
    with open_database(file) as database:
        before = len(Reader(database, ACCOUNT).open_orders())
        with database.journal(ACCOUNT, OWNER) as journal:
            _fill(journal)
            batch = [entry(n, body="x" * 500) for n in range(100)]
            with pytest.raises(DatabaseError) as caught:
                journal.append(batch, [order(f"new{n}") for n in range(100)])
            assert caught.value.code is Code.DATABASE_FULL
            with pytest.raises(DatabaseError):
                journal.append([entry(1)], [])
        with database.journal(ACCOUNT, OWNER) as journal:
            assert journal.last == 300
            assert len(Reader(database, ACCOUNT).open_orders()) == before
            assert journal.append([entry(1)], []) == 301


@pytest.mark.parametrize("end", ["", "-wal"])
def test_a_file_that_was_taken_away_is_noticed_at_the_next_append(
    file: Path, journal: DatabaseJournal, end: str
) -> None:
    assert journal.append([entry(1)], []) == 301
    file.with_name(file.name + end).unlink()
    with pytest.raises(DatabaseError) as caught:
        journal.append([entry(2)], [])
    assert caught.value.code is Code.DATABASE_GONE
    assert "taken away" in caught.value.found


def test_a_file_that_was_replaced_is_noticed_at_the_next_append(
    file: Path, journal: DatabaseJournal
) -> None:
    shutil.copy2(file, file.with_name("copy"))
    file.with_name("copy").replace(file)
    with pytest.raises(DatabaseError, match="taken away or replaced"):
        journal.append([entry(2)], [])


def test_a_closed_journal_takes_nothing(journal: DatabaseJournal) -> None:
    journal.close()
    with pytest.raises(DefectError, match="closed"):
        journal.append([entry(1)], [])


# servers


def test_a_server_that_does_not_answer_is_reported() -> None:
    error = _refused("postgresql+psycopg://kay@127.0.0.1:1/tidegate")
    assert error.code is Code.DATABASE_GONE
    assert "refused" in error.found


def test_a_server_without_that_database_is_reported(server: str) -> None:
    error = _refused(f"{server}/tidegate_test_nowhere")
    assert error.code is Code.DATABASE_GONE
    assert '"tidegate_test_nowhere" does not exist' in error.found


def test_the_server_database_of_another_program_is_left_alone(server_database: str) -> None:
    with psycopg.connect(server_database) as theirs:
        theirs.execute("CREATE TABLE trades (id INTEGER PRIMARY KEY)")
    assert _refused(server_database).code is Code.FOREIGN_DATABASE
    with psycopg.connect(server_database) as theirs:
        tables = theirs.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchall() == [("trades",)]


def test_a_newer_schema_on_a_server_is_refused(server_database: str) -> None:
    open_database(server_database).close()
    with psycopg.connect(server_database) as raw:
        raw.execute("UPDATE tidegate_schema SET version_num = '99'")
    assert _refused(server_database).code is Code.NEWER_DATABASE


def test_a_server_that_goes_away_is_noticed_at_the_next_append(emptied_server: str) -> None:
    with open_database(emptied_server) as database, database.journal(ACCOUNT, OWNER) as journal:
        journal.append([entry(1)], [])
        with psycopg.connect(emptied_server, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                " datname = current_database() AND pid <> pg_backend_pid()"
            )
        with pytest.raises(DatabaseError) as caught:
            journal.append([entry(2)], [])
        assert caught.value.code is Code.DATABASE_GONE
        with pytest.raises(DatabaseError) as again:
            journal.append([entry(2)], [])
        assert again.value is caught.value
    assert _read_all(emptied_server) == 1


def test_a_table_that_another_keeps_locked_on_a_server_is_reported(emptied_server: str) -> None:
    with (
        open_database(emptied_server) as database,
        database.journal(ACCOUNT, OWNER) as journal,
        psycopg.connect(emptied_server) as other,
    ):
        other.execute("LOCK TABLE journal IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DatabaseError) as caught:
            journal.append([entry(1)], [])
        assert caught.value.code is Code.DATABASE_BUSY


def test_a_commit_is_as_durable_as_was_asked(file: Path, emptied_server: str) -> None:
    levels: tuple[tuple[Durability, int, str], ...] = (("process", 1, "off"), ("power", 2, "on"))
    for durability, level, commit in levels:
        with open_database(file, durability) as database:
            journal = database.journal(ACCOUNT, OWNER)
            found = journal._line.rows("PRAGMA synchronous")  # noqa: SLF001 - what the driver does
            assert found == [(level,)]
            assert journal._line.rows("PRAGMA journal_mode") == [("wal",)]  # noqa: SLF001
            journal.close()
        with open_database(emptied_server, durability) as database:
            journal = database.journal(ACCOUNT, OWNER)
            found = journal._line.rows("SHOW synchronous_commit")  # noqa: SLF001
            assert found == [(commit,)]
            journal.close()
