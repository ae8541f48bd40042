"""One budget for all who speak to one venue from one process, however they came to it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

from tidegate.venues.budget import Budget

if TYPE_CHECKING:
    from tidegate.venues.venue import Venue

_Key = tuple[str, str, float, float]
_BUDGETS: Final[WeakValueDictionary[_Key, Budget]] = WeakValueDictionary()
"""Each is kept for as long as somebody spends from it."""
_LOCK: Final = threading.Lock()


def budget_for(venue: Venue, url: str | None = None, *, sandbox: bool = False) -> Budget:
    """Return the budget of a venue at an address: the same for whoever asks for it."""
    address = (url or "").rstrip("/") or ("sandbox" if sandbox else "")
    key = (venue.name, address, venue.per_second, venue.burst)
    with _LOCK:
        budget = _BUDGETS.get(key)
        if budget is None:
            budget = _BUDGETS[key] = Budget(venue.per_second, venue.burst)
        return budget
