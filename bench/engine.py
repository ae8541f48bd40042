"""The engine alone: from a signal to its order at the broker, restart, and what is asked of it.

Called by `bench/run.py`. The database is SQLite on this machine's disk; a journal that survives
the loss of power costs what that disk's flush costs.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace as changed

from tidegate.brokers.simulated import Range, SimulatedBroker
from tidegate.engine.driver import Driver
from tidegate.engine.engine import Engine
from tidegate.engine.events import Deposit, Heard, Price
from tidegate.engine.memory_journal import MemoryJournal
from tidegate.guardrails import Gate, Limits
from tidegate.model import (
    Command,
    CommandKind,
    Direction,
    Effect,
    Instrument,
    Pair,
    Signal,
    TradeRecord,
)
from tidegate.registry import Database, Owner, Reader, open_database
from tidegate.runtime.collecting import collect_rarely

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tidegate.engine.ports import Journal
    from tidegate.guardrails import Approved
    from tidegate.registry import Durability

D = Decimal
SECOND: Final = 1_000_000_000
NOON: Final = 1_704_801_600 * SECOND
PAIRS: Final = tuple(f"C{n:02d}/USDT" for n in range(20))
INSTRUMENTS: Final = {
    pair: Instrument(pair=Pair.parse(pair), price_step=D("0.01"), amount_step=D("0.001"))
    for pair in PAIRS
}
LIMITS: Final = replace(
    Limits.safe(),
    max_positions=500,
    max_trades_per_day=10**9,
    max_orders_per_second=1000,
    max_losses_in_row=10**9,
    cooldown_s=0,
    stop_cooldown_s=0,
)
"""All guardrails as they are in use; only those that count or wait leave room for a bench."""
OWNER: Final = Owner(pid=os.getpid(), host="bench", since_ns=NOON)
SIGNALS: Final = 20_000
BATCH: Final = 500
ROWS: Final = 1_000_000


class StampedBroker(SimulatedBroker):
    """Notes when an order reaches it."""

    reached = 0

    def submit(self, approved: Approved, now_ns: int) -> None:
        """Take the order, once the time is noted."""
        self.reached = time.perf_counter_ns()
        super().submit(approved, now_ns)


class Desk:
    """An account that trades 20 pairs."""

    def __init__(self, journal: Journal) -> None:
        """Open the account and start trading."""
        self.broker = StampedBroker(INSTRUMENTS)
        engine = Engine(gate=Gate(LIMITS), instruments=INSTRUMENTS)
        self.driver = Driver(engine, journal, self.broker, trip=lambda _reason: None)
        self.driver.recover()
        self.now = max(NOON, engine.state.last_ns) + SECOND
        if engine.state.account is None:
            self.driver.carry_out(engine.open("bench", "USDT", "average", self.now), self.now)
            self.driver.take(Deposit(amount=D(10**6), time_ns=self.now), self.now)
        start = Command(
            id=f"start{self.now}", kind=CommandKind.START, account="bench", time_ns=self.now
        )
        self.driver.take(start, self.now)
        for pair in PAIRS:
            self.driver.take(Price(pair=pair, price=D(100), time_ns=self.now), self.now)
        self.number = engine.state.approved

    def wishes(self, parts: int = 1) -> Iterator[Signal]:
        """Go through signals without an end: into a position of each pair, and out of it again."""
        while True:
            for effect in (Effect.INCREASE, Effect.REDUCE):
                for pair in PAIRS * parts:
                    self.number += 1
                    yield Signal(
                        id=f"s{self.number}",
                        source="redis",
                        account="bench",
                        strategy="bench",
                        pair=pair,
                        position=f"bench/{pair}",
                        direction=Direction.LONG,
                        effect=effect,
                        amount=(D("1.5") / parts).quantize(D("0.001")),
                        price=D("100.01"),
                        made_ns=self.now,
                        expires_ns=self.now + 60 * SECOND,
                    )
                if parts == 1:
                    self.pass_time()

    def pass_time(self) -> None:
        """Fill what waits, a second later."""
        self.now += SECOND
        for pair in PAIRS:
            self.broker.see(Range(pair, D(100), D(101), D("100.01"), self.now))
        self.driver.hear_broker(self.now)
        for pair in PAIRS:
            self.driver.take(Price(pair=pair, price=D(100), time_ns=self.now), self.now)


def one_at_a_time(journal: Journal, count: int) -> tuple[list[int], list[int]]:
    """Return nanoseconds to the broker, and until all is kept that came of it."""
    desk = Desk(journal)
    reached, done = [], []
    for number, wish in enumerate(desk.wishes()):
        if number == count:
            break
        begun = time.perf_counter_ns()
        step = desk.driver.take(Heard(wish, desk.now), desk.now)
        desk.driver.rest()  # as a process does that has nothing else to do
        ended = time.perf_counter_ns()
        if step.verdict is None or step.verdict.order is None:
            sys.exit(f"a signal was refused: {step.verdict}")
        reached.append(desk.broker.reached - begun)
        done.append(ended - begun)
        desk.driver.snapshot_if_due()
    return reached[count // 10 :], done[count // 10 :]


def in_groups(journal: Journal, count: int) -> float:
    """Return orders a second where what has gathered is kept in one go; fills are part of it."""
    desk = Desk(journal)
    desk.driver.engine.gate = Gate(replace(LIMITS, max_orders_per_second=10**6))
    orders, seconds = 0, 0.0
    wishes = desk.wishes(parts=BATCH // len(PAIRS))
    while orders < count:
        begun = time.perf_counter()
        desk.pass_time()
        seconds += time.perf_counter() - begun
        group = [Heard(next(wishes), desk.now) for _ in range(BATCH)]
        begun = time.perf_counter()
        steps = desk.driver.take_all(group, desk.now)
        desk.driver.snapshot_if_due()
        seconds += time.perf_counter() - begun
        orders += sum(1 for step in steps if step.verdict and step.verdict.order)
    return orders / seconds


def restart(folder: Path) -> tuple[int, float]:
    """Return the rows of a journal, and the seconds until its engine can trade again."""
    with open_database(folder / "long.sqlite") as database:
        with database.journal("bench", OWNER) as journal:
            desk = Desk(journal)
            denied = _refused(desk)
            while journal.last < ROWS - 20_000:
                journal.append(denied * 5000, [])
            desk.driver.seq = journal.last
            desk.driver.snapshot_now()
            while journal.last < ROWS:
                journal.append(denied * 5000, [])
        begun = time.perf_counter()
        with database.journal("bench", OWNER) as journal:
            desk = Desk(journal)
            seconds = time.perf_counter() - begun
            return journal.last, seconds


def _refused(desk: Desk) -> list[Any]:
    """Return the fact of one refused signal, to make a journal long."""
    short = MemoryJournal()
    other = Desk(short)
    wish = changed(next(other.wishes()), amount=D("0.0001"))
    other.driver.take(Heard(wish, other.now), other.now)
    desk.number += 1
    return [short.entries[-1]]


def readers(folder: Path) -> dict[str, float]:
    """Return the milliseconds of what `status` and `positions` ask, with a million trades."""
    with open_database(folder / "trades.sqlite") as database:
        with database.journal("bench", OWNER) as journal:
            desk = Desk(journal)
            held = list(zip(desk.wishes(), range(10), strict=False))
            for wish, _ in held:
                desk.driver.take(Heard(wish, desk.now), desk.now)
            desk.pass_time()
            for first in range(0, ROWS, 20_000):
                journal.append([], [_trade(first + n) for n in range(20_000)])
        return _asked(database)


def _asked(database: Database) -> dict[str, float]:
    reader = Reader(database, "bench")
    if len(reader.positions()) < len(PAIRS) // 2:
        sys.exit("there are no positions to ask for")
    questions: dict[str, Callable[[], object]] = {
        "status": reader.status,
        "positions": reader.positions,
    }
    found = {}
    for name, ask in questions.items():
        times = []
        for _ in range(50):
            begun = time.perf_counter()
            ask()
            times.append(time.perf_counter() - begun)
        found[name] = sorted(times)[len(times) // 2] * 1000
    return found


def _trade(number: int) -> TradeRecord:
    return TradeRecord(
        account="bench", position=f"t{number}", strategy=f"s{number % 50}", pair=PAIRS[number % 20],
        direction=Direction.LONG, opened_ns=NOON + number * SECOND,
        closed_ns=NOON + (number + 60) * SECOND, amount=D("1.5"), open_rate=D(100),
        close_rate=D(101), cost=D(150), leverage=D(1), fees=D("0.3"), funding=D(0),
        profit=D("1.2"), profit_ratio=D("0.008"), enter_tag="cross", exit_reason="roi", orders=2,
    )  # fmt: skip


def spread(times: list[int]) -> str:
    """Write the middle and the slowest hundredth, in microseconds."""
    ordered = sorted(times)
    middle, slow = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return f"p50 {middle / 1000:.0f} µs, p99 {slow / 1000:.0f} µs"


def main() -> None:
    """Measure, and print each figure beside what was wanted of it."""
    print("\nThe engine: gate and journal first, then the simulated broker", flush=True)
    collect_rarely()  # as a trading process does
    base = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / ".bench"
    base.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=base) as name:
        folder = Path(name)
        memory, _ = one_at_a_time(MemoryJournal(), SIGNALS)
        print(f"  a journal in memory only: {spread(memory)}", flush=True)
        kinds: tuple[tuple[Durability, int, str], ...] = (
            ("process", SIGNALS, "p50 at most 80 µs, p99 at most 500 µs"),
            ("power", SIGNALS // 10, "p50 at most 400 µs"),
        )
        for durability, count, wanted in kinds:
            with (
                open_database(folder / f"{durability}.sqlite", durability) as database,
                database.journal("bench", OWNER) as journal,
            ):
                reached, done = one_at_a_time(journal, count)
            print(f"  one at a time, survives {durability}: {wanted}: {spread(reached)}")
            print(f"    and until the broker's answer is kept too: {spread(done)}", flush=True)
        for durability in ("process", "power"):
            with (
                open_database(folder / f"group-{durability}.sqlite", durability) as database,
                database.journal("bench", OWNER) as journal,
            ):
                rate = in_groups(journal, 60_000)
            print(
                f"  in groups of {BATCH}, survives {durability}: at least 20,000 orders/s: "
                f"{rate:,.0f}",
                flush=True,
            )
        rows, seconds = restart(folder)
        print(f"  restart after {rows:,} journal rows in at most 2 s: {seconds:.2f} s", flush=True)
        asked = ", ".join(f"{name} {ms:.2f} ms" for name, ms in readers(folder).items())
        print(f"  with {ROWS:,} trades in at most 10 ms: {asked}", flush=True)


if __name__ == "__main__":
    main()
