"""Which stream a name stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.exchange.binance.book_feeds import BestFeed, DepthFeed, FastDepthFeed, LevelsFeed
from tidegate.exchange.binance.errors import ApiError
from tidegate.exchange.binance.trade_feeds import (
    AggregateFeed,
    KlineFeed,
    MiniTickerFeed,
    TickerFeed,
    TradeFeed,
)

if TYPE_CHECKING:
    from tidegate.exchange.binance.feed import Feed, Tell
    from tidegate.exchange.world import World

_PLAIN: Final[dict[str, type[Feed]]] = {
    "depth": DepthFeed,
    "depth@1000ms": DepthFeed,
    "depth@100ms": FastDepthFeed,
    "trade": TradeFeed,
    "aggTrade": AggregateFeed,
    "bookTicker": BestFeed,
    "miniTicker": MiniTickerFeed,
    "ticker": TickerFeed,
}
_EVERY: Final[dict[str, type[Feed]]] = {
    "!miniTicker@arr": MiniTickerFeed,
    "!ticker@arr": TickerFeed,
}
_LEVELS: Final = ("5", "10", "20")


def feed_for(world: World, name: str, tell: Tell) -> Feed:
    """Return the stream of a name, or say that there is none."""
    every = _EVERY.get(name)
    if every is not None:
        return every(world, "", tell)
    lower, _, what = name.partition("@")
    symbol = lower.upper()
    if symbol in world.venue.listings and lower == lower.lower():
        world.settle(symbol)
        plain = _PLAIN.get(what)
        if plain is not None:
            return plain(world, symbol, tell)
        if what.startswith("kline_"):
            return KlineFeed(world, symbol, tell, what.removeprefix("kline_"))
        count = what.removeprefix("depth").removesuffix("@100ms").removesuffix("@1000ms")
        if what.startswith("depth") and count in _LEVELS:
            return LevelsFeed(world, symbol, tell, count)
    raise ApiError(2, f"Invalid request: unknown stream {name}")
