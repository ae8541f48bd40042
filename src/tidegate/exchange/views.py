"""What any dialect shows of a world, before it has a shape: prices and amounts as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidegate.exchange.history import PublicTrade
from tidegate.exchange.prices.tape import SECOND_NS
from tidegate.exchange.venue import STOPS, UNIT, Order, Trade, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidegate.exchange.venue import Account, BookSide, Listing
    from tidegate.exchange.world import World

MS: Final = 1_000_000
DAY_S: Final = 86_400


def plain(amount: int) -> str:
    """Return units as a decimal number without needless zeroes."""
    return text(amount).rstrip("0").rstrip(".")


def priced(listing: Listing, ticks: int) -> str:
    """Return a price."""
    return plain(ticks * listing.tick)


def sized(listing: Listing, lots: int) -> str:
    """Return an amount of the base currency."""
    return plain(lots * listing.lot)


def average(order: Order, filled: int, quote: int) -> int:
    """Return what an order paid for each of the base currency, in units; 0 before it traded."""
    return quote * UNIT // (filled * order.listing.lot) if filled else 0


class Day(NamedTuple):
    """The last 24 hours of a pair. Prices and amounts in units."""

    open: int
    high: int
    low: int
    last: int
    base: int
    quote: int


def day_of(world: World, symbol: str) -> Day:
    """Return the last 24 hours of a pair that was settled; its last price is that of its book."""
    listing, tick = world.venue.listings[symbol], world.venue.listings[symbol].tick
    row = world.chart(symbol).window(DAY_S, world.now_ns() // SECOND_NS)
    last = world.venue.books[symbol].last or row.close
    return Day(
        row.open * tick,
        max(row.high, last) * tick,
        min(row.low, last) * tick,
        last * tick,
        row.lots * listing.lot,
        row.quote,
    )


def best_of(side: BookSide) -> tuple[int, int]:
    """Return price and lots of the best level; nothing is 0 and 0."""
    return next(iter(side.ranked(1)), (0, 0))


def trades_of(order: Order, filled: int | None = None) -> list[Trade]:
    """Return the trades of an order, up to when so many lots of it had traded."""
    if filled is None:
        return order.trades
    found, lots = [], 0
    for trade in order.trades:
        if lots >= filled:
            break
        found.append(trade)
        lots += trade.lots
    return found


def fee_of(order: Order, trade: Trade) -> int:
    """Return what an order paid for a trade, in units of what it received."""
    return trade.buyer_fee if order.buys else trade.seller_fee


def fees_of(order: Order, trades: Iterable[Trade]) -> int:
    """Return what an order paid for trades, in units of what it received."""
    return sum(fee_of(order, trade) for trade in trades)


def made(order: Order, trade: Trade) -> bool:
    """Tell whether an order had waited for a trade in the book."""
    return trade.buyer_is_maker == order.buys


def as_public(trade: Trade) -> PublicTrade:
    """Return a trade of an account's as everybody may see it."""
    return PublicTrade(trade.id, trade.price, trade.lots, trade.buyer_is_maker, trade.time_ns)


def waits(order: Order) -> bool:
    """Tell whether an order waits for the last price to reach its own."""
    return order.kind in STOPS and not order.working


def assets_of(world: World, account: Account) -> list[str]:
    """Return every currency that is traded, or that an account has."""
    listed = {
        asset
        for listing in world.venue.listings.values()
        for asset in (listing.pair.base, listing.pair.quote)
    }
    return sorted(listed | set(account.free))


def settle_open(world: World, account: Account) -> None:
    """Bring every pair to the present in which an account has orders that wait."""
    for symbol, waiting in list(account.open.items()):
        if waiting:
            world.settle(symbol)


def listing_by_parts(world: World, name: str, between: str = "-") -> Listing | None:
    """Return the pair whose base and quote are joined by a sign, like BTC-USDT."""
    listing = world.venue.listings.get(name.replace(between, ""))
    if listing is None or name != joined(listing, between):
        return None
    return listing


def joined(listing: Listing, between: str = "-") -> str:
    """Return base and quote joined by a sign."""
    return f"{listing.pair.base}{between}{listing.pair.quote}"
