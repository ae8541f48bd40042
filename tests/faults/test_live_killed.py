"""Kill -9 of a process that trades live, while the venue fails: the restart finds everything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from tests.brokers.venues_here import Venue
from tests.faults.live import LiveDesk, kept_in
from tests.faults.live_audit import audit
from tests.faults.test_live_storm import calm

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
KILLS = 100 if SOAK else 8
AUDIT_EVERY = 5 if SOAK else 4
FAULTS: tuple[dict[str, Any], ...] = (
    {"fault": "timeout-after", "chance": 0.1, "hold_s": 0.3},
    {"fault": "reset-before", "chance": 0.1},
    {"fault": "late-fill", "chance": 0.2, "delay_ms": 100},
    {"fault": "not-found", "chance": 0.1},
    {"fault": "stream-drop", "chance": 0.2},
)
pytestmark = pytest.mark.xdist_group("live-killed")


@pytest.fixture
def kennel() -> Iterator[subprocess.Popen[str]]:
    """A process that has all it takes to trade, and forks those that are killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.live"],
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
    ended: int = json.loads(kennel.stdout.readline())["signal"]
    return ended


def test_whenever_it_is_killed_nothing_is_doubled_and_nothing_forgotten(
    kennel: subprocess.Popen[str], tmp_path: Path
) -> None:
    market = Venue()
    market.open()
    random, orders = Random(3), 0  # noqa: S311 - chance that can be had again
    try:
        for number in range(1, KILLS + 1):
            for fault in FAULTS:
                market.exchange.arm(**fault)
            asked = {
                "folder": str(tmp_path),
                "url": market.exchange.url,
                "account": 0,
                "after": random.uniform(0.4, 1.4 + number / 50),
                "seed": number,
                "name": f"run{number}",
            }
            assert killed(kennel, **asked) == -9, asked
            if number % AUDIT_EVERY:
                continue
            market.exchange.control("DELETE", "faults")
            with kept_in(tmp_path) as journal:
                desk = LiveDesk(journal, market.exchange.url, 0)
                try:
                    calm(desk)
                    counted = audit(desk, market.exchange.world.venue.accounts["account0"])
                finally:
                    desk.close()
            assert counted["orders"] >= orders
            orders = counted["orders"]
        assert orders > KILLS
        assert counted["filled"] > KILLS
    finally:
        market.close()
