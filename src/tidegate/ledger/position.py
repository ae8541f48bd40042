"""A position: what it is made of, and what adding to it and taking from it do."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003 - msgspec reads the types of fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from tidegate.ledger.exact import average, collateral, exactly, ratio, share, shown
from tidegate.model.money import ZERO
from tidegate.model.records import PositionRecord, TradeRecord
from tidegate.model.signal import Direction

if TYPE_CHECKING:
    from tidegate.model.fill import Fill
    from tidegate.model.order import Order


class Accounting(StrEnum):
    """Which part of a position is sold first. A whole trade earns the same either way."""

    AVERAGE = "average"
    """All of it in proportion, at its average price."""
    FIFO = "fifo"
    """What was bought first, at the price of its own."""


_FIFO: Final = Accounting.FIFO  # looked up once; they cost more to find than the sum
_LONG: Final = Direction.LONG


class Tranche(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is left of one purchase."""

    amount: Decimal
    """Base currency."""
    price: Decimal
    time_ns: int
    order: str


class Position(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is held under one name. Amounts in base, money in quote currency, all of it exact."""

    name: str
    strategy: str
    pair: str
    direction: Direction
    leverage: Decimal
    tag: str
    """Of the order that opened it."""
    opened_ns: int
    changed_ns: int
    amount: Decimal = ZERO
    """Held."""
    cost: Decimal = ZERO
    """Of what is held, at its entry prices."""
    tied: Decimal = ZERO
    """Of that cost, what is not borrowed."""
    put_in: Decimal = ZERO
    """All that was ever added."""
    put_in_cost: Decimal = ZERO
    taken_out: Decimal = ZERO
    taken_out_value: Decimal = ZERO
    entry_fees: Decimal = ZERO
    fees: Decimal = ZERO
    """Of entries and exits."""
    funding: Decimal = ZERO
    """Paid; negative where more was received."""
    realised: Decimal = ZERO
    """Earned by what was taken out, before fees and funding."""
    bought: list[Tranche] = []  # msgspec gives each its own
    """Oldest first; they add up to what is held and what was `shaved`."""
    shaved: Decimal = ZERO
    """Taken from all of them in proportion, and not yet taken off each: an exit has no tranches
    to go through, only the next entry has."""
    orders: dict[str, None] = {}
    """That filled any of it; a set that keeps its order."""

    def add(self, order: Order, fill: Fill) -> Decimal:
        """Put in what a fill has left of its amount, and return its cost."""
        kept = fill.kept
        cost = kept * fill.price
        if self.shaved:
            self.bought, self.shaved = self._settled(), ZERO
        last = self.bought[-1] if self.bought else None
        if last is not None and last.order == order.id and last.price == fill.price:
            last.amount += kept
        else:
            self.bought.append(
                Tranche(amount=kept, price=fill.price, time_ns=fill.time_ns, order=order.id)
            )
        self.amount += kept
        self.cost += cost
        self.put_in += kept
        self.put_in_cost += cost
        self.entry_fees += fill.fee
        self._note(order, fill)
        return cost

    def take(self, order: Order, fill: Fill, accounting: Accounting) -> tuple[Decimal, Decimal]:
        """Take a fill out; return its cost at entry and what it earned before fees."""
        if accounting is _FIFO:
            cost = self._take_oldest(fill.amount)
        else:
            cost = share(self.cost, fill.amount, self.amount)
            self.shaved += fill.amount
        value = fill.amount * fill.price
        earned = value - cost if self.direction is _LONG else cost - value
        self.amount -= fill.amount
        self.cost -= cost
        self.taken_out += fill.amount
        self.taken_out_value += value
        self.realised += earned
        self._note(order, fill)
        return cost, earned

    def sweep(self, time_ns: int) -> Decimal:
        """Give up what is left, for nothing; return what it had cost."""
        cost = self.cost
        self.realised -= cost
        self.amount = self.cost = self.tied = ZERO
        self.changed_ns = time_ns
        return cost

    def _note(self, order: Order, fill: Fill) -> None:
        self.fees += fill.fee
        self.tied = collateral(self.cost, self.leverage)
        self.changed_ns = fill.time_ns
        self.orders[order.id] = None

    def _take_oldest(self, amount: Decimal) -> Decimal:
        """Use up the oldest tranches; return what they had cost."""
        cost = ZERO
        gone = 0
        for tranche in self.bought:
            if tranche.amount > amount:
                cost += amount * tranche.price
                tranche.amount -= amount
                break
            cost += tranche.amount * tranche.price
            amount -= tranche.amount
            gone += 1
        del self.bought[:gone]
        return cost

    @property
    @exactly
    def tranches(self) -> list[Tranche]:
        """What is left of each purchase, oldest first."""
        return self._settled() if self.shaved else self.bought

    def _settled(self) -> list[Tranche]:
        """Return every tranche smaller in proportion, so that they add up to what is held."""
        total = self.amount + self.shaved
        before = kept = ZERO
        settled = []
        for tranche in self.bought:  # shares of the running sum: what rounding takes from one
            before += tranche.amount  # the next one has
            upto = share(self.amount, before, total)
            if upto != kept:
                settled.append(msgspec.structs.replace(tranche, amount=upto - kept))
            kept = upto
        return settled

    @property
    @exactly
    def net(self) -> Decimal:
        """What it has earned so far with everything paid; quote currency."""
        return self.earned()

    def earned(self) -> Decimal:
        """Return `net` for a caller whose arithmetic is exact already."""
        return self.realised - self.fees - self.funding

    def record(self, account: str) -> PositionRecord:
        """Return the row to show; once nothing is held, the average is that of all entries."""
        return PositionRecord(
            account=account,
            position=self.name,
            strategy=self.strategy,
            pair=self.pair,
            direction=self.direction,
            amount=self.amount,
            average=average(self.cost, self.amount)
            if self.amount
            else average(self.put_in_cost, self.put_in),
            cost=shown(self.cost),
            leverage=self.leverage,
            realised=shown(self.realised),
            fees=shown(self.fees),
            funding=shown(self.funding),
            opened_ns=self.opened_ns,
            changed_ns=self.changed_ns,
            tag=self.tag,
        )

    def trade(self, account: str, reason: str) -> TradeRecord:
        """Return the row of the whole trade, once nothing is held any more."""
        profit = self.earned()
        return TradeRecord(
            account=account,
            position=self.name,
            strategy=self.strategy,
            pair=self.pair,
            direction=self.direction,
            opened_ns=self.opened_ns,
            closed_ns=self.changed_ns,
            amount=self.put_in,
            open_rate=average(self.put_in_cost, self.put_in),
            close_rate=average(self.taken_out_value, self.taken_out) if self.taken_out else ZERO,
            cost=shown(self.put_in_cost),
            leverage=self.leverage,
            fees=shown(self.fees),
            funding=shown(self.funding),
            profit=shown(profit),
            profit_ratio=self._ratio(profit),
            enter_tag=self.tag,
            exit_reason=reason,
            orders=len(self.orders),
        )

    def _ratio(self, profit: Decimal) -> Decimal:
        """Return profit over what was put in, as Freqtrade counts it: entry fees included."""
        fees = self.entry_fees if self.direction is _LONG else -self.entry_fees
        base = self.put_in_cost + fees
        if base <= 0:  # fees as large as the trade itself: count without them
            base = self.put_in_cost
        return ratio(profit, base, self.leverage)
