"""Last prices, best bids and asks, and what happened in the last 24 hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.exchange import history
from tidegate.exchange.binance.market import best
from tidegate.exchange.binance.pairs import symbols_of
from tidegate.exchange.prices.tape import SECOND_NS
from tidegate.exchange.venue import UNIT, text

if TYPE_CHECKING:
    from tidegate.exchange.binance.call import Call
    from tidegate.exchange.binance.shapes import Shape
    from tidegate.exchange.world import World

DAY_S: Final = 86_400
_PERCENT: Final = 100


def _each(call: Call) -> tuple[list[str], bool]:
    """Return the symbols that are asked for, and whether it was a single one."""
    symbols = symbols_of(call)
    chosen = list(call.world.venue.listings) if symbols is None else symbols
    for symbol in chosen:
        call.world.settle(symbol)
    return chosen, "symbol" in call.params


def prices(call: Call) -> Shape | list[Shape]:
    """Return last prices."""
    symbols, single = _each(call)
    books = call.world.venue.books
    found: list[Shape] = [
        {"symbol": name, "price": text(books[name].last * books[name].listing.tick)}
        for name in symbols
    ]
    return found[0] if single else found


def book_tickers(call: Call) -> Shape | list[Shape]:
    """Return best bids and asks."""
    symbols, single = _each(call)
    found: list[Shape] = []
    for name in symbols:
        bid, bid_size, ask, ask_size = best(call.world, name)
        found.append(
            {
                "symbol": name,
                "bidPrice": bid,
                "bidQty": bid_size,
                "askPrice": ask,
                "askQty": ask_size,
            }
        )
    return found[0] if single else found


def day_tickers(call: Call) -> Shape | list[Shape]:
    """Return what happened in the last 24 hours."""
    symbols, single = _each(call)
    found = [day_of(call.world, name) for name in symbols]
    return found[0] if single else found


def day_of(world: World, symbol: str) -> Shape:
    """Return a pair's last 24 hours."""
    now_s = world.now_ns() // SECOND_NS
    listing = world.venue.listings[symbol]
    tick = listing.tick
    row = world.chart(symbol).window(DAY_S, now_s)
    bid, bid_size, ask, ask_size = best(world, symbol)
    change = row.close - row.open
    base = row.lots * listing.lot
    return {
        "symbol": symbol,
        "priceChange": text(change * tick),
        "priceChangePercent": f"{change / row.open * _PERCENT:.3f}",
        "weightedAvgPrice": text(row.quote * UNIT // base if base else 0),
        "prevClosePrice": text(row.open * tick),
        "lastPrice": text(row.close * tick),
        "lastQty": text(listing.lot),
        "bidPrice": bid,
        "bidQty": bid_size,
        "askPrice": ask,
        "askQty": ask_size,
        "openPrice": text(row.open * tick),
        "highPrice": text(row.high * tick),
        "lowPrice": text(row.low * tick),
        "volume": text(base),
        "quoteVolume": text(row.quote),
        "openTime": row.open_s * 1000,
        "closeTime": now_s * 1000,
        "firstId": row.open_s * history.IDS_A_SECOND,
        "lastId": now_s * history.IDS_A_SECOND,
        "count": row.trades,
    }


def average(call: Call) -> Shape:
    """Return the average price of five minutes."""
    symbol = call.symbol()
    now_s = call.world.settle(symbol) // SECOND_NS
    listing = call.world.venue.listings[symbol]
    row = call.world.chart(symbol).window(300, now_s)
    base = row.lots * listing.lot
    price = row.quote * UNIT // base if base else row.close * listing.tick
    return {"mins": 5, "price": text(price), "closeTime": now_s * 1000}
