"""An account: a fold over deposits, fills and funding, the same to the last digit every time.

What always holds, whatever happened in whatever order (tests/ledger/test_invariants.py):

1.  A position's tranches add up to what is held of it, and under FIFO to its cost.
2.  balance = deposits + realised - fees - funding; tied is the sum of what positions tie up;
    free = balance - tied.
3.  equity = balance + unrealised, and unrealised is the sum over positions, each by itself.
4.  Profits of all ended trades, and the net of what is still held, add up to balance - deposits.
5.  FIFO and average accounting have the same balance whenever nothing is held.
6.  Facts of different positions may come in any order: the sums are the same.
7.  A fill that was booked once is booked once.
8.  A fact that cannot be leaves everything as it was.
9.  An account that was written down, restored and carried on is the one that never stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidegate.errors import LedgerError
from tidegate.ledger.booked import Booked
from tidegate.ledger.exact import exactly, require_money, shown
from tidegate.ledger.pairs import PairSums, currency_of
from tidegate.ledger.position import Accounting, Position
from tidegate.ledger.possible import require_possible
from tidegate.ledger.seen import Seen
from tidegate.ledger.snapshot import Snapshot, read_snapshot
from tidegate.ledger.tally import Tally
from tidegate.ledger.written import plain
from tidegate.model.money import ZERO
from tidegate.model.pair import Pair
from tidegate.model.records import EquityRecord
from tidegate.model.signal import Direction, Effect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from tidegate.model.fill import Fill
    from tidegate.model.order import Order
    from tidegate.model.records import PositionRecord, TradeRecord

_INCREASE: Final = Effect.INCREASE  # looked up once; it costs more to find than a sum

STOP_TAGS: Final = frozenset(
    {"stop_loss", "trailing_stop_loss", "stoploss_on_exchange", "liquidation"}
)
"""Tags of orders that close a position because it went against it, as Freqtrade names them."""


class Account:
    """What an account holds and has earned. Money is exact inside, 8 places in records."""

    __slots__ = (
        "_pairs",
        "_seen",
        "accounting",
        "balance",
        "currency",
        "deposits",
        "dust",
        "fees",
        "funding_paid",
        "name",
        "positions",
        "realised",
        "stop_tags",
        "tally",
        "tied",
    )

    def __init__(
        self,
        name: str,
        currency: str,
        accounting: Accounting | str = Accounting.AVERAGE,
        stop_tags: frozenset[str] = STOP_TAGS,
    ) -> None:
        """Open an account with nothing in it."""
        self.name = name
        self.currency = currency
        self.accounting = Accounting(accounting)
        self.stop_tags = stop_tags
        self.deposits = self.realised = self.fees = self.funding_paid = ZERO
        self.balance = ZERO
        """Deposits and everything earned and paid since; open positions at their cost."""
        self.tied = ZERO
        """Part of the balance that open positions use: their cost over their leverage."""
        self.positions: dict[str, Position] = {}
        """Held, by name."""
        self.dust: dict[str, Decimal] = {}
        """By currency, what was too little to be sold; its cost is booked as lost."""
        self.tally = Tally()
        self._pairs = PairSums()
        self._seen = Seen()

    # facts

    @exactly
    def deposit(self, amount: Decimal, time_ns: int) -> None:  # noqa: ARG002 - a fact has its time
        """Put money in, or (negative) take it out."""
        require_money(amount, "a deposit")
        self.deposits += amount
        self.balance += amount

    @exactly
    def fill(self, order: Order, fill: Fill) -> Booked:
        """Book a fill of an order; one that was booked before changes nothing."""
        if (fill.order, fill.id) in self._seen.known:
            return Booked(position=None, realised=ZERO, trade=None, duplicate=True)
        position = self.positions.get(order.position)
        require_possible(order, fill, self.name, position)
        if order.effect is _INCREASE:
            return self._increase(order, fill, position or self._opened(order, fill))
        assert position is not None  # noqa: S101 - just required
        return self._reduce(order, fill, position)

    @exactly
    def funding(self, position: str, amount: Decimal, time_ns: int) -> PositionRecord:
        """Book what a position paid for being held, or (negative) received."""
        require_money(amount, "funding")
        held = self.positions.get(position)
        if held is None:
            message = f'funding of position "{position}", which is not held'
            raise LedgerError(message)
        held.funding += amount
        self.funding_paid += amount
        self.balance -= amount
        self.tally.gain(-amount, time_ns)
        return held.record(self.name)

    @exactly
    def sweep(self, position: str, amount: Decimal, time_ns: int, reason: str) -> Booked:
        """End a position of which too little is left to be sold: what it had cost is lost."""
        held = self.positions.get(position)
        if held is None or held.direction is not Direction.LONG or held.amount != amount:
            message = f'{amount} of position "{position}" is no dust: that is not what it holds'
            raise LedgerError(message)
        tied, base, cost = held.tied, Pair.parse(held.pair).base, held.sweep(time_ns)
        self.dust[base] = self.dust.get(base, ZERO) + amount
        self._pairs.change(held, -amount, -cost)
        self._gain(-tied, -cost, ZERO, time_ns)
        trade = self._ended(held, reason, time_ns)
        return Booked(position=held.record(self.name), realised=shown(-cost), trade=trade)

    # what is asked

    @property
    @exactly
    def free(self) -> Decimal:
        """Part of the balance that no position uses; it may be negative."""
        return self.balance - self.tied

    def held(self, position: str) -> Decimal:
        """Return how much is held under a name, base currency; 0 for none."""
        found = self.positions.get(position)
        return ZERO if found is None else found.amount

    def amounts(self) -> dict[str, Decimal]:
        """Return how much of each pair is held, base currency; long and short add up."""
        return self._pairs.amounts()

    @exactly
    def exposure(self, prices: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
        """Return what each held pair comes to at its price; None for one without a price."""
        return self._pairs.exposure(prices)

    @exactly
    def unrealised(self, prices: Mapping[str, Decimal]) -> Decimal | None:
        """Return what is held would earn at these prices, before fees; None if one is missing."""
        return self._pairs.unrealised(prices)

    @exactly
    def equity(self, prices: Mapping[str, Decimal]) -> Decimal | None:
        """Return balance plus unrealised; None if a held pair has no price."""
        open_profit = self._pairs.unrealised(prices)
        return None if open_profit is None else self.balance + open_profit

    @exactly
    def sample(self, prices: Mapping[str, Decimal], time_ns: int) -> EquityRecord | None:
        """Return the account's worth as a row; None if a held pair has no price."""
        equity = self.equity(prices)
        if equity is None:
            return None
        notional = sum((each for each in self.exposure(prices).values() if each), ZERO)
        return EquityRecord(
            account=self.name,
            time_ns=time_ns,
            balance=shown(self.balance),
            equity=shown(equity),
            exposure=shown(notional),
            positions=len(self.positions),
        )

    def records(self) -> list[PositionRecord]:
        """Return a row for each position held, oldest first."""
        return [position.record(self.name) for position in self.positions.values()]

    # across a restart

    def snapshot(self) -> dict[str, Any]:
        """Return all of it as plain JSON: decimals are text."""
        written: dict[str, Any] = plain(
            Snapshot(
                name=self.name,
                currency=self.currency,
                accounting=self.accounting,
                stop_tags=sorted(self.stop_tags),
                deposits=self.deposits,
                realised=self.realised,
                fees=self.fees,
                funding_paid=self.funding_paid,
                balance=self.balance,
                tied=self.tied,
                positions=list(self.positions.values()),
                tally=self.tally,
                seen=self._seen.listed(),
                dust=self.dust,
            )
        )
        return written

    @classmethod
    @exactly
    def restore(cls, written: object) -> Account:
        """Return the account of a snapshot; one that is not whole or does not add up is refused."""
        kept = read_snapshot(written)
        account = cls(kept.name, kept.currency, kept.accounting, frozenset(kept.stop_tags))
        account.deposits, account.realised = kept.deposits, kept.realised
        account.fees, account.funding_paid = kept.fees, kept.funding_paid
        account.balance, account.tied = kept.balance, kept.tied
        account.tally, account.dust = kept.tally, kept.dust
        account._seen = Seen(kept.seen)
        for position in kept.positions:
            account.positions[position.name] = position
            account._pairs.change(position, position.amount, position.cost)
        return account

    # inside

    def _opened(self, order: Order, fill: Fill) -> Position:
        """Begin a position."""
        require_money(order.leverage, "the leverage of an order")
        if order.leverage <= 0:
            message = f"the leverage of an order is {order.leverage}, and has to be above 0"
            raise LedgerError(message)
        if order.pair not in self._pairs and currency_of(order.pair) != self.currency:
            message = f"{order.pair} is not paid in {self.currency}, as account {self.name} is"
            raise LedgerError(message)
        self.tally.entry(fill.time_ns)
        position = self.positions[order.position] = Position(
            name=order.position,
            strategy=order.strategy,
            pair=order.pair,
            direction=order.direction,
            leverage=order.leverage,
            tag=order.tag,
            opened_ns=fill.time_ns,
            changed_ns=fill.time_ns,
        )
        return position

    def _increase(self, order: Order, fill: Fill, position: Position) -> Booked:
        tied = position.tied
        cost = position.add(order, fill)
        self._pairs.change(position, fill.kept, cost)
        self._pay(position.tied - tied, ZERO, fill)
        return Booked(position=position.record(self.name), realised=ZERO, trade=None)

    def _reduce(self, order: Order, fill: Fill, position: Position) -> Booked:
        tied = position.tied
        cost, earned = position.take(order, fill, self.accounting)
        self._pairs.change(position, -fill.amount, -cost)
        self._pay(position.tied - tied, earned, fill)
        trade = None
        if not position.amount:
            trade = self._ended(position, order.tag, fill.time_ns)
        return Booked(position=position.record(self.name), realised=shown(earned), trade=trade)

    def _ended(self, position: Position, reason: str, time_ns: int) -> TradeRecord:
        """Let go of a position that holds nothing any more; the whole trade."""
        trade = position.trade(self.name, reason)
        del self.positions[position.name]
        stopped = reason in self.stop_tags
        self.tally.end(position.pair, position.earned(), time_ns, stopped=stopped)
        return trade

    def _pay(self, tied: Decimal, earned: Decimal, fill: Fill) -> None:
        """Carry what a fill earned, paid and tied up into the account's own sums."""
        self._gain(tied, earned, fill.fee, fill.time_ns)
        self._seen.add((fill.order, fill.id))

    def _gain(self, tied: Decimal, earned: Decimal, fee: Decimal, time_ns: int) -> None:
        gain = earned - fee
        self.tied += tied
        self.realised += earned
        self.fees += fee
        self.balance += gain
        self.tally.gain(gain, time_ns)
