"""Kill -9, at every journalled step and at random: nothing doubled, nothing forgotten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from tests.faults.trading import INSTRUMENTS, LIMITS, Desk

from tidegate.engine import snapshot
from tidegate.engine.engine import Engine
from tidegate.engine.facts import Approval, Swept, fact_of
from tidegate.guardrails import Gate
from tidegate.model import ENDED, Effect, Fill, OrderState
from tidegate.registry import Reader, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.model import OrderRecord

ROOT = Path(__file__).parents[2]
SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
KILLS = 204 if SOAK else 24
PLACES = (
    "before it is kept",
    "after it is kept",
    "before it is sent",
    "after it is sent",
    "before it is cancelled",
    "after it is cancelled",
    "before a snapshot",
    "after a snapshot",
    "anywhere",
    "anywhere",
    "anywhere",
    "anywhere",
)


@pytest.fixture
def kennel() -> Iterator[subprocess.Popen[str]]:
    """A process that has all it takes to trade, and forks those that are killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.trading"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path, str(ROOT)])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def killed(kennel: subprocess.Popen[str], **asked: object) -> int:
    assert kennel.stdin is not None
    assert kennel.stdout is not None
    kennel.stdin.write(json.dumps(asked) + "\n")
    kennel.stdin.flush()
    exit_code: int = json.loads(kennel.stdout.readline())["signal"]
    return exit_code


def test_whenever_it_is_killed_nothing_is_doubled_and_nothing_forgotten(
    kennel: subprocess.Popen[str], tmp_path: Path
) -> None:
    random = Random(11)  # noqa: S311 - chance that can be had again
    facts = 0
    for number in range(KILLS):
        place = PLACES[number % len(PLACES)]
        often = 3 if "snapshot" in place else 14 if "cancel" in place else 60
        asked = {
            "folder": str(tmp_path),
            "place": place,
            "times": random.randrange(1, often),
            "after": random.uniform(0.05, 0.4),
            "seed": number,
            "name": f"run{number}",
        }
        assert killed(kennel, **asked) == -9, asked
        kept = examined(tmp_path)
        assert kept["facts"] >= facts, "facts are gone that were there"
        facts = kept["facts"]
    assert kept["orders"] > 10 * KILLS
    assert kept["filled"] > kept["orders"] / 3
    assert min(kept["trades"], kept["cut short"], kept["never sent"]) > 0


def examined(folder: Path) -> Counter[str]:
    """Start anew once more, and hold journal, rows, ledger and venue against each other."""
    desk = Desk(folder)
    state = desk.driver.engine.state
    entries = [entry for _, entry in desk.journal.read_from(1)]
    engine = Engine(gate=Gate(LIMITS), instruments=INSTRUMENTS)
    approved: dict[str, Approval] = {}
    booked: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for entry in entries:
        engine.fold(entry)
        fact = fact_of(entry)
        if isinstance(fact, Approval):
            assert fact.order.id not in approved, "an order is approved twice"
            approved[fact.order.id] = fact
        elif isinstance(fact, Fill):
            booked[fact.id] += 1
        elif isinstance(fact, Swept):  # less than can be sold
            held[fact.position] -= int(fact.amount * 10**8)
    assert snapshot.written(engine.state) == snapshot.written(state), "the fold is not the state"

    venue = desk.venue
    assert not venue.doubled, "an order is sent twice"
    assert venue.book.keys() <= approved.keys(), "an order is sent that was not kept"
    told = {fill.id for each in venue.book.values() for fill in each.fills}
    assert set(booked) == told, "the journal has not what the venue filled"
    assert set(booked.values()) <= {1}
    for each in venue.book.values():
        sign = 1 if each.order.effect is Effect.INCREASE else -1
        held[each.order.position] += sign * int(each.filled * 10**8)
    positions = {name: int(one.amount * 10**8) for name, one in state.opened.positions.items()}
    assert {name: amount for name, amount in held.items() if amount} == positions

    live = {life.order.id: life for life in state.orders.live()}
    for name in approved:
        at_venue = venue.book.get(name)
        over = at_venue is None or at_venue.state in ENDED
        assert over == (name not in live), f"order {name} is forgotten"
        life = state.orders.get(name)
        assert life is None or at_venue is None or life.state == at_venue.state
    rows_agree(desk)
    orders = [state.orders.get(name) for name in approved]
    desk.close()
    return Counter(
        {
            "facts": len(entries),
            "orders": len(approved),
            "filled": sum(1 for each in venue.book.values() if each.fills),
            "trades": sum(1 for each in orders if each and each.order.effect is Effect.REDUCE),
            "cut short": sum(1 for e in orders if e and e.state is OrderState.CANCELLED),
            "never sent": len(approved.keys() - venue.book.keys()),
        }
    )


def _all_orders(reader: Reader) -> Iterator[OrderRecord]:
    page = reader.orders(Wanted(limit=1000))
    yield from page.rows
    while page.next is not None:
        page = reader.orders(Wanted(limit=1000, after=page.next))
        yield from page.rows


def rows_agree(desk: Desk) -> None:
    """Hold the rows that are shown against the state that they show."""
    state = desk.driver.engine.state
    reader = Reader(desk.database, "main")
    shown = {row.order.id: (row.state, row.filled) for row in reader.open_orders()}
    assert shown == {life.order.id: (life.state, life.filled) for life in state.orders.live()}
    shown = {row.order.id: (row.state, row.filled) for row in _all_orders(reader)}
    assert shown == {one.order.id: (one.state, one.filled) for one in state.orders.remembered()}
    positions = {row.position: row.amount for row in reader.positions()}
    assert positions == {name: one.amount for name, one in state.opened.positions.items()}
