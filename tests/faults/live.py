"""An account that trades at the local exchange through the live broker; a process that is killed.

Run as a module, it reads a line of JSON for each process to be forked, as `trading` does.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import ccxt.pro  # noqa: F401 - what takes long to import is there before the fork

from tidegate.brokers.live import Connection, LiveBroker
from tidegate.brokers.pace import Pace
from tidegate.engine.driver import Driver
from tidegate.engine.engine import Engine
from tidegate.engine.events import Deposit, Heard, Price, TakeBack
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
from tidegate.model.credentials import Credentials
from tidegate.registry import Owner, open_database
from tidegate.venues.table import VENUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.engine.events import Event
    from tidegate.engine.ports import Journal

D = Decimal
BTC: Final = "BTC/USDT"
PATIENCE_S: Final = 90.0
LIMITS: Final = replace(Limits.widest(), max_positions=8)
INSTRUMENTS: Final = {
    BTC: Instrument(pair=Pair.parse(BTC), price_step=D("0.01"), amount_step=D("0.001"))
}
PACE: Final = Pace(look_s=0.3, window_s=0.6, longest_pause_s=0.3, stale_s=3.0)


@contextmanager
def kept_in(folder: Path) -> Iterator[Journal]:
    """Open the journal of a folder's database."""
    owner = Owner(pid=os.getpid(), host="here", since_ns=time.time_ns())
    with open_database(folder / "tidegate.sqlite") as database:
        journal = database.journal("main", owner)
        try:
            yield journal
        finally:
            journal.close()


class LiveDesk:
    """An account's engine over a journal and an account of the local exchange."""

    def __init__(self, journal: Journal, url: str, account: int, *, stream: bool = True) -> None:
        self.journal = journal
        self.broker = LiveBroker(
            Connection(
                venue=VENUES["binance"],
                credentials=Credentials(key=f"key{account}", secret=f"secret{account}"),
                url=url,
                timeout_s=1.0,
                pace=PACE,
                stream=stream,
            ),
            INSTRUMENTS,
        )
        self.driver = Driver(
            Engine(gate=Gate(LIMITS), instruments=INSTRUMENTS),
            self.journal,
            self.broker,
            trip=lambda _why: None,
            snapshot_every=200,
        )
        self.driver.recover()
        if self.driver.engine.state.account is None:
            opened = self.driver.engine.open("main", "USDT", "average", self.now)
            self.driver.carry_out(opened, self.now)
            self.take(Deposit(amount=D(1_000_000), time_ns=self.now))
        self.driver.resume(self.now)
        self.driver.rest()

    @property
    def now(self) -> int:
        return time.time_ns()

    def take(self, event: Event) -> None:
        self.driver.take(event, self.now)

    def hear(self, patience_s: float) -> None:
        """Take in what the broker says for a time."""
        end = time.monotonic() + patience_s
        while self.broker.heard.wait(max(0.0, end - time.monotonic())):
            self.driver.hear_broker(self.now)
            self.driver.rest()

    def wind_up(self) -> bool:
        """Take back whatever waits, and listen until nothing is left open; whether that came."""
        orders = self.driver.engine.state.orders
        end = time.monotonic() + PATIENCE_S
        while any(orders.live()) and time.monotonic() < end:
            for life in orders.live():
                if not life.leaving:
                    self.take(TakeBack(order=life.order.id, time_ns=self.now))
            self.hear(0.1)
        return not any(orders.live())

    def close(self) -> None:
        self.broker.close()


def trade(desk: LiveDesk, random: Random, name: str, wishes: int, pause_s: float) -> None:
    """Wish for orders near a price of about 100, take some back, and listen in between."""
    orders = desk.driver.engine.state.orders
    for number in range(wishes):
        desk.take(Price(pair=BTC, price=D(100), time_ns=desk.now))
        if desk.driver.engine.state.trading != "active":
            kind = CommandKind.REARM if desk.driver.engine.state.latched else CommandKind.START
            go = Command(id=f"{name}-{number}", kind=kind, account="main", time_ns=desk.now)
            desk.take(go)
        waiting = [life.order.id for life in orders.live() if not life.leaving]
        if waiting and random.random() < 0.25:
            desk.take(TakeBack(order=random.choice(waiting), time_ns=desk.now))
        else:
            desk.take(Heard(_wish(desk, random, f"{name}-{number}"), desk.now))
        desk.driver.snapshot_if_due()
        desk.hear(random.uniform(0.0, pause_s))


def _wish(desk: LiveDesk, random: Random, name: str) -> Signal:
    held = list(desk.driver.engine.state.opened.positions.values())
    changes: dict[str, Any] = {
        "position": f"p{random.randrange(8)}",
        "effect": Effect.INCREASE,
        "amount": D(random.randrange(100, 2000)) / 1000,
    }
    if held and random.random() < 0.5:
        position = random.choice(held)
        changes |= {"position": position.name, "effect": Effect.REDUCE, "amount": None}
    price = D(random.randrange(9700, 10300)) / 100
    return Signal(
        id=name,
        source="strategy",
        account="main",
        strategy="storm",
        pair=BTC,
        direction=Direction.LONG,
        price=price if random.random() < 0.5 else None,
        made_ns=desk.now,
        expires_ns=desk.now + 60_000_000_000,
        **changes,
    )


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            with kept_in(Path(asked["folder"])) as journal:
                desk = LiveDesk(journal, asked["url"], asked["account"])
                trade(desk, Random(asked["seed"]), asked["name"], 100_000, 0.03)  # noqa: S311 - chance that can be had again
            os._exit(1)
        time.sleep(asked["after"])
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"signal": os.waitstatus_to_exitcode(status)}), flush=True)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main()
