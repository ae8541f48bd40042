"""Time, as the runtime is given it."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time and lets some of it pass."""

    def now_ns(self) -> int:
        """Return the time, nanoseconds UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let some time pass."""
        ...


class WallClock:
    """The machine's own."""

    def now_ns(self) -> int:
        """Return the time, nanoseconds UTC."""
        return time.time_ns()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
