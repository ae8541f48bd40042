from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tidegate.errors import Code, DatabaseError
from tidegate.registry import Owner, open_database

from .conftest import ACCOUNT, OWNER
from .makings import NOON, entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Opener

HOLDER = f"""
import os, sys, time
from tidegate.registry import Owner, open_database
with open_database(sys.argv[1]) as database:
    with database.journal(sys.argv[2], Owner(pid=os.getpid(), host="there", since_ns={NOON})):
        print("held", flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def other_process(where: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the account until its standard input is closed."""
    words = [sys.executable, "-c", HOLDER, where, ACCOUNT]
    with subprocess.Popen(  # noqa: S603 - ours
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_owner_of_an_account_is_told_who_the_first_is(
    other_process: subprocess.Popen[str], opened: Opener
) -> None:
    with pytest.raises(DatabaseError) as caught:
        opened().journal(ACCOUNT, OWNER)
    assert caught.value.code is Code.ACCOUNT_HELD
    assert f"process {other_process.pid} on there" in caught.value.found
    assert "since 2024-01-01 12:00:00 UTC" in caught.value.found
    assert opened().holder(ACCOUNT) == Owner(pid=other_process.pid, host="there", since_ns=NOON)


def test_another_account_of_the_same_database_is_free(
    other_process: subprocess.Popen[str], opened: Opener
) -> None:
    del other_process
    with opened().journal("second", OWNER) as journal:
        assert journal.append([entry(1)], []) == 1
        assert opened().holder("second") == OWNER


def test_a_killed_owner_holds_nothing(other_process: subprocess.Popen[str], opened: Opener) -> None:
    database = opened()
    other_process.kill()
    other_process.wait()
    for _ in range(200):  # a server may need a moment to see that its client is gone
        if database.holder(ACCOUNT) is None:
            break
        subprocess.run([sys.executable, "-c", "import time; time.sleep(0.02)"], check=True)
    assert database.holder(ACCOUNT) is None
    with database.journal(ACCOUNT, OWNER) as journal:
        assert journal.append([entry(1)], []) == 1
        assert database.holder(ACCOUNT) == OWNER


def test_within_one_process_there_is_one_owner_too(opened: Opener) -> None:
    database = opened()
    with database.journal(ACCOUNT, OWNER):
        with pytest.raises(DatabaseError, match="another process runs"):
            opened().journal(ACCOUNT, OWNER)
        with pytest.raises(DatabaseError, match="another process runs"):
            database.journal(ACCOUNT, OWNER)
    assert database.holder(ACCOUNT) is None
    with database.journal(ACCOUNT, OWNER):
        pass


def test_whoever_looks_does_not_keep_an_engine_from_starting(opened: Opener) -> None:
    database, looker = opened(), opened()
    with database.journal(ACCOUNT, OWNER):
        pass
    for _ in range(50):
        assert looker.holder(ACCOUNT) is None
        with database.journal(ACCOUNT, OWNER):
            assert looker.holder(ACCOUNT) == OWNER


def test_an_owner_whose_lock_was_lost_cannot_write_over_the_next_one(opened: Opener) -> None:
    first = opened().journal(ACCOUNT, OWNER)
    first.append([entry(1)], [])
    first._hold.release()  # noqa: SLF001 - as a lost connection or a deleted lock file would
    if first._line.mark == "%s":  # noqa: SLF001
        first._line.rows("SELECT pg_advisory_unlock_all()")  # noqa: SLF001
    with opened().journal(ACCOUNT, OWNER) as second:
        second.append([entry(2)], [])
        with pytest.raises(DatabaseError) as caught:
            first.append([entry(3)], [])
        assert caught.value.code is Code.ACCOUNT_HELD
        first.close()
        assert [one for _, one in second.read_from(1)] == [entry(1), entry(2)]


@pytest.mark.parametrize("name", ["", "a/b", "..", "ä" * 200, "a b", "x.y", "'; DROP TABLE"])
def test_an_account_may_have_any_name(opened: Opener, name: str) -> None:
    database = opened()
    with database.journal(name, OWNER) as journal, database.journal(name + "2", OWNER):
        assert journal.append([entry(1)], []) == 1
        assert database.holder(name) == OWNER
        assert set(database.accounts()) == {name, name + "2"}


def test_a_file_by_another_name_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "link.sqlite").symlink_to(tmp_path / "real.sqlite")
    with (
        open_database(tmp_path / "real.sqlite") as real,
        open_database(tmp_path / "link.sqlite") as link,
        real.journal(ACCOUNT, OWNER),
        pytest.raises(DatabaseError, match="another process runs"),
    ):
        link.journal(ACCOUNT, OWNER)


def test_an_account_that_is_not_there_is_named_with_those_that_are(opened: Opener) -> None:
    database = opened()
    with pytest.raises(DatabaseError, match="there is none yet") as caught:
        database.number("papr")
    assert caught.value.code is Code.UNKNOWN_ACCOUNT
    with database.journal(ACCOUNT, OWNER):
        pass
    with pytest.raises(DatabaseError, match='did you mean "paper"'):
        database.inbox("papr")
    assert database.accounts() == [ACCOUNT]
