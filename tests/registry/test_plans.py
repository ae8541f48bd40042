"""Every question that is asked while an engine runs is answered by way of an index."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from tidegate.model import Command, CommandKind, OrderState
from tidegate.registry import Inbox, Reader, Wanted, open_database

from .conftest import ACCOUNT, OWNER
from .makings import NOON, entry, equity, incident, order, position, trade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.registry import Database

EVERYTHING = Wanted(pair="BTC/USDT", since_ns=NOON, until_ns=NOON + 10, after=f"{NOON}:5", limit=5)
QUESTIONS: dict[str, Any] = {
    "status": Reader.status,
    "positions": Reader.positions,
    "open orders": Reader.open_orders,
    "orders": Reader.orders,
    "orders of a pair": lambda reader: reader.orders(EVERYTHING),
    "orders of a strategy": lambda reader: reader.orders(Wanted(strategy="trend")),
    "orders since": lambda reader: reader.orders(Wanted(since_ns=NOON)),
    "trades": Reader.trades,
    "trades of a pair": lambda reader: reader.trades(EVERYTHING),
    "trades of a strategy": lambda reader: reader.trades(Wanted(strategy="trend")),
    "trades since": lambda reader: reader.trades(Wanted(since_ns=NOON)),
    "incidents": Reader.incidents,
    "grave incidents": lambda reader: reader.incidents(Wanted(since_ns=NOON), "critical"),
    "journal": Reader.journal,
    "journal after": lambda reader: reader.journal(after=3),
    "journal of a kind": lambda reader: reader.journal(kind="noted"),
    "journal of a common kind": lambda reader: reader.journal(kind="filled"),
    "journal of a thread": lambda reader: reader.journal(correlation="c"),
    "days": Reader.daily,
    "equity": lambda reader: reader.equity(points=3),
}
OWN_INDEX = {
    "open orders": "ix_orders_open",
    "trades": "ix_trades_closed",
    "trades of a pair": "ix_trades_pair",
    "trades of a strategy": "ix_trades_strategy",
    "trades since": "ix_trades_closed",
    "incidents": "ix_incidents_time",
    "grave incidents": "ix_incidents_severity",
    "journal of a kind": "ix_journal_rare",
    "journal of a thread": "ix_journal_correlation",
}
"""Which index an answer must come by: the primary key alone would go through all of an account."""
SMALL = {"positions", "accounts", "snapshots"}
"""Tables that never hold more than a handful of rows for each account."""


@pytest.fixture
def used(database: Database) -> Database:
    with database.journal(ACCOUNT, OWNER) as journal:
        journal.append(
            [entry(n) for n in range(5)],
            [
                *(record(n) for record in (equity, incident, trade) for n in range(1, 20)),
                *(order(f"o{n}", state=OrderState.OPEN) for n in range(20)),
                position(),
            ],
        )
    return database


def _asked(database: Database, ask: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - a question
    """Return the statements that a question sends, with their values."""
    sent: list[tuple[str, Any]] = []

    def listen(_connection: object, _cursor: object, statement: str, values: Any, *_: Any) -> None:  # noqa: ANN401
        sent.append((statement, values))

    event.listen(database._engine, "before_cursor_execute", listen)  # noqa: SLF001
    ask()
    event.remove(database._engine, "before_cursor_execute", listen)  # noqa: SLF001
    return [(statement, values) for statement, values in sent if "SELECT" in statement]


def _scanned(database: Database, statement: str, values: Any) -> list[str]:  # noqa: ANN401
    """Return the steps of a plan that go through a whole table, or sort one."""
    with database.connection() as connection:
        if "postgresql" in database.place.words:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)
            return [
                f"{step['Node Type']} {step.get('Relation Name', '')}"
                for step in _steps(plan.scalar_one()[0]["Plan"])
                if step["Node Type"] == "Seq Scan" and step["Relation Name"] not in SMALL
            ]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [
            row[3]
            for row in plan
            if re.match(r"SCAN (?!bound|CONSTANT|\()|USE TEMP B-TREE", row[3])
            and not any(name in statement for name in SMALL)
        ]


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _steps(inner)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_goes_down_an_index(used: Database, question: str) -> None:
    reader = Reader(used, ACCOUNT)
    asked = _asked(used, lambda: QUESTIONS[question](reader))
    assert asked
    assert [step for sent in asked for step in _scanned(used, *sent)] == []


@pytest.mark.parametrize("question", OWN_INDEX)
def test_a_question_goes_down_the_index_that_was_made_for_it(tmp_path: Path, question: str) -> None:
    with open_database(tmp_path / "plans.sqlite") as database:
        database.journal(ACCOUNT, OWNER).close()
        reader = Reader(database, ACCOUNT)
        ((statement, values),) = _asked(database, lambda: QUESTIONS[question](reader))
        assert _plan(database, statement, values) == [OWN_INDEX[question]]


def test_status_goes_down_the_indexes_that_were_made_for_it(tmp_path: Path) -> None:
    with open_database(tmp_path / "plans.sqlite") as database:
        database.journal(ACCOUNT, OWNER).close()
        asked = _asked(database, Reader(database, ACCOUNT).status)
        used = [index for sent in asked for index in _plan(database, *sent)]
    assert used.count("ix_journal_rare") == 6  # the state, the latch, the books
    assert {"ix_orders_open", "ix_incidents_severity", "ix_commands_unanswered"} <= set(used)


def _plan(database: Database, statement: str, values: Any) -> list[str]:  # noqa: ANN401
    """Return the indexes that SQLite takes."""
    with database.connection() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        found = [re.search(r"USING (?:COVERING )?INDEX (\w+)", row[3]) for row in plan]
    return [match[1] for match in found if match]


def test_a_scan_would_be_seen(used: Database) -> None:
    scan = "SELECT * FROM trades WHERE exit_reason = 'roi'"
    sort = "SELECT * FROM orders ORDER BY words"
    assert _scanned(used, scan, ())
    assert _scanned(used, sort, ())


def test_an_engine_looks_for_commands_by_way_of_an_index(used: Database) -> None:
    inbox = used.inbox(ACCOUNT)
    inbox.post(Command(id="c", kind=CommandKind.HALT, account=ACCOUNT, time_ns=NOON))
    asked: list[str] = []
    line = inbox._line  # noqa: SLF001 - to overhear it

    class Overheard:
        mark, exact = line.mark, line.exact

        def rows(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
            asked.append(statement)
            return line.rows(statement, values)

        def write(self, steps: Any) -> None:  # noqa: ANN401
            line.write(steps)

        def close(self) -> None:
            line.close()

    overheard = Inbox(Overheard(), used.number(ACCOUNT), ACCOUNT)
    assert len(overheard.take()) == 1
    assert overheard.answer_to("c") is None
    overheard.close()
    for statement in asked:
        values = (1, "c") if statement.count(line.mark) == 2 else (1,)
        assert _scanned(used, statement, values) == [], json.dumps(statement)
