"""Market data: time, books and candles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.errors import OptionError
from tidegate.exchange.binance.errors import ApiError
from tidegate.exchange.binance.shapes import ms
from tidegate.exchange.prices.tape import SECOND_NS
from tidegate.exchange.venue import text
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from tidegate.exchange.binance.call import Call
    from tidegate.exchange.binance.shapes import Shape
    from tidegate.exchange.prices.chart import Row
    from tidegate.exchange.venue import Listing
    from tidegate.exchange.world import World


def time(call: Call) -> Shape:
    """Return the time that the venue believes it is."""
    return {"serverTime": ms(call.world.told_ns())}


# books


def depth(call: Call) -> Shape:
    """Return the best levels of a book."""
    symbol, limit = call.symbol(), call.limit(100, 5000)
    call.world.settle(symbol)
    return {
        "lastUpdateId": call.world.venue.books[symbol].update_id,
        **levels(call.world, symbol, limit),
    }


def levels(world: World, symbol: str, limit: int) -> Shape:
    """Return the best levels of both sides."""
    book = world.venue.books[symbol]
    tick, lot = book.listing.tick, book.listing.lot
    return {
        name: [[text(price * tick), text(lots * lot)] for price, lots in side.ranked(limit)]
        for name, side in (("bids", book.bids), ("asks", book.asks))
    }


def best(world: World, symbol: str) -> tuple[str, str, str, str]:
    """Return price and amount of the best bid and the best ask."""
    book = world.venue.books[symbol]
    found = []
    for side in (book.bids, book.asks):
        price, lots = next(iter(side.ranked(1)), (0, 0))
        found += [text(price * book.listing.tick), text(lots * book.listing.lot)]
    return found[0], found[1], found[2], found[3]


# candles


def klines(call: Call) -> list[list[object]]:
    """Return candles; without a start the latest, of which the last is forming."""
    symbol, limit = call.symbol(), call.limit(500, 1000)
    timeframe = interval_of(call.needed("interval"))
    start, end = call.whole("startTime"), call.whole("endTime")
    now_s = call.world.settle(symbol) // SECOND_NS
    chart = call.world.chart(symbol)
    length = timeframe.minutes * 60
    end_s = now_s if end is None else min(end // 1000, now_s)
    if start is None:
        opening = timeframe.opening(end_s * SECOND_NS) // SECOND_NS
        rows = chart.rows(timeframe, opening - (limit - 1) * length, end_s + 1, now_s)
    else:
        first = max(-(-start // 1000), chart.tape.start_s - length + 1)
        rows = chart.rows(timeframe, first, min(first + limit * length, end_s + 1), now_s)
    listing = call.world.venue.listings[symbol]
    return [_kline(row, listing, length) for row in rows]


def interval_of(name: str) -> Timeframe:
    """Return the length of candles that a name stands for."""
    try:
        return Timeframe.parse(name)
    except OptionError:
        raise ApiError(-1120, "Invalid interval.") from None


def _kline(row: Row, listing: Listing, length: int) -> list[object]:
    tick, lot = listing.tick, listing.lot
    opens = row.open_s * 1000
    return [
        opens,
        text(row.open * tick),
        text(row.high * tick),
        text(row.low * tick),
        text(row.close * tick),
        text(row.lots * lot),
        opens + length * 1000 - 1,
        text(row.quote),
        row.trades,
        text(row.lots // 2 * lot),
        text(row.quote // 2),
        "0",
    ]
