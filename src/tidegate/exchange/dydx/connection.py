"""A WebSocket connection to the indexer, over which channels are subscribed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from tidegate.exchange import history
from tidegate.exchange.dydx import shapes
from tidegate.exchange.dydx.errors import ApiError, wrong
from tidegate.exchange.dydx.indexer import RESOLUTIONS, levels
from tidegate.exchange.lines import ANSWER
from tidegate.exchange.listening import BookFeed, CandleFeed, Feed, Levels, TradeFeed
from tidegate.exchange.views import priced, sized
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.exchange.dialect import Line
    from tidegate.exchange.dydx.dialect import Dydx
    from tidegate.exchange.dydx.shapes import Shape
    from tidegate.exchange.dydx.wallets import Wallet
    from tidegate.exchange.history import PublicTrade
    from tidegate.exchange.prices.chart import Row
    from tidegate.exchange.venue import Report
    from tidegate.exchange.world import World

    Push = Callable[[object], None]

_ENCODE: Final = msgspec.json.encode
_SHOWN: Final = 100
PATH: Final = "/v4/ws"


class Trades(TradeFeed):
    """Every trade, at once."""

    def __init__(self, world: World, symbol: str, push: Push) -> None:
        """Listen to a market."""
        self._push = push
        super().__init__(world, symbol)

    def first(self) -> Shape:
        """Return the latest trades."""
        now = self.world.now_ns()
        found = history.latest(self.world, self.symbol, _SHOWN, now)
        return {"trades": [shapes.trade_shape(one, self.listing) for one in reversed(found)]}

    def trade(self, trade: PublicTrade) -> None:
        """Send a trade."""
        self._push({"trades": [shapes.trade_shape(trade, self.listing)]})


class Books(BookFeed):
    """A book: whole in the first answer, then the levels that change."""

    def __init__(self, world: World, symbol: str, push: Push) -> None:
        """Listen to a market."""
        super().__init__(world, symbol)
        self._push = push

    def first(self) -> Shape:
        """Return the book; what changes from here on is told."""
        book = self.world.venue.books[self.symbol]
        self._changed.clear()
        self._told = book.update_id
        return {"bids": levels(book.bids, self.listing), "asks": levels(book.asks, self.listing)}

    def whole(self, bids: Levels, asks: Levels, now_ns: int) -> None:
        """Send nothing: the first answer had it."""

    def changes(self, bids: Levels, asks: Levels, before: int, now_ns: int) -> None:  # noqa: ARG002 (its messages are numbered instead)
        """Send what changed."""
        sides = {
            name: [[priced(self.listing, price), sized(self.listing, lots)] for price, lots in side]
            for name, side in (("bids", bids), ("asks", asks))
            if side
        }
        self._push(sides)


class Candles(CandleFeed):
    """The candle that forms."""

    def __init__(self, world: World, symbol: str, push: Push, resolution: str) -> None:
        """Listen to candles of a length."""
        self._push = push
        self._resolution = resolution
        super().__init__(world, symbol, Timeframe.parse(RESOLUTIONS[resolution]))

    def first(self) -> Shape:
        """Return the candle that forms."""
        now_s = self.world.now_ns() // 10**9
        row = self.world.chart(self.symbol).last_rows(self.timeframe, 1, now_s)[-1]
        return {"candles": [shapes.candle_shape(row, self.listing, self._resolution)]}

    def candle(self, row: Row, *, final: bool) -> None:  # noqa: ARG002 (dYdX does not say)
        """Send a candle."""
        self._push(shapes.candle_shape(row, self.listing, self._resolution))


class Own:
    """An account's orders and fills."""

    def __init__(self, dydx: Dydx, wallet: Wallet, push: Push) -> None:
        """Listen."""
        self._dydx = dydx
        self._wallet = wallet
        self._push = push
        self._account = dydx.world.venue.accounts[wallet.owner.account]
        dydx.world.hearers[self._account.name].append(self._hear)

    def first(self) -> Shape:
        """Return the account, and its orders that wait."""
        now, address = self._dydx.world.told_ns(), self._wallet.address
        margin = self._dydx.margin
        waiting = [one for orders in self._account.open.values() for one in orders.values()]
        return {
            "subaccount": shapes.subaccount_shape(margin, self._account, address, now),
            "orders": [
                shapes.order_shape(address, one, margin.listings.index(one.listing))
                for one in waiting
            ],
            "blockHeight": str(shapes.height(now)),
        }

    def close(self) -> None:
        """Listen no more."""
        self._dydx.world.hearers[self._account.name].remove(self._hear)

    def pulse(self, now_ns: int) -> None:
        """Send nothing: it is told as it happens."""

    def _hear(self, report: Report) -> None:
        order, address = report.order, self._wallet.address
        clob = self._dydx.margin.listings.index(order.listing)
        contents: Shape = {"orders": [shapes.order_shape(address, order, clob)]}
        if report.trade is not None:
            contents["fills"] = [shapes.fill_shape(address, order, report.trade, clob)]
        self._push({**contents, "blockHeight": str(shapes.height(report.time_ns))})


class Connection:
    """Subscribes to channels; its messages are numbered."""

    def __init__(self, dydx: Dydx, line: Line) -> None:
        """Greet."""
        self._dydx = dydx
        self._line = line
        self._number = 0
        self._name = f"{dydx.world.next_name():08x}"
        self._feeds: dict[tuple[str, str], Feed | Own] = {}
        self._send({"type": "connected"}, ANSWER)

    def _send(self, shape: Shape, name: str) -> None:
        message = {**shape, "connection_id": self._name, "message_id": self._number}
        self._number += 1
        self._line.send(_ENCODE(message), name)

    def received(self, text: str) -> None:
        """Subscribe or unsubscribe."""
        try:
            asked = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.MsgspecError:
            self._send({"type": "error", "message": "Invalid message: could not parse"}, ANSWER)
            return
        channel, named = str(asked.get("channel", "")), str(asked.get("id", ""))
        try:
            match asked.get("type"):
                case "subscribe":
                    self._subscribe(channel, named)
                case "unsubscribe":
                    feed = self._feeds.pop((channel, named), None)
                    if feed is not None:
                        feed.close()
                    about: Shape = {"channel": channel, "id": named}
                    self._send({"type": "unsubscribed", **about}, ANSWER)
                case "ping":
                    self._send({"type": "pong", "id": asked.get("id")}, ANSWER)
                case kind:
                    raise wrong(str(kind))
        except ApiError as error:
            self._send({"type": "error", "message": error.message}, ANSWER)

    def _subscribe(self, channel: str, named: str) -> None:
        if (channel, named) in self._feeds:
            raise wrong(f"{channel}-{named}")
        about: Shape = {"channel": channel, "id": named}

        def push(contents: object) -> None:
            told = {"type": "channel_data", **about, "version": "1.0.0", "contents": contents}
            self._send(told, f"{channel}:{named}")

        feed = self._made(channel, named, push)
        self._feeds[channel, named] = feed
        self._send({"type": "subscribed", **about, "contents": feed.first()}, ANSWER)

    def _made(self, channel: str, named: str, push: Push) -> Trades | Books | Candles | Own:
        world, indexer = self._dydx.world, self._dydx.indexer
        if channel == "v4_trades":
            return Trades(world, indexer.listing(named).symbol, push)
        if channel == "v4_orderbook":
            return Books(world, indexer.listing(named).symbol, push)
        if channel == "v4_candles":
            market, _, resolution = named.partition("/")
            if resolution in RESOLUTIONS:
                return Candles(world, indexer.listing(market).symbol, push, resolution)
        if channel == "v4_subaccounts":
            address, _, number = named.partition("/")
            wallet = self._dydx.wallets.get(address)
            if wallet is not None and number == "0":
                return Own(self._dydx, wallet, push)
        raise wrong(f"{channel}-{named}")

    def pulse(self, now_ns: int) -> None:
        """Send what is due."""
        for feed in list(self._feeds.values()):
            feed.pulse(now_ns)

    def closed(self) -> None:
        """Listen no more."""
        for feed in self._feeds.values():
            feed.close()
        self._feeds.clear()
        self._dydx.connections.discard(self)
