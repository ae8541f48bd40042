from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.making import Desk, restored
from tests.engine.storm.market import INSTRUMENTS
from tests.engine.storm.world import Storm

from tidegate.engine import snapshot
from tidegate.engine.engine import Engine
from tidegate.engine.entry import Entry
from tidegate.engine.facts import KINDS, entry_of, fact_of
from tidegate.engine.state import State
from tidegate.errors import DefectError
from tidegate.guardrails import Gate, Limits
from tidegate.model import CommandKind, OrderState, OrderUpdate

D = Decimal


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.floats(0, 1))
def test_a_snapshot_and_the_facts_after_it_are_the_fold_of_them_all(seed: int, part: float) -> None:
    storm = Storm(Random(seed))  # noqa: S311 - chance that can be had again
    storm.run(120)
    entries = storm.journal.entries
    cut = int(len(entries) * part)
    whole, half = Engine(gate=Gate(Limits.widest()), instruments=INSTRUMENTS), State()
    for number, entry in enumerate(entries):
        if number == cut:
            half = restored(snapshot.written(whole.state))
        whole.fold(entry)
    other = Engine(gate=Gate(Limits.widest()), instruments=INSTRUMENTS)
    other.state = half
    for entry in entries[cut:]:
        other.fold(entry)
    if cut < len(entries):
        assert snapshot.written(other.state) == snapshot.written(whole.state)
    assert snapshot.written(whole.state) == snapshot.written(storm.driver.engine.state)


def test_an_empty_state_is_written_and_read() -> None:
    written = snapshot.written(State())
    assert snapshot.written(restored(written)) == written


@pytest.mark.parametrize("damage", ["cut", "version", "field", "missing", "number"])
def test_a_snapshot_that_is_not_whole_is_refused(damage: str) -> None:
    desk = Desk()
    desk.held()
    body = snapshot.written(desk.engine.state)
    fields = msgspec.json.decode(body)
    match damage:
        case "version":
            fields["version"] = snapshot.VERSION + 1
        case "field":
            fields["more"] = 1
        case "missing":
            del fields["seen"]
        case "number":
            fields["peak"] = "much"
    spoiled = body[:-9] if damage == "cut" else msgspec.json.encode(fields)
    with pytest.raises(DefectError, match="no snapshot of an engine"):
        snapshot.restored(spoiled)


def test_after_a_snapshot_of_an_earlier_version_the_journal_is_read_from_its_start() -> None:
    desk = Desk()
    desk.held()
    desk.driver.snapshot_now()
    seq, body = desk.journal.snapshot() or (0, b"")
    fields = msgspec.json.decode(body) | {"version": snapshot.VERSION - 1, "colour": "blue"}
    desk.journal.keep_snapshot(seq, msgspec.json.encode(fields))
    state = snapshot.written(desk.engine.state)
    assert desk.restart() == len(desk.journal.entries)
    assert snapshot.written(desk.engine.state) == state


def test_a_snapshot_of_another_shape_has_another_version() -> None:
    schema = msgspec.json.schema(snapshot._Snapshot)  # noqa: SLF001 - what lies in databases
    shape = sha256(msgspec.json.encode(schema, order="deterministic")).hexdigest()[:16]
    assert {snapshot.VERSION: shape} == {5: "1f83914e9685b928"}, (
        "databases in use hold snapshots of the old shape: raise VERSION, then put both here"
    )


def test_the_oldest_commands_are_forgotten_first_after_a_restart_too() -> None:
    desk = Desk()
    for name in ("z", "y", *(f"k{n:03}" for n in range(300))):
        desk.command(CommandKind.START, name)
        if name in {"y", "k100", "k290"}:
            desk.driver.snapshot_now()
            desk.restart()
    latest = [f"k{n:03}" for n in range(44, 300)]
    assert list(desk.engine.state.commands) == latest
    desk.folds()


# facts


def test_every_fact_of_a_storm_is_read_as_it_was_written() -> None:
    storm = Storm(Random(5))  # noqa: S311 - chance that can be had again
    storm.run(600)
    seen = set()
    for entry in storm.journal.entries:
        fact = fact_of(entry)
        assert entry_of(fact, entry.time_ns, entry.correlation) == entry
        seen.add(entry.kind)
    assert seen >= set(KINDS) - {"noted", "latched"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("guessed", b"{}"),
        ("filled", b'{"id":'),
        ("filled", b"{}"),
        ("deposited", b'{"amount":"x"}'),
    ],
)
def test_an_entry_that_cannot_be_read_stops_the_reading(kind: str, body: bytes) -> None:
    with pytest.raises(DefectError, match=kind):
        fact_of(Entry(1, kind, "c", body))


def test_a_journal_that_does_not_begin_with_an_account_is_refused() -> None:
    state = State()
    with pytest.raises(DefectError, match="begin with an account"):
        _ = state.opened
    for fact in (
        OrderUpdate(order="x", state=OrderState.OPEN, time_ns=1),
        Desk().facts(KINDS["deposited"])[0],
    ):
        with pytest.raises(DefectError):
            state.evolve(fact, 1, "c")
    opened = Desk().facts(KINDS["opened"])[0]
    state.evolve(opened, 1, "c")
    with pytest.raises(DefectError, match="a second time"):
        state.evolve(opened, 1, "c")
