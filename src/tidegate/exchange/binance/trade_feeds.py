"""Streams of what is traded: every trade, the candle that forms, the last 24 hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from tidegate.exchange.binance import market, tickers
from tidegate.exchange.binance.feed import Feed
from tidegate.exchange.binance.shapes import ms
from tidegate.exchange.history import IDS_A_SECOND
from tidegate.exchange.prices.crowd import Print
from tidegate.exchange.prices.tape import SECOND_NS
from tidegate.exchange.venue import text

if TYPE_CHECKING:
    from tidegate.exchange.binance.feed import Tell
    from tidegate.exchange.binance.shapes import Shape
    from tidegate.exchange.prices.chart import Row
    from tidegate.exchange.venue import Trade
    from tidegate.exchange.world import World


class KlineFeed(Feed):
    """The candle that forms; at its end once more as final, and the next one at once."""

    def __init__(self, world: World, symbol: str, tell: Tell, interval: str) -> None:
        """Listen to candles of a length."""
        self._timeframe = market.interval_of(interval)
        self._open_s = 0
        super().__init__(world, symbol, tell)

    def made(self, now_ns: int) -> object:
        """Return the candle of now, after the final one of before."""
        now_s = now_ns // SECOND_NS
        rows = self.world.chart(self.symbol).last_rows(self._timeframe, 2, now_s)
        if self._open_s and rows[-1].open_s > self._open_s and len(rows) > 1:
            self.tell(self._shape(rows[0], now_ns, final=True))
        self._open_s = rows[-1].open_s
        return self._shape(rows[-1], now_ns, final=False)

    def _shape(self, row: Row, now_ns: int, *, final: bool) -> Shape:
        listing = self.world.venue.listings[self.symbol]
        tick, opens = listing.tick, row.open_s * 1000
        return {
            "e": "kline",
            "E": ms(now_ns),
            "s": self.symbol,
            "k": {
                "t": opens,
                "T": opens + self._timeframe.minutes * 60_000 - 1,
                "s": self.symbol,
                "i": str(self._timeframe),
                "f": row.open_s,
                "L": row.open_s + row.trades,
                "o": text(row.open * tick),
                "c": text(row.close * tick),
                "h": text(row.high * tick),
                "l": text(row.low * tick),
                "v": text(row.lots * listing.lot),
                "n": row.trades,
                "x": final,
                "q": text(row.quote),
                "V": text(row.lots // 2 * listing.lot),
                "Q": text(row.quote // 2),
                "B": "0",
            },
        }


class TradeFeed(Feed):
    """Every trade, at once."""

    event: ClassVar[str] = "trade"

    def open(self) -> None:
        """Be told of trades."""
        self.world.seers[self.symbol].append(self._see)

    def close(self) -> None:
        """Be told no more."""
        super().close()
        self.world.seers[self.symbol].remove(self._see)

    def pulse(self, now_ns: int) -> None:
        """Wait for trades."""

    def made(self, now_ns: int) -> object:  # noqa: ARG002 (the same for every feed)
        """Return nothing: trades are told as they happen."""
        return None

    def _see(self, trade: Trade | Print) -> None:
        listing = self.world.venue.listings[self.symbol]
        if isinstance(trade, Print):
            number, maker = trade.second * IDS_A_SECOND, not trade.buys
            time_ms = trade.second * 1000
        else:
            number, maker = trade.id, trade.buyer_is_maker
            time_ms = ms(trade.time_ns)
        names: Shape = (
            {"t": number}
            if self.event == "trade"
            else {
                "a": number,
                "f": number,
                "l": number,
            }
        )
        self.tell(
            {
                "e": self.event,
                "E": time_ms,
                "s": self.symbol,
                **names,
                "p": text(trade.price * listing.tick),
                "q": text(trade.lots * listing.lot),
                "T": time_ms,
                "m": maker,
                "M": True,
            }
        )


class AggregateFeed(TradeFeed):
    """The same under its other name."""

    event = "aggTrade"


class MiniTickerFeed(Feed):
    """The last 24 hours in short."""

    def made(self, now_ns: int) -> object:
        """Return it, of all pairs as a list."""
        if self.symbol:
            return mini_ticker(self.world, self.symbol, now_ns)
        return [mini_ticker(self.world, name, now_ns) for name in self.world.venue.listings]


class TickerFeed(Feed):
    """The last 24 hours."""

    def made(self, now_ns: int) -> object:
        """Return it, of all pairs as a list."""
        if self.symbol:
            return ticker(self.world, self.symbol, now_ns)
        return [ticker(self.world, name, now_ns) for name in self.world.venue.listings]


def mini_ticker(world: World, symbol: str, now_ns: int) -> Shape:
    """Return the last 24 hours of a pair in short."""
    day = tickers.day_of(world, symbol)
    return {
        "e": "24hrMiniTicker",
        "E": ms(now_ns),
        "s": symbol,
        "c": day["lastPrice"],
        "o": day["openPrice"],
        "h": day["highPrice"],
        "l": day["lowPrice"],
        "v": day["volume"],
        "q": day["quoteVolume"],
    }


_TICKER: Final = {
    "p": "priceChange",
    "P": "priceChangePercent",
    "w": "weightedAvgPrice",
    "x": "prevClosePrice",
    "c": "lastPrice",
    "Q": "lastQty",
    "b": "bidPrice",
    "B": "bidQty",
    "a": "askPrice",
    "A": "askQty",
    "o": "openPrice",
    "h": "highPrice",
    "l": "lowPrice",
    "v": "volume",
    "q": "quoteVolume",
    "O": "openTime",
    "C": "closeTime",
    "F": "firstId",
    "L": "lastId",
    "n": "count",
}


def ticker(world: World, symbol: str, now_ns: int) -> Shape:
    """Return the last 24 hours of a pair."""
    day = tickers.day_of(world, symbol)
    short = {letter: day[name] for letter, name in _TICKER.items()}
    return {"e": "24hrTicker", "E": ms(now_ns), "s": symbol, **short}
