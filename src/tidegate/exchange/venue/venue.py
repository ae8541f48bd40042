"""The venue: accounts, books, and what may be asked of them. No clock, no socket, no chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidegate.exchange.venue.account import Account
from tidegate.exchange.venue.book import Book
from tidegate.exchange.venue.estimates import (
    crosses,
    fillable,
    lots_for,
    require_funds,
    reserve,
    triggered,
)
from tidegate.exchange.venue.filters import require_passes
from tidegate.exchange.venue.matching import Matcher, reserved
from tidegate.exchange.venue.order import (
    OPEN,
    PRICED,
    STOPS,
    Kind,
    Life,
    NewOrder,
    Order,
    Prevention,
    Reason,
    RefusedError,
    Report,
    Status,
    Trade,
    What,
)
from tidegate.exchange.venue.stops import Stops

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tidegate.exchange.venue.listing import Listing

CROWD = "crowd"


class Handling(NamedTuple):
    """How an order is treated that is to fill late, or in part."""

    wait_ns: int = 0
    """What does not match at once matches this much later."""
    share: float = 1.0
    """How much of the order may match at once."""


AT_ONCE = Handling()


class Venue:
    """Takes orders and matches them. Every change is reported, in order, through `drain`."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        """List these pairs; nobody has an account but the crowd, whose means have no bounds."""
        self.listings = {listing.symbol: listing for listing in listings}
        self.books = {symbol: Book(listing) for symbol, listing in self.listings.items()}
        self.accounts: dict[str, Account] = {}
        self.crowd = Account(CROWD, boundless=True)
        self._outbox: list[Report] = []
        self.matcher = Matcher(self._outbox)
        self._stops = {symbol: Stops() for symbol in self.listings}
        self._held: dict[int, Order] = {}
        self._ids = 0

    def open_account(self, name: str, balances: Mapping[str, int]) -> Account:
        """Open an account with these balances, in units."""
        account = self.accounts[name] = Account(name, balances)
        return account

    def drain(self) -> tuple[list[Report], list[Trade]]:
        """Return what was reported and traded since the last time, in order."""
        reports, trades = self._outbox[:], self.matcher.tape
        self._outbox.clear()
        self.matcher.tape = []
        return reports, trades

    # what accounts may ask

    def submit(
        self, account: Account, new: NewOrder, now_ns: int, handling: Handling = AT_ONCE
    ) -> Order:
        """Take an order, or refuse it; what can trade at once has traded."""
        book = self.books[new.symbol]
        self.require_acceptable(account, new)
        lots = new.lots or lots_for(new, book)
        per_lot = reserve(new, book.listing)
        self._ids += 1
        order = Order(new, self._ids, account, book.listing, now_ns, reserve=per_lot)
        order.lots = order.left = lots
        if per_lot:
            account.lock(reserved(order), per_lot * lots)
        self._register(order)
        self._report(What.ACCEPTED, order, now_ns)
        if not order.working:
            self._stops[new.symbol].add(order)
        elif handling is AT_ONCE:
            self._work(book, order, now_ns)
        else:
            self._hold(book, order, now_ns, handling)
        return order

    def require_acceptable(self, account: Account, new: NewOrder) -> None:
        """Refuse what `submit` would refuse, and change nothing."""
        book = self.books[new.symbol]
        require_passes(new, book, account)
        named = account.named.get((new.symbol, new.client_id))
        if named is not None and named.status in OPEN:
            raise RefusedError(Reason.DUPLICATE)
        if new.stop and triggered(new, book.last):
            raise RefusedError(Reason.WOULD_TRIGGER)
        if new.kind is Kind.LIMIT_MAKER and crosses(new, book):
            raise RefusedError(Reason.WOULD_TAKE)
        require_funds(account, new, book)

    def cancel(self, order: Order, now_ns: int, by: str = "") -> None:
        """Take an order back, or say that it is not there to be taken back."""
        if order.status not in OPEN:
            raise RefusedError(Reason.UNKNOWN_ORDER)
        order.taken_back_as = by
        self._end(order, Status.CANCELED, What.CANCELED, now_ns)

    def advance(self, now_ns: int) -> None:
        """Let orders match whose waiting has ended."""
        for order in [one for one in self._held.values() if one.held_ns <= now_ns]:
            del self._held[order.id]
            self._work(
                self.books[order.listing.symbol], order, max(order.held_ns, order.updated_ns)
            )

    def deposit(self, account: Account, asset: str, amount: int) -> None:
        """Add to what is free, or take from it."""
        account.free[asset] += amount

    # what only the crowd and faults may ask

    def place(self, symbol: str, *, buys: bool, price: int, lots: int, now_ns: int) -> Order:
        """Place an order of the crowd's that waits if it does not trade."""
        book = self.books[symbol]
        order = self.crowds(symbol, buys=buys, price=price, lots=lots, now_ns=now_ns)
        self.matcher.match(book, order, now_ns)
        if order.left:
            book.side(buys=buys).add(order)
            book.touch(price, buys=buys)
        self._trigger(book, now_ns)
        return order

    def take(self, symbol: str, *, buys: bool, price: int, lots: int, now_ns: int) -> Order:
        """Trade for the crowd up to a price, and let go of the rest."""
        book = self.books[symbol]
        order = self.crowds(symbol, buys=buys, price=price, lots=lots, now_ns=now_ns)
        self.matcher.match(book, order, now_ns)
        self._trigger(book, now_ns)
        return order

    def withdraw(self, order: Order) -> None:
        """Take an order of the crowd's away."""
        if order.resting:
            book = self.books[order.listing.symbol]
            book.side(buys=order.buys).remove(order)
            book.touch(order.price, buys=order.buys)
            order.status = Status.CANCELED

    def fill_anyway(self, order: Order, now_ns: int) -> bool:
        """Fill what is left of an order at its own price, even if it was taken back.

        Returns whether that could be paid for.
        """
        book = self.books[order.listing.symbol]
        lots = order.left
        price = order.price or book.last
        if not lots or not price:
            return False
        ended = order.status not in OPEN
        asset = reserved(order)
        if ended and order.reserve:
            if order.account.free[asset] < order.reserve * lots:
                return False
            order.account.lock(asset, order.reserve * lots)
        self._leave(order)
        symbol = book.listing.symbol
        other = self.crowds(symbol, buys=not order.buys, price=price, lots=lots, now_ns=now_ns)
        order.left = other.left = 0
        order.working = True
        self.matcher.settle(order, other, price, lots, now_ns)
        return True

    # what is done once, when a venue is started anew

    def take_again(self, order: Order) -> None:
        """Take an order as it was; its funds are locked already. Oldest first."""
        self._ids = max(self._ids, order.id)
        self._register(order)
        if order.status not in OPEN:
            del order.account.open[order.listing.symbol][order.id]
        elif order.held_ns and order.working and order.kind not in STOPS:
            self._held[order.id] = order
        elif order.working:
            self.books[order.listing.symbol].side(buys=order.buys).add(order)
        else:
            self._stops[order.listing.symbol].add(order)

    def note_again(self, trade: Trade) -> None:
        """Write down a trade as it was."""
        self.matcher.note_again(trade)

    # within

    def crowds(self, symbol: str, *, buys: bool, price: int, lots: int, now_ns: int) -> Order:
        """Return an order of the crowd's that is nowhere yet."""
        new = NewOrder(
            symbol=symbol,
            buys=buys,
            kind=Kind.LIMIT,
            lots=lots,
            price=price,
            client_id="",
            prevention=Prevention.NONE,
        )
        self._ids += 1
        return Order(new, self._ids, self.crowd, self.listings[symbol], now_ns)

    def _register(self, order: Order) -> None:
        account, symbol = order.account, order.listing.symbol
        account.orders[order.id] = order
        account.named[symbol, order.client_id] = order
        account.open[symbol][order.id] = order
        account.history[symbol].append(order)
        account.updated_ns = order.created_ns

    def _report(self, what: What, order: Order, now_ns: int) -> None:
        self._outbox.append(
            Report(what, order, order.status, order.filled, order.quote, None, now_ns)
        )

    def _work(self, book: Book, order: Order, now_ns: int, limit: int | None = None) -> None:
        """Match a taker, and let what is left wait or expire as it is meant to."""
        if order.life is Life.FOK and not fillable(order, book):
            self._end(order, Status.EXPIRED, What.EXPIRED, now_ns)
            return
        self.matcher.match(book, order, now_ns, limit)
        if order.left and order.status in OPEN and limit is None:
            if order.kind in PRICED and order.life is Life.GTC:
                book.side(buys=order.buys).add(order)
                book.touch(order.price, buys=order.buys)
            else:
                self._end(order, Status.EXPIRED, What.EXPIRED, now_ns)
        self._trigger(book, now_ns)

    def _hold(self, book: Book, order: Order, now_ns: int, handling: Handling) -> None:
        at_once = int(order.lots * handling.share) if handling.share < 1 else 0
        order.held_ns = now_ns + handling.wait_ns
        if at_once:
            self._work(book, order, now_ns, at_once)
        if order.status in OPEN:
            self._held[order.id] = order

    def _trigger(self, book: Book, now_ns: int) -> None:
        """Let stops go that the last price has reached, one after the other."""
        stops = self._stops[book.listing.symbol]
        while book.last and (order := stops.next(book.last)) is not None:
            order.working = True
            order.updated_ns = now_ns
            if order.kind in {Kind.STOP_LOSS, Kind.TAKE_PROFIT} and order.buys:
                order.account.release(reserved(order), order.reserve * order.left)
                order.reserve = 0
            self._report(What.TRIGGERED, order, now_ns)
            self._work(book, order, now_ns)

    def _end(self, order: Order, status: Status, what: What, now_ns: int) -> None:
        self._leave(order)
        self.matcher.end(order, status, what, now_ns)

    def _leave(self, order: Order) -> None:
        self._held.pop(order.id, None)
        if order.resting:
            book = self.books[order.listing.symbol]
            book.side(buys=order.buys).remove(order)
            book.touch(order.price, buys=order.buys)
