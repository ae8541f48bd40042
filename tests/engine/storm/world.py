"""The storm: an engine between signals, a venue on a bad day, an operator and a dying process."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tests.engine.making import restored
from tests.engine.storm.auditor import Auditor
from tests.engine.storm.market import (
    ACCOUNT,
    INSTRUMENTS,
    MONDAY,
    PAIRS,
    PRICES,
    SECOND,
    limits,
    proposal,
    stepped,
)
from tests.engine.storm.wishes import Wishes

from tidegate.engine import snapshot
from tidegate.engine.driver import Driver
from tidegate.engine.engine import Engine
from tidegate.engine.events import (
    Alike,
    Breaker,
    Deposit,
    Differ,
    Funding,
    Heard,
    Lift,
    Price,
    Sample,
    TakeBack,
)
from tidegate.engine.memory_journal import MemoryJournal
from tidegate.guardrails import Approved, Gate
from tidegate.model import Command, CommandKind, Fill, OrderState, OrderUpdate, TradingState
from tidegate.testing import StormBroker, VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from tidegate.engine.entry import Entry
    from tidegate.engine.events import Event
    from tidegate.engine.ports import Record
    from tidegate.guardrails import Limits
    from tidegate.ledger import Account
    from tidegate.model import Signal

D = Decimal
HOUR: Final = 3600 * SECOND
KINDS: Final = tuple(CommandKind)


class Crash(Exception):  # noqa: N818 - it is no error, it is the end
    """The process dies here."""


class Fuse:
    """Burns down with everything that is done outside, and then the process dies."""

    def __init__(self) -> None:
        self.left = 0
        self.burnt = 0

    def burn(self) -> None:
        if self.left:
            self.left -= 1
            if not self.left:
                self.burnt += 1
                raise Crash


class FusedJournal(MemoryJournal):
    """Dies before it has kept something, or after."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    def append(self, entries: Sequence[Entry], records: Sequence[Record]) -> int:
        self.fuse.burn()
        last = super().append(entries, records)
        self.fuse.burn()
        return last


class FusedBroker(StormBroker):
    """Dies before it has an order, or after; sees that each was journalled."""

    def __init__(self, journal: FusedJournal, random: Random) -> None:
        super().__init__(INSTRUMENTS, random)
        self.journal = journal
        self.asked: set[str] = set()
        self.sent: list[str] = []
        self.read = 0
        self.kept: set[str] = set()

    def submit(self, approved: Approved, now_ns: int) -> None:
        assert approved.order.id in self._journalled(), "an order is sent before it is kept"
        self.sent.append(approved.order.id)
        self.journal.fuse.burn()
        super().submit(approved, now_ns)
        self.journal.fuse.burn()

    def cancel(self, order: str, now_ns: int) -> None:
        self.asked.add(order)
        self.journal.fuse.burn()
        super().cancel(order, now_ns)
        self.journal.fuse.burn()

    def _journalled(self) -> set[str]:
        for entry in self.journal.entries[self.read :]:
            if entry.kind == "approved":
                self.kept.add(entry.body.split(b'"id":"', 1)[1][:32].decode())
        self.read = len(self.journal.entries)
        return self.kept


class StormSizer:
    def propose(self, signal: Signal, account: Account, price: Decimal) -> Decimal | None:  # noqa: ARG002 - a sizer's
        return proposal(signal.id, signal.pair, price)


class Storm:
    """One account's life, by chance."""

    def __init__(
        self,
        random: Random,
        gate: Callable[[Limits], Gate] = Gate,
        within: Limits | None = None,
    ) -> None:
        self.random = random
        self.limits = within or limits(random)
        self._gate = gate
        self.clock = VirtualClock(MONDAY)
        self.prices = dict(PRICES)
        self.fuse = Fuse()
        self.journal = FusedJournal(self.fuse)
        self.venue = FusedBroker(self.journal, random)
        self.auditor = Auditor(self.limits)
        self.wishes = Wishes(random, self.prices)
        self.read = 0
        self.commands = 0
        self.tripped: list[str] = []
        self.driver = self._start()
        step = self.driver.engine.open(ACCOUNT, "USDT", random.choice(("average", "fifo")), MONDAY)
        self.driver.carry_out(step, MONDAY)
        self._take(Deposit(amount=D(2500), time_ns=MONDAY))
        self._tell_prices()

    def _start(self) -> Driver:
        engine = Engine(gate=self._gate(self.limits), instruments=INSTRUMENTS, sizer=StormSizer())
        return Driver(
            engine, self.journal, self.venue, trip=self.tripped.append, snapshot_every=300
        )

    # time

    def run(self, events: int) -> None:
        """Let that many things happen, then hold everything against everything."""
        for number in range(events):
            self._pass_time()
            self._happen()
            if number % 20 == 0:
                self.auditor.compare(self.driver.engine)
        self._end()

    def _pass_time(self) -> None:
        chance = self.random.random()
        if chance < 0.55:
            self.clock.move(self.random.randrange(400) * 1_000_000)
        elif chance < 0.85:
            self.clock.move(self.random.randrange(5000) * 1_000_000)
        elif chance < 0.865:
            self.clock.move(self.random.choice((1, 3, 9, 26, 70)) * HOUR)
            if self.random.random() < 0.8:
                self._prices_move()
        elif chance < 0.868:
            self.clock.move(-self.random.choice((1, 90, 7200, 100_000)) * SECOND)

    def _happen(self) -> None:
        random = self.random
        naive = self.auditor.naive
        if naive.state is not TradingState.ACTIVE and random.random() < 0.12:
            rearms = naive.latched and random.random() < 0.8
            self._command(CommandKind.REARM if rearms else CommandKind.START)
        if naive.breaker and random.random() < 0.12:
            self._take(Breaker(reason="", time_ns=self.clock()))
        if random.random() < 0.008:
            self.fuse.left = random.randrange(1, 12)
        for below, act in _ACTS:
            chance = random.random()
            if chance < below:
                act(self)
                return
        self._signals(1)

    # what may happen

    def _signals(self, count: int) -> None:
        now_ns = self.clock()
        heard = [(self.wishes.make(self.auditor.naive, now_ns), now_ns) for _ in range(count)]
        events = [Heard(wish, now_ns) for wish, _ in heard]
        if count == 1:
            self._carefully(lambda: self.driver.take(events[0], now_ns), heard)
        else:
            self._carefully(lambda: self.driver.take_all(events, now_ns), heard)

    def _some_signals(self) -> None:
        self._signals(self.random.randrange(2, 7))

    def _venue_goes_on(self) -> None:
        self.venue.go_on(self.clock())
        self._carefully(lambda: self.driver.hear_broker(self.clock()))

    def _prices_move(self) -> None:
        random = self.random
        most = 40 if random.random() < 0.96 else 400  # in ten-thousandths
        for pair in list(self.prices):
            if random.random() < 0.9:
                by = 1 + D(random.randrange(-most, most + 1)) / 10_000
                step = INSTRUMENTS[pair].price_step
                near = min(max(self.prices[pair] * by, PRICES[pair] / 2), PRICES[pair] * 2)
                self.prices[pair] = stepped(near, step)
        self._tell_prices()

    def _tell_prices(self) -> None:
        random = self.random
        for pair, price in self.prices.items():
            self.venue.see(pair, price)
            if random.random() < 0.9:
                unknown = random.random() < 0.008
                self._price(pair, random.choice((D("NaN"), D(0))) if unknown else price)

    def _price(self, pair: str, price: Decimal) -> None:
        random = self.random
        others = {other: random.uniform(-1, 1) for other in PRICES if random.random() < 0.6}
        told = Price(
            pair=pair,
            price=price,
            time_ns=self.clock(),
            volatility=None if random.random() < 0.05 else random.uniform(0, 0.06),
            volume=None if random.random() < 0.05 else D(random.randrange(800, 5000)),
            correlations=others,
        )
        self.auditor.naive.price(told)
        self._carefully(lambda: self.driver.take(told, told.time_ns))

    def _sample(self) -> None:
        naive, now_ns = self.auditor.naive, self.clock()
        known = naive.equity() is not None
        tried = self._take(Sample(time_ns=now_ns))
        if tried is None:
            return
        if known and naive.must_stop(now_ns):
            assert naive.latched, "a limit is reached and trading goes on"
        if naive.latched and not tried[1]:
            self.auditor.counts[f"tripped {naive.latched}"] += 1
            assert len(self.tripped) == tried[0] + 1, "a limit is reached and the breaker stays off"
            assert naive.state is TradingState.REDUCING
            self.auditor.nothing_new_waits()

    def _operator(self) -> None:
        self._command(self.random.choice(KINDS))

    def _command(self, kind: CommandKind) -> None:
        self.commands += 1
        naive = self.auditor.naive
        command = Command(
            id=f"k{self.commands}", kind=kind, account=ACCOUNT, time_ns=self.clock(), reason="storm"
        )
        before = str(naive.state), naive.latched, naive.flatten
        rejects = self._took()
        step: list[Any] = []
        self._carefully(lambda: step.append(self.driver.take(command, command.time_ns)))
        self.auditor.counts[f"command {kind}"] += 1
        if step:
            self.auditor.commanded(before, command, obeyed=step[0].obeyed)
        if step and naive.flatten and kind is CommandKind.FLATTEN:
            self.auditor.flattened(self._attempted(rejects))

    def _breaker(self) -> None:
        if not self.auditor.naive.breaker:
            self.auditor.naive.breaker = "smoke"
            if self._take(Breaker(reason="smoke", time_ns=self.clock())) is not None:
                self.auditor.nothing_new_waits()

    def _money(self) -> None:
        amount = D(self.random.randrange(-200, 300))
        self._take(Deposit(amount=amount, time_ns=self.clock()))

    def _funding(self) -> None:
        if self.auditor.naive.held:
            name = self.random.choice(tuple(self.auditor.naive.held))
            paid = D(self.random.randrange(-50, 90)) / 100
            self._take(Funding(position=name, amount=paid, time_ns=self.clock()))

    def _books(self) -> None:
        """Somebody has compared the books, or lets pairs be traded that did not agree."""
        random, now_ns = self.random, self.clock()
        chance = random.random()
        if chance < 0.35:
            pairs = tuple(random.sample(PAIRS, random.randrange(1, 3)))
            found = Differ(
                kind="balance-off", about=pairs[0], pairs=pairs, words="?", time_ns=now_ns
            )
            if self._take(found) is not None:
                self.auditor.nothing_new_waits(pairs)
        elif chance < 0.8:
            self._take(Lift(why="looked", time_ns=now_ns))
        else:
            self._take(
                Alike(
                    pairs=PAIRS[:2],
                    balances={"USDT": D(random.randrange(10**6))},
                    seq=self.driver.seq,
                    since_ns=now_ns,
                    counted=(("BTC/USDT", str(now_ns), "buy"),),
                    time_ns=now_ns,
                )
            )

    def _take_back(self) -> None:
        if self.auditor.naive.live:
            name = self.random.choice(tuple(self.auditor.naive.live))
            if self._take(TakeBack(order=name, time_ns=self.clock(), why="storm")) is not None:
                placed = self.auditor.naive.orders[name]
                assert placed.leaving or not placed.left, "an order is not taken back"

    def _ask(self) -> None:
        self._carefully(lambda: self.driver.ask_broker(self.clock()))

    def _nonsense(self) -> None:
        now_ns = self.clock()
        self._take(OrderUpdate(order="nobody", state=OrderState.OPEN, time_ns=now_ns))
        self._take(Fill(id="1", order="nobody", amount=D(1), price=D(1), fee=D(0), time_ns=now_ns))
        if self.auditor.naive.live:
            name = self.random.choice(tuple(self.auditor.naive.live))
            self._take(OrderUpdate(order=name, state=OrderState.APPROVED, time_ns=now_ns))
            self._take(
                Fill(id="bad", order=name, amount=D("NaN"), price=D(1), fee=D(0), time_ns=now_ns)
            )

    # the process

    def _take(self, event: Event) -> tuple[int, str] | None:
        """Take an event; what was before, or None if the process died."""
        before = len(self.tripped), self.auditor.naive.latched
        if isinstance(event, Breaker) and not event.reason:
            self.auditor.naive.breaker = ""
        alive = self._carefully(lambda: self.driver.take(event, self.clock()))
        return before if alive else None

    def _took(self) -> int:
        return len(self.journal.entries)

    def _attempted(self, since: int) -> set[str]:
        return (
            {
                self.auditor.naive.orders[order].order.position
                for order, placed in self.auditor.naive.orders.items()
                if placed.order.tag == "flatten" and not placed.left
            }
            if self._took() > since
            else set()
        )

    def _carefully(
        self, act: Callable[[], object], heard: Sequence[tuple[Signal, int]] = ()
    ) -> bool:
        """Do something that may be the last thing this process does; whether it was not."""
        try:
            act()
        except Crash:
            self._listen(heard)
            self._start_anew()
            return False
        assert self._listen(heard) == len(heard), "a signal is left without an answer"
        leaving = {name for name, order in self.auditor.naive.live.items() if order.leaving}
        assert leaving <= self.venue.asked, "the venue is not asked to cancel"
        try:
            self.driver.snapshot_if_due()
        except Crash:
            self._start_anew()
            return False
        return True

    def _listen(self, heard: Sequence[tuple[Signal, int]] = ()) -> int:
        entries = self.journal.entries[self.read :]
        self.read = len(self.journal.entries)
        return self.auditor.read(entries, heard)

    def _start_anew(self) -> None:
        self.auditor.counts["crashes"] += 1
        naive = self.auditor.naive
        self.venue.cut()
        naive.told.clear()
        while True:
            self.driver = self._start()
            self.driver.recover()
            self.driver.engine.breaker = naive.breaker
            try:
                self.driver.resume(self.clock())
            except Crash:
                self._listen()
                self.venue.cut()
                continue
            break
        self._listen()
        if self.random.random() < 0.7:
            self._tell_prices()

    # the end

    def _end(self) -> None:
        """Calm the venue, ask it once more, and compare journal, ledger and venue."""
        self.fuse.left = 0
        self.venue.settle(self.clock())
        self.venue.go_on(self.clock())
        for _ in range(3):
            self._ask()
        naive, venue = self.auditor.naive, self.venue
        self.auditor.compare(self.driver.engine)
        assert not naive.live, "an order is forgotten"
        assert not venue.repeated, "an order is sent twice"
        assert len(set(venue.sent)) == len(venue.sent), "an order is sent twice"
        assert set(venue.book) <= set(naive.orders), "the venue has an order of nobody's"
        for name, booked in venue.book.items():
            kept = naive.orders[name]
            assert kept.filled == booked.filled, "what the venue filled is not in the journal"
            assert kept.fills == {fill.id for fill in booked.fills}
            self.auditor.counts["filled orders"] += bool(booked.filled)
        self.auditor.counts["trades"] += naive.trades
        self.auditor.counts["facts"] += len(self.journal.entries)
        self._folds_to_the_same()

    def _folds_to_the_same(self) -> None:
        """Fold the whole journal from its start: it must be the state, byte by byte."""
        engine = Engine(gate=Gate(self.limits), instruments=INSTRUMENTS)
        for _, entry in self.journal.read_from(1):
            engine.fold(entry)
        folded = snapshot.written(engine.state)
        assert folded == snapshot.written(self.driver.engine.state), "the fold is not the state"
        assert folded == snapshot.written(restored(folded)), "a snapshot is not the state"


_ACTS: Final[tuple[tuple[float, Callable[[Storm], None]], ...]] = (
    (0.05, Storm._some_signals),  # noqa: SLF001 - the table belongs to the class
    (0.16, Storm._venue_goes_on),  # noqa: SLF001
    (0.12, Storm._prices_move),  # noqa: SLF001
    (0.05, Storm._sample),  # noqa: SLF001
    (0.05, Storm._take_back),  # noqa: SLF001
    (0.012, Storm._operator),  # noqa: SLF001
    (0.004, Storm._breaker),  # noqa: SLF001
    (0.004, Storm._money),  # noqa: SLF001
    (0.01, Storm._funding),  # noqa: SLF001
    (0.015, Storm._ask),  # noqa: SLF001
    (0.006, Storm._books),  # noqa: SLF001
    (0.003, Storm._nonsense),  # noqa: SLF001
)
