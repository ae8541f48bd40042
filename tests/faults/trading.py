"""A process that trades until it is killed; each is forked from this one, which has all it needs.

Reads a line of JSON for each: where to kill it. Writes a line once it is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from tests.faults.venue import FileVenue

from tidegate.engine.driver import Driver
from tidegate.engine.engine import Engine
from tidegate.engine.events import Deposit, Heard, Price, Sample, TakeBack
from tidegate.guardrails import Gate, Limits
from tidegate.model import (
    Command,
    CommandKind,
    Direction,
    Effect,
    Instrument,
    Pair,
    Signal,
)
from tidegate.registry import Owner, open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tidegate.engine.entry import Entry
    from tidegate.engine.events import Event
    from tidegate.engine.ports import Record
    from tidegate.registry import Database, DatabaseJournal

D = Decimal
BTC: Final = "BTC/USDT"
NOON: Final = 1_704_801_600_000_000_000
SECOND: Final = 1_000_000_000
LIMITS: Final = replace(
    Limits.widest(), max_positions=6, max_losses_in_row=6, max_order_notional=D(900)
)
INSTRUMENTS: Final = {
    BTC: Instrument(
        pair=Pair.parse(BTC), price_step=D("0.01"), amount_step=D("0.0001"), can_short=True
    )
}


class PausingJournal:
    """Tells before and after each commit that it is there."""

    def __init__(self, journal: DatabaseJournal, pause: Callable[[str], None]) -> None:
        self.inner = journal
        self._pause = pause

    def append(self, entries: Sequence[Entry], records: Sequence[Record]) -> int:
        self._pause("before it is kept")
        last = self.inner.append(entries, records)
        self._pause("after it is kept")
        return last

    def read_from(self, seq: int) -> Iterator[tuple[int, Entry]]:
        return self.inner.read_from(seq)

    def snapshot(self) -> tuple[int, bytes] | None:
        return self.inner.snapshot()

    def keep_snapshot(self, seq: int, body: bytes) -> None:
        self._pause("before a snapshot")
        self.inner.keep_snapshot(seq, body)
        self._pause("after a snapshot")


class Desk:
    """An account's engine over a database and a venue in a folder."""

    def __init__(self, folder: Path, pause: Callable[[str], None] = lambda _place: None) -> None:
        self.database: Database = open_database(folder / "tidegate.sqlite")
        self.journal = self.database.journal(
            "main", Owner(pid=os.getpid(), host="here", since_ns=NOON)
        )
        self.venue = FileVenue(folder / "venue", pause)
        self.tripped: list[str] = []
        self.driver = Driver(
            Engine(gate=Gate(LIMITS), instruments=INSTRUMENTS),
            PausingJournal(self.journal, pause),
            self.venue,
            trip=self.tripped.append,
            snapshot_every=40,
        )
        self.driver.recover()
        self.now = max(NOON, self.driver.engine.state.last_ns) + SECOND
        if self.driver.engine.state.account is None:
            opened = self.driver.engine.open("main", "USDT", "average", self.now)
            self.driver.carry_out(opened, self.now)
        self.driver.resume(self.now)
        self.driver.rest()

    def take(self, event: Event) -> None:
        self.driver.take(event, self.now)

    def close(self) -> None:
        self.venue.close()
        self.journal.close()
        self.database.close()


def trade(desk: Desk, random: Random, name: str) -> None:
    """Trade without an end."""
    state = desk.driver.engine.state
    desk.take(Deposit(amount=D(50), time_ns=desk.now))
    for number in range(100_000):
        desk.now += random.randrange(2) * SECOND
        price = D(random.randrange(9000, 11000)) / 100
        desk.take(Price(pair=BTC, price=price, time_ns=desk.now))
        if state.trading != "active" and number % 5 == 0:
            kind = CommandKind.REARM if state.latched else CommandKind.START
            desk.take(Command(id=f"{name}-{number}", kind=kind, account="main", time_ns=desk.now))
        chance = random.random()
        if chance < 0.1 and any(state.orders.live()):
            order = random.choice([life.order.id for life in state.orders.live()])
            desk.take(TakeBack(order=order, time_ns=desk.now))
        elif chance < 0.2:
            desk.take(Sample(time_ns=desk.now))
        elif chance < 0.3:
            wishes = [_wish(desk, random, f"{name}-{number}.{n}", price) for n in range(4)]
            desk.driver.take_all([Heard(wish, desk.now) for wish in wishes], desk.now)
        elif chance < 0.31:
            desk.take(
                Command(
                    id=f"{name}-{number}f",
                    kind=CommandKind.FLATTEN,
                    account="main",
                    time_ns=desk.now,
                )
            )
        else:
            desk.take(Heard(_wish(desk, random, f"{name}-{number}", price), desk.now))
        desk.driver.snapshot_if_due()


def _wish(desk: Desk, random: Random, name: str, price: Decimal) -> Signal:
    held = list(desk.driver.engine.state.opened.positions.values())
    changes: dict[str, Any] = {
        "position": f"p{random.randrange(8)}",
        "direction": Direction.LONG,
        "effect": Effect.INCREASE,
        "amount": D(random.randrange(1, 60)) / 100,
    }
    if held and random.random() < 0.5:
        position = random.choice(held)
        changes |= {"position": position.name, "effect": Effect.REDUCE, "amount": None}
    return Signal(
        id=name,
        source="strategy",
        account="main",
        strategy="storm",
        pair=BTC,
        price=price if random.random() < 0.4 else None,
        made_ns=desk.now,
        expires_ns=desk.now + 60 * SECOND,
        **changes,
    )


def killer(place: str, times: int) -> Callable[[str], None]:
    """Return what kills this process when it has been so often at a place."""
    seen = 0

    def pause(here: str) -> None:
        nonlocal seen
        seen += here == place
        if here == place and seen == times:
            os.kill(os.getpid(), signal.SIGKILL)

    return pause


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            desk = Desk(Path(asked["folder"]), killer(asked["place"], asked["times"]))
            trade(desk, Random(asked["seed"]), asked["name"])  # noqa: S311 - chance that can be had again
            os._exit(1)
        if asked["place"] == "anywhere":
            time.sleep(asked["after"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"signal": os.waitstatus_to_exitcode(status)}), flush=True)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main()
