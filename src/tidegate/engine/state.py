"""All that an engine remembers: a fold over the journal, and nothing beside it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

from tidegate.engine import agreement
from tidegate.engine.agreement import Agreement
from tidegate.engine.facts import (
    Approval,
    BooksAlike,
    Commanded,
    Denied,
    Deposited,
    Funded,
    Latched,
    Noted,
    Opened,
    PairsHalted,
    PairsLifted,
    Sampled,
    Strange,
    Swept,
    Switched,
    TakenBack,
)
from tidegate.engine.orders import Orders
from tidegate.errors import DefectError
from tidegate.guardrails import order_id
from tidegate.ledger import Account, day_of, week_of
from tidegate.model import (
    DAY_NS,
    EXACT,
    ZERO,
    EquityRecord,
    Fill,
    IncidentRecord,
    OrderUpdate,
    TradingState,
    money,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from tidegate.engine.ports import Record
    from tidegate.model import Signal

_APPROVALS: Final = 4096  # remembered whatever the clock says; more only within a second
_SECOND_NS: Final = 1_000_000_000
_PRUNED_FROM: Final = 1024
_GRACE_NS: Final = DAY_NS  # clocks that are set anew, and reductions that come late
_COMMANDS: Final = 256
NUMBERED: Final = "#"
"""Stands before the number of an order that a position keeper asks for."""


class State:
    """Account, orders, marks and switches of one account's engine."""

    def __init__(self) -> None:
        """Begin with nothing: an account is opened by a fact too."""
        self.account: Account | None = None
        self.place = ""
        """Where its orders go; empty: on paper."""
        self.orders = Orders()
        self.newcomers: set[str] = set()
        """Positions that are being opened and hold nothing yet."""
        self.trading = TradingState.HALTED
        self.why = ""
        """Why trading stands as it does."""
        self.flatten = False
        """Whether every position is being closed."""
        self.latched = ""
        self.equity = ZERO
        """As it was last looked at."""
        self.peak = ZERO
        self.day_start = ZERO
        self.week_start = ZERO
        self.day: int | None = None
        self.week: int | None = None
        self.seen: dict[str, int] = {}
        """`source:id` of signals that were dealt with, and until when they could come again."""
        self.approvals: deque[int] = deque()
        self.approved = 0
        """Orders let through so far."""
        self.commands: dict[str, tuple[bool, str]] = {}
        """What was said to the latest commands, by their ids."""
        self.dealt: dict[str, int] = {}
        """The highest number of a strategy's own orders that was dealt with; see `keeper`."""
        self.keepers: dict[str, str] = {}
        """What each strategy's position keeper has to remember."""
        self.agreement = Agreement()
        """How our books stand to the venue's."""
        self.last_ns = 0
        self.prune_at = _PRUNED_FROM
        """How many signals are remembered before those of long ago are forgotten."""
        self.forgotten_ns = -1
        """The latest end of a signal that was forgotten: one like it may have been dealt with."""
        self.lifted_day: int | None = None
        """The day on which a latch was last lifted, and what had been gained on it by then."""
        self.lifted_gain = ZERO
        self.booked = 0
        """Counts what was booked; not kept, for it only says that something changed."""

    @property
    def opened(self) -> Account:
        """The account, which has to be there by now."""
        if self.account is None:
            message = "the journal does not begin with an account"
            raise DefectError(message)
        return self.account

    def evolve(self, fact: Any, time_ns: int, correlation: str) -> list[Record]:  # noqa: ANN401 - one of the facts
        """Take one fact in; the rows that it changes."""
        records = _EVOLVE[type(fact)](self, fact, time_ns, correlation)
        self.last_ns = max(self.last_ns, time_ns)
        return records

    # one a kind of fact

    def _opened(self, fact: Opened, _time_ns: int, _correlation: str) -> list[Record]:
        if self.account is not None:
            message = f"account {fact.account} is opened a second time"
            raise DefectError(message)
        self.account = Account(fact.account, fact.currency, fact.accounting)
        self.place = fact.place
        return []

    def _deposited(self, fact: Deposited, time_ns: int, _correlation: str) -> list[Record]:
        self.opened.deposit(fact.amount, time_ns)
        self.booked += 1
        # money that comes in is no gain, and what is taken out no loss
        self.peak = EXACT.add(self.peak, fact.amount)
        self.day_start = EXACT.add(self.day_start, fact.amount)
        self.week_start = EXACT.add(self.week_start, fact.amount)
        return []

    def _denied(self, fact: Denied, time_ns: int, _correlation: str) -> list[Record]:
        self._see(fact.signal, fact.expires_ns, time_ns)
        self._deal(fact.strategy, fact.signal)
        return []

    def _approved(self, fact: Approval, time_ns: int, _correlation: str) -> list[Record]:
        self._see(fact.order.signal, fact.expires_ns, time_ns)
        self._deal(fact.order.strategy, fact.order.signal)
        self.approvals.append(time_ns)
        while len(self.approvals) > _APPROVALS and self.approvals[0] <= time_ns - _SECOND_NS:
            self.approvals.popleft()
        self.approved += 1
        life = self.orders.add(fact.order)
        self._look_at(fact.order.position)
        return [life.record()]

    def _updated(self, fact: OrderUpdate, _time_ns: int, _correlation: str) -> list[Record]:
        life = self.orders.get(fact.order)
        if life is None:
            message = f"a word about order {fact.order}, which is not known"
            raise DefectError(message)
        life.state, life.words, life.changed_ns = fact.state, fact.words, fact.time_ns
        self.orders.settle(life)
        self._look_at(life.order.position)
        return [life.record()]

    def _filled(self, fact: Fill, _time_ns: int, _correlation: str) -> list[Record]:
        life = self.orders.get(fact.order)
        if life is None:
            message = f"a fill of order {fact.order}, which is not known"
            raise DefectError(message)
        booked = self.opened.fill(life.order, fact)
        self.booked += 1
        self.orders.trade(life, fact)
        self._look_at(life.order.position)
        records: list[Record] = [life.record()]
        if booked.position is not None:
            records.append(booked.position)
        if booked.trade is not None:
            records.append(booked.trade)
        return records

    def _taken_back(self, fact: TakenBack, _time_ns: int, _correlation: str) -> list[Record]:
        life = self.orders.get(fact.order)
        if life is not None:
            life.leaving = True
        return []

    def _funded(self, fact: Funded, time_ns: int, _correlation: str) -> list[Record]:
        self.booked += 1
        return [self.opened.funding(fact.position, fact.amount, time_ns)]

    def _swept(self, fact: Swept, time_ns: int, _correlation: str) -> list[Record]:
        booked = self.opened.sweep(fact.position, fact.amount, time_ns, fact.reason)
        self.booked += 1
        self._look_at(fact.position)
        return [each for each in (booked.position, booked.trade) if each is not None]

    def _commanded(self, fact: Commanded, _time_ns: int, _correlation: str) -> list[Record]:
        self.commands[fact.command.id] = (fact.obeyed, fact.words)
        if len(self.commands) > _COMMANDS:
            del self.commands[next(iter(self.commands))]
        return []

    def _switched(self, fact: Switched, _time_ns: int, _correlation: str) -> list[Record]:
        self.trading, self.why, self.flatten = fact.state, fact.why, fact.flatten
        return []

    def _latched(self, fact: Latched, time_ns: int, correlation: str) -> list[Record]:
        self.latched = fact.reason
        if not fact.reason:  # else what is over would stop trading again, for good
            tally = self.opened.tally
            self.lifted_day, self.lifted_gain = tally.day, tally.day_gain
            tally.losses_in_row = 0
            return []
        words = f"{fact.sentence}: {fact.observed}, limit {fact.limit}"
        return [self.incident("critical", fact.reason, words, time_ns, correlation)]

    def _sampled(self, fact: Sampled, time_ns: int, _correlation: str) -> list[Record]:
        self.equity = fact.equity
        self.peak, self.day_start, self.week_start = fact.peak, fact.day_start, fact.week_start
        self.day, self.week = day_of(time_ns), week_of(time_ns)
        return [
            EquityRecord(
                account=self.opened.name,
                time_ns=time_ns,
                balance=fact.balance,
                equity=fact.equity,
                exposure=fact.exposure,
                positions=fact.positions,
            )
        ]

    def _strange(self, fact: Strange, time_ns: int, correlation: str) -> list[Record]:
        return [self.incident("critical", fact.kind, fact.words, time_ns, correlation)]

    def _kept(self, fact: Noted, _time_ns: int, _correlation: str) -> list[Record]:
        self.keepers[fact.strategy] = fact.body
        return []

    # what is asked of it

    def profit_today(self, now_ns: int) -> Decimal:
        """Return what was gained today, since a latch was lifted if one was."""
        tally = self.opened.tally
        gained = tally.gained_today(now_ns)
        if tally.day is None or tally.day != self.lifted_day or day_of(now_ns) > tally.day:
            return gained
        return EXACT.subtract(gained, self.lifted_gain)

    def leverage(self, position: str) -> Decimal | None:
        """Return the leverage that a position has or is being opened with; None: there is none."""
        subject = self.opened.positions.get(position) or self.orders.opener(position)
        return None if subject is None else subject.leverage

    def may_have_dealt_with(self, wish: Signal) -> bool:
        """Tell whether a signal is not remembered although it may have been dealt with."""
        until = wish.expires_ns
        if type(until) is int and until <= self.forgotten_ns:
            return True
        if self.forgotten_ns < 0:
            return False  # nothing is forgotten yet
        names = (wish.account, wish.source, wish.id)
        if not all(map(_is_name, names)):
            return False  # and it makes no sense either
        return self.orders.get(order_id(*names)) is not None

    def sample(self, equity: Decimal, exposure: Decimal, time_ns: int) -> Sampled:
        """Return what the account is worth now, with the marks moved on."""
        kept = money(equity)
        new_day = self.day is None or day_of(time_ns) > self.day
        new_week = self.week is None or week_of(time_ns) > self.week
        return Sampled(
            equity=kept,
            balance=money(self.opened.balance),
            exposure=money(exposure),
            positions=len(self.opened.positions),
            peak=max(self.peak, kept),
            day_start=kept if new_day else self.day_start,
            week_start=kept if new_week else self.week_start,
        )

    def _look_at(self, position: str) -> None:
        """Note whether a position is being opened, after something of it has changed."""
        if position in self.orders.opening and position not in self.opened.positions:
            self.newcomers.add(position)
        elif self.newcomers:
            self.newcomers.discard(position)

    def take_over(self, account: Account, orders: Orders) -> None:
        """Go on with an account and orders that were written down."""
        self.account, self.orders = account, orders
        self.newcomers = set(orders.opening.keys() - account.positions.keys())

    def _see(self, signal: str, expires_ns: int, time_ns: int) -> None:
        self.seen[signal] = max(expires_ns, self.seen.get(signal, expires_ns))
        if len(self.seen) < self.prune_at:
            return
        horizon = time_ns - _GRACE_NS
        gone = max((until for until in self.seen.values() if until < horizon), default=-1)
        self.forgotten_ns = max(self.forgotten_ns, gone)
        self.seen = {name: until for name, until in self.seen.items() if until >= horizon}
        self.prune_at = max(_PRUNED_FROM, 2 * len(self.seen))

    def _deal(self, strategy: str, signal: str) -> None:
        """Note how far a strategy's own orders have come; they are numbered as they are asked."""
        _, mark, number = signal.rpartition(NUMBERED)
        if mark and number.isdecimal():
            self.dealt[strategy] = max(int(number), self.dealt.get(strategy, 0))

    def incident(
        self, severity: str, kind: str, words: str, time_ns: int, correlation: str
    ) -> IncidentRecord:
        """Return the row of something that an operator has to know of."""
        return IncidentRecord(
            account=self.opened.name,
            time_ns=time_ns,
            severity=severity,
            kind=kind,
            words=words,
            correlation=correlation,
        )


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()


_EVOLVE: Final[dict[type, Callable[..., list[Record]]]] = {
    Opened: State._opened,  # noqa: SLF001 - the table belongs to the class
    Deposited: State._deposited,  # noqa: SLF001
    Denied: State._denied,  # noqa: SLF001
    Approval: State._approved,  # noqa: SLF001
    OrderUpdate: State._updated,  # noqa: SLF001
    Fill: State._filled,  # noqa: SLF001
    TakenBack: State._taken_back,  # noqa: SLF001
    Funded: State._funded,  # noqa: SLF001
    Swept: State._swept,  # noqa: SLF001
    BooksAlike: agreement.alike,
    PairsHalted: agreement.halted,
    PairsLifted: agreement.lifted,
    Commanded: State._commanded,  # noqa: SLF001
    Switched: State._switched,  # noqa: SLF001
    Latched: State._latched,  # noqa: SLF001
    Sampled: State._sampled,  # noqa: SLF001
    Strange: State._strange,  # noqa: SLF001
    Noted: State._kept,  # noqa: SLF001
}
