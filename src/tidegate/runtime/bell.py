"""One thing to wait for, where several may happen."""

from __future__ import annotations

import threading


class Bell(threading.Event):
    """Rings whenever one of its ropes is pulled. Whoever waits clears it, and looks at all."""

    def rope(self) -> threading.Event:
        """Return an event of its own that rings the bell too whenever it is set."""
        return _Rope(self)


class _Rope(threading.Event):
    def __init__(self, bell: Bell) -> None:
        super().__init__()
        self._bell = bell

    def set(self) -> None:
        super().set()
        self._bell.set()
