"""Trades that everybody may see."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING

from tidegate.exchange import history
from tidegate.exchange.binance.shapes import ms
from tidegate.exchange.prices.tape import SECOND_NS
from tidegate.exchange.venue import text

if TYPE_CHECKING:
    from tidegate.exchange.binance.call import Call
    from tidegate.exchange.binance.shapes import Shape


def recent(call: Call) -> list[Shape]:
    """Return the latest trades."""
    symbol, limit = call.symbol(), call.limit(500, 1000)
    now = call.world.settle(symbol)
    return _trades(call, symbol, history.latest(call.world, symbol, limit, now))


def older(call: Call) -> list[Shape]:
    """Return trades from an id on, or the latest."""
    symbol, limit = call.symbol(), call.limit(500, 1000)
    now = call.world.settle(symbol)
    first = call.whole("fromId")
    if first is None:
        return _trades(call, symbol, history.latest(call.world, symbol, limit, now))
    found = islice(history.from_id(call.world, symbol, first, now), limit)
    return _trades(call, symbol, list(found))


def _trades(call: Call, symbol: str, trades: list[history.PublicTrade]) -> list[Shape]:
    listing = call.world.venue.listings[symbol]
    return [
        {
            "id": trade.id,
            "price": text(trade.price * listing.tick),
            "qty": text(trade.lots * listing.lot),
            "quoteQty": text(trade.price * trade.lots * listing.cost),
            "time": ms(trade.time_ns),
            "isBuyerMaker": trade.buyer_is_maker,
            "isBestMatch": True,
        }
        for trade in trades
    ]


def aggregate(call: Call) -> list[Shape]:
    """Return trades from an id or a time on, or the latest; here each stands alone."""
    symbol, limit = call.symbol(), call.limit(500, 1000)
    now = call.world.settle(symbol)
    first, start, end = call.whole("fromId"), call.whole("startTime"), call.whole("endTime")
    world = call.world
    if first is not None:
        found = list(islice(history.from_id(world, symbol, first, now), limit))
    elif start is not None or end is not None:
        last_ns = now if end is None else min(end * 1_000_000, now)
        begin = start * 1_000_000 if start is not None else last_ns - limit * SECOND_NS
        rows = history.from_time(world, symbol, begin, now)
        inside = takewhile(lambda trade: trade.time_ns <= last_ns, rows)
        found = list(islice(inside, limit))
    else:
        found = history.latest(world, symbol, limit, now)
    listing = world.venue.listings[symbol]
    return [
        {
            "a": trade.id,
            "p": text(trade.price * listing.tick),
            "q": text(trade.lots * listing.lot),
            "f": trade.id,
            "l": trade.id,
            "T": ms(trade.time_ns),
            "m": trade.buyer_is_maker,
            "M": True,
        }
        for trade in found
    ]
