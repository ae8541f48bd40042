"""The faults that are armed, and the chance that decides which of them strikes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tidegate.exchange.faults.fault import ABOUT, Family, Fault, Kind
from tidegate.exchange.prices.dice import seed_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class FaultPlan:
    """Armed faults. Asking uses up their chances; with the same seed their luck is the same."""

    def __init__(self, seed: int = 7) -> None:
        """Begin with none."""
        self.seed = seed
        self.armed: list[Fault] = []
        self._chance: dict[int, random.Random] = {}
        self._ids = 0

    def arm(self, faults: Iterable[Fault], now_ns: int) -> list[Fault]:
        """Add faults; their times count from now."""
        added = list(faults)
        for fault in added:
            self._ids += 1
            fault.id, fault.armed_ns = self._ids, now_ns
            fault.struck = fault.passed = 0
            self._chance[fault.id] = random.Random(seed_of(self.seed, "fault", fault.id))  # noqa: S311 - not for secrets
        self.armed += added
        return added

    def disarm(self, fault_id: int | None = None) -> int:
        """Take one fault away, or all; how many there were."""
        before = len(self.armed)
        self.armed = [one for one in self.armed if fault_id is not None and one.id != fault_id]
        return before - len(self.armed)

    def strikes(
        self, kinds: Collection[Kind], now_ns: int, method: str = "", path: str = ""
    ) -> Fault | None:
        """Return the first armed fault of these kinds that strikes now."""
        for fault in self.armed:
            if fault.fault in kinds and fault.active(now_ns) and fault.meets(method, path):
                if fault.passed < fault.skip:
                    fault.passed += 1
                elif fault.chance >= 1 or self.drawn(fault) < fault.chance:
                    fault.struck += 1
                    return fault
        return None

    def striking(self, family: Family, now_ns: int, method: str, path: str) -> list[Fault]:
        """Return every fault of a family that strikes now, at most one of each kind."""
        if not self.armed:
            return []
        kinds = dict.fromkeys(one.fault for one in self.armed if ABOUT[one.fault][0] is family)
        found = (self.strikes((kind,), now_ns, method, path) for kind in kinds)
        return [fault for fault in found if fault is not None]

    def standing(self, kind: Kind, now_ns: int) -> list[Fault]:
        """Return the faults of a kind that are a condition rather than an event."""
        return [one for one in self.armed if one.fault is kind and one.active(now_ns)]

    def drawn(self, fault: Fault) -> float:
        """Return this fault's next number from 0 up to 1."""
        return self._chance[fault.id].random()
