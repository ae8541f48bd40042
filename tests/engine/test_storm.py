"""No limit is ever broken, nothing is lost and nothing doubled, whatever happens (see `storm/`).

Every verdict of the gate is foretold from the journal by a second, plainer account, and every
state that the engine comes to is held against it. Counts of what happened are printed and
asserted: a storm in which nothing is traded proves nothing.
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest
from tests.engine.storm.world import Storm

from tidegate.guardrails import Reason

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
ORDERS = 130_000 if SOAK else 12_000
STORMS = 8 if SOAK else 2
EVENTS = (2500, 100, 2500, 600)  # what a long storm mends in time, a short one shows


@pytest.mark.parametrize("number", range(STORMS))
def test_no_limit_is_broken_and_nothing_is_lost_in_a_storm(number: int) -> None:
    counts: Counter[str] = Counter()
    episode = 0
    while counts["orders"] < ORDERS:
        seed = number * 1_000_000 + episode
        storm = Storm(Random(seed))  # noqa: S311 - chance that can be had again
        try:
            storm.run(EVENTS[episode % len(EVENTS)])
        except AssertionError as error:
            error.add_note(f"storm of seed {seed}")
            raise
        counts += storm.auditor.counts
        episode += 1
    print("\n".join(f"{count:9,} {name}" for name, count in sorted(counts.items())))  # noqa: T201 - shown where it fails
    reasons = {name.removeprefix("refused ") for name in counts if name.startswith("refused ")}
    assert reasons == set(Reason)
    assert counts["filled orders"] > counts["orders"] / 2
    assert min(counts["trades"], counts["crashes"], counts["flattening"]) > 100
    assert len({name for name in counts if name.startswith("tripped ")}) >= 4
