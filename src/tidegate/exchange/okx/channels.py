"""The channels: each is one thing to listen to, in OKX's shape."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Final
from zlib import crc32

from tidegate.exchange.listening import TENTH_NS, BookFeed, CandleFeed, Feed, Levels, TradeFeed
from tidegate.exchange.okx import market
from tidegate.exchange.okx.shapes import algo_shape, balance_shape, event_shape, ms
from tidegate.exchange.venue import STOPS, Report, Status, What
from tidegate.exchange.views import assets_of, joined, priced, sized, waits

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.exchange.history import PublicTrade
    from tidegate.exchange.okx.call import Notes
    from tidegate.exchange.okx.shapes import Shape
    from tidegate.exchange.prices.chart import Row
    from tidegate.exchange.venue import Account
    from tidegate.exchange.world import World
    from tidegate.model import Timeframe

    Push = Callable[..., None]
    """Takes a list of data, and what the message says beside it."""

_SUMMED: Final = 25


class Tickers(Feed):
    """The last 24 hours, when they have changed, ten times a second at most."""

    every_ns = TENTH_NS

    def __init__(self, world: World, symbol: str, push: Push) -> None:
        """Listen to a pair."""
        super().__init__(world, symbol)
        self._push = push
        self._told: Shape = {}
        self._seen = 0

    def tell(self, now_ns: int) -> None:  # noqa: ARG002 (the same for every feed)
        """Send the ticker, if it is another than before."""
        seen, self._seen = self._seen, self.world.venue.books[self.symbol].update_id
        if seen == self._seen:
            return
        shape = market.ticker_of(self.world, self.listing)
        if {**shape, "ts": ""} != {**self._told, "ts": ""}:
            self._told = shape
            self._push([shape])


class Trades(TradeFeed):
    """Every trade, at once."""

    def __init__(self, world: World, symbol: str, push: Push) -> None:
        """Listen to a pair."""
        self._push = push
        super().__init__(world, symbol)

    def trade(self, trade: PublicTrade) -> None:
        """Send a trade."""
        self._push([{**market.trade_shape(trade, self.listing), "count": "1"}])


class Candles(CandleFeed):
    """The candle that forms."""

    def __init__(self, world: World, symbol: str, push: Push, timeframe: Timeframe) -> None:
        """Listen to candles of a length."""
        self._push = push
        super().__init__(world, symbol, timeframe)

    def candle(self, row: Row, *, final: bool) -> None:
        """Send a candle."""
        self._push([market.candle(row, self.listing, final=final)])


class Books(BookFeed):
    """A book: a snapshot, then what changes, each with the number of the one before."""

    def __init__(self, world: World, symbol: str, push: Push) -> None:
        """Listen to a pair."""
        super().__init__(world, symbol)
        self._push = push

    def whole(self, bids: Levels, asks: Levels, now_ns: int) -> None:
        """Send the snapshot."""
        self._send("snapshot", bids, asks, -1, now_ns)

    def changes(self, bids: Levels, asks: Levels, before: int, now_ns: int) -> None:
        """Send what changed."""
        self._send("update", bids[::-1], asks, before, now_ns)

    def _send(self, action: str, bids: Levels, asks: Levels, before: int, now_ns: int) -> None:
        book = self.world.venue.books[self.symbol]
        data = {
            "asks": market.levels(book.asks, self.listing, asks),
            "bids": market.levels(book.bids, self.listing, bids),
            "ts": ms(now_ns),
            "checksum": self._checksum(),
            "prevSeqId": before,
            "seqId": book.update_id,
        }
        self._push([data], action=action)

    def _checksum(self) -> int:
        """Return the sum over the best levels of both sides, by turns, as a signed number."""
        book, listing = self.world.venue.books[self.symbol], self.listing
        sides = [
            [f"{priced(listing, price)}:{sized(listing, lots)}" for price, lots in ranked]
            for ranked in (book.bids.ranked(_SUMMED), book.asks.ranked(_SUMMED))
        ]
        words = [side[number] for number in range(_SUMMED) for side in sides if number < len(side)]
        total = crc32(":".join(words).encode())
        return total - (1 << 32) if total >= 1 << 31 else total


class BestLevels(Feed):
    """The best levels, whole, when they have changed."""

    every_ns = TENTH_NS
    most: ClassVar[int] = 5

    def __init__(self, world: World, symbol: str, push: Push) -> None:
        """Listen to a pair."""
        super().__init__(world, symbol)
        self._push = push
        self._told: tuple[Levels, Levels] = ([], [])

    def tell(self, now_ns: int) -> None:
        """Send the levels, if they are others than before."""
        book = self.world.venue.books[self.symbol]
        best = book.bids.ranked(self.most), book.asks.ranked(self.most)
        if best == self._told:
            return
        self._told = best
        data: Shape = {
            "asks": market.levels(book.asks, self.listing, best[1]),
            "bids": market.levels(book.bids, self.listing, best[0]),
            "ts": ms(now_ns),
            "seqId": book.update_id,
        }
        if self.most > 1:
            data["instId"] = joined(self.listing)
        self._push([data])


class Best(BestLevels):
    """The best bid and ask."""

    every_ns = 1
    most = 1


# what an account hears of itself


class Own(ABC):
    """What one connection hears of an account."""

    def __init__(self, world: World, account: Account, notes: Notes, push: Push) -> None:
        """Listen."""
        self.world = world
        self.account = account
        self.notes = notes
        self.push = push
        world.hearers[account.name].append(self.hear)

    def close(self) -> None:
        """Listen no more."""
        self.world.hearers[self.account.name].remove(self.hear)

    @abstractmethod
    def hear(self, report: Report) -> None:
        """Send what a report says."""

    def pulse(self, now_ns: int) -> None:  # noqa: B027 (most have nothing to add)
        """Send nothing: it is told as it happens."""


class OwnOrders(Own):
    """The account's orders, without those that wait for a price."""

    def hear(self, report: Report) -> None:
        """Send an order as it was then."""
        waited = waits(report.order) or (
            report.order.kind in STOPS and report.what is What.ACCEPTED
        )
        if not waited:
            self.push([event_shape(report, self.notes)])


class OwnAlgos(Own):
    """The account's orders that wait for a price."""

    def hear(self, report: Report) -> None:
        """Send an algo order when it is placed, triggered or cancelled."""
        order = report.order
        if order.kind not in STOPS:
            return
        if report.what in {What.ACCEPTED, What.TRIGGERED} or waits(order):
            status = Status.NEW if report.what is What.ACCEPTED else report.status
            self.push([algo_shape(order, self.notes, status)])


class OwnBalance(Own):
    """What the account has: all of it at first, then whatever changes."""

    def __init__(self, world: World, account: Account, notes: Notes, push: Push) -> None:
        """Tell of everything at the next pulse."""
        super().__init__(world, account, notes, push)
        self._whole = True
        world.movers[account.name].append(self._moved)

    def close(self) -> None:
        """Listen no more."""
        super().close()
        self.world.movers[self.account.name].remove(self._moved)

    def pulse(self, now_ns: int) -> None:  # noqa: ARG002 (the same for every channel)
        """Send everything once."""
        if self._whole:
            self._whole = False
            self._send(assets_of(self.world, self.account), "snapshot")

    def hear(self, report: Report) -> None:
        """Send both currencies of an order's pair."""
        pair = report.order.listing.pair
        self._send([pair.base, pair.quote], "event_update")

    def _moved(self, asset: str, amount: int) -> None:  # noqa: ARG002 (what every listener is told)
        self._send([asset], "event_update")

    def _send(self, assets: list[str], kind: str) -> None:
        shape = balance_shape(self.world, self.account, assets)
        self.push([shape], eventType=kind, curPage=1, lastPage=True)


PUBLIC: Final[dict[str, type[Tickers | Trades | Books | BestLevels]]] = {
    "tickers": Tickers,
    "trades": Trades,
    "books": Books,
    "books5": BestLevels,
    "bbo-tbt": Best,
}
PRIVATE: Final[dict[str, type[Own]]] = {"orders": OwnOrders, "account": OwnBalance}
BUSINESS: Final[dict[str, type[Own]]] = {"orders-algo": OwnAlgos}
CANDLE: Final = "candle"
ALL_TRADES: Final = "trades-all"
