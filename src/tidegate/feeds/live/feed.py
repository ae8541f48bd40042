"""A live market: closed candles and last prices that are read without waiting for anything."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tidegate.errors import DefectError
from tidegate.feeds.live.keeper import Keeper
from tidegate.feeds.live.listener import Listener
from tidegate.feeds.live.prices import Prices
from tidegate.feeds.live.series import Series
from tidegate.feeds.market_client import USUAL, Asker, Patience, require_listed
from tidegate.feeds.spans import Span
from tidegate.venues.network import NetworkThread
from tidegate.venues.sharing import budget_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.feeds.live.prices import Levels, Quote, TradeSeen
    from tidegate.feeds.live.streaming import Told
    from tidegate.model import Candles, Timeframe
    from tidegate.venues.budget import Budget
    from tidegate.venues.venue import Venue

_KEPT_TRADES: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSpec:
    """What is to be followed."""

    venue: Venue
    pairs: tuple[str, ...]
    timeframes: tuple[Timeframe, ...] = ()
    keep: int = 1000
    """Closed candles of each pair and timeframe, from the start on."""
    trades: bool = False
    books: bool = False
    depth: int = 10
    """Levels of a book that are shown."""
    url: str | None = None
    """Where a venue of that kind runs on this machine."""
    sandbox: bool = False
    """Whether it is the market of the venue's play money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long what may take, seconds of this machine's."""

    look_s: float = 0.25
    """How often it is looked whether a candle is overdue."""
    grace_s: float = 2.0
    """How long a stream may take to tell a close before it is asked for."""
    silence_s: float = 15.0
    """How long a connection may say nothing."""
    stale_s: float = 5.0
    """From what age on prices are asked for."""
    first_pause_s: float = 0.2
    longest_pause_s: float = 30.0
    sound_s: float = 60.0
    """How long a connection has to last for the pauses to begin anew."""
    clock_s: float = 600.0
    """How often the venue is asked for the time."""
    timeout_s: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a feed stands."""

    connections: int
    heard_ns: int | None
    """When the stream last said anything."""
    spoilt: int
    """Messages that were none."""
    filled: int
    """Candles that questions brought, after the start."""
    waiting: int
    """Closed candles that are known, and not shown yet because one before them is missing."""
    requests: int
    ahead_ns: int
    """How far the venue's clock is ahead of this machine's."""
    last_words: str
    """Of what went wrong last; empty: nothing has."""


class LiveFeed:
    """Follows pairs at one venue, in a thread of its own."""

    def __init__(
        self,
        spec: LiveSpec,
        *,
        budget: Budget | None = None,
        now_ns: Callable[[], int] = time.time_ns,
        pace: Pace | None = None,
        patience: Patience = USUAL,
        changed: threading.Event | None = None,
    ) -> None:
        """Follow nothing yet. Without a budget it is that of all who ask this venue from here."""
        self.spec = spec
        self.budget = budget or budget_for(spec.venue, spec.url, sandbox=spec.sandbox)
        self._now_ns, self._pace, self._patience = now_ns, pace or Pace(), patience
        self._prices = Prices(spec.pairs, _KEPT_TRADES, spec.depth)
        self._series = {
            (pair, timeframe): Series(pair, timeframe, spec.keep)
            for pair in spec.pairs
            for timeframe in spec.timeframes
        }
        self._changed = changed or threading.Event()
        self._thread: NetworkThread | None = None
        self._asker: Asker | None = None
        self._listener: Listener | None = None
        self._keeper: Keeper | None = None
        self._tasks: list[asyncio.Future[None]] = []
        self._defect: BaseException | None = None

    # beginning and ending

    def start(self, patience_s: float = 300.0) -> None:
        """Begin, and return once the candles of before are there and every pair has a price."""
        self._thread = NetworkThread("prices")
        try:
            self._thread.ask(self._begin(), patience_s)
        except BaseException:
            self.close()
            raise

    async def _begin(self) -> None:
        spec = self.spec
        futures = any(":" in pair for pair in spec.pairs)
        asker = self._asker = Asker(
            spec.venue,
            self.budget,
            url=spec.url,
            sandbox=spec.sandbox,
            futures=futures,
            patience=self._patience,
        )
        await asker.ask("load_markets")
        require_listed(spec.venue, spec.pairs, asker.client.markets)
        keeper = self._keeper = Keeper(
            asker,
            list(self._series.values()),
            self._prices,
            self._pace,
            now_ns=self._now_ns,
            changed=self._changed.set,
        )
        await keeper.begin(spec.keep)
        listener = self._listener = Listener(
            asker, spec, self._pace, self._prices, now_ns=self._now_ns, closed=self._closed
        )
        for work in (listener.run(), keeper.candles(), keeper.prices(), keeper.clock()):
            task = asyncio.ensure_future(work)
            self._tasks.append(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Future[None]) -> None:
        if not task.cancelled():
            self._defect = task.exception() or DefectError("a feed's work has ended by itself")
            self._changed.set()

    def close(self) -> None:
        """Follow nothing more."""
        thread, self._thread = self._thread, None
        if thread is not None:
            try:
                thread.ask(self._finish(), 30.0)
            finally:
                thread.stop()

    async def _finish(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._keeper is not None:
            await self._keeper.close()
        if self._asker is not None:
            await self._asker.close()

    # reading

    def candles(self, pair: str, timeframe: Timeframe) -> Candles:
        """Return the latest closed candles."""
        self._require_sound()
        return self._series[pair, timeframe].candles

    def price(self, pair: str) -> Quote | None:
        """Return what a pair traded at last; how old that is, is to be asked with it."""
        self._require_sound()
        return self._prices.quotes.get(pair)

    def age_ns(self, pair: str) -> int | None:
        """Return how old a pair's price is; None: there is none."""
        quote = self.price(pair)
        return None if quote is None else quote.age_ns(self._now_ns())

    def trades(self, pair: str) -> tuple[TradeSeen, ...]:
        """Return a pair's latest trades as they came, each once."""
        self._require_sound()
        return self._prices.trades[pair]

    def book(self, pair: str) -> Levels | None:
        """Return the best levels of a pair's book as they were heard."""
        self._require_sound()
        return self._prices.books.get(pair)

    def wait(self, seconds: float) -> bool:
        """Wait until candles have closed that were not waited for yet; whether any have."""
        found = self._changed.wait(seconds)
        self._changed.clear()
        self._require_sound()
        return found

    def health(self) -> Health:
        """Return how it stands."""
        listener, keeper, asker = self._listener, self._keeper, self._asker
        return Health(
            connections=listener.connections if listener else 0,
            heard_ns=listener.heard_ns if listener else None,
            spoilt=listener.spoilt if listener else 0,
            filled=keeper.filled if keeper else 0,
            waiting=sum(series.waiting for series in self._series.values()),
            requests=asker.requests if asker else 0,
            ahead_ns=self._prices.ahead_ns,
            last_words=(listener.last_words if listener else "")
            or (keeper.last_words if keeper else ""),
        )

    def _require_sound(self) -> None:
        if self._defect is not None:
            message = "the live feed has a defect"
            raise DefectError(message) from self._defect

    def history(
        self,
        pair: str,
        timeframe: Timeframe,
        start_ns: int,
        stop_ns: int,
        patience_s: float = 300.0,
    ) -> Candles:
        """Ask for closed candles of before, from one opening up to another; this waits."""
        thread, keeper = self._thread, self._keeper
        if thread is None or keeper is None:
            message = "the live feed was not started"
            raise DefectError(message)
        span = Span(start_ns, stop_ns)
        return thread.ask(keeper.history(pair, timeframe, span), patience_s)

    # what a stream tells

    def _closed(self, told: Told) -> None:
        """Take a candle that is final."""
        for (pair, timeframe), series in self._series.items():
            if pair == told.pair and str(timeframe) == told.timeframe and series.add([told.row]):
                self._changed.set()
