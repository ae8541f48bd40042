"""What every answer needs: the letter box, the trades, the time, the strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidegate.freqtrade.callbacks.instants import instant
from tidegate.freqtrade.callbacks.mail import NOW_NS, PAIR, POSITION, floats_of, ints_of
from tidegate.freqtrade.callbacks.mishaps import Mishaps
from tidegate.freqtrade.callbacks.overridden import is_own
from tidegate.freqtrade.callbacks.tags import TagNumbers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tidegate.freqtrade.callbacks.book import Book

_NOBODY = -1


class Parlour:
    """Where a strategy is asked: its methods are called as Freqtrade's backtest calls them."""

    def __init__(self, book: Book) -> None:
        """Set the room up."""
        self.book = book
        self.strategy: Any = book.strategy
        self.pairs = book.pairs
        self.tags = book.tags
        self.numbers = TagNumbers(book.tags)
        self.mishaps = Mishaps(book.strategy)
        self.ints = ints_of(book.memory.mail)
        self.floats = floats_of(book.memory.mail)
        self._ns = -1
        self._time = instant(0)

    def time(self) -> datetime:
        """Return the time that the question is put at."""
        ns = self.ints[NOW_NS]
        if ns != self._ns:
            self._ns = ns
            self._time = instant(ns, self.book.epoch)
        return self._time

    def tag(self, number: int) -> Any:  # noqa: ANN401 - a tag is whatever the strategy made it
        """Return a tag by its number; None for -1."""
        return self.tags[number] if number >= 0 else None

    def method(self, name: str) -> tuple[Callable[..., Any], Callable[[int], Any]]:
        """Return a strategy's method, and what gets it its trade.

        Freqtrade hands a method of the strategy a copy of the trade, but its own method, which
        may go on to call an older one of the strategy, the trade itself.
        """
        method = getattr(self.strategy, name)
        return method, self.book.lend if is_own(method) else self.book.live

    def note(self, callback: str, error: Exception) -> None:
        """Count an exception that a callback has raised."""
        named = self.ints[PAIR]
        if callback == "bot_loop_start":
            named = _NOBODY
        elif callback == "adjust_trade_position":
            named = self.book.memory.positions[self.ints[POSITION]].pair
        pair = self.pairs[named] if named >= 0 else ""
        self.mishaps.note(callback, error, pair, self.time())
