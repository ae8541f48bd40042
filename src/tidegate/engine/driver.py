"""What carries an engine's steps out: journal first, then broker, then whatever the broker says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.engine import snapshot
from tidegate.engine.effects import Cancel, Submit
from tidegate.engine.step import Step
from tidegate.errors import DefectError
from tidegate.model import ENDED, OrderRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tidegate.engine.effects import TripBreaker
    from tidegate.engine.engine import Engine
    from tidegate.engine.entry import Entry
    from tidegate.engine.events import Event
    from tidegate.engine.ports import Broker, Journal, Record

_SNAPSHOT_EVERY = 50_000  # facts: a restart reads as many in well under a second


class Driver:
    """One engine, its journal and its broker."""

    def __init__(
        self,
        engine: Engine,
        journal: Journal,
        broker: Broker,
        *,
        trip: Callable[[str], None],
        kept: Callable[[Sequence[Entry]], None] = lambda _entries: None,
        snapshot_every: int = _SNAPSHOT_EVERY,
    ) -> None:
        """Connect the three.

        `trip` switches the machine's breaker on; `kept` is told of facts once they are kept.
        """
        self.engine = engine
        self.journal = journal
        self.broker = broker
        self._trip = trip
        self._told = kept
        self._snapshot_every = snapshot_every
        self.seq = 0
        """Number of the last fact that is kept."""
        self._since_snapshot = 0
        self._sound = True
        self._held: tuple[list[Entry], list[Record]] | None = None
        self._late: list[Record] = []
        """Rows that show orders which are out: they go with the next facts, or when all rests."""

    def recover(self) -> int:
        """Take in what the journal holds; how many facts were read after the snapshot."""
        kept = self.journal.snapshot()
        start = 1
        if kept is not None:
            seq, body = kept
            state = snapshot.restored(body)
            if state is not None:
                self.engine.state, self.seq, start = state, seq, seq + 1
        read = 0
        shown: dict[str, Record] = {}
        for seq, entry in self.journal.read_from(start):
            for record in self.engine.fold(entry):
                if isinstance(record, OrderRecord):
                    shown[record.order.id] = record
            self.seq = seq
            read += 1
        self._late = list(shown.values())  # the last of them may not have been written
        self._since_snapshot = read
        return read

    def take(self, event: Event, now_ns: int) -> Step:
        """Step the engine over one event, and over all that follows from it."""
        self._begin()
        step = self.engine.step(event)
        self._finish(step, now_ns)
        return step

    def take_all(self, events: Iterable[Event], now_ns: int) -> list[Step]:
        """Step over many events and keep all their facts in one go before any effect."""
        self._begin()
        steps = [self.engine.step(event) for event in events]
        together = Step()
        for step in steps:
            together.add(step)
        self._finish(together, now_ns)
        return steps

    def carry_out(self, step: Step, now_ns: int) -> None:
        """Keep a step's facts, then do what it asks for, then take in what comes of that."""
        self._begin()
        self._finish(step, now_ns)

    def _begin(self) -> None:
        """Refuse to go on after a failure: the state may be ahead of the journal by then."""
        if not self._sound:
            message = "an earlier step was not finished: this engine has to be started anew"
            raise DefectError(message)
        self._sound = False

    def _finish(self, step: Step, now_ns: int) -> None:
        while True:
            self._keep(step)
            for effect in step.effects:
                self._do(effect, now_ns)
            said = self.broker.said()
            if not said:
                break
            step = Step()
            for word in said:
                step.add(self.engine.step(word))
        self._sound = True

    def ask_broker(self, now_ns: int) -> None:
        """Have the broker say again what became of orders, and take back again what was to go."""
        orders = self.engine.state.orders
        waiting = list(orders.live())
        ended = [life.order for life in orders.cut_short()]
        self.broker.recall([life.order for life in waiting], ended, now_ns)
        orders.cut.clear()
        self.hear_broker(now_ns)
        for life in waiting:
            if life.leaving and life.state not in ENDED:
                self.broker.cancel(life.order.id, now_ns)
        self.hear_broker(now_ns)

    def resume(self, now_ns: int) -> None:
        """Find out what became of everything that was under way when the journal ended."""
        latched = self.engine.state.latched
        if latched:  # the breaker may not have been reached
            self._trip(f"{self.engine.state.opened.name}: {latched}")
        self.ask_broker(now_ns)

    def hear_broker(self, now_ns: int) -> None:
        """Take in what the broker has said by itself."""
        self.carry_out(Step(), now_ns)

    def _do(self, effect: Submit | Cancel | TripBreaker, now_ns: int) -> None:
        if isinstance(effect, Submit):
            self.broker.submit(effect.approved, now_ns)
        elif isinstance(effect, Cancel):
            self.broker.cancel(effect.order, now_ns)
        else:
            self._trip(effect.reason)

    # the journal

    def _keep(self, step: Step) -> None:
        if not (step.entries or step.records):
            return
        if self._held is not None:
            self._held[0].extend(step.entries)
            self._held[1].extend(step.records)
            return
        records = step.records
        if step.effects and records:
            # What shows an order can wait until the order is out; the fact cannot.
            late: list[Record] = [each for each in records if type(each) is OrderRecord]
            records = [each for each in records if type(each) is not OrderRecord]
            self._append(step.entries, self._late + records)
            self._late = late
            return
        self._append(step.entries, self._late + records)
        self._late = []

    def rest(self) -> None:
        """Write what is still to be shown: to be called whenever nothing is left to do."""
        if self._late and self._held is None:
            self._begin()
            self._append([], self._late)
            self._late = []
            self._sound = True

    def _append(self, entries: list[Entry], records: list[Record]) -> None:
        self.seq = self.journal.append(entries, records)
        self._since_snapshot += len(entries)
        self._told(entries)

    def hold(self) -> None:
        """Let facts gather until `release`: only where the broker is gone with this process too."""
        self.rest()
        self._held = ([], [])

    def release(self) -> None:
        """Keep what has gathered, in one go."""
        if self._held is not None:
            entries, records = self._held
            self._held = None
            if entries or records:
                self._append(entries, records)

    def flush(self) -> None:
        """Keep what has gathered so far, and let more gather."""
        if self._held is not None:
            self.release()
            self.hold()

    def snapshot_if_due(self) -> bool:
        """Write the state down if many facts have come since the last time."""
        if self._since_snapshot < self._snapshot_every:
            return False
        self.snapshot_now()
        return True

    def snapshot_now(self) -> None:
        """Write the state down."""
        self.flush()
        self.rest()
        self.journal.keep_snapshot(self.seq, snapshot.written(self.engine.state))
        self._since_snapshot = 0
