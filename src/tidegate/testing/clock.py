"""A clock that shows what it was told."""

from __future__ import annotations


class VirtualClock:
    """Stands still until it is moved, either way."""

    def __init__(self, now_ns: int) -> None:
        """Begin at a time, nanoseconds UTC."""
        self.now_ns = now_ns

    def __call__(self) -> int:
        """Return the time it shows."""
        return self.now_ns

    def move(self, by_ns: int) -> int:
        """Go forward or (negative) back; the new time."""
        self.now_ns += by_ns
        return self.now_ns
