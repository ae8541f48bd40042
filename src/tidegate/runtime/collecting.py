"""How Python's collector of cycles behaves in a process that trades."""

from __future__ import annotations

import gc
from typing import Final

_YOUNG: Final = 50_000  # objects; at Python's own 700 a tenth of an engine's time goes here
_OLDER: Final = 20
_OLDEST: Final = 100


def collect_rarely() -> None:
    """Leave what is there now alone for good, and look at what comes in larger heaps.

    What an engine makes has no cycles and is gone when it is used; what it keeps it keeps for
    long. To go through all of that again and again costs time, and at the oldest a pause.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _OLDER, _OLDEST)
