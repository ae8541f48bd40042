"""The orders that wait in one pair: by price, and at a price by age."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.exchange.venue.listing import Listing
    from tidegate.exchange.venue.order import Order

_SLACK: Final = 32


class Level:
    """The orders at one price, oldest first. Those that are gone stay until they are passed."""

    __slots__ = ("count", "lots", "queue")

    def __init__(self) -> None:
        """Begin empty."""
        self.queue: deque[Order] = deque()
        self.lots = 0
        self.count = 0


class BookSide:
    """The bids, or the asks. A key is the price, or its negative: the best is always last."""

    __slots__ = ("keys", "levels", "sign")

    def __init__(self, sign: int) -> None:
        """Begin empty; the sign is 1 for bids and -1 for asks."""
        self.sign = sign
        self.keys: list[int] = []
        self.levels: dict[int, Level] = {}

    @property
    def best(self) -> int | None:
        """The best price in ticks, if there is any."""
        return self.keys[-1] * self.sign if self.keys else None

    def add(self, order: Order) -> None:
        """Let an order wait behind those at its price."""
        price = order.price
        level = self.levels.get(price)
        if level is None:
            level = self.levels[price] = Level()
            insort(self.keys, price * self.sign)
        level.queue.append(order)
        order.resting = True
        level.lots += order.left
        level.count += 1

    def remove(self, order: Order) -> None:
        """Take an order away that waits here, with what is left of it."""
        level = self.levels[order.price]
        order.resting = False
        level.lots -= order.left
        level.count -= 1
        if not level.count:
            self._drop(order.price)
            return
        queue = level.queue
        if queue[-1] is order:
            queue.pop()
        elif queue[0] is order:
            queue.popleft()
        elif len(queue) > 2 * level.count + _SLACK:
            level.queue = deque(one for one in queue if one.resting)

    def _drop(self, price: int) -> None:
        del self.levels[price]
        if self.keys[-1] == price * self.sign:
            self.keys.pop()
        else:
            del self.keys[bisect_left(self.keys, price * self.sign)]

    def shrink(self, level: Level, order: Order, lots: int) -> None:
        """Count lots of the oldest order as traded; at zero it is gone."""
        order.left -= lots
        level.lots -= lots
        if not order.left:
            order.resting = False
            level.queue.popleft()
            level.count -= 1
            if not level.count:
                self._drop(order.price)

    def ranked(self, limit: int) -> list[tuple[int, int]]:
        """Return price and lots of the best levels, best first."""
        levels = self.levels
        prices = [key * self.sign for key in self.keys[: -limit - 1 : -1]]
        return [(price, levels[price].lots) for price in prices]

    def __iter__(self) -> Iterator[tuple[int, Level]]:
        """Yield the levels, best first."""
        for key in reversed(self.keys):
            yield key * self.sign, self.levels[key * self.sign]


class Book:
    """Both sides of one pair; each watcher is a set that collects what changes."""

    __slots__ = ("asks", "bids", "last", "listing", "update_id", "watchers")

    def __init__(self, listing: Listing) -> None:
        """Begin empty, with no last price."""
        self.listing = listing
        self.bids = BookSide(1)
        self.asks = BookSide(-1)
        self.last = 0
        self.update_id = 1
        self.watchers: list[set[tuple[bool, int]]] = []

    def side(self, *, buys: bool) -> BookSide:
        """Return the side that such an order waits on."""
        return self.bids if buys else self.asks

    def touch(self, price: int, *, buys: bool) -> None:
        """Count a change at a price."""
        self.update_id += 1
        for changed in self.watchers:
            changed.add((buys, price))
