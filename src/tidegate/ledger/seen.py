"""Which fills were booked: a venue, or a restart, may tell of one again."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

REMEMBERED: Final = 10_000
"""Fills that are known again. An account lives for years, and its snapshot must not grow."""


class Seen:
    """The latest fills, each by its order and the venue's name for it.

    Both, for a venue may number the trades of each pair by themselves, and an order of ours
    that meets another of ours makes one trade for two orders.
    """

    __slots__ = ("_latest", "known")

    def __init__(self, fills: Iterable[tuple[str, str]] = ()) -> None:
        """Begin with these, oldest first."""
        self._latest = deque(fills, REMEMBERED)
        self.known = set(self._latest)

    def add(self, fill: tuple[str, str]) -> None:
        """Remember a fill, and forget the oldest if there are too many."""
        if len(self._latest) == REMEMBERED:
            self.known.discard(self._latest[0])
        self._latest.append(fill)
        self.known.add(fill)

    def listed(self) -> list[tuple[str, str]]:
        """Return them, oldest first."""
        return list(self._latest)
