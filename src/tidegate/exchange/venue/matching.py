"""Price before time: a taker meets the makers of the other side, and both are settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.exchange.venue.account import MILLION
from tidegate.exchange.venue.order import Order, Prevention, Report, Status, Trade, What

if TYPE_CHECKING:
    from tidegate.exchange.venue.account import Account
    from tidegate.exchange.venue.book import Book, BookSide, Level

SECOND_NS = 1_000_000_000
IDS_A_SECOND = 1_000_000


class Matcher:
    """Matches in any book, numbers the trades, and keeps the fees."""

    def __init__(self, outbox: list[Report]) -> None:
        """Report into this list."""
        self.outbox = outbox
        self.tape: list[Trade] = []
        self.fees: dict[str, int] = {}
        self.last_ids: dict[str, int] = {}

    def match(self, book: Book, taker: Order, now_ns: int, limit: int | None = None) -> None:
        """Trade as much as crosses, at most `limit` lots."""
        side = book.side(buys=not taker.buys)
        most = taker.left if limit is None else min(limit, taker.left)
        while most and side.keys:
            price = side.keys[-1] * side.sign
            if taker.price and (price > taker.price if taker.buys else price < taker.price):
                break
            level = side.levels[price]
            maker = level.queue[0]
            if not maker.resting:
                level.queue.popleft()
                continue
            own = maker.account is taker.account and not taker.account.boundless
            if own and taker.prevention is not Prevention.NONE:
                if self._prevent(book, side, maker, taker, now_ns):
                    return
                continue
            lots = min(most, maker.left)
            if not taker.reserve:
                lots = min(lots, _affordable(taker, price))
            if not lots:
                return
            self._trade(book, (side, level), maker, taker, lots, now_ns)
            most -= lots

    def _prevent(self, book: Book, side: BookSide, maker: Order, taker: Order, now_ns: int) -> bool:
        """End the maker, the taker or both; return whether the taker is done."""
        if taker.prevention is not Prevention.EXPIRE_TAKER:
            side.remove(maker)
            book.touch(maker.price, buys=maker.buys)
            self.end(maker, Status.EXPIRED_IN_MATCH, What.EXPIRED, now_ns)
        if taker.prevention is Prevention.EXPIRE_MAKER:
            return False
        self.end(taker, Status.EXPIRED_IN_MATCH, What.EXPIRED, now_ns)
        return True

    def _trade(
        self,
        book: Book,
        at: tuple[BookSide, Level],
        maker: Order,
        taker: Order,
        lots: int,
        now_ns: int,
    ) -> None:
        side, level = at
        price = maker.price
        taker.left -= lots
        side.shrink(level, maker, lots)
        book.touch(price, buys=maker.buys)
        book.last = price
        self.settle(maker, taker, price, lots, now_ns)

    def settle(self, maker: Order, taker: Order, price: int, lots: int, now_ns: int) -> Trade:
        """Move money and goods for lots that both orders have counted, and tell of it."""
        listing = maker.listing
        cost = price * lots * listing.cost
        goods = lots * listing.lot
        buyer, seller = (taker, maker) if taker.buys else (maker, taker)
        quote, base = listing.pair.quote, listing.pair.base
        buyer_fee = _fee(buyer.account, goods, maker=buyer is maker)
        seller_fee = _fee(seller.account, cost, maker=seller is maker)
        _pay(buyer, quote, cost, lots)
        buyer.account.free[base] += goods - buyer_fee
        _pay(seller, base, goods, lots)
        seller.account.free[quote] += cost - seller_fee
        fees = self.fees
        fees[base] = fees.get(base, 0) + buyer_fee
        fees[quote] = fees.get(quote, 0) + seller_fee
        trade = Trade(
            self._next_id(listing.symbol, now_ns),
            listing.symbol,
            price,
            lots,
            buyer,
            seller,
            buyer is maker,
            buyer_fee,
            seller_fee,
            now_ns,
        )
        for order in (maker, taker):
            order.quote += cost
            self._note(order, trade, now_ns)
        if not (maker.account.boundless and taker.account.boundless):
            self.tape.append(trade)
        return trade

    def _note(self, order: Order, trade: Trade, now_ns: int) -> None:
        """Write a trade down with an order and its account."""
        if order.left:
            order.status = Status.PARTIALLY_FILLED
        else:
            order.status = Status.FILLED
        order.updated_ns = now_ns
        account = order.account
        if account.boundless:
            return
        if not order.left:
            account.open[trade.symbol].pop(order.id, None)
        order.trades.append(trade)
        account.trades[trade.symbol].append(trade)
        account.updated_ns = now_ns
        self.outbox.append(
            Report(
                What.TRADED,
                order,
                order.status,
                order.lots - order.left,
                order.quote,
                trade,
                now_ns,
            )
        )

    def end(self, order: Order, status: Status, what: What, now_ns: int) -> None:
        """End an order that is in no book any more, and let go of what it had locked."""
        order.status = status
        order.updated_ns = now_ns
        account = order.account
        if account.boundless:
            return
        if order.reserve and order.left:
            account.release(reserved(order), order.reserve * order.left)
        account.open[order.listing.symbol].pop(order.id, None)
        account.updated_ns = now_ns
        self.outbox.append(Report(what, order, status, order.filled, order.quote, None, now_ns))

    def note_again(self, trade: Trade) -> None:
        """Write down a trade as it was, with its orders, their accounts and the fees."""
        pair = trade.buyer.listing.pair
        for order in (trade.buyer, trade.seller):
            if not order.account.boundless:
                order.trades.append(trade)
                order.account.trades[trade.symbol].append(trade)
        fees = self.fees
        fees[pair.base] = fees.get(pair.base, 0) + trade.buyer_fee
        fees[pair.quote] = fees.get(pair.quote, 0) + trade.seller_fee
        self.last_ids[trade.symbol] = trade.id

    def _next_id(self, symbol: str, now_ns: int) -> int:
        """Return an id that grows with time, and leaves the first of a second to the crowd."""
        second = now_ns // SECOND_NS * IDS_A_SECOND
        number = max(self.last_ids.get(symbol, 0), second) + 1
        self.last_ids[symbol] = number
        return number


def reserved(order: Order) -> str:
    """Return the currency that an order locks."""
    pair = order.listing.pair
    return pair.quote if order.buys else pair.base


def _affordable(order: Order, price: int) -> int:
    """Return how many lots an order without a reservation can still pay for, or has budget for."""
    account, listing = order.account, order.listing
    each = price * listing.cost
    most = order.left
    if order.budget:
        most = min(most, (order.budget - order.quote) // each)
    if account.boundless:
        return most
    if order.buys:
        return min(most, account.free[listing.pair.quote] // each)
    return min(most, account.free[listing.pair.base] // listing.lot)


def _pay(order: Order, asset: str, amount: int, lots: int) -> None:
    account = order.account
    if order.reserve:
        kept = order.reserve * lots
        account.locked[asset] -= kept
        account.free[asset] += kept - amount
    else:
        account.free[asset] -= amount


def _fee(account: Account, amount: int, *, maker: bool) -> int:
    if account.boundless:
        return 0
    return amount * (account.maker_fee if maker else account.taker_fee) // MILLION
