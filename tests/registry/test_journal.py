"""The contract of a journal, over each kind of database."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from tidegate.engine.entry import Entry
from tidegate.errors import Code, DatabaseError, DefectError
from tidegate.registry import Reader, open_database
from tidegate.registry.schema import JOURNAL

from .conftest import ACCOUNT, OWNER
from .makings import entry, equity, order, position, trade

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.registry import Database, DatabaseJournal

    from .conftest import Opener

_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
_ENTRIES = st.lists(
    st.builds(
        Entry,
        time_ns=st.integers(-(2**63), 2**63 - 1),
        kind=_WORDS,
        correlation=_WORDS,
        body=st.binary(max_size=200),
    ),
    max_size=6,
)


def test_a_new_journal_is_empty(database: Database) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        assert journal.last == 0
        assert list(journal.read_from(1)) == []
        assert journal.snapshot() is None


def test_entries_are_numbered_from_one_without_a_gap(database: Database) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        assert journal.append([entry(1), entry(2)], []) == 2
        assert journal.append([entry(3)], []) == 3
        assert list(journal.read_from(1)) == [(1, entry(1)), (2, entry(2)), (3, entry(3))]


def test_reading_begins_where_it_is_told(database: Database) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        journal.append([entry(number) for number in range(1, 6)], [])
        assert [seq for seq, _ in journal.read_from(4)] == [4, 5]
        assert [seq for seq, _ in journal.read_from(5)] == [5]
        assert list(journal.read_from(6)) == []
        assert list(journal.read_from(60)) == []
        assert [seq for seq, _ in journal.read_from(0)] == [1, 2, 3, 4, 5]


def test_a_journal_longer_than_one_piece_is_read_whole(database: Database) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        journal.append([entry(number) for number in range(1, 4502)], [])
        assert [seq for seq, _ in journal.read_from(1)] == list(range(1, 4502))
        assert [one.time_ns for _, one in journal.read_from(1)] == [
            entry(number).time_ns for number in range(1, 4502)
        ]


def test_what_was_appended_is_there_when_it_is_opened_again(opened: Opener) -> None:
    with opened().journal(ACCOUNT, OWNER) as journal:
        journal.append([entry(1)], [])
    with opened().journal(ACCOUNT, OWNER) as journal:
        assert journal.last == 1
        assert journal.append([entry(2)], []) == 2
    with opened("power").journal(ACCOUNT, OWNER) as journal:
        assert [one for _, one in journal.read_from(1)] == [entry(1), entry(2)]


def test_nothing_can_be_appended_and_changes_nothing(database: Database) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        assert journal.append([], []) == 0
        journal.append([entry(1)], [])
        assert journal.append([], []) == 1


def test_records_can_be_kept_without_an_entry(database: Database) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        assert journal.append([], [equity(1)]) == 0
    assert Reader(database, ACCOUNT).equity() == [equity(1)]


def test_accounts_are_numbered_apart(database: Database) -> None:
    with database.journal("one", OWNER) as one, database.journal("two", OWNER) as two:
        assert one.append([entry(1), entry(2)], []) == 2
        assert two.append([entry(3)], []) == 1
        assert [found for _, found in one.read_from(1)] == [entry(1), entry(2)]
        assert [found for _, found in two.read_from(1)] == [entry(3)]


def test_a_reading_stops_where_the_journal_ended_when_it_began(database: Database) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        journal.append([entry(1), entry(2)], [])
        seen = []
        for seq, _ in journal.read_from(1):
            seen.append(seq)
            journal.append([entry(9)], [])
        assert seen == [1, 2]


@given(batches=st.lists(_ENTRIES, max_size=4))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_entries_are_read_back_as_they_were(
    database: Database, batches: list[list[Entry]]
) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        before = journal.last
        for batch in batches:
            journal.append(batch, [])
        every = [one for batch in batches for one in batch]
        found = list(journal.read_from(before + 1))
        assert [one for _, one in found] == every
        assert [seq for seq, _ in found] == list(range(before + 1, before + 1 + len(every)))


# snapshots


def test_the_latest_snapshot_is_the_one_that_is_found(opened: Opener) -> None:
    with opened().journal(ACCOUNT, OWNER) as journal:
        journal.append([entry(1), entry(2)], [])
        journal.keep_snapshot(1, b"one")
        assert journal.snapshot() == (1, b"one")
        journal.keep_snapshot(2, bytes(range(256)))
    with opened().journal(ACCOUNT, OWNER) as journal:
        assert journal.snapshot() == (2, bytes(range(256)))


def test_a_snapshot_after_nothing_and_a_second_one_after_the_same_entry_are_kept(
    database: Database,
) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        journal.keep_snapshot(0, b"bare")
        assert journal.snapshot() == (0, b"bare")
        journal.append([entry(1)], [])
        journal.keep_snapshot(1, b"first")
        journal.keep_snapshot(1, b"second")
        assert journal.snapshot() == (1, b"second")


def test_only_the_last_few_snapshots_are_kept_and_those_of_others_stay(database: Database) -> None:
    with database.journal("other", OWNER) as other:
        other.keep_snapshot(0, b"theirs")
        with database.journal(ACCOUNT, OWNER) as journal:
            journal.append([entry(number) for number in range(1, 8)], [])
            for seq in range(1, 8):
                journal.keep_snapshot(seq, b"%d" % seq)
        with database.connection() as connection:
            kept = connection.exec_driver_sql("SELECT seq FROM snapshots ORDER BY seq").all()
        assert [seq for (seq,) in kept] == [0, 5, 6, 7]
        assert other.snapshot() == (0, b"theirs")


def test_a_snapshot_of_what_was_never_written_is_refused(database: Database) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        with pytest.raises(DefectError, match="ends at 0"):
            journal.keep_snapshot(1, b"")
        with pytest.raises(DefectError, match="ends at 0"):
            journal.keep_snapshot(-1, b"")


# damage


def _damage(database: Database, statement: str) -> None:
    with database.connection() as connection:
        assert connection.exec_driver_sql(statement).rowcount > 0


def _read(journal: DatabaseJournal, seq: int) -> None:
    list(journal.read_from(seq))
    journal.snapshot()


def _complaint(database: Database, seq: int = 1) -> DatabaseError:
    with (
        pytest.raises(DatabaseError) as caught,
        database.journal(ACCOUNT, OWNER) as journal,  # which may say it already
    ):
        _read(journal, seq)
    assert caught.value.code is Code.DAMAGED_JOURNAL
    return caught.value


@pytest.fixture
def written(database: Database) -> Database:
    """Ten entries and a snapshot after the fifth."""
    with database.journal(ACCOUNT, OWNER) as journal:
        journal.append([entry(number) for number in range(1, 11)], [])
        journal.keep_snapshot(5, b"state")
    return database


@pytest.mark.parametrize(
    "change",
    [
        "body = CAST('x' AS BYTEA)",
        "time_ns = time_ns + 1",
        "kind = 'approved'",
        "correlation = 'd'",
        "kind = 'notedc', correlation = ''",  # the same letters, parted elsewhere
    ],
)
def test_a_changed_entry_is_found_and_named(written: Database, change: str) -> None:
    if written.place.words.endswith(".sqlite"):
        change = change.replace("BYTEA", "BLOB")
    _damage(written, f"UPDATE journal SET {change} WHERE seq = 7")  # noqa: S608 - own names
    assert "entry 7" in _complaint(written).where
    assert "entry 7" in _complaint(written, 6).where


def test_a_changed_last_entry_is_found_at_opening(written: Database) -> None:
    _damage(written, "UPDATE journal SET time_ns = 5 WHERE seq = 10")
    with pytest.raises(DatabaseError, match="entry 10"):
        written.journal(ACCOUNT, OWNER)


def test_an_entry_that_is_missing_is_found_and_named(written: Database) -> None:
    _damage(written, "DELETE FROM journal WHERE seq = 4")
    error = _complaint(written)
    assert "entry 4" in error.where
    assert "next one there is 5" in error.found


def test_an_entry_put_in_the_place_of_another_is_found(written: Database) -> None:
    _damage(written, "DELETE FROM journal WHERE seq = 4")
    _damage(written, "UPDATE journal SET seq = 4 WHERE seq = 5")
    _damage(written, "UPDATE journal SET seq = 5 WHERE seq = 6")
    assert "entry 4" in _complaint(written).where


def test_an_entry_of_another_copy_of_the_journal_is_found(
    written: Database, tmp_path: Path
) -> None:
    with (
        open_database(tmp_path / "copy.sqlite") as copy,
        copy.journal(ACCOUNT, OWNER) as other,
    ):
        other.append([entry(99), *(entry(number) for number in range(2, 11))], [])
        with copy.connection() as connection:  # whole in itself, but after another past
            link = connection.exec_driver_sql("SELECT link FROM journal WHERE seq = 7").scalar()
    with written.connection() as connection:
        change = update(JOURNAL).where(JOURNAL.c.seq == 7)
        connection.execute(change.values(link=link))
    assert "entry 7" in _complaint(written).where


def test_an_end_that_is_missing_is_found_by_the_snapshot(written: Database) -> None:
    _damage(written, "DELETE FROM journal WHERE seq > 3")
    error = _complaint(written)
    assert "snapshot stands after 5" in error.found
    _damage(written, "DELETE FROM journal")
    assert "snapshot stands after 5" in _complaint(written).found


def test_a_damaged_snapshot_is_found_and_named(written: Database) -> None:
    text = "CAST('stale' AS BYTEA)" if "postgresql" in written.place.words else "X'00'"
    _damage(written, f"UPDATE snapshots SET body = {text}")  # noqa: S608 - own names
    error = _complaint(written)
    assert "entry 5" in error.where
    assert "snapshot" in error.found


def test_the_journal_of_another_account_is_not_taken_for_ones_own(written: Database) -> None:
    with written.journal("other", OWNER):
        pass
    _damage(
        written,
        "UPDATE journal SET account = (SELECT id FROM accounts WHERE name = 'other')",
    )
    with pytest.raises(DatabaseError, match="entry"), written.journal("other", OWNER) as journal:
        list(journal.read_from(1))


# failing


def test_after_a_failed_append_there_is_no_other(opened: Opener) -> None:
    database = opened()
    with database.journal(ACCOUNT, OWNER) as journal:
        journal.append([entry(1)], [order("o1")])
        _damage(opened(), "UPDATE journal SET seq = 2 WHERE seq = 1")  # somebody else was here
        with pytest.raises(DatabaseError) as first:
            journal.append([entry(2)], [order("o2")])
        assert first.value.code is Code.ACCOUNT_HELD
        _damage(opened(), "UPDATE journal SET seq = 1 WHERE seq = 2")
        with pytest.raises(DatabaseError) as second:
            journal.append([entry(2)], [])
        assert second.value is first.value
    with database.journal(ACCOUNT, OWNER) as journal:  # and nothing of it was kept
        assert journal.last == 1
        assert [one.order.id for one in Reader(database, ACCOUNT).open_orders()] == ["o1"]
        assert journal.append([entry(2)], [order("o2")]) == 2


def test_records_that_cannot_be_written_stop_the_journal_too(database: Database) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        with pytest.raises(DefectError, match="amount"):
            journal.append([entry(1)], [position(amount=Decimal("NaN"))])
        with pytest.raises(DefectError, match="no more"):
            journal.append([entry(1)], [])
    with database.journal(ACCOUNT, OWNER) as journal:
        assert journal.last == 0


def test_a_number_that_no_column_holds_leaves_nothing_behind(database: Database) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        with pytest.raises(DefectError, match=r"too large|out of range"):
            journal.append([entry(1)], [order("o1"), equity(time_ns=2**70)])
        with pytest.raises(DefectError, match="no more"):
            journal.append([entry(1)], [])
    with database.journal(ACCOUNT, OWNER) as journal:
        assert journal.last == 0
        assert Reader(database, ACCOUNT).open_orders() == []


def test_text_that_a_server_cannot_hold_stops_the_journal(emptied_server: str) -> None:
    with open_database(emptied_server) as database:
        with (
            database.journal(ACCOUNT, OWNER) as journal,
            pytest.raises(DefectError, match="NUL"),
        ):
            journal.append([entry(1), entry(2, correlation="a\0b")], [])
        with database.journal(ACCOUNT, OWNER) as journal:
            assert journal.last == 0


def test_a_record_of_another_account_is_refused(database: Database) -> None:
    for record in (order(account="other"), trade(account="other")):
        with (
            database.journal(ACCOUNT, OWNER) as journal,
            pytest.raises(DefectError, match='"other"'),
        ):
            journal.append([entry(1)], [record])
