"""What an order would come to, before it is taken: what it locks, costs, and meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.exchange.venue.order import (
    Kind,
    NewOrder,
    Order,
    Prevention,
    Reason,
    RefusedError,
)
from tidegate.exchange.venue.stops import waits_for_rise

if TYPE_CHECKING:
    from tidegate.exchange.venue.account import Account
    from tidegate.exchange.venue.book import Book
    from tidegate.exchange.venue.listing import Listing


def reserve(new: NewOrder, listing: Listing) -> int:
    """Return the units that an order locks for each lot."""
    if new.kind is Kind.MARKET:
        return 0
    return (new.price or new.stop) * listing.cost if new.buys else listing.lot


def require_funds(account: Account, new: NewOrder, book: Book) -> None:
    """Refuse an order that the account cannot pay for."""
    listing = book.listing
    if new.kind is Kind.MARKET:
        _require_market_funds(account, new, book)
        return
    asset = listing.pair.quote if new.buys else listing.pair.base
    if account.free[asset] < reserve(new, listing) * new.lots:
        raise RefusedError(Reason.BALANCE)


def _require_market_funds(account: Account, new: NewOrder, book: Book) -> None:
    listing = book.listing
    side = book.side(buys=not new.buys)
    if not side.keys:
        raise RefusedError(Reason.NO_LIQUIDITY)
    lots = new.lots or lots_for(new, book)
    if not lots:
        raise RefusedError(Reason.LOT_SIZE)
    if new.buys:
        needed = new.budget or _cost_of(lots, book)
        if account.free[listing.pair.quote] < needed:
            raise RefusedError(Reason.BALANCE)
    elif account.free[listing.pair.base] < lots * listing.lot:
        raise RefusedError(Reason.BALANCE)


def _cost_of(lots: int, book: Book) -> int:
    """Return what buying so much at the market costs, as far as the book goes."""
    cost = 0
    for price, level in book.asks:
        part = min(lots, level.lots)
        cost += part * price
        lots -= part
        if not lots:
            break
    return cost * book.listing.cost


def lots_for(new: NewOrder, book: Book) -> int:
    """Return how many lots a budget reaches for."""
    left, lots = new.budget, 0
    each = book.listing.cost
    for price, level in book.side(buys=not new.buys):
        part = min(level.lots, left // (price * each))
        lots += part
        left -= part * price * each
        if part < level.lots:
            break
    return lots


def crosses(new: NewOrder, book: Book) -> bool:
    """Tell whether an order would trade at once."""
    best = book.side(buys=not new.buys).best
    if best is None:
        return False
    return new.price >= best if new.buys else new.price <= best


def triggered(new: NewOrder, last: int) -> bool:
    """Tell whether a stop would be triggered at once."""
    if not last:
        return False
    return last >= new.stop if waits_for_rise(new) else last <= new.stop


def fillable(order: Order, book: Book) -> bool:
    """Tell whether a whole order would fill at once, its account's own orders not counted."""
    lots = order.left
    for price, level in book.side(buys=not order.buys):
        if order.price and (price > order.price if order.buys else price < order.price):
            return False
        for other in level.queue:
            if not other.resting:
                continue
            if other.account is order.account and order.prevention is not Prevention.NONE:
                if order.prevention is not Prevention.EXPIRE_MAKER:
                    return False
                continue
            lots -= other.left
            if lots <= 0:
                return True
    return False
