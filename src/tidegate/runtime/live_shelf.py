"""Live candles where a strategy looks for recorded ones: the same questions, other answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.errors import Code, ConfigError
from tidegate.feeds import fill_gaps
from tidegate.feeds.live import LiveFeed, LiveSpec
from tidegate.feeds.spans import united
from tidegate.runtime.recorded_feed import Feed
from tidegate.venues.table import WITH_PRICES, venue_called

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tidegate.feeds.live.prices import Quote
    from tidegate.model import Candles, Timeframe
    from tidegate.runtime.carrier import Carrier
    from tidegate.runtime.clock import Clock
    from tidegate.runtime.config import TradeConfig
    from tidegate.runtime.recorded_feed import Wanted

_WINDOWS: Final = 4  # of warm-ups: what a decision may look back on
_LEAST: Final = 1000
_MOST: Final = 20_000  # candles that are kept of each pair and timeframe, at the least


class LiveShelf:
    """The candles of one exchange as they close, for all strategies that follow them."""

    def __init__(
        self, config: TradeConfig, make: Callable[[LiveSpec], LiveFeed] = LiveFeed
    ) -> None:
        """Follow nothing yet: what is wanted is said first."""
        candles = config.candles
        where = f"{config.file}: candles.exchange"
        self._venue = venue_called(candles.exchange, where=where, among=WITH_PRICES)
        self._url, self._make = candles.url, make
        self._sandbox = config.live is not None and config.live.network == "testnet"
        self._wanted: list[Wanted] = []
        self._known: dict[tuple[str, Timeframe], Candles] = {}
        self._live: LiveFeed | None = None
        self._keep = _LEAST
        self.version = 0
        """Another whenever candles have closed."""

    def feed(self, wanted: Wanted) -> LiveCandles:
        """Return what shows a strategy its candles, once the shelf is open."""
        self._wanted.append(wanted)
        self._keep = max([self._keep, *(_kept(wanted, each) for each in _lengths([wanted]))])
        return LiveCandles(self, wanted)

    def open(self) -> None:
        """Begin to follow, and return once all that is looked back on is there."""
        live = self._live = self._make(
            LiveSpec(
                venue=self._venue,
                pairs=tuple(dict.fromkeys(pair for each in self._wanted for pair in each.pairs)),
                timeframes=_lengths(self._wanted),
                keep=self._keep,
                url=self._url,
                sandbox=self._sandbox,
            )
        )
        live.start()
        self.look()

    def close(self) -> None:
        """Follow nothing more."""
        live, self._live = self._live, None
        if live is not None:
            live.close()

    def look(self) -> int:
        """Take in what has closed; the version that this makes."""
        live = self._live
        if live is not None:
            for pair in live.spec.pairs:
                for timeframe in live.spec.timeframes:
                    self._take(live.candles(pair, timeframe))
        return self.version

    def _take(self, candles: Candles) -> None:
        key = (candles.pair, candles.timeframe)
        known = self._known.get(key)
        if known is None:
            self._known[key] = fill_gaps(candles)[0] if len(candles) else candles
        elif len(candles) and (not len(known) or candles.time[-1] > known.time[-1]):
            after = int(np.searchsorted(candles.time, known.time[-1:].max(initial=-1), "right"))
            whole = united(known, candles.rows(after, len(candles)))
            most = max(self._keep, _MOST)
            whole = fill_gaps(whole)[0]
            self._known[key] = whole.rows(max(0, len(whole) - most), len(whole))
        else:
            return
        self.version += 1

    def candles(self, pair: str, timeframe: Timeframe) -> Candles:
        """Return closed candles, holes filled."""
        return self._known[pair, timeframe]

    def reach(self, pair: str, timeframe: Timeframe, since_ns: int) -> None:
        """See that candles are there from a time on, as far as the exchange has them."""
        known = self._known[pair, timeframe]
        first_ns = int(known.time[0])
        if since_ns < first_ns and self._live is not None:
            before = self._live.history(pair, timeframe, timeframe.opening(since_ns), first_ns)
            self._known[pair, timeframe] = fill_gaps(united(known, before))[0]
            self._keep = max(self._keep, len(self._known[pair, timeframe]))
            self.version += 1

    def quote(self, pair: str) -> Quote | None:
        """Return what a pair traded at last, and when."""
        return None if self._live is None else self._live.price(pair)

    def wait(self, seconds: float) -> None:
        """Wait until candles close, and no longer than so many seconds."""
        if self._live is not None:
            self._live.wait(seconds)


class LiveCandles(Feed):
    """The live candles of one strategy, shown like recorded ones."""

    def __init__(self, shelf: LiveShelf, wanted: Wanted) -> None:
        """Show nothing before the shelf is open."""
        super().__init__(wanted)
        self.shelf = shelf
        self._version = -1

    def read_if_changed(self) -> bool:
        """Take in what has closed; whether anything had."""
        if self.shelf.look() == self._version:
            return False
        self.read()
        return True

    def read(self) -> None:
        """Take what lies on the shelf."""
        wanted, shelf = self.wanted, self.shelf
        self._version = shelf.version
        for pair in wanted.pairs:
            base = self._base[pair] = shelf.candles(pair, wanted.timeframe)
            if len(base) <= wanted.warmup + 1:
                raise _too_new(pair, wanted, len(base))
            self._others[pair] = {other: shelf.candles(pair, other) for other in wanted.others}

    def reach(self, since_ns: int) -> None:
        """See that all is there that a strategy needs which goes on from a time."""
        window = _kept(self.wanted, self.wanted.timeframe) * self.wanted.timeframe.ns
        for pair in self.wanted.pairs:
            self.shelf.reach(pair, self.wanted.timeframe, since_ns - window)
            for other in self.wanted.others:
                start_ns = since_ns - window - self._startup(other) * other.ns
                self.shelf.reach(pair, other, start_ns)
        self.read()

    def leave(self) -> None:
        """Follow nothing more."""
        self.shelf.close()


class WokenClock:
    """A clock whose pauses end when candles close, so that none waits for the next look."""

    def __init__(self, now_ns: Callable[[], int], shelf: LiveShelf) -> None:
        """Tell another clock's time."""
        self._now_ns, self._shelf = now_ns, shelf

    def now_ns(self) -> int:
        """Return the time, nanoseconds UTC."""
        return self._now_ns()

    def sleep(self, seconds: float) -> None:
        """Wait, or until candles close."""
        self._shelf.wait(seconds)


def clock_for(traders: Iterable[Carrier], clock: Clock) -> Clock:
    """Return the clock that a trading process sleeps by."""
    for trader in traders:
        if isinstance(trader.feed, LiveCandles):
            return WokenClock(clock.now_ns, trader.feed.shelf)
    return clock


def _lengths(wanted: Iterable[Wanted]) -> tuple[Timeframe, ...]:
    return tuple(sorted({each for one in wanted for each in (one.timeframe, *one.others)}))


def _kept(wanted: Wanted, timeframe: Timeframe) -> int:
    """Return how many candles of a length a strategy may look back on."""
    base = max(_WINDOWS * wanted.warmup, _LEAST)
    if timeframe == wanted.timeframe:
        return base
    return -(-(base + wanted.warmup) * wanted.timeframe.minutes // timeframe.minutes) + 2


def _too_new(pair: str, wanted: Wanted, found: int) -> ConfigError:
    return ConfigError(
        Code.TOO_FEW_CANDLES,
        f"{pair} was not traded for long enough",
        where=f"strategies, {pair}, {wanted.timeframe}",
        expected=f"at least {wanted.warmup + 2} closed candles",
        found=f"{found}",
        remedy="take the pair out, or wait",
    )
