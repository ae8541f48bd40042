"""What carries one strategy through time, whatever kind it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tidegate.engine.driver import Driver
    from tidegate.engine.events import Kept
    from tidegate.engine.ports import CandleBroker
    from tidegate.runtime.recorded_feed import Feed
    from tidegate.strategies import OwnLimits


class Carrier(Protocol):
    """A strategy trading: its candles, its decisions, and its walk that acts on them."""

    @property
    def name(self) -> str:
        """What its positions are called by."""
        ...

    @property
    def can_short(self) -> bool:
        """Whether it sells what it does not have."""
        ...

    @property
    def limits(self) -> OwnLimits:
        """The limits that it brings along."""
        ...

    @property
    def feed(self) -> Feed:
        """Its candles."""
        ...

    @property
    def walked_ns(self) -> int:
        """Up to when candles have been acted on."""
        ...

    def begin(
        self, driver: Driver, broker: CandleBroker, clock: Callable[[int], int], body: str | None
    ) -> None:
        """Start to walk where the feed begins, or where it was kept."""
        ...

    def close(self, now_ns: int) -> None:
        """Act on the candles that have closed by now."""
        ...

    def catch_up(self, until_ns: int) -> None:
        """Act on all candles that closed by a time before a restart; it is in the journal."""
        ...

    def settle(self, now_ns: int) -> bool:
        """Take in what others have done; tell if all that is known has to be kept now."""
        ...

    def kept(self, now_ns: int) -> Kept:
        """Return what has to be known to go on after a restart."""
        ...

    def news(self) -> Sequence[str]:
        """Return what an operator should know of the strategy, each thing once."""
        ...

    def leave(self) -> None:
        """Give back what it has taken of the process; nothing is walked after."""
        ...
