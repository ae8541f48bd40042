"""Looking at orders that wait, whatever a stream tells: slower, and always."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from tidegate.brokers.reading import Seen
from tidegate.model import OrderState
from tidegate.venues.budget import Urgency

if TYPE_CHECKING:
    from tidegate.brokers.book import Book
    from tidegate.brokers.pace import Pace
    from tidegate.brokers.tracked import Tracked

_SYNC_EVERY_S: Final = 60.0


class Lookout:
    """Asks for every order that waits, and for those that ended lately."""

    def __init__(self, book: Book, pace: Pace) -> None:
        """Look at the orders of a book."""
        self._book, self._pace = book, pace
        self._synced_at = 0.0
        self.found_late = 0
        """How often a look has found a fill that nobody had told of."""

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(self._pace.look_s)
            now = asyncio.get_running_loop().time()
            if now - self._synced_at > _SYNC_EVERY_S and await self._book.wire.sync() is None:
                self._synced_at = now
            await self.look()
            self._forget_old(now)

    async def look_through(self, patience_s: float) -> None:
        """Look once, and wait a while for what others are finding out: trades, lost orders."""
        end = asyncio.get_running_loop().time() + patience_s
        await self.look()
        while any(one.lacks_trades or one.busy for one in self._book):
            if asyncio.get_running_loop().time() > end:
                return
            await asyncio.sleep(self._pace.first_pause_s / 5)

    async def look(self) -> None:
        """Look once."""
        now = asyncio.get_running_loop().time()
        for one in [one for one in self._book if self._is_due(one, now)]:
            before = one.filled
            came = await self._book.wire.ask(one, Urgency.LOOK)
            if isinstance(came, Seen):
                await self._book.take(one, came)
                self.found_late += one.executed > before

    def _is_due(self, one: Tracked, now: float) -> bool:
        if one.busy or not one.sent:
            return False
        if not one.is_over:
            return not one.fetching
        if one.said is not OrderState.CANCELLED or one.over_at is None:
            return False
        if now - one.over_at < self._pace.look_s * (2**one.late_looks - 1):
            return False
        one.late_looks += 1
        return True

    def _forget_old(self, now: float) -> None:
        """Let go of orders that nothing is heard of any more."""
        for one in self._book:
            if one.over_at is not None and now - one.over_at > self._pace.late_s:
                self._book.forget(one)
