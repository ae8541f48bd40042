"""What a venue tells by itself: quicker than looking, and never relied upon."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from tidegate.brokers.reading import read_order, read_trade
from tidegate.brokers.reports import REPORTS
from tidegate.venues.budget import Urgency

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
        self._client: Any = None
        self._missed = asyncio.Event()
        self.connected = 0
        """How often it has."""
        self.spoilt = 0
        """Messages that were none."""

    async def close(self) -> None:
        """Hang up; where that was interrupted, once more."""
        if self._client is not None:
            await self._client.close()
            self._client = None

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
        client, wire = self._make(), self._book.wire
        self._client = client
        client.heard = self._heard
        parts = []
        try:
            await wire.budget.take(Urgency.LOOK, 1 + wire.venue.weight("watch_orders"))
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
            await self.close()

    def _heard(self, sound: bool) -> None:  # noqa: FBT001 - as a client says it
        if not sound:
            self.spoilt += 1
            self._missed.set()

    def _parts(self, client: Any) -> list[Coroutine[Any, Any, None]]:  # noqa: ANN401 - ccxt has no types
        """Return what there is to do while a connection stands."""
        if self._book.wire.venue.name not in REPORTS:
            tells_trades = client.has.get("watchMyTrades")
            trades = [self._trades(client)] if tells_trades else []
            return [self._orders(client), *trades, self._watch_over()]
        told: asyncio.Queue[Told] = asyncio.Queue()
        client.told = told.put_nowait
        return [self._subscribed(client), self._reports(told), self._watch_over()]

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

    async def _watch_over(self) -> None:
        """Look for what a spoilt message has not told; end a stream that tells nothing."""
        while True:
            found = self._lookout.found_late
            with suppress(TimeoutError):
                async with asyncio.timeout(_CHECK_S):
                    await self._missed.wait()
            if self._missed.is_set():
                self._missed.clear()
                await self._lookout.look()  # what this finds late is explained
            elif self._lookout.found_late != found:
                raise DeafError
