"""Market data: instruments, tickers, books, candles, trades."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from tidegate.exchange import history
from tidegate.exchange.okx.errors import wrong
from tidegate.exchange.okx.shapes import ms
from tidegate.exchange.prices.tape import SECOND_NS
from tidegate.exchange.venue import UNIT
from tidegate.exchange.views import DAY_S, best_of, day_of, joined, plain, priced, sized
from tidegate.model import TIMEFRAMES, Timeframe

if TYPE_CHECKING:
    from tidegate.exchange.okx.call import Call
    from tidegate.exchange.okx.shapes import Shape
    from tidegate.exchange.prices.chart import Row
    from tidegate.exchange.venue import BookSide, Listing
    from tidegate.exchange.world import World

_SHORTER_THAN_6H: Final = 360
_MINUTE: Final = Timeframe.parse("1m")
BARS: Final[dict[str, Timeframe]] = {
    (
        str(timeframe).replace("h", "H")
        if timeframe.minutes < _SHORTER_THAN_6H
        else f"{str(timeframe).upper()}utc"
    ): timeframe
    for timeframe in TIMEFRAMES
    if str(timeframe) != "8h"
}
"""Lengths of candles by OKX's names. From six hours on, only those that begin by UTC."""


def time(call: Call) -> list[Shape]:
    """Return the time that the venue believes it is."""
    return [{"ts": ms(call.world.told_ns())}]


def status(_call: Call) -> list[Shape]:
    """Return what maintenance is announced: none."""
    return []


def instruments(call: Call) -> list[Shape]:
    """Return the pairs, or the one that is asked for."""
    if not call.text("instType"):
        raise wrong("instType")
    if not call.require_spot():
        return []
    every = list(call.world.venue.listings.values())
    return [_instrument(one, every.index(one) + 1) for one in call.listings()]


def _instrument(listing: Listing, code: int) -> Shape:
    pair = listing.pair
    most_cost = plain(1_000_000 * UNIT)
    return {
        "instType": "SPOT",
        "instId": joined(listing),
        "instIdCode": code,
        "baseCcy": pair.base,
        "quoteCcy": pair.quote,
        "settleCcy": "",
        "uly": "",
        "instFamily": "",
        "category": "1",
        "groupId": "1",
        "tickSz": plain(listing.tick),
        "lotSz": plain(listing.lot),
        "minSz": sized(listing, listing.min_lots),
        "maxLmtSz": sized(listing, listing.max_lots),
        "maxMktSz": most_cost,
        "maxLmtAmt": plain(20_000_000 * UNIT),
        "maxMktAmt": most_cost,
        "maxStopSz": most_cost,
        "maxTriggerSz": sized(listing, listing.max_lots),
        "maxTwapSz": sized(listing, listing.max_lots),
        "maxIcebergSz": sized(listing, listing.max_lots),
        "lever": "",
        "ctVal": "",
        "ctMult": "",
        "ctValCcy": "",
        "ctType": "",
        "stk": "",
        "optType": "",
        "expTime": "",
        "listTime": "1548133413000",
        "state": "live",
        "ruleType": "normal",
    }


# tickers


def ticker(call: Call) -> list[Shape]:
    """Return what happened to one pair in the last 24 hours."""
    return [ticker_of(call.world, call.listing())]


def tickers(call: Call) -> list[Shape]:
    """Return what happened to every pair in the last 24 hours."""
    if not call.text("instType"):
        raise wrong("instType")
    if not call.require_spot():
        return []
    return [ticker_of(call.world, listing) for listing in call.world.venue.listings.values()]


def ticker_of(world: World, listing: Listing) -> Shape:
    """Return a pair's last 24 hours."""
    now_s = world.settle(listing.symbol) // SECOND_NS
    book = world.venue.books[listing.symbol]
    day = day_of(world, listing.symbol)
    bid, bid_lots = best_of(book.bids)
    ask, ask_lots = best_of(book.asks)
    return {
        "instType": "SPOT",
        "instId": joined(listing),
        "last": plain(day.last),
        "lastSz": plain(listing.lot),
        "askPx": priced(listing, ask),
        "askSz": sized(listing, ask_lots),
        "bidPx": priced(listing, bid),
        "bidSz": sized(listing, bid_lots),
        "open24h": plain(day.open),
        "high24h": plain(day.high),
        "low24h": plain(day.low),
        "volCcy24h": plain(day.quote),
        "vol24h": plain(day.base),
        "sodUtc0": _opened(world, listing, now_s, 0),
        "sodUtc8": _opened(world, listing, now_s, 8 * 3600),
        "ts": ms(world.told_ns()),
    }


def _opened(world: World, listing: Listing, now_s: int, ahead_s: int) -> str:
    """Return the price at which the day opened in a time zone."""
    midnight = now_s - (now_s + ahead_s) % DAY_S
    rows = world.chart(listing.symbol).rows(_MINUTE, midnight, midnight + 60, now_s)
    return priced(listing, rows[0].open) if rows else ""


# books


def books(call: Call) -> list[Shape]:
    """Return the best levels of a book."""
    listing, most = call.listing(), call.limit(1, 400, "sz")
    return [_book(call, listing, most)]


def full_books(call: Call) -> list[Shape]:
    """Return more levels of a book."""
    listing, most = call.listing(), call.limit(1, 5000, "sz")
    return [_book(call, listing, most)]


def _book(call: Call, listing: Listing, most: int) -> Shape:
    call.world.settle(listing.symbol)
    book = call.world.venue.books[listing.symbol]
    return {
        "asks": levels(book.asks, listing, book.asks.ranked(most)),
        "bids": levels(book.bids, listing, book.bids.ranked(most)),
        "ts": ms(call.world.told_ns()),
        "seqId": book.update_id,
    }


def levels(side: BookSide, listing: Listing, ranked: list[tuple[int, int]]) -> list[list[str]]:
    """Return levels: price, amount, nothing, and how many orders it is."""
    found = []
    for price, lots in ranked:
        level = side.levels.get(price)
        orders = level.count if level is not None else 0
        found.append([priced(listing, price), sized(listing, lots), "0", str(orders)])
    return found


# candles


def candles(call: Call) -> list[list[str]]:
    """Return the latest candles, newest first; the first of them is forming."""
    return _candles(call, forming=True)


def history_candles(call: Call) -> list[list[str]]:
    """Return candles that are complete, newest first."""
    return _candles(call, forming=False)


def _candles(call: Call, *, forming: bool) -> list[list[str]]:
    listing, most = call.listing(), call.limit(100, 300)
    timeframe = bar_of(call.text("bar") or "1m")
    now_s = call.world.settle(listing.symbol) // SECOND_NS
    after, before = call.whole("after"), call.whole("before")
    length = timeframe.minutes * 60
    stop_s = now_s + 1 if after is None else min(-(-after // 1000), now_s + 1)
    if not forming:
        stop_s = min(stop_s, timeframe.opening(now_s * SECOND_NS) // SECOND_NS)
    newest = timeframe.opening((stop_s - 1) * SECOND_NS) // SECOND_NS
    first_s = newest - (most - 1) * length
    if before is not None:
        first_s = max(first_s, before // 1000 + 1)
    rows = call.world.chart(listing.symbol).rows(timeframe, first_s, stop_s, now_s)
    return [candle(row, listing, final=row.open_s + length <= now_s) for row in reversed(rows)]


def bar_of(name: str) -> Timeframe:
    """Return the length of candles that a name stands for."""
    found = BARS.get(name)
    if found is None:
        raise wrong("bar")
    return found


def candle(row: Row, listing: Listing, *, final: bool) -> list[str]:
    """Return a candle: time, four prices, volume in both currencies, and whether it is final."""
    prices = (priced(listing, price) for price in (row.open, row.high, row.low, row.close))
    quote = plain(row.quote)
    volume = sized(listing, row.lots)
    return [str(row.open_s * 1000), *prices, volume, quote, quote, str(int(final))]


# trades


def trades(call: Call) -> list[Shape]:
    """Return the latest trades, newest first."""
    listing, most = call.listing(), call.limit(100, 500)
    now = call.world.settle(listing.symbol)
    found = history.latest(call.world, listing.symbol, most, now)
    return [trade_shape(one, listing) for one in reversed(found)]


def history_trades(call: Call) -> list[Shape]:
    """Return trades before an id, or a time, newest first."""
    listing, most = call.listing(), call.limit(100, 100)
    symbol, now = listing.symbol, call.world.settle(listing.symbol)
    after = call.whole("after")
    if after is None:
        found = history.latest(call.world, symbol, most, now)
    else:
        by_time = call.text("type") == "2"
        before_ns = after * 1_000_000 if by_time else after // history.IDS_A_SECOND * SECOND_NS
        older = history.latest(call.world, symbol, most, min(before_ns, now))
        found = [one for one in older if by_time or one.id < after]
    first = call.whole("before")
    if first is not None and call.text("type") != "2":
        found = list(islice((one for one in found if one.id > first), most))
    return [trade_shape(one, listing) for one in reversed(found)]


def trade_shape(trade: history.PublicTrade, listing: Listing) -> Shape:
    """Return a trade; its side is the taker's."""
    return {
        "instId": joined(listing),
        "tradeId": str(trade.id),
        "px": priced(listing, trade.price),
        "sz": sized(listing, trade.lots),
        "side": "sell" if trade.buyer_is_maker else "buy",
        "source": "0",
        "ts": ms(trade.time_ns),
    }
