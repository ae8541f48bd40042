"""The live broker at an exchange that fails in every way: orders and fills come out whole."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from tests.brokers.venues_here import Venue
from tests.faults.live import LiveDesk, trade
from tests.faults.live_audit import audit

from tidegate.engine.memory_journal import MemoryJournal
from tidegate.exchange.faults import ABOUT, Family, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
WISHES = 150 if SOAK else 14
MIXTURES = 40 if SOAK else 2
AT_ONCE = 4 if SOAK else 8
pytestmark = pytest.mark.xdist_group("live-storm")

MILD: dict[str, dict[str, Any]] = {
    "latency": {"delay_ms": 30, "jitter_ms": 100},
    "timeout-before": {"chance": 0.2, "hold_s": 0.3},
    "timeout-after": {"chance": 0.2, "hold_s": 1.3},
    "rate-limit": {"chance": 0.1, "retry_after_s": 1},
    "ban": {"chance": 0.03, "retry_after_s": 1},
    "maintenance": {"at_s": 0.3, "for_s": 1.0},
    "wrong-clock": {"offset_ms": 4000, "at_s": 0.2, "for_s": 2.0},
    "partial-fill": {"delay_ms": 100},
    "late-fill": {"delay_ms": 60},
    "cancel-race": {"chance": 0.5},
    "fill-after-cancel": {"delay_ms": 200, "chance": 0.5},
    "not-found": {"chance": 0.5},
    "balance-off": {"amount": "-500"},
    "stream-latency": {"delay_ms": 200, "jitter_ms": 300},
    "disconnect": {"chance": 0.1},
}
USUAL = {"chance": 0.25}


@pytest.fixture(scope="module")
def storms(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[None]]]:
    """Let all storms that are asked for blow at once: they wait far more than they compute."""
    here = [one for one in request.session.items if one.path == request.path]
    names = [str(one.callspec.params["storm"]) for one in here if isinstance(one, pytest.Function)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {name: pool.submit(stormed, *name.split(" ")) for name in names}


def faults_of(storm: str) -> list[dict[str, Any]]:
    if not storm.isdecimal():
        return [{"fault": storm} | MILD.get(storm, USUAL)]
    random = Random(int(storm))  # noqa: S311 - chance that can be had again
    return [
        {"fault": kind.value} | MILD.get(kind, {}) | {"chance": round(random.uniform(0.01, 0.1), 3)}
        for kind in random.sample(list(Kind), 12)
    ]


def stormed(storm: str, deaf: str = "") -> None:
    market = Venue()
    market.open()
    desk = LiveDesk(MemoryJournal(), market.exchange.url, 0, stream=not deaf)
    try:
        for fault in faults_of(storm):
            market.exchange.arm(**fault)
        trade(desk, Random(5), storm, WISHES, 0.1)  # noqa: S311 - chance that can be had again
        market.exchange.control("DELETE", "faults")
        calm(desk)
        counted = audit(desk, market.exchange.world.venue.accounts["account0"])
        assert counted["filled"] > 0
    finally:
        desk.close()
        market.close()


def calm(desk: LiveDesk) -> None:
    """Bring every order to its end, and hear of fills that came after it."""
    assert desk.wind_up(), [
        (life.order.id, life.state, life.words) for life in desk.driver.engine.state.orders.live()
    ]
    desk.hear(0.5)  # a fill after a confirmed cancellation comes that late
    desk.broker.look()
    desk.hear(0.0)


ALONE = [str(kind) for kind in Kind]
DEAF = [f"{kind} deaf" for kind in Kind if ABOUT[kind][0] is not Family.STREAM]
"""Without a stream, which would tell what a lost answer has not."""


@pytest.mark.parametrize("storm", [*ALONE, *DEAF, *map(str, range(MIXTURES))])
def test_in_a_storm_nothing_is_doubled_and_nothing_forgotten(
    storms: dict[str, Future[None]], storm: str
) -> None:
    storms[storm].result()
