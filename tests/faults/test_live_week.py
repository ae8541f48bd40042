"""A week of live trading in a storm of every fault, either side killed again and again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from tests.exchange.serving import ask
from tests.faults.test_live_storm import MILD, faults_of
from tests.faults.week_audit import audit
from tests.faults.week_trader import prepare

from tidegate.exchange.faults import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
SPEED = 300.0
DAY_S = 86_400 / SPEED
DAYS = 7.0 if SOAK else 0.06
STRETCH_S = 20.0 if SOAK else 7.0
QUIET_S = 10.0 if SOAK else 3.0
EXCHANGE_DIES = 0.3
HALTS_RARELY = 0.8
ORDERS = 4
GROWS = 1.1
"""By how much memory may grow in a day without a restart."""
pytestmark = pytest.mark.xdist_group("live-week")


class Sides:
    """The exchange and the trading process."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.random = folder, Random(seed)  # noqa: S311 - chance that can be had again
        self.begun_ns = time.time_ns()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.exchange = self._open_exchange()
        self.kennel = self._run("week_trader")
        self.kills = [0, 0]

    def _run(self, module: str, *words: str) -> subprocess.Popen[str]:
        with (self.folder / f"{module}.log").open("a") as log:
            return subprocess.Popen(  # noqa: S603 - a module of these tests
                [sys.executable, "-m", f"tests.faults.{module}", *words],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path, str(ROOT)])},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def _open_exchange(self) -> subprocess.Popen[str]:
        asked = {
            "folder": str(self.folder),
            "port": self.port,
            "begun_ns": self.begun_ns,
            "speed": SPEED,
        }
        process = self._run("week_exchange", json.dumps(asked))
        assert _heard(process)["url"] == self.url
        return process

    def kill_exchange(self) -> None:
        self.exchange.kill()
        self.exchange.communicate()
        self.kills[1] += 1
        self.exchange = self._open_exchange()

    def start(self, for_s: float, *, orders: int = 0, calm: bool) -> int:
        """Let a trading process begin; its number."""
        asked = {
            "folder": str(self.folder),
            "begun_ns": self.begun_ns,
            "speed": SPEED,
            "for_s": for_s,
            "orders": orders,
            "calm": calm,
        }
        assert self.kennel.stdin is not None
        self.kennel.stdin.write(json.dumps(asked) + "\n")
        self.kennel.stdin.flush()
        return int(_heard(self.kennel)["pid"])

    def ended(self) -> int:
        return int(_heard(self.kennel)["code"])

    def arm(self) -> None:
        self.calm()
        for fault in faults_of(str(self.random.randrange(10**6))):
            if fault["fault"] == Kind.BALANCE_OFF and self.random.random() < HALTS_RARELY:
                continue  # nothing is traded once it has struck
            ask(f"{self.url}/_control/faults", "POST", json.dumps(fault))

    def arm_one(self, fault: str) -> None:
        fields = {"fault": fault} | MILD[fault] | {"chance": 0.02}
        ask(f"{self.url}/_control/faults", "POST", json.dumps(fields))

    def calm(self) -> None:
        ask(f"{self.url}/_control/faults", "DELETE")

    def stormy(self, until: float) -> None:
        """Trade through faults; kill one side or the other in the middle of it."""
        while time.monotonic() < until:
            self.arm()
            trader = self.start(3 * STRETCH_S, calm=False)
            time.sleep(self.random.uniform(0.2, 1.0) * STRETCH_S)
            if self.random.random() < EXCHANGE_DIES:
                self.kill_exchange()
                self.arm()
                time.sleep(self.random.uniform(0.1, 0.5) * STRETCH_S)
            os.kill(trader, signal.SIGKILL)
            self.kills[0] += 1
            assert self.ended() in {0, -signal.SIGKILL}, self.said()

    def rest(self, for_s: float, orders: int = 0) -> dict[str, int]:
        """Trade without being killed, close everything, and end; what the process says."""
        self.start(for_s, orders=orders, calm=True)
        assert self.ended() == 0, self.said()
        said: dict[str, int] = json.loads(self.said().splitlines()[-1])
        return said

    def said(self) -> str:
        return (self.folder / "trader.log").read_text()[-5000:]

    def close(self) -> None:
        for process in (self.kennel, self.exchange):
            process.kill()
            process.communicate()


def _heard(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the process has ended"
    said: dict[str, Any] = json.loads(line)
    return said


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[Sides]:
    sides = Sides(tmp_path, seed=11)
    prepare(tmp_path, sides.url)
    yield sides
    sides.close()


def test_a_week_of_storms_leaves_the_books_alike(sides: Sides) -> None:
    end = time.monotonic() + DAYS * DAY_S
    while time.monotonic() < end:
        sides.stormy(min(end, time.monotonic() + DAY_S / 2))
        sides.calm()
        sides.rest(QUIET_S, ORDERS)
        found = audit(sides.folder)
        sys.stderr.write(
            f"{max(0.0, end - time.monotonic()):.0f} s left, killed {sides.kills}, "
            f"orders {len(found.approved)}, fills {sum(found.booked.values())}, "
            f"strays {found.strays}\n"
        )
    assert sum(found.booked.values()) >= ORDERS


@pytest.mark.skipif(not SOAK, reason="takes a simulated day")
def test_memory_stays_as_it_is_through_a_day_of_storms(sides: Sides) -> None:
    before = sides.rest(60.0)["memory"]
    for fault in MILD:
        sides.arm_one(fault)
    after = sides.rest(DAY_S)["memory"]
    assert after < GROWS * before
    audit(sides.folder)
