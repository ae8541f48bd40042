"""A process that trades strategies of all kinds until it is killed; each is forked from this one.

Reads a line of JSON for each: its configuration, and when to kill it. Writes one once it is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.runtime.worlds import World

import tidegate.freqtrade.paper  # noqa: F401 - what takes long to import is there before the fork
from tidegate.model import Command, CommandKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidegate.engine.entry import Entry
    from tidegate.engine.ports import Journal, Record


class DeadlyJournal:
    """Passes everything on, and ends the process at a given append: before it, or after."""

    def __init__(self, journal: Journal, left: int, *, after: bool) -> None:
        self._journal, self._left, self._after = journal, left, after

    def append(self, entries: Sequence[Entry], records: Sequence[Record]) -> int:
        self._left -= 1
        if not self._left and not self._after:
            os.kill(os.getpid(), signal.SIGKILL)
        last = self._journal.append(entries, records)
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        return last

    def read_from(self, seq: int) -> Iterator[tuple[int, Entry]]:
        return self._journal.read_from(seq)

    def snapshot(self) -> tuple[int, bytes] | None:
        return self._journal.snapshot()

    def keep_snapshot(self, seq: int, body: bytes) -> None:
        self._journal.keep_snapshot(seq, body)


def never() -> bool:
    return False


def trade(config: Path, appends: int, *, after: bool) -> None:
    """Trade to the end, if that is reached."""

    def around(journal: Journal) -> Journal:
        return DeadlyJournal(journal, appends, after=after)

    with World(config.parent).trading(config, around) as trading:
        trading.recover()
        if trading.engine.state.trading == "halted":
            account = trading.config.account.name
            trading.obey(Command(id="go", kind=CommandKind.START, account=account, time_ns=0))
        trading.run(never)


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            trade(Path(asked["config"]), asked["appends"], after=asked["after"])
            os._exit(0)
        if asked["seconds"]:
            time.sleep(asked["seconds"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"signal": os.waitstatus_to_exitcode(status)}), flush=True)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main()
