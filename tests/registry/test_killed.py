from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tidegate.registry import Reader

from .conftest import ACCOUNT, OWNER
from .makings import entry, order, trade

if TYPE_CHECKING:
    from .conftest import Opener

ROUNDS = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 25
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("seed", [1])
def test_a_killed_writer_loses_nothing_it_was_told_is_kept(where: str, seed: int) -> None:
    words = [sys.executable, "-m", "tests.registry.killing", where, str(ROUNDS), str(seed)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["rounds"] == ROUNDS
    assert found["written"] > ROUNDS


def test_readers_see_whole_transactions_while_an_engine_writes(opened: Opener) -> None:
    database = opened()
    seen: list[tuple[int, int, int]] = []
    stop = threading.Event()

    def watch() -> None:
        reader = Reader(opened(), ACCOUNT)
        while not stop.is_set():
            status = reader.status()
            seen.append((status.last_entry, status.trades, status.open_orders))

    with database.journal(ACCOUNT, OWNER) as journal:
        watchers = [threading.Thread(target=watch) for _ in range(2)]
        for watcher in watchers:
            watcher.start()
        for number in range(1, 151):
            journal.append([entry(number)], [order(f"o{number}"), trade(number)])
        stop.set()
        for watcher in watchers:
            watcher.join()
        assert sum(1 for _ in journal.read_from(1)) == 150
    assert len(seen) > 2
    assert all(entries == trades == orders for entries, trades, orders in seen), seen
    assert len({entries for entries, _, _ in seen}) > 1
