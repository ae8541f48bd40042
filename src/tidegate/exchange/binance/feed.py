"""A stream that one connection listens to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from tidegate.exchange.prices.tape import SECOND_NS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.exchange.world import World

    Tell = Callable[[object], None]


class Feed(ABC):
    """One stream that one connection listens to."""

    every_ns: ClassVar[int] = SECOND_NS

    def __init__(self, world: World, symbol: str, tell: Tell) -> None:
        """Watch a pair, so that it moves; an empty symbol is all of them."""
        self.world = world
        self.symbol = symbol
        self.tell = tell
        self._due_ns = 0
        self._change(1)
        self.open()

    def open(self) -> None:  # noqa: B027 (most feeds need none)
        """Begin to listen."""

    def close(self) -> None:
        """Listen no more."""
        self._change(-1)

    def _change(self, by: int) -> None:
        for symbol in [self.symbol] if self.symbol else self.world.venue.listings:
            self.world.watched[symbol] += by

    def pulse(self, now_ns: int) -> None:
        """Send what is due."""
        if now_ns >= self._due_ns:
            self._due_ns = now_ns - now_ns % self.every_ns + self.every_ns
            message = self.made(now_ns)
            if message is not None:
                self.tell(message)

    @abstractmethod
    def made(self, now_ns: int) -> object:
        """Return the message that is due, or None."""
