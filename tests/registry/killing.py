"""Kill writers at random moments, and look at what they leave. Run as a program of its own.

    python -m tests.registry.killing DATABASE ROUNDS SEED

The writers are forked from a process that has everything imported, so a round takes milliseconds.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.registry.makings import ACCOUNT, entry, equity, order, position, trade

from tidegate.model import OrderState
from tidegate.registry import Owner, Reader, Wanted, open_database

if TYPE_CHECKING:
    from tidegate.registry import DatabaseJournal

_LONGEST = 0.03  # seconds that a writer lives after its first append
_PATIENCE = 20.0  # seconds for a writer to begin; a guard, not a measure


@dataclass(frozen=True)
class Left:
    """What a round came to."""

    acknowledged: int
    """Number of the last entry that a writer was told of before it died."""
    written: int


def write(where: str, pipe: int, chance: random.Random) -> None:
    """Append for ever, and say the number of each append that has returned."""
    me = Owner(pid=os.getpid(), host="here", since_ns=0)
    with open_database(where) as database, database.journal(ACCOUNT, me) as journal:
        number = journal.last
        while True:
            size = chance.choice((1, 1, 1, 2, 40))
            numbers = range(number + 1, number + 1 + size)
            last = journal.append(
                [entry(n, body=json.dumps({"n": n, "batch": numbers[0]})) for n in numbers],
                [
                    *(order(f"o{n}", made_ns=n, state=OrderState.OPEN) for n in numbers),
                    *(trade(n) for n in numbers[:1]),
                    equity(numbers[0]),
                    position(amount=Decimal(numbers[-1])),
                ],
            )
            os.write(pipe, b"%d\n" % last)
            number += size
            if chance.random() < 0.05:
                journal.keep_snapshot(last, b"%d" % last)


def one_round(where: str, chance: random.Random) -> Left:
    """Let a writer run, kill it, and require that all it was told of is there, once."""
    heard, said = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        try:
            write(where, said, random.Random(chance.random()))  # noqa: S311 - a test's choice
        except BaseException:  # noqa: BLE001 - a forked child must not return into the parent
            traceback.print_exc()
        os._exit(1)
    os.close(said)
    ready, _, _ = select.select([heard], [], [], _PATIENCE if chance.random() < 0.9 else 0.01)
    if ready:
        time.sleep(chance.uniform(0, _LONGEST))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the writer ended by itself"
    lines = b""
    while piece := os.read(heard, 1 << 16):
        lines += piece
    os.close(heard)
    acknowledged = max((int(line) for line in lines.split()), default=0)
    me = Owner(pid=os.getpid(), host="here", since_ns=0)
    with open_database(where) as database, database.journal(ACCOUNT, me) as journal:
        written = examine(journal, Reader(database, ACCOUNT))
    assert acknowledged <= written, f"{acknowledged} was acknowledged, and {written} is there"
    return Left(acknowledged, written)


def examine(journal: DatabaseJournal, reader: Reader) -> int:
    """Require that entries are whole and records agree with them; the number of entries."""
    bodies = [json.loads(found.body) for _, found in journal.read_from(1)]
    assert [body["n"] for body in bodies] == list(range(1, len(bodies) + 1))
    assert journal.last == len(bodies)
    batches = sorted({body["batch"] for body in bodies})
    orders = [one.order.id for one in reader.open_orders()]
    assert orders == [f"o{n}" for n in range(len(bodies), 0, -1)]
    after, trades = None, []
    for _ in batches:  # pages at most
        page = reader.trades(Wanted(limit=1000, after=after))
        trades += page.rows
        after = page.next
        if after is None:
            break
    assert [one.position for one in trades] == [f"p{n}" for n in batches[::-1]]
    assert sum(day.trades for day in reader.daily(days=10_000)) == len(batches)
    assert [int(one.amount) for one in reader.positions()] == [len(bodies)][: len(bodies)]
    assert len(reader.equity(points=10**6)) == len(batches)
    snapshot = journal.snapshot()
    assert snapshot is None or snapshot[1] == b"%d" % snapshot[0]
    return len(bodies)


def main() -> None:
    """Go through the rounds; print how many there were, and what they wrote."""
    where, rounds, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)  # noqa: S311 - a test's choice
    left = [one_round(where, chance) for _ in range(rounds)]
    print(json.dumps({"rounds": len(left), "written": left[-1].written}))  # noqa: T201 - a program
    assert any(one.acknowledged for one in left)


if __name__ == "__main__":
    main()
