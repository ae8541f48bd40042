"""Freqtrade's log, kept off the terminal and kept for what a user should know of it."""

from __future__ import annotations

import logging
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Heard", "heard", "worth_telling"]

_NOISES: Final = (
    r"Using \d+ calls to get OHLCV",  # concerns live trading
    r"Strategy caused the following exception",  # told by callback, pair and line
    r"Unexpected error .* calling ",
    r"Could not import ",  # told with its line where it matters
    r'Path ".*" does not exist',  # the usual folder of strategies need not be there
    r"returned exception: ",  # a retry; the end of it is an error of its own
    r"Could not load markets",
    r"is known to the ccxt library, available",
    r"Moving start-date by 0 candles",
)
_NOISE: Final = re.compile("|".join(_NOISES))


@dataclass(frozen=True, slots=True)
class Heard:
    """A line of a log: who said it, how loud, and what."""

    logger: str
    level: int
    text: str


_MOST: Final = 1_000
"""Lines that are kept: a strategy may say something at every candle."""


class _Ear(logging.Handler):
    def __init__(self, into: list[Heard]) -> None:
        super().__init__(level=logging.WARNING)
        self._into = into
        self._known: set[Heard] = set()

    def emit(self, record: logging.LogRecord) -> None:
        line = Heard(record.name, record.levelno, record.getMessage())
        if len(self._known) < _MOST and line not in self._known:
            self._known.add(line)
            self._into.append(line)


@contextmanager
def heard() -> Iterator[list[Heard]]:
    """Collect warnings of every log, Python's own included, instead of printing them."""
    lines: list[Heard] = []
    root = logging.getLogger()
    ear = _Ear(lines)
    before = root.handlers[:]
    root.handlers = [ear]
    with warnings.catch_warnings():
        _take_usual_filters()
        logging.captureWarnings(capture=True)
        try:
            yield lines
        finally:
            logging.captureWarnings(capture=False)
            root.handlers = before


def _take_usual_filters() -> None:
    """Treat Python's warnings as it does by itself: Freqtrade was not written for stricter ones."""
    warnings.simplefilter("default")
    for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", kind)


def worth_telling(lines: Sequence[Heard]) -> list[str]:
    """Return each warning that bears on a backtest once, in the order of their coming."""
    told = (_plain(line) for line in lines if not _NOISE.search(line.text))
    return list(dict.fromkeys(told))


def _plain(line: Heard) -> str:
    """Return a line without the place in a library that Python's own warnings begin with."""
    text = line.text.strip()
    if line.logger == "py.warnings":
        text = text.partition("\n")[0]
    return text if line.logger.startswith("freqtrade") else f"{line.logger}: {text}"
