"""How far a backtest has come, in words, for whoever asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Teller"]


class Teller:
    """Stands where Freqtrade's bars stand, and passes on what they would show."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """`tell` is called with words whenever there is something new to say."""
        self._tell = tell
        self._stage = ""
        self._of = 0.0
        self._done = 0.0
        self._said = ""

    def update(self, _task: int, **state: Any) -> None:  # noqa: ANN401 - what the bars are told
        """Take what a bar is told: `description`, `total`, `completed`, `advance`."""
        self._stage = state.get("description", self._stage)
        self._of = state.get("total", self._of)
        self._done = state.get("completed", self._done) + state.get("advance", 0)
        part = f" {min(self._done / self._of, 1):.0%}" if self._of and self._done else ""
        words = f"{self._stage.lower()}{part}"
        if words != self._said:
            self._said = words
            self._tell(words)
