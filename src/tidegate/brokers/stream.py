"""What a venue tells by itself: quicker than looking, and never relied upon."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from tidegate.brokers.reading import read_order, read_trade

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from tidegate.brokers.book import Book
    from tidegate.brokers.lookout import Lookout
    from tidegate.brokers.reports import Told

_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 30.0
_SOUND_S: Final = 60.0
_CHECK_S: Final = 1.0


class DeafError(Exception):
    """A look has found what the stream should have told."""


class Listener:
    """Follows an account's own stream, and connects anew whenever it ends or tells nothing."""

    def __init__(self, book: Book, lookout: Lookout, make: Callable[[], Any]) -> None:
        """Tell a book; `make` returns a client that knows the markets."""
        self._book, self._lookout, self._make = book, lookout, make
        self.connected = 0
        """How often it has."""

    async def run(self) -> None:
        """Listen for ever."""
        pause_s = _FIRST_PAUSE_S
        while True:
            begun = asyncio.get_running_loop().time()
            await self._listen()
            if asyncio.get_running_loop().time() - begun > _SOUND_S:
                pause_s = _FIRST_PAUSE_S
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            await self._lookout.look()  # for what was missed

    async def _listen(self) -> None:
        client = self._make()
        parts = []
        try:
            await client.load_time_difference()
            self.connected += 1
            parts = [asyncio.ensure_future(part) for part in self._parts(client)]
            await asyncio.gather(*parts)
        except Exception:  # noqa: BLE001, S110 - any end of a stream is the same: look, and listen anew
            pass
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
            await client.close()

    def _parts(self, client: Any) -> list[Coroutine[Any, Any, None]]:  # noqa: ANN401 - ccxt has no types
        """Return what there is to do while a connection stands."""
        if self._book.wire.venue.reports is None:
            return [self._orders(client), self._trades(client), self._deaf()]
        told: asyncio.Queue[Told] = asyncio.Queue()
        client.told = told.put_nowait
        return [self._subscribed(client), self._reports(told), self._deaf()]

    async def _subscribed(self, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        """Subscribe, and end when the connection does: reports do not come this way."""
        while True:
            await client.watch_orders()

    async def _reports(self, told: asyncio.Queue[Told]) -> None:
        while True:
            await self._book.take_told(*await told.get())

    async def _orders(self, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        while True:
            for answer in await client.watch_orders():
                seen = read_order(answer, None)
                if seen is not None:
                    await self._book.take_told(str(answer.get("clientOrderId") or ""), seen)

    async def _trades(self, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        while True:
            for raw in await client.watch_my_trades():
                trade = read_trade(raw)
                if trade is not None:
                    await self._book.take_trade(trade)

    async def _deaf(self) -> None:
        found = self._lookout.found_late
        while self._lookout.found_late == found:  # noqa: ASYNC110 - a look is as seldom as this
            await asyncio.sleep(_CHECK_S)
        raise DeafError
