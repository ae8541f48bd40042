"""What a connection may listen to: here is said what is due, and a dialect gives it a shape."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Final

from tidegate.exchange.history import IDS_A_SECOND, PublicTrade
from tidegate.exchange.prices.crowd import Print
from tidegate.exchange.prices.tape import SECOND_NS
from tidegate.exchange.views import as_public

if TYPE_CHECKING:
    from tidegate.exchange.prices.chart import Row
    from tidegate.exchange.venue import Listing, Trade
    from tidegate.exchange.world import World
    from tidegate.model import Timeframe

TENTH_NS: Final = SECOND_NS // 10
Levels = list[tuple[int, int]]


class Feed(ABC):
    """One thing that one connection listens to in one pair, which therefore moves."""

    every_ns: ClassVar[int] = SECOND_NS

    def __init__(self, world: World, symbol: str) -> None:
        """Begin to listen."""
        self.world = world
        self.symbol = symbol
        self._due_ns = 0
        world.settle(symbol)
        world.watched[symbol] += 1

    @property
    def listing(self) -> Listing:
        """The pair."""
        return self.world.venue.listings[self.symbol]

    def close(self) -> None:
        """Listen no more."""
        self.world.watched[self.symbol] -= 1

    def pulse(self, now_ns: int) -> None:
        """Tell what is due."""
        if now_ns >= self._due_ns:
            self._due_ns = now_ns - now_ns % self.every_ns + self.every_ns
            self.tell(now_ns)

    @abstractmethod
    def tell(self, now_ns: int) -> None:
        """Send what there is to say now."""


class CandleFeed(Feed):
    """The candle that forms; at its end once more as final, and the next one at once."""

    def __init__(self, world: World, symbol: str, timeframe: Timeframe) -> None:
        """Listen to candles of a length."""
        self.timeframe = timeframe
        self._open_s = 0
        super().__init__(world, symbol)

    def tell(self, now_ns: int) -> None:
        """Tell of the candle of now, after the final one of before."""
        chart = self.world.chart(self.symbol)
        rows = chart.last_rows(self.timeframe, 2, now_ns // SECOND_NS)
        if self._open_s and rows[-1].open_s > self._open_s and len(rows) > 1:
            self.candle(rows[0], final=True)
        self._open_s = rows[-1].open_s
        self.candle(rows[-1], final=False)

    @abstractmethod
    def candle(self, row: Row, *, final: bool) -> None:
        """Send a candle."""


class BookFeed(Feed):
    """A book: whole at first, then what changed. Numbers of changes follow each other."""

    every_ns = TENTH_NS
    most: ClassVar[int] = 400

    def __init__(self, world: World, symbol: str) -> None:
        """Collect changes."""
        super().__init__(world, symbol)
        self._changed: set[tuple[bool, int]] = set()
        self._told = 0
        world.venue.books[symbol].watchers.append(self._changed)

    def close(self) -> None:
        """Collect no more."""
        super().close()
        watchers = self.world.venue.books[self.symbol].watchers
        watchers[:] = [one for one in watchers if one is not self._changed]

    def tell(self, now_ns: int) -> None:
        """Tell of the whole book, or of the levels that changed, as they are now."""
        book = self.world.venue.books[self.symbol]
        if book.update_id == self._told:
            return
        if not self._told:
            self.whole(book.bids.ranked(self.most), book.asks.ranked(self.most), now_ns)
        else:
            sides: dict[bool, Levels] = {True: [], False: []}
            for buys, price in sorted(self._changed):
                level = book.side(buys=buys).levels.get(price)
                sides[buys].append((price, level.lots if level is not None else 0))
            self.changes(sides[True], sides[False], self._told, now_ns)
        self._changed.clear()
        self._told = book.update_id

    @abstractmethod
    def whole(self, bids: Levels, asks: Levels, now_ns: int) -> None:
        """Send both sides, best first."""

    @abstractmethod
    def changes(self, bids: Levels, asks: Levels, before: int, now_ns: int) -> None:
        """Send levels, those that are gone with no lots; `before` is the number told last."""


class TradeFeed(Feed):
    """Every trade, at once."""

    def __init__(self, world: World, symbol: str) -> None:
        """Be told of trades."""
        super().__init__(world, symbol)
        world.seers[symbol].append(self._see)

    def close(self) -> None:
        """Be told no more."""
        super().close()
        self.world.seers[self.symbol].remove(self._see)

    def tell(self, now_ns: int) -> None:
        """Say nothing: trades are told as they happen."""

    def _see(self, trade: Trade | Print) -> None:
        if isinstance(trade, Print):
            number, time_ns = trade.second * IDS_A_SECOND, trade.second * SECOND_NS
            self.trade(PublicTrade(number, trade.price, trade.lots, not trade.buys, time_ns))
        else:
            self.trade(as_public(trade))

    @abstractmethod
    def trade(self, trade: PublicTrade) -> None:
        """Send a trade."""
