"""Follows a venue's streams, and connects anew whenever they end or fall silent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from tidegate.feeds.live.streaming import streaming_client

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from tidegate.feeds.live.feed import LiveSpec, Pace
    from tidegate.feeds.live.prices import Prices
    from tidegate.feeds.live.streaming import Told
    from tidegate.feeds.market_client import Asker

_DEPTHS: Final = (5, 10, 20, 50, 100, 500, 1000)


class SilenceError(Exception):
    """Nothing has come for too long."""


class Listener:
    """One connection after the other, with growing pauses where none lasts."""

    def __init__(
        self,
        asker: Asker,
        spec: LiveSpec,
        pace: Pace,
        prices: Prices,
        *,
        now_ns: Callable[[], int],
        closed: Callable[[Told], None],
    ) -> None:
        """Tell prices, and of closed candles."""
        self._asker, self._spec, self._pace = asker, spec, pace
        self._prices, self._now_ns, self._closed = prices, now_ns, closed
        self.connections = self.spoilt = 0
        self.heard_ns: int | None = None
        self.last_words = ""
        self._heard_at = 0.0

    # what a stream tells

    def candle(self, told: Told) -> None:
        """Take a candle."""
        self._prices.heard(told.pair, told.row[4], told.time_ms, self._now_ns())
        if told.final:
            self._closed(told)

    def message(self) -> None:
        """Take note that the stream lives."""
        self.heard_ns = self._now_ns()
        self._heard_at = asyncio.get_running_loop().time()

    def garbage(self) -> None:
        """Count what was none."""
        self.spoilt += 1

    # connecting

    async def run(self) -> None:
        """Listen for ever."""
        loop, pace = asyncio.get_running_loop(), self._pace
        pause_s = pace.first_pause_s
        while True:
            begun = loop.time()
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001 - any end of a stream is the same: connect anew
                self.last_words = f"{type(error).__name__}: {error}"[:200]
            if loop.time() - begun > pace.sound_s:
                pause_s = pace.first_pause_s
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, pace.longest_pause_s)

    async def _listen(self) -> None:
        venue, known = self._asker.venue, self._asker.client
        client = streaming_client(
            venue, self._spec.url, self._pace.timeout_s, self, sandbox=self._spec.sandbox
        )
        client.set_markets(known.markets, known.currencies)
        self._heard_at = asyncio.get_running_loop().time()
        parts = [asyncio.ensure_future(part) for part in (*self._parts(client), self._silence())]
        self.connections += 1
        try:
            await asyncio.gather(*parts)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
            await client.close()

    def _parts(self, client: Any) -> Sequence[Awaitable[None]]:  # noqa: ANN401 - ccxt has no types
        spec, parts = self._spec, []
        has: Mapping[str, object] = client.has
        if has.get("watchOHLCVForSymbols"):
            parts.append(self._candles(client))
        if has.get("watchTickers"):
            parts.append(self._tickers(client))
        if not self._asker.venue.market.tickers:
            parts += [self._trades_of(client, pair) for pair in spec.pairs]
        elif spec.trades and has.get("watchTradesForSymbols"):
            parts.append(self._trades(client))
        if spec.books and has.get("watchOrderBookForSymbols"):
            parts.append(self._books(client))
        elif spec.books:
            parts += [self._book_of(client, pair) for pair in spec.pairs]
        return parts

    async def _candles(self, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        wanted = [[pair, str(each)] for pair in self._spec.pairs for each in self._spec.timeframes]
        while wanted:
            await client.watch_ohlcv_for_symbols(wanted)

    # Of what several pairs tell at one moment ccxt hands on one: so all are looked at.

    async def _tickers(self, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        while True:
            await client.watch_tickers(list(self._spec.pairs))
            for pair in self._spec.pairs:
                ticker = client.tickers.get(pair)
                if ticker is not None:
                    self._prices.heard(pair, ticker["last"], ticker["timestamp"], self._now_ns())

    async def _trades(self, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        while True:
            await client.watch_trades_for_symbols(list(self._spec.pairs))
            for pair in self._spec.pairs:
                self._prices.traded(pair, client.trades.get(pair) or (), self._now_ns())

    async def _books(self, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        depth = next(count for count in _DEPTHS if count >= self._spec.depth)
        known: dict[str, object] = {}
        while True:
            await client.watch_order_book_for_symbols(list(self._spec.pairs), depth)
            for pair in self._spec.pairs:
                book = client.orderbooks.get(pair)
                state = book and (book["nonce"], book["timestamp"])
                if book is not None and known.get(pair) != state:
                    known[pair] = state
                    self._prices.booked(pair, book, self._now_ns())

    # Where each pair is subscribed to by itself.

    async def _trades_of(self, client: Any, pair: str) -> None:  # noqa: ANN401 - ccxt has no types
        while True:
            await client.watch_trades(pair)
            self._prices.traded(pair, client.trades.get(pair) or (), self._now_ns())

    async def _book_of(self, client: Any, pair: str) -> None:  # noqa: ANN401 - ccxt has no types
        while True:
            self._prices.booked(pair, await client.watch_order_book(pair), self._now_ns())

    async def _silence(self) -> None:
        clock, pace = asyncio.get_running_loop().time, self._pace
        while clock() - self._heard_at < pace.silence_s:  # noqa: ASYNC110 - a look now and then is meant
            await asyncio.sleep(min(pace.look_s, pace.silence_s / 4))
        message = f"nothing has come for {pace.silence_s:g} s"
        raise SilenceError(message)
