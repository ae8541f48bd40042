"""Answers of a venue kept for a while and shared: however many ask, the venue is asked once."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

    from tidegate.feeds.market_client import Asker
    from tidegate.feeds.spans import Rows
    from tidegate.model import Timeframe

T = TypeVar("T")

TTL_S: Final = 30.0
_MOST: Final = 10_000


class Kept(NamedTuple, Generic[T]):
    """An answer, and how old it is."""

    value: T
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What a cache was good for. Asked = hits + joined + misses."""

    asked: int
    hits: int
    """Answers that were there."""
    joined: int
    """Answers that somebody else had asked for already, and that were waited for together."""
    misses: int
    """Calls that went to the venue."""
    failed: int
    """Those of them that brought no answer; nothing is kept of these."""
    saved: int
    """Calls that were not needed."""
    entries: int
    oldest_s: float | None
    """Age of the oldest answer that may still be given; None: there is none."""

    @property
    def hit_rate(self) -> float | None:
        """The fraction of questions that took no call of their own; None: nobody asked."""
        return self.saved / self.asked if self.asked else None


class _Entry(NamedTuple):
    value: Any
    at: float
    until: float


class MarketCache:
    """Keeps answers for `ttl_s` seconds, the latest used of them up to `most`; one loop's."""

    def __init__(
        self,
        ttl_s: float = TTL_S,
        *,
        most: int = _MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin empty."""
        self._ttl_s, self._most, self._clock = ttl_s, most, clock
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._flights: dict[Hashable, asyncio.Task[Any]] = {}
        self._hits = self._joined = self._misses = self._failed = 0

    async def get(
        self, key: Hashable, fetch: Callable[[], Awaitable[T]], *, good_s: float | None = None
    ) -> Kept[T]:
        """Return what is known of a key, or what `fetch` brings; all who wait share one call.

        `good_s`: for how long an answer is good, where that is shorter than usual.
        """
        now = self._clock()
        entry = self._entries.get(key)
        if entry is not None and now < entry.until:
            self._hits += 1
            self._entries.move_to_end(key)
            return Kept(entry.value, now - entry.at)
        flight = self._flights.get(key)
        if flight is None:
            self._misses += 1
            flight = asyncio.ensure_future(self._fetch(key, fetch, good_s))
            self._flights[key] = flight
        else:
            self._joined += 1
        # Whoever gives up waiting does not take the answer from the others.
        value, at = await asyncio.shield(flight)
        return Kept(value, self._clock() - at)

    async def _fetch(
        self, key: Hashable, fetch: Callable[[], Awaitable[T]], good_s: float | None
    ) -> tuple[T, float]:
        asked_at = self._clock()
        try:
            value = await fetch()
        except BaseException:
            self._failed += 1
            raise
        finally:
            del self._flights[key]
        good_s = self._ttl_s if good_s is None else min(good_s, self._ttl_s)
        # By when it was asked for: what it says may be as old as that.
        self._entries[key] = _Entry(value, asked_at, asked_at + good_s)
        self._entries.move_to_end(key)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)
        return value, asked_at

    def forget(self, key: Hashable) -> None:
        """Ask anew the next time."""
        self._entries.pop(key, None)

    def statistics(self) -> Statistics:
        """Return what it was good for so far."""
        now = self._clock()
        ages = [now - entry.at for entry in self._entries.values() if now < entry.until]
        saved = self._hits + self._joined
        return Statistics(
            asked=saved + self._misses,
            hits=self._hits,
            joined=self._joined,
            misses=self._misses,
            failed=self._failed,
            saved=saved,
            entries=len(ages),
            oldest_s=max(ages, default=None),
        )


class CachedMarket:
    """One venue's prices for any number of bots."""

    def __init__(
        self, asker: Asker, cache: MarketCache, now_ns: Callable[[], int] = time.time_ns
    ) -> None:
        """Ask only what the cache does not know."""
        self._asker, self.cache, self._now_ns = asker, cache, now_ns

    async def ticker(self, pair: str) -> Kept[dict[str, Any]]:
        """Return a pair's ticker, as ccxt has it."""
        return await self.cache.get(("ticker", pair), lambda: self._asker.ask("fetch_ticker", pair))

    async def candles(self, pair: str, timeframe: Timeframe, limit: int = 200) -> Kept[Rows]:
        """Return a pair's latest candles, the last of them forming; good until that closes."""
        now = self._now_ns()
        left_s = (timeframe.opening(now) + timeframe.ns - now) / 1e9
        return await self.cache.get(
            ("candles", pair, timeframe.name, limit),
            lambda: self._asker.ask("fetch_ohlcv", pair, timeframe.name, None, limit),
            good_s=left_s,
        )

    async def book(self, pair: str, depth: int = 20) -> Kept[dict[str, Any]]:
        """Return the best levels of a pair's book, as ccxt has them."""
        return await self.cache.get(
            ("book", pair, depth), lambda: self._asker.ask("fetch_order_book", pair, depth)
        )
