"""Kill -9 of a process that trades Freqtrade's strategies and one of ours: nothing comes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from tests.runtime import freqtrade_worlds as made
from tests.runtime.worlds import World

from tidegate.registry import Reader, Wanted, open_database

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
KILLS = 60 if SOAK else 6


@pytest.fixture
def kennel() -> Iterator[subprocess.Popen[str]]:
    """A process that has all it takes to trade, and forks those that are killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.papering"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path, str(ROOT)])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def ran(
    kennel: subprocess.Popen[str],
    config: Path,
    *,
    appends: int = 0,
    seconds: float = 0.0,
    after: bool = False,
) -> int:
    """Let a process trade until it has kept so much, for so long, or to the end."""
    assert kennel.stdin is not None
    assert kennel.stdout is not None
    asked = {"config": str(config), "appends": appends, "seconds": seconds, "after": after}
    kennel.stdin.write(json.dumps(asked) + "\n")
    kennel.stdin.flush()
    ended: int = json.loads(kennel.stdout.readline())["signal"]
    return ended


def world(folder: Path) -> Path:
    folder.mkdir()
    made.strategies(folder)
    made.put(folder / "data", made.market(days=2))
    return World(folder).config(strategies=made.parts())


def books(config: Path) -> dict[str, Any]:
    """Return everything that was traded, and what is open."""
    with open_database(config.parent / "tidegate.sqlite") as database:
        reader = Reader(database, "paper")
        return {
            "trades": reader.trades(Wanted(limit=1000)).rows,
            "orders": reader.orders(Wanted(limit=1000)).rows,
            "positions": reader.positions(),
        }


def test_however_often_it_is_killed_the_trades_are_the_same(
    kennel: subprocess.Popen[str], tmp_path: Path
) -> None:
    whole = world(tmp_path / "whole")
    assert ran(kennel, whole) == 0
    wanted = books(whole)
    killed = world(tmp_path / "killed")
    random = Random(3)  # noqa: S311 - chance that can be had again
    for number in range(KILLS):
        if number % 3 == 2:
            ended = ran(kennel, killed, seconds=random.uniform(0.8, 2.0))
        else:
            ended = ran(kennel, killed, appends=random.randrange(3, 160), after=number % 2 == 0)
        assert ended in (-9, 0)
    assert ran(kennel, killed) == 0
    assert books(killed) == wanted
    assert len({trade.strategy for trade in wanted["trades"]}) == 3
