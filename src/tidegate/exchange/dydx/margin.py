"""Margin: positions that may be long or short, on a venue that only knows of goods and money.

Each account is lent a reserve of every currency, so large that it never runs out. What it has
beside the reserve is its position, or its collateral, and may be below nothing. What may be
ordered is decided here, and so are fees, in the currency of the collateral.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidegate.exchange.venue import UNIT, Reason, RefusedError
from tidegate.exchange.views import made

if TYPE_CHECKING:
    from tidegate.exchange.venue import Account, Listing, NewOrder, Order, Report, Trade
    from tidegate.exchange.world import World

RESERVE: Final = 10**9 * UNIT
MILLION: Final = 1_000_000
MAKER: Final = 100
TAKER: Final = 500
"""Millionths."""
INITIAL: Final = 50_000
MAINTENANCE: Final = 30_000
"""How much of a position has to be there in collateral, millionths of its worth."""


class Position(NamedTuple):
    """What an account holds of a market, in units; a short position is below 0."""

    size: int
    entry: int
    """Average price of what made it."""
    opened: int
    """How much was added to it."""
    closed: int
    realised: int
    since_ns: int


class Margin:
    """What the accounts of one world may order, and what they own."""

    def __init__(self, world: World, listings: list[Listing]) -> None:
        """Lend every account its reserve, unless it has it already."""
        self.world = world
        self.listings = listings
        self.quote = listings[0].pair.quote
        for account in world.venue.accounts.values():
            account.maker_fee = account.taker_fee = 0
            world.hearers[account.name].append(self._hear)
            if account.total(self.quote) < RESERVE // 2:
                account.free[self.quote] += RESERVE
                for listing in listings:
                    account.free[listing.pair.base] = RESERVE

    def price(self, listing: Listing) -> int:
        """Return the last price, in units."""
        self.world.settle(listing.symbol)
        return self.world.venue.books[listing.symbol].last * listing.tick

    def collateral(self, account: Account) -> int:
        """Return the money beside positions, as it is told."""
        told = self.world.told_free(account, self.quote)
        return told + account.locked[self.quote] - RESERVE

    def size(self, account: Account, listing: Listing) -> int:
        """Return a position's size."""
        return account.total(listing.pair.base) - RESERVE

    def equity(self, account: Account) -> int:
        """Return what an account is worth."""
        sizes = ((self.size(account, one), one) for one in self.listings)
        return self.collateral(account) + sum(
            size * self.price(one) // UNIT for size, one in sizes if size
        )

    def free(self, account: Account, new: NewOrder | None = None) -> int:
        """Return what of the equity no position and no order needs, a new order among them."""
        needed = 0
        for listing in self.listings:
            size = self.size(account, listing)
            up, down = size, size
            for order in account.open[listing.symbol].values():
                if order.buys:
                    up += order.left * listing.lot
                else:
                    down -= order.left * listing.lot
            if new is not None and new.symbol == listing.symbol:
                up += new.lots * listing.lot if new.buys else 0
                down -= 0 if new.buys else new.lots * listing.lot
            most = max(abs(up), abs(down))
            if most:
                needed += most * self.price(listing) // UNIT * INITIAL // MILLION
        return self.equity(account) - needed

    def require(self, account: Account, new: NewOrder, listing: Listing) -> None:
        """Refuse what there is no collateral for. What only makes a position smaller may pass."""
        size, change = self.size(account, listing), new.lots * listing.lot
        reduces = size != 0 and (size > 0) != new.buys and change <= abs(size)
        if not reduces and self.free(account, new) < 0:
            raise RefusedError(Reason.BALANCE)

    def _hear(self, report: Report) -> None:
        if report.trade is None:
            return
        account, fee = report.order.account, fee_of(report.order, report.trade)
        account.free[self.quote] -= fee
        fees = self.world.venue.matcher.fees
        fees[self.quote] = fees.get(self.quote, 0) + fee
        if self.world.keeper is not None:
            self.world.keeper.changed((), (), (account,), 0)

    def position(self, account: Account, listing: Listing) -> Position | None:
        """Return the open position of a market, as its trades have made it."""
        size = entry = opened = closed = realised = since = 0
        for trade in account.trades[listing.symbol]:
            for order in (trade.buyer, trade.seller):
                if order.account is not account:
                    continue
                change = trade.lots * listing.lot * (1 if order.buys else -1)
                price = trade.price * listing.tick
                if not size:
                    opened = closed = realised = 0
                    since = trade.time_ns
                added = change if size * change >= 0 else 0
                taken = 0 if added else min(abs(change), abs(size))
                realised += taken * (price - entry) * (1 if size > 0 else -1) // UNIT
                over = abs(change) - taken if taken else abs(added)
                left = abs(size) - taken
                entry = (left * entry + over * price) // (left + over) if left + over else 0
                closed += taken
                opened += over
                size += change
        if not size:
            return None
        return Position(size, entry, opened, closed, realised, since)


def fee_of(order: Order, trade: Trade) -> int:
    """Return what an order pays for a trade, in units of the collateral."""
    cost = trade.price * trade.lots * order.listing.cost
    return cost * (MAKER if made(order, trade) else TAKER) // MILLION
