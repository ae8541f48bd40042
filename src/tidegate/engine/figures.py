"""What an account's positions and open increases come to, reckoned again only where it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidegate.model import EXACT, ZERO, Direction, OrderKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from tidegate.engine.orders import Life, Orders
    from tidegate.engine.quotes import Quotes
    from tidegate.engine.state import State
    from tidegate.ledger import Account
    from tidegate.model import Instrument


class Worth(NamedTuple):
    """All that a review asks of it; quote currency."""

    equity: Decimal | None
    """None: a held pair has no price."""
    free: Decimal
    """Less what open increases may still use, their fees included."""
    exposure: dict[str, Decimal]
    """Of each pair, open increases included; at entry prices where no price is known."""


class _Open(NamedTuple):
    """One pair's open increases, at a price."""

    price: Decimal | None
    exposure: Decimal
    reserved: Decimal

    def plus(self, more: _Open) -> _Open:
        """Return both together."""
        exposure = EXACT.add(self.exposure, more.exposure)
        return _Open(self.price, exposure, EXACT.add(self.reserved, more.reserved))


class Figures:
    """Remembers the sums of a state at some prices."""

    def __init__(self, instruments: Mapping[str, Instrument], quotes: Quotes) -> None:
        """Reckon with these fees, at these prices."""
        self._instruments = instruments
        self._quotes = quotes
        self._orders: Orders | None = None
        self._open: dict[str, _Open] = {}
        self._held: tuple[object, Decimal | None, dict[str, Decimal]] = (None, None, {})
        self._worth = Worth(None, ZERO, {})

    def worth(self, state: State) -> Worth:
        """Return what an account comes to now."""
        account, orders, prices = state.opened, state.orders, self._quotes.prices
        if orders is not self._orders:  # another state, as after a restart
            self._orders, self._held = orders, (None, None, {})
            self._open.clear()
            orders.changed.update(orders.waiting)
        key = (account, state.booked, self._quotes.version)
        same = key == self._held[0] and not orders.changed
        added = self._take_in(orders, prices)
        if not same:
            if key != self._held[0]:
                self._held = (key, account.equity(prices), _exposure(account, prices))
            self._worth = self._added_up(account.free, orders, prices)
        elif added:
            self._worth = _with(self._worth, added)
        return self._worth

    def _take_in(self, orders: Orders, prices: Mapping[str, Decimal]) -> list[tuple[str, _Open]]:
        """Forget the sums that changed, and add what only came to the others; what came."""
        if not (orders.changed or orders.added):
            return []
        for pair in orders.changed:
            self._open.pop(pair, None)
        came = []
        for life in orders.added:
            pair = life.order.pair
            if pair in orders.changed:
                continue
            more = self._reckoned(pair, prices.get(pair), (life,))
            came.append((pair, more))
            known = self._open.get(pair)
            if known is None:
                self._open[pair] = more
            elif known.price == more.price:
                self._open[pair] = known.plus(more)
            else:
                del self._open[pair]
                orders.changed.add(pair)
        orders.changed.clear()
        orders.added.clear()
        return came

    def _added_up(self, free: Decimal, orders: Orders, prices: Mapping[str, Decimal]) -> Worth:
        _, equity, exposure = self._held
        opened = []
        for pair, lives in orders.waiting.items():
            price = prices.get(pair)
            known = self._open.get(pair)
            if known is None or known.price != price:
                known = self._open[pair] = self._reckoned(pair, price, lives.values())
            opened.append((pair, known))
        return _with(Worth(equity, free, exposure), opened)

    def _reckoned(self, pair: str, price: Decimal | None, lives: Iterable[Life]) -> _Open:
        instrument = self._instruments.get(pair)
        exposure = reserved = ZERO
        for life in lives:
            order, left = life.order, life.left
            highest = order.price if price is None else max(price, order.price)
            notional = EXACT.multiply(left, highest)
            exposure = EXACT.add(exposure, notional)
            value = notional  # where it may trade by now
            if order.kind is OrderKind.LIMIT and order.direction is Direction.LONG:
                value = EXACT.multiply(left, order.price)
            reserved = EXACT.add(reserved, EXACT.divide(value, order.leverage))
            if instrument is not None:
                fee = EXACT.multiply(value, instrument.taker_fee)
                reserved = EXACT.add(reserved, fee)
        return _Open(price, exposure, reserved)


def _with(worth: Worth, opened: Iterable[tuple[str, _Open]]) -> Worth:
    """Return what an account comes to with some open increases more."""
    exposure, free = dict(worth.exposure), worth.free
    for pair, more in opened:
        exposure[pair] = EXACT.add(exposure.get(pair, ZERO), more.exposure)
        free = EXACT.subtract(free, more.reserved)
    return Worth(worth.equity, free, exposure)


def _exposure(account: Account, prices: Mapping[str, Decimal]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for pair, worth in account.exposure(prices).items():
        total[pair] = _cost(account, pair) if worth is None else worth
    return total


def _cost(account: Account, pair: str) -> Decimal:
    total = ZERO
    for position in account.positions.values():
        if position.pair == pair:
            total = EXACT.add(total, position.cost)
    return total
