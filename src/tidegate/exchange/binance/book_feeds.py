"""Streams of a book: what changes in it, its best levels, its best prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.exchange.binance import market
from tidegate.exchange.binance.feed import Feed
from tidegate.exchange.binance.shapes import ms
from tidegate.exchange.prices.tape import SECOND_NS
from tidegate.exchange.venue import text

if TYPE_CHECKING:
    from tidegate.exchange.binance.feed import Tell
    from tidegate.exchange.world import World

_TENTH_NS: Final = SECOND_NS // 10
_AT_EVERY_PULSE: Final = 1


class DepthFeed(Feed):
    """What changes in a book. Its numbers follow each other without a gap."""

    def open(self) -> None:
        """Collect changes."""
        book = self.world.venue.books[self.symbol]
        self._changed: set[tuple[bool, int]] = set()
        self._told = book.update_id
        book.watchers.append(self._changed)

    def close(self) -> None:
        """Collect no more."""
        super().close()
        watchers = self.world.venue.books[self.symbol].watchers
        watchers[:] = [one for one in watchers if one is not self._changed]

    def made(self, now_ns: int) -> object:
        """Return the levels that changed, as they are now."""
        book = self.world.venue.books[self.symbol]
        if book.update_id == self._told:
            return None
        first, self._told = self._told + 1, book.update_id
        sides: dict[bool, list[list[str]]] = {True: [], False: []}
        for buys, price in sorted(self._changed):
            level = book.side(buys=buys).levels.get(price)
            lots = level.lots if level is not None else 0
            listing = book.listing
            sides[buys].append([text(price * listing.tick), text(lots * listing.lot)])
        self._changed.clear()
        return {
            "e": "depthUpdate",
            "E": ms(now_ns),
            "s": self.symbol,
            "U": first,
            "u": self._told,
            "b": sides[True],
            "a": sides[False],
        }


class FastDepthFeed(DepthFeed):
    """The same, ten times a second."""

    every_ns = _TENTH_NS


class LevelsFeed(Feed):
    """The best levels, whole."""

    every_ns = _TENTH_NS

    def __init__(self, world: World, symbol: str, tell: Tell, count: str) -> None:
        """Send so many levels of each side."""
        self._count = int(count)
        super().__init__(world, symbol, tell)

    def made(self, now_ns: int) -> object:  # noqa: ARG002 (the same for every feed)
        """Return the best levels."""
        book = self.world.venue.books[self.symbol]
        return {
            "lastUpdateId": book.update_id,
            **market.levels(self.world, self.symbol, self._count),
        }


class BestFeed(Feed):
    """The best bid and ask, when they change."""

    every_ns = _AT_EVERY_PULSE

    def open(self) -> None:
        """Know of nothing yet."""
        self._told: tuple[str, ...] = ()

    def made(self, now_ns: int) -> object:  # noqa: ARG002 (the same for every feed)
        """Return the best bid and ask, if they are others than before."""
        best = market.best(self.world, self.symbol)
        if best == self._told:
            return None
        self._told = best
        names = dict(zip("bBaA", best, strict=True))
        return {
            "u": self.world.venue.books[self.symbol].update_id,
            "s": self.symbol,
            **names,
        }
