"""The filters of a listing, in the order in which an order meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.exchange.venue.order import PRICED, STOPS, Kind, NewOrder, Reason, RefusedError

if TYPE_CHECKING:
    from tidegate.exchange.venue.account import Account
    from tidegate.exchange.venue.book import Book
    from tidegate.exchange.venue.listing import Listing


def require_passes(new: NewOrder, book: Book, account: Account) -> None:
    """Refuse an order that a filter stops."""
    listing = book.listing
    last = book.last
    priced = new.kind in PRICED
    if priced:
        _require_price(new.price, listing)
    if new.stop:
        _require_price(new.stop, listing)
    if not new.budget:
        _require_lots(new, listing)
    if priced and last and not last * listing.down <= new.price <= last * listing.up:
        raise RefusedError(Reason.PERCENT_PRICE)
    price = new.price or new.stop or last
    cost = new.budget or price * new.lots * listing.cost
    if cost < listing.min_cost and (price or new.budget):  # before the first trade: unknown
        raise RefusedError(Reason.NOTIONAL)
    waiting = account.open[listing.symbol]
    if len(waiting) >= listing.max_orders:
        raise RefusedError(Reason.MAX_ORDERS)
    if new.kind in STOPS:
        stops = sum(1 for order in waiting.values() if order.kind in STOPS)
        if stops >= listing.max_stops:
            raise RefusedError(Reason.MAX_STOPS)


def _require_price(price: int, listing: Listing) -> None:
    if not listing.min_ticks <= price <= listing.max_ticks:
        raise RefusedError(Reason.PRICE_FILTER)


def _require_lots(new: NewOrder, listing: Listing) -> None:
    if not listing.min_lots <= new.lots <= listing.max_lots:
        raise RefusedError(Reason.LOT_SIZE)
    if new.kind is Kind.MARKET and new.lots > listing.max_market_lots:
        raise RefusedError(Reason.MARKET_LOT_SIZE)
