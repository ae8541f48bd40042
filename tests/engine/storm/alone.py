"""Storms in a process of their own: for an engine into which a hole was planted."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from tests.engine.storm.market import limits, only
from tests.engine.storm.world import Storm

import tidegate.engine

count, events, felt = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
print(f"engine at {Path(str(tidegate.engine.__file__)).parent}", flush=True)  # noqa: T201 - read by the test
for seed in range(count):
    random = Random(seed)  # noqa: S311 - chance that can be had again
    Storm(random, within=only(felt) if felt else limits(random, 0.3)).run(events)
