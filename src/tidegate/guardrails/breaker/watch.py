"""Looking at the breaker before every step, and reading it only when it has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.breaker.file import status
from tidegate.guardrails.breaker.state import BreakerState, damaged

if TYPE_CHECKING:
    from pathlib import Path


class BreakerWatch:
    """One process's view of the breaker's file."""

    __slots__ = ("_heeded", "_mark", "_path", "_state")

    def __init__(self, path: Path, *, heeded: bool = True) -> None:
        """Watch a file; one that is not heeded never stops trading."""
        self._path = path
        self._heeded = heeded
        self._mark: tuple[int, int, int] | None = None
        self._state = BreakerState()

    def look(self, now_ns: int) -> str:
        """Return why the breaker is on at this time; empty: it is off."""
        if not self._heeded:
            return ""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._mark, self._state = None, BreakerState()
        except OSError as error:
            self._mark = None
            self._state = damaged(f"it cannot be looked at ({error.strerror or error})")
        else:
            mark = (found.st_mtime_ns, found.st_size, found.st_ino)
            if mark != self._mark:
                self._mark, self._state = mark, status(self._path)
        return self._state.why(now_ns)
