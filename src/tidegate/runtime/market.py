"""The candles of all strategies together, by pair: what the account's prices are taken from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.model import Candles
    from tidegate.runtime.recorded_feed import Feed


class Market:
    """Every pair that somebody follows; where several do, by the shortest candles."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        """Look at these feeds, which may grow."""
        self._feeds: dict[str, list[Feed]] = {}
        for feed in sorted(feeds, key=lambda each: each.wanted.timeframe):
            for pair in feed.wanted.pairs:
                known = self._feeds.setdefault(pair, [])
                if all(feed.wanted.timeframe != other.wanted.timeframe for other in known):
                    known.append(feed)
        self.pairs = tuple(self._feeds)

    def candles(self, pair: str) -> Candles:
        """Return a pair's shortest candles, all that are known by now."""
        return self._feeds[pair][0].candles(pair)

    def price(self, pair: str, now_ns: int) -> float | None:
        """Return what a pair traded at last before a time; None: nobody knows."""
        latest = max(
            (_last_close(feed.candles(pair), now_ns) for feed in self._feeds[pair]),
            key=lambda found: found[0],
        )
        return latest[1]


def _last_close(candles: Candles, now_ns: int) -> tuple[int, float | None]:
    """Return when the last candle closed by a time, and where."""
    if not len(candles) or now_ns < int(candles.time[0]) + candles.timeframe.ns:
        return 0, None
    begun, step = int(candles.time[0]), candles.timeframe.ns
    count = min((now_ns - begun) // step, len(candles))
    return begun + count * step, float(candles.close[count - 1])
