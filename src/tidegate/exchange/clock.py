"""Market time: the wall's, or faster, or moved by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class MarketClock:
    """Runs market time so many times faster than the wall; at 0 it stands until it is moved."""

    def __init__(
        self, wall: Callable[[], int], *, speed: float = 1.0, start_ns: int | None = None
    ) -> None:
        """Begin at a time of the market; without one, at the wall's."""
        self.wall = wall
        self.speed = speed
        self._from_ns = wall()
        self._start_ns = self._from_ns if start_ns is None else start_ns
        self._latest = self._start_ns

    def now_ns(self) -> int:
        """Return market time, nanoseconds UTC; it never goes back."""
        passed = self.wall() - self._from_ns
        if self.speed != 1:
            passed = int(passed * self.speed)
        now = self._start_ns + passed
        if now < self._latest:
            return self._latest
        self._latest = now
        return now

    def move(self, by_ns: int) -> None:
        """Let time pass at once."""
        self._start_ns += by_ns
