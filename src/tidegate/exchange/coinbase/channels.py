"""The channels: each is one thing to listen to, in Coinbase's shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.exchange import history
from tidegate.exchange.coinbase import market
from tidegate.exchange.coinbase.shapes import event_shape, iso
from tidegate.exchange.listening import TENTH_NS, BookFeed, CandleFeed, Feed, Levels, TradeFeed
from tidegate.exchange.venue import Report, What
from tidegate.exchange.views import best_of, day_of, joined, plain, priced, sized
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.exchange.coinbase.call import Notes
    from tidegate.exchange.coinbase.shapes import Shape
    from tidegate.exchange.history import PublicTrade
    from tidegate.exchange.prices.chart import Row
    from tidegate.exchange.venue import Account
    from tidegate.exchange.world import World

    Push = Callable[[Shape], None]
    """Takes one event."""

_SHOWN: Final = 50


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
        shape = self._shape()
        if shape == self._told:
            return
        kind = "update" if self._told else "snapshot"
        self._told = shape
        self._push({"type": kind, "tickers": [shape]})

    def _shape(self) -> Shape:
        listing, book = self.listing, self.world.venue.books[self.symbol]
        day = day_of(self.world, self.symbol)
        bid, ask = best_of(book.bids), best_of(book.asks)
        return {
            "type": "ticker",
            "product_id": joined(listing),
            "price": plain(day.last),
            "volume_24_h": plain(day.base),
            "low_24_h": plain(day.low),
            "high_24_h": plain(day.high),
            "low_52_w": plain(day.low),
            "high_52_w": plain(day.high),
            "price_percent_chg_24_h": f"{(day.last / day.open - 1) * 100:.8f}",
            "best_bid": priced(listing, bid[0]),
            "best_bid_quantity": sized(listing, bid[1]),
            "best_ask": priced(listing, ask[0]),
            "best_ask_quantity": sized(listing, ask[1]),
        }


class SlowTickers(Tickers):
    """The same every five seconds."""

    every_ns = 50 * TENTH_NS


class Trades(TradeFeed):
    """Every trade, at once, after the latest ones."""

    def __init__(self, world: World, symbol: str, push: Push) -> None:
        """Listen to a pair."""
        self._push = push
        self._whole = True
        super().__init__(world, symbol)

    def tell(self, now_ns: int) -> None:
        """Send the latest trades once."""
        if self._whole:
            self._whole = False
            found = history.latest(self.world, self.symbol, _SHOWN, now_ns)
            shapes = [market.trade_shape(one, self.listing) for one in reversed(found)]
            self._push({"type": "snapshot", "trades": shapes})

    def trade(self, trade: PublicTrade) -> None:
        """Send a trade."""
        if not self._whole:
            self._push({"type": "update", "trades": [market.trade_shape(trade, self.listing)]})


class Candles(CandleFeed):
    """The candle of five minutes that forms."""

    def __init__(self, world: World, symbol: str, push: Push) -> None:
        """Listen to a pair."""
        self._push = push
        self._kind = "snapshot"
        super().__init__(world, symbol, Timeframe.parse("5m"))

    def candle(self, row: Row, *, final: bool) -> None:  # noqa: ARG002 (Coinbase does not say)
        """Send a candle."""
        shape = {**market.candle(row, self.listing), "product_id": joined(self.listing)}
        self._push({"type": self._kind, "candles": [shape]})
        self._kind = "update"


class Books(BookFeed):
    """A book: a snapshot, then the levels that change."""

    every_ns = TENTH_NS // 2
    most = 10_000

    def __init__(self, world: World, symbol: str, push: Push) -> None:
        """Listen to a pair."""
        super().__init__(world, symbol)
        self._push = push

    def whole(self, bids: Levels, asks: Levels, now_ns: int) -> None:
        """Send the snapshot."""
        self._send("snapshot", bids, asks, now_ns)

    def changes(self, bids: Levels, asks: Levels, before: int, now_ns: int) -> None:  # noqa: ARG002 (its messages are numbered instead)
        """Send what changed."""
        self._send("update", bids, asks, now_ns)

    def _send(self, kind: str, bids: Levels, asks: Levels, now_ns: int) -> None:
        at = iso(now_ns)
        updates = [
            {
                "side": side,
                "event_time": at,
                "price_level": priced(self.listing, price),
                "new_quantity": sized(self.listing, lots),
            }
            for side, levels in (("bid", bids), ("offer", asks))
            for price, lots in levels
        ]
        self._push({"type": kind, "product_id": joined(self.listing), "updates": updates})


class Own:
    """The account's orders: those that are open, then each change."""

    def __init__(self, world: World, account: Account, notes: Notes, push: Push) -> None:
        """Listen."""
        self._world = world
        self._account = account
        self._notes = notes
        self._push = push
        self._whole = True
        world.hearers[account.name].append(self._hear)

    def close(self) -> None:
        """Listen no more."""
        self._world.hearers[self._account.name].remove(self._hear)

    def pulse(self, now_ns: int) -> None:
        """Send the open orders once."""
        if not self._whole:
            return
        self._whole = False
        waiting = (one for orders in self._account.open.values() for one in orders.values())
        shapes = [
            event_shape(
                Report(What.ACCEPTED, one, one.status, one.filled, one.quote, None, now_ns),
                self._notes,
            )
            for one in waiting
        ]
        self._push({"type": "snapshot", "orders": shapes, "positions": {}})

    def _hear(self, report: Report) -> None:
        self._push({"type": "update", "orders": [event_shape(report, self._notes)]})


CHANNELS: Final[dict[str, type[Tickers | Trades | Candles | Books]]] = {
    "ticker": Tickers,
    "ticker_batch": SlowTickers,
    "market_trades": Trades,
    "candles": Candles,
    "level2": Books,
}
USER: Final = "user"
HEARTBEATS: Final = "heartbeats"
TOLD_AS: Final = {"level2": "l2_data"}
"""What the messages of a channel are called, where it is not the channel's name."""
