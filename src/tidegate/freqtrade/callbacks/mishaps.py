"""Exceptions that callbacks raised: swallowed as Freqtrade does, but counted and shown."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import freqtrade
import tidegate

if TYPE_CHECKING:
    from datetime import datetime
    from types import TracebackType

_FOREIGN = (
    str(Path(freqtrade.__file__).parent),
    str(Path(tidegate.__file__).parent),
    "site-packages",
)


@dataclass(frozen=True, slots=True)
class CallbackError:
    """A kind of exception from one line of a strategy, as it first occurred."""

    callback: str
    pair: str
    """Empty where the callback is about none."""
    time: datetime
    error: str
    """Its type and message."""
    place: str
    """File and line in the user's code."""
    count: int
    """How many times it was raised."""


class Mishaps:
    """The exceptions of a run, each kind once."""

    def __init__(self, strategy: object) -> None:
        """Remember which file is the user's."""
        self._seen: dict[tuple[str, type[BaseException], str], CallbackError] = {}
        self._counts: dict[tuple[str, type[BaseException], str], int] = {}
        self._file = _file_of(strategy)

    def note(self, callback: str, error: Exception, pair: str, time: datetime) -> None:
        """Count an exception; the first of its kind is kept."""
        place = self._place(error.__traceback__)
        key = (callback, type(error), place)
        self._counts[key] = self._counts.get(key, 0) + 1
        if key not in self._seen:
            words = f"{type(error).__name__}: {error}"
            self._seen[key] = CallbackError(callback, pair, time, words, place, 1)

    def found(self) -> list[CallbackError]:
        """Return what was noted, in order of first occurrence."""
        return [replace(first, count=self._counts[key]) for key, first in self._seen.items()]

    def _place(self, trace: TracebackType | None) -> str:
        """Return the innermost line of the user's file; of another of theirs if it has none."""
        own = other = last = ""
        while trace is not None:
            file = trace.tb_frame.f_code.co_filename
            last = f"{file}:{trace.tb_lineno}"
            if file == self._file:
                own = last
            elif not any(part in file for part in _FOREIGN):
                other = last
            trace = trace.tb_next
        return own or other or last


def _file_of(strategy: object) -> str:
    try:
        return inspect.getfile(type(strategy))
    except (TypeError, OSError):
        return str(getattr(strategy, "__file__", ""))
