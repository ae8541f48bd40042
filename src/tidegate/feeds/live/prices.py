"""Last prices, trades and books as they were heard, with their times."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidegate.feeds.spans import MS_NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_TOLD_AGAIN: Final = 20
"""After so many trades that are known, older ones are known as well."""


class Quote(NamedTuple):
    """What a pair traded at last."""

    price: float
    time_ns: int
    """When, by the venue's clock brought to this machine's."""
    heard_ns: int

    def age_ns(self, now_ns: int) -> int:
        """Return how old it is: since it was traded or heard, whichever is longer."""
        return max(0, now_ns - min(self.time_ns, self.heard_ns))


class TradeSeen(NamedTuple):
    """One trade of the public's."""

    id: str
    time_ns: int
    price: float
    amount: float
    buyer_took: bool


class Levels(NamedTuple):
    """The best of a book: price and amount, best first."""

    bids: tuple[tuple[float, float], ...]
    asks: tuple[tuple[float, float], ...]
    heard_ns: int


class Prices:
    """Written by one thread. Readers get what is never changed."""

    def __init__(self, pairs: Iterable[str], keep_trades: int, depth: int) -> None:
        """Begin with nothing heard."""
        pairs = tuple(pairs)
        self.ahead_ns = 0
        """How far the venue's clock is ahead of this machine's."""
        self.quotes: dict[str, Quote] = {}
        self.books: dict[str, Levels] = {}
        self.trades: dict[str, tuple[TradeSeen, ...]] = dict.fromkeys(pairs, ())
        self._depth = depth
        self._kept: dict[str, deque[TradeSeen]] = {
            pair: deque(maxlen=keep_trades) for pair in pairs
        }
        self._known: dict[str, set[str]] = {pair: set() for pair in pairs}

    def heard(self, pair: str, price: float | None, time_ms: float | None, now_ns: int) -> None:
        """Take a price, unless a later one is known."""
        if price is None or not 0 < price < float("inf"):
            return
        time_ns = now_ns if time_ms is None else int(time_ms) * MS_NS - self.ahead_ns
        time_ns = min(time_ns, now_ns)  # what claims to be of the future would outlast all others
        known = self.quotes.get(pair)
        if known is None or time_ns >= known.time_ns:
            self.quotes[pair] = Quote(float(price), time_ns, now_ns)

    def traded(self, pair: str, trades: Sequence[dict[str, Any]], now_ns: int) -> None:
        """Take the new ones of trades, each once, however often it is told."""
        kept, known = self._kept[pair], self._known[pair]
        fresh: list[dict[str, Any]] = []
        again = 0
        for one in reversed(trades):
            if str(one["id"]) not in known:
                fresh.append(one)
            elif (again := again + 1) > _TOLD_AGAIN:
                break
        if not fresh:
            return
        for one in reversed(fresh):
            name = str(one["id"])
            if name in known:
                continue
            if len(kept) == kept.maxlen:
                known.discard(kept[0].id)
            known.add(name)
            seen = TradeSeen(
                id=name,
                time_ns=int(one["timestamp"]) * MS_NS,
                price=float(one["price"]),
                amount=float(one["amount"]),
                buyer_took=one.get("side") == "buy",
            )
            kept.append(seen)
            self.heard(pair, seen.price, one["timestamp"], now_ns)
        self.trades[pair] = tuple(kept)

    def booked(self, pair: str, book: dict[str, Any], now_ns: int) -> None:
        """Take the best levels of a book; one that is crossed is none."""
        bids, asks = (
            tuple((float(level[0]), float(level[1])) for level in book[side][: self._depth])
            for side in ("bids", "asks")
        )
        if bids and asks and bids[0][0] < asks[0][0]:
            self.books[pair] = Levels(bids, asks, now_ns)
