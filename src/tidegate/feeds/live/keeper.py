"""Asks for what no stream has told: candles that are overdue, prices that are old, the time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from tidegate.errors import InputError
from tidegate.feeds.live.streaming import tells_closes
from tidegate.feeds.pages import Book, VenueTime, venue_time
from tidegate.feeds.spans import MS_NS, Span, candles_of
from tidegate.venues.budget import Urgency

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.feeds.live.feed import Pace
    from tidegate.feeds.live.prices import Prices
    from tidegate.feeds.live.series import Series
    from tidegate.feeds.market_client import Asker
    from tidegate.feeds.spans import Rows
    from tidegate.model import Candles, Timeframe

_SIDE_BY_SIDE: Final = 8
_AT_ONCE: Final = 20  # pairs in one question for prices; more cost many times as much
_WEIGHT: Final = 2
_LONGEST_PAUSE_S: Final = 30.0


class Keeper:
    """Keeps series whole and prices young, whatever the streams do."""

    def __init__(
        self,
        asker: Asker,
        series: list[Series],
        prices: Prices,
        pace: Pace,
        *,
        now_ns: Callable[[], int],
        changed: Callable[[], None],
    ) -> None:
        """Say `changed` whenever candles have been added."""
        self._asker, self._series, self._prices, self._pace = asker, series, prices, pace
        self._now_ns, self._changed = now_ns, changed
        self._grace_s = pace.grace_s if tells_closes(asker.venue) else 0.0
        self._overdue: dict[Series, tuple[float, int]] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self._busy: set[Series] = set()
        self._room = asyncio.Semaphore(_SIDE_BY_SIDE)
        self.filled = 0
        self.last_words = ""

    async def begin(self, keep: int) -> None:
        """Take in the time, the candles of before, and a price of every pair."""
        await self._look_at_clock()

        async def first(series: Series) -> None:
            async with self._room:
                step, now = series.timeframe.ns, self._venue_now()
                opening = series.timeframe.opening(now)
                await self._take(series, Span(opening - keep * step, opening + step))

        await asyncio.gather(*(first(series) for series in self._series))
        self.filled = 0
        await self._ask_prices(list(self._prices.trades))

    # candles

    async def candles(self) -> None:
        """Look for overdue candles for ever."""
        clock = asyncio.get_running_loop().time
        while True:
            for series in self._series:
                self._look_at(series, clock())
            await asyncio.sleep(self._pace.look_s)

    def _look_at(self, series: Series, at: float) -> None:
        last_ns, step = series.last_ns, series.timeframe.ns
        due_ns = series.timeframe.opening(self._venue_now()) - step
        # A hole needs no clock: what comes after it has been told.
        if last_ns is not None and last_ns >= due_ns and not series.waiting:
            self._overdue.pop(series, None)
            return
        since, tries = self._overdue.setdefault(series, (at, 0))
        pause_s = min(self._grace_s * 2**tries, _LONGEST_PAUSE_S) if tries else self._grace_s
        if series in self._busy or (at - since < pause_s and (tries or not series.waiting)):
            return
        self._overdue[series] = (at, tries + 1)
        self._busy.add(series)
        task = asyncio.ensure_future(self._fill(series))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _fill(self, series: Series) -> None:
        try:
            async with self._room:
                step, now = series.timeframe.ns, self._venue_now()
                opening = series.timeframe.opening(now)
                first = opening - step if series.last_ns is None else series.last_ns + step
                await self._take(series, Span(first, opening + step))
        except InputError as error:
            self.last_words = error.found
        finally:
            self._busy.discard(series)

    async def history(self, pair: str, timeframe: Timeframe, span: Span) -> Candles:
        """Return what the venue has of a stretch of before."""
        rows: Rows = []
        async for page in self._book(pair, timeframe, Urgency.HISTORY).pages(span):
            rows += page.rows
        return candles_of(pair, timeframe, rows)

    def _book(self, pair: str, timeframe: Timeframe, urgency: Urgency) -> Book:
        return Book(
            asker=self._asker,
            pair=pair,
            timeframe=timeframe,
            time=VenueTime(self._venue_now(), self._prices.ahead_ns),
            urgency=urgency,
        )

    async def _take(self, series: Series, span: Span) -> None:
        book = self._book(series.pair, series.timeframe, Urgency.PRICE)
        async for page in book.pages(span):
            added = series.add(page.rows, whole_to_ns=page.reached_ns)
            self.filled += added
            if added:
                self._changed()

    async def close(self) -> None:
        """Ask for nothing more."""
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)

    # prices

    async def prices(self) -> None:
        """Ask for prices that have grown old, for ever."""
        while True:
            await asyncio.sleep(self._pace.stale_s / 2)
            now, quotes = self._now_ns(), self._prices.quotes
            limit_ns = int(self._pace.stale_s * 1e9)
            old = [
                pair
                for pair in self._prices.trades
                if pair not in quotes or now - quotes[pair].heard_ns > limit_ns
            ]
            if old:
                try:
                    await self._ask_prices(old)
                except InputError as error:
                    self.last_words = error.found

    async def _ask_prices(self, pairs: list[str]) -> None:
        for first in range(0, len(pairs), _AT_ONCE):
            part = pairs[first : first + _AT_ONCE]
            if not self._asker.venue.market.tickers:
                await asyncio.gather(*(self._ask_last_trade(pair) for pair in part))
                continue
            found = await self._asker.ask("fetch_tickers", part, weight=_WEIGHT * len(part))
            for pair, ticker in found.items():
                if pair in self._prices.trades:
                    last, time_ms = ticker["last"], ticker["timestamp"]
                    self._prices.heard(pair, last, time_ms, self._now_ns())

    async def _ask_last_trade(self, pair: str) -> None:
        """Ask for what a pair has traded at where nothing else tells its price."""
        for trade in await self._asker.ask("fetch_trades", pair, None, 1):
            self._prices.heard(pair, trade["price"], trade["timestamp"], self._now_ns())

    # the time

    async def clock(self) -> None:
        """Ask for the time now and then, for ever."""
        while True:
            await asyncio.sleep(self._pace.clock_s)
            try:
                await self._look_at_clock()
            except InputError as error:
                self.last_words = error.found

    async def _look_at_clock(self) -> None:
        before = self._now_ns()
        told = await venue_time(self._asker, before)
        taken = self._now_ns() - before
        self._prices.ahead_ns = told.now_ns - before - taken // 2

    def _venue_now(self) -> int:
        return self._now_ns() + self._prices.ahead_ns // MS_NS * MS_NS
