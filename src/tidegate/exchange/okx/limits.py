"""How much may be asked for: so many requests of each path in two seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tidegate.exchange.okx.errors import ApiError

WINDOW_NS: Final = 2_000_000_000


@dataclass(slots=True)
class Limits:
    """Counts, and refuses what is over the limit."""

    enforced: bool = True
    _counts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def count(self, path: str, who: str, most: int, now_ns: int, amount: int = 1) -> None:
        """Count requests, or orders."""
        if not self.enforced:
            return
        window = now_ns // WINDOW_NS
        since, used = self._counts.get((path, who), (window, 0))
        used = used + amount if since == window else amount
        self._counts[path, who] = window, used
        if used > most:
            raise ApiError("50011", "Too Many Requests", 429)
