"""Fees in the quote currency: Coinbase takes them beside a trade's cost, and holds them before.

The venue takes fees of what is received, so here its rate is nothing and the dialect takes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.exchange.venue import OPEN, Kind, NewOrder, Reason, RefusedError, What
from tidegate.exchange.views import made, trades_of

if TYPE_CHECKING:
    from tidegate.exchange.venue import Account, Listing, Order, Report, Trade
    from tidegate.exchange.world import World

MILLION: Final = 1_000_000
MAKER: Final = 6_000
TAKER: Final = 12_000
"""Millionths, of who trades least."""


class Fees:
    """Takes the fees of every account, and keeps them aside while its orders wait."""

    def __init__(self, world: World) -> None:
        """Take over from the venue."""
        self._world = world
        self._held: dict[int, int] = {}
        for account in world.venue.accounts.values():
            account.maker_fee = account.taker_fee = 0
            world.hearers[account.name].append(self._hear)
            for waiting in account.open.values():  # of an exchange that goes on where it ended
                for order in waiting.values():
                    if order.buys and order.reserve:
                        self._held[order.id] = _most(order.reserve * order.left)

    def require(self, account: Account, new: NewOrder) -> NewOrder:
        """Refuse a purchase that cannot pay its fee too; a budget is what is left beside it."""
        if not new.buys:
            return new
        listing = self._world.venue.listings[new.symbol]
        free = account.free[listing.pair.quote]
        if new.budget:
            if new.budget > free:
                raise RefusedError(Reason.BALANCE)
            return _with_budget(new, new.budget * MILLION // (MILLION + TAKER))
        cost = self._cost(new, listing)
        if with_fee(cost) > free:
            raise RefusedError(Reason.BALANCE)
        return new

    def _cost(self, new: NewOrder, listing: Listing) -> int:
        if new.kind is not Kind.MARKET:
            return (new.price or new.stop) * new.lots * listing.cost
        left, cost = new.lots, 0
        for price, level in self._world.venue.books[new.symbol].asks:
            part = min(left, level.lots)
            cost += part * price
            left -= part
            if not left:
                break
        return cost * listing.cost

    def held(self, order: Order) -> int:
        """Return what an order keeps aside: its cost and its fee, or what it sells."""
        if order.status not in OPEN:
            return 0
        return order.reserve * order.left + self._held.get(order.id, 0)

    def _hear(self, report: Report) -> None:
        order, trade = report.order, report.trade
        account, quote = order.account, order.listing.pair.quote
        if report.what is What.ACCEPTED and order.buys and order.reserve:
            self._held[order.id] = _most(order.reserve * order.lots)
            account.lock(quote, self._held[order.id])
        if trade is not None:
            fee = fee_of(order, trade)
            account.free[quote] -= fee
            fees = self._world.venue.matcher.fees
            fees[quote] = fees.get(quote, 0) + fee
        if order.id in self._held:
            open_still = report.status in OPEN
            left = order.reserve * (order.lots - report.filled) if open_still else 0
            kept = _most(left)
            account.release(quote, self._held[order.id] - kept)
            self._held[order.id] = kept
            if not open_still:
                del self._held[order.id]
        if self._world.keeper is not None:
            self._world.keeper.changed((), (), (account,), 0)


def _most(cost: int) -> int:
    """Return the fee of a cost, at the higher rate and rounded up."""
    return -(-cost * TAKER // MILLION)


def with_fee(cost: int) -> int:
    """Return what has to be there for a cost and its fee."""
    return cost + _most(cost)


def _with_budget(new: NewOrder, budget: int) -> NewOrder:
    return NewOrder(
        symbol=new.symbol,
        buys=new.buys,
        kind=new.kind,
        budget=budget,
        life=new.life,
        client_id=new.client_id,
        prevention=new.prevention,
    )


def fee_of(order: Order, trade: Trade) -> int:
    """Return what an order pays for a trade, in units of the quote currency."""
    cost = trade.price * trade.lots * order.listing.cost
    return cost * (MAKER if made(order, trade) else TAKER) // MILLION


def fees_of(order: Order, filled: int | None = None) -> int:
    """Return what an order paid until so many lots of it had traded."""
    return sum(fee_of(order, trade) for trade in trades_of(order, filled))
