"""Market data: products, tickers, books, candles, trades, and the currencies of the older half."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final

from tidegate.exchange import history
from tidegate.exchange.coinbase.errors import ApiError, invalid
from tidegate.exchange.coinbase.shapes import iso
from tidegate.exchange.prices.tape import SECOND_NS
from tidegate.exchange.venue import UNIT
from tidegate.exchange.views import best_of, day_of, joined, plain, priced, sized
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from tidegate.exchange.coinbase.call import Call
    from tidegate.exchange.coinbase.shapes import Shape
    from tidegate.exchange.prices.chart import Row
    from tidegate.exchange.venue import BookSide, Listing
    from tidegate.exchange.world import World

GRANULARITIES: Final = {
    "ONE_MINUTE": "1m",
    "FIVE_MINUTE": "5m",
    "FIFTEEN_MINUTE": "15m",
    "THIRTY_MINUTE": "30m",
    "ONE_HOUR": "1h",
    "TWO_HOUR": "2h",
    "FOUR_HOUR": "4h",
    "SIX_HOUR": "6h",
    "ONE_DAY": "1d",
}
_MOST_CANDLES: Final = 350


def time(call: Call) -> Shape:
    """Return the time that the venue believes it is."""
    now = call.world.told_ns()
    seconds, millis = now // 10**9, now // 10**6
    return {"iso": iso(now), "epochSeconds": str(seconds), "epochMillis": str(millis)}


def old_time(call: Call) -> Shape:
    """Return the same from the older half of the interface."""
    now = call.world.told_ns()
    return {"data": {"iso": iso(now), "epoch": now // 10**9}}


# products


def products(call: Call) -> Shape:
    """Return every product with its last 24 hours; those of other kinds do not exist here."""
    if call.text("product_type") not in {"", "SPOT", "UNKNOWN_PRODUCT_TYPE"}:
        return {"products": [], "num_products": 0}
    found = [_product(call.world, one) for one in call.listings("product_ids")]
    return {"products": found, "num_products": len(found)}


def product(call: Call) -> Shape:
    """Return one product."""
    return _product(call.world, call.listing(call.named))


def _product(world: World, listing: Listing) -> Shape:
    world.settle(listing.symbol)
    day, pair, book = day_of(world, listing.symbol), listing.pair, world.venue.books[listing.symbol]
    middle = (best_of(book.bids)[0] + best_of(book.asks)[0]) * listing.tick // 2
    return {
        "product_id": joined(listing),
        "price": plain(day.last),
        "price_percentage_change_24h": f"{(day.last / day.open - 1) * 100:.8f}",
        "volume_24h": plain(day.base),
        "volume_percentage_change_24h": "0",
        "base_increment": plain(listing.lot),
        "quote_increment": plain(listing.tick),
        "quote_min_size": plain(listing.min_cost),
        "quote_max_size": plain(50_000_000 * UNIT),
        "base_min_size": sized(listing, listing.min_lots),
        "base_max_size": sized(listing, listing.max_lots),
        "base_name": pair.base,
        "quote_name": pair.quote,
        "watched": False,
        "is_disabled": False,
        "new": False,
        "status": "online",
        "cancel_only": False,
        "limit_only": False,
        "post_only": False,
        "trading_disabled": False,
        "auction_mode": False,
        "product_type": "SPOT",
        "quote_currency_id": pair.quote,
        "base_currency_id": pair.base,
        "fcm_trading_session_details": None,
        "mid_market_price": plain(middle),
        "alias": "",
        "alias_to": [],
        "base_display_symbol": pair.base,
        "quote_display_symbol": pair.quote,
        "view_only": False,
        "price_increment": plain(listing.tick),
        "display_name": joined(listing),
        "product_venue": "CBE",
        "approximate_quote_24h_volume": plain(day.quote),
    }


# books


def book(call: Call) -> Shape:
    """Return the best levels of a book."""
    listing = call.listing(call.text("product_id"))
    shape = _book(call.world, listing, call.limit(50, 1000))
    found = call.world.venue.books[listing.symbol]
    bid, ask = best_of(found.bids)[0], best_of(found.asks)[0]
    return {
        "pricebook": shape,
        "last": priced(listing, found.last),
        "mid_market": plain((bid + ask) * listing.tick // 2),
        "spread_bps": f"{(ask - bid) / max(bid + ask, 1) * 20_000:.3f}",
        "spread_absolute": priced(listing, ask - bid),
    }


def best(call: Call) -> Shape:
    """Return the best bid and ask of some products."""
    found = [_book(call.world, one, 1) for one in call.listings("product_ids")]
    return {"pricebooks": found}


def _book(world: World, listing: Listing, most: int) -> Shape:
    world.settle(listing.symbol)
    found = world.venue.books[listing.symbol]
    return {
        "product_id": joined(listing),
        "bids": _levels(found.bids, listing, most),
        "asks": _levels(found.asks, listing, most),
        "time": iso(world.told_ns()),
    }


def _levels(side: BookSide, listing: Listing, most: int) -> list[Shape]:
    return [
        {"price": priced(listing, price), "size": sized(listing, lots)}
        for price, lots in side.ranked(most)
    ]


# candles


def candles(call: Call) -> Shape:
    """Return the candles between two times, newest first."""
    listing = call.listing(call.named)
    name = GRANULARITIES.get(call.text("granularity"))
    if name is None:
        raise invalid("granularity")
    timeframe = Timeframe.parse(name)
    start, end = call.whole("start"), call.whole("end")
    if start is None or end is None:
        raise invalid("start")
    if (end - start) // (timeframe.minutes * 60) > _MOST_CANDLES:
        raise invalid("end")
    now_s = call.world.settle(listing.symbol) // SECOND_NS
    chart = call.world.chart(listing.symbol)
    first = max(start, chart.tape.start_s)
    rows = chart.rows(timeframe, first, min(end, now_s) + 1, now_s)
    return {"candles": [candle(row, listing) for row in reversed(rows)]}


def candle(row: Row, listing: Listing) -> Shape:
    """Return a candle."""
    return {
        "start": str(row.open_s),
        "low": priced(listing, row.low),
        "high": priced(listing, row.high),
        "open": priced(listing, row.open),
        "close": priced(listing, row.close),
        "volume": sized(listing, row.lots),
    }


# trades


def trades(call: Call) -> Shape:
    """Return the latest trades, newest first, with the best bid and ask."""
    world, listing = call.world, call.listing(call.named)
    symbol, most = listing.symbol, call.limit(100, 1000)
    now = world.settle(symbol)
    start, end = call.whole("start"), call.whole("end")
    if start is not None:
        last_ns = now if end is None else min(end * SECOND_NS, now)
        rows = history.from_time(world, symbol, start * SECOND_NS, now)
        found = list(islice(takewhile(lambda one: one.time_ns <= last_ns, rows), most))
    else:
        found = history.latest(world, symbol, most, now)
    books = world.venue.books[symbol]
    return {
        "trades": [trade_shape(one, listing) for one in reversed(found)],
        "best_bid": priced(listing, best_of(books.bids)[0]),
        "best_ask": priced(listing, best_of(books.asks)[0]),
    }


def trade_shape(trade: history.PublicTrade, listing: Listing) -> Shape:
    """Return a trade; its side is that of the order which had waited."""
    return {
        "trade_id": str(trade.id),
        "product_id": joined(listing),
        "price": priced(listing, trade.price),
        "size": sized(listing, trade.lots),
        "time": iso(trade.time_ns),
        "side": "BUY" if trade.buyer_is_maker else "SELL",
        "bid": "",
        "ask": "",
    }


# the older half


def _assets(world: World) -> list[str]:
    listings = world.venue.listings.values()
    return sorted({asset for one in listings for asset in (one.pair.base, one.pair.quote)})


def no_fiat(_call: Call) -> Shape:
    """Return the currencies that are not crypto: none."""
    return {"data": []}


def crypto(call: Call) -> Shape:
    """Return every currency."""
    data = [
        {
            "asset_id": asset.lower(),
            "code": asset,
            "name": asset,
            "color": "#000000",
            "exponent": 8,
            "type": "crypto",
            "sort_index": number,
        }
        for number, asset in enumerate(_assets(call.world))
    ]
    return {"data": data}


def rates(call: Call) -> Shape:
    """Return what a dollar is worth, as far as it is known: nothing is."""
    return {"data": {"currency": "USD", "rates": dict.fromkeys(_assets(call.world), "0")}}


def spot_price(call: Call) -> Shape:
    """Return the last price of a product, in the older half's way."""
    listing = call.listing(call.named)
    call.world.settle(listing.symbol)
    last = call.world.venue.books[listing.symbol].last
    if not last:
        raise ApiError("NOT_FOUND", "no price", 404)
    data = {"amount": priced(listing, last), "base": listing.pair.base}
    return {"data": {**data, "currency": listing.pair.quote}}
