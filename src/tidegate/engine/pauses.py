"""How often something is tried again that has failed: ever more seldom."""

from __future__ import annotations

from typing import Final

_FIRST_NS: Final = 1_000_000_000
_LONGEST_NS: Final = 64_000_000_000


class Pauses:
    """Until when what has failed is left alone, by name."""

    def __init__(self) -> None:
        """Hold nothing up."""
        self._until: dict[str, tuple[int, int]] = {}
        """With how long the last pause was."""

    def holds(self, name: str, now_ns: int) -> bool:
        """Tell whether it is not to be tried now."""
        return now_ns < self._until.get(name, (0, 0))[0]

    def failed(self, name: str, now_ns: int) -> None:
        """Leave it alone for twice as long as the last time."""
        _, before = self._until.get(name, (0, 0))
        pause = min(max(2 * before, _FIRST_NS), _LONGEST_NS)
        self._until[name] = now_ns + pause, pause

    def over(self, name: str) -> None:
        """Forget that it has failed."""
        self._until.pop(name, None)
