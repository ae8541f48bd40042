"""Our books held against the venue's, again and again, while trading goes on.

How a trading process uses it, all from its own thread:

    reconciler = Reconciler(driver, broker, pairs, clock, tell=…, answer=…)
    reconciler.at_start()        once, after `driver.resume` and before anything is traded
    reconciler.look()            every turn: it begins, goes on or ends what is due, and never waits
    reconciler.obey(command)     for RECONCILE and ACCEPT, in place of `driver.take(command)`

`answer(command, step)` is called once the books are known; the step says what the operator is told.
What was read while orders went on may differ for a moment: a difference counts once it was seen
twice with nothing heard in between, or five times in a row.
"""

from __future__ import annotations

from collections import Counter
from math import inf
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from tidegate.brokers.books import UnreadError, Wanted
from tidegate.engine.comparing import asked_from, compare, found_alike, pairs_in
from tidegate.engine.events import Answered, Differ, Lift
from tidegate.ledger.reconciliation import Verdict
from tidegate.model import CommandKind
from tidegate.runtime.mending import mend
from tidegate.runtime.outcome import Outcome, unread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from tidegate.brokers.live import LiveBroker
    from tidegate.engine.driver import Driver
    from tidegate.engine.step import Step
    from tidegate.ledger.reconciliation import Finding
    from tidegate.ledger.sides import Theirs
    from tidegate.model import Command
    from tidegate.runtime.clock import Clock

_SECOND: Final = 1_000_000_000
_NAP_S: Final = 0.02
_PERSISTENT: Final = 5  # looks at a difference that need no quiet between them
_Key = tuple[str, str]


class Reconciler:
    """Compares the books of one account, mends what can be, and halts where nobody can explain."""

    def __init__(  # noqa: PLR0913 - who it works for, and how patient it is
        self,
        driver: Driver,
        broker: LiveBroker,
        pairs: Sequence[str],
        clock: Clock,
        *,
        every_s: float = 900.0,
        again_s: float = 5.0,
        patience_s: float = 30.0,
        mend_s: float = 120.0,
        tell: Callable[[str, dict[str, object]], None] = lambda _event, _figures: None,
        answer: Callable[[Command, Step], None] = lambda _command, _step: None,
    ) -> None:
        """Look every so often, and so soon again where something differs.

        `patience_s` is for one reading of the venue's books; what could not be mended in `mend_s`
        is called unexplained.
        """
        self._driver, self._broker, self._clock = driver, broker, clock
        self._pairs = tuple(pairs)
        self._every_ns, self._again_ns = int(every_s * _SECOND), int(again_s * _SECOND)
        self._patience_s, self._mend_ns = patience_s, int(mend_s * _SECOND)
        self._tell, self._answer = tell, answer
        self._reading: Future[Theirs] | None = None
        self._due_ns = 0
        self._mark: Any = None
        """Where orders stood when the books that are being read were asked for."""
        self._quiet: Any = None
        """Where they stood when what is suspected was first seen."""
        self._looks: Counter[_Key] = Counter()
        """How often in a row each difference was seen."""
        self._begun: dict[_Key, int] = {}
        """Since when each is being mended."""
        self._mended: dict[_Key, str] = {}
        self._commands: list[Command] = []
        self.outcome = Outcome()
        """What the latest look has found; the engine's facts say what came of it."""

    # what a trading process calls

    def at_start(self) -> Outcome:
        """Compare before anything is traded; on the very first start, take the venue's side."""
        outcome = self.now(most_s=2 * self._patience_s)
        if self._driver.engine.state.agreement.last is None:
            raise unread(outcome.trouble or "they go on changing")
        return outcome

    def look(self) -> None:
        """Begin, go on with or end what is due. It never waits for the venue's answer."""
        now = self._clock.now_ns()
        if self._reading is None:
            if now >= self._due_ns:
                self._begin(now)
        elif self._reading.done():
            reading, self._reading = self._reading, None
            self._end(reading, now)

    def now(self, command: Command | None = None, *, most_s: float = inf) -> Outcome:
        """Compare at once and wait for what comes of it, so long at most."""
        self._begin_anew(command)
        self.outcome = Outcome()
        end = self._clock.now_ns() + most_s * _SECOND
        while not self.outcome.is_known and self._clock.now_ns() < end:
            self.look()
            if not self.outcome.is_known:
                self._clock.sleep(_NAP_S)
        return self.outcome

    def soon(self) -> None:
        """Compare without waiting until it is time: something speaks against our books."""
        self._due_ns = 0

    def obey(self, command: Command) -> None:
        """Compare at once because an operator wants it; `answer` is called when it is known."""
        self._begin_anew(command)

    # inside

    def _begin_anew(self, command: Command | None) -> None:
        if command is not None:
            self._commands.append(command)
        if self._reading is not None:  # it may have been begun before whatever is to be looked at
            self._reading.cancel()
            self._reading = None
        self._looks.clear()
        self._due_ns = 0

    def _begin(self, now: int) -> None:
        state = self._driver.engine.state
        since, orders_since = asked_from(state, now)
        self._mark = self._standing()
        wanted = Wanted(
            pairs=pairs_in(state, self._pairs),
            since_ns=since,
            orders_since_ns=orders_since,
            known=tuple(life.order.id for life in state.orders.remembered()),
        )
        patience_s = self._patience_s + len(wanted.pairs)  # each of them is asked for by itself
        self._reading = self._broker.begin_books(wanted, patience_s)

    def _standing(self) -> object:
        """Return what changes with whatever is heard of orders."""
        state = self._driver.engine.state
        lives = tuple((life.order.id, life.state) for life in state.orders.live())
        return state.booked, state.approved, lives

    def _end(self, reading: Future[Theirs], now: int) -> None:
        try:
            theirs = reading.result()
        except UnreadError as error:
            self._fail(str(error), now)
            return
        self._driver.hear_broker(now)
        state = self._driver.engine.state
        pairs = pairs_in(state, self._pairs)
        found = [
            one
            for one in compare(state, self._driver.journal, theirs, pairs)
            if one.verdict is not Verdict.EXPLAINED
        ]
        certain = self._certain(found)
        if len(certain) < len(found):
            self._due_ns = now + self._again_ns
            return
        self._settle(theirs, certain, now)

    def _certain(self, found: Sequence[Finding]) -> list[Finding]:
        """Return the differences that were seen before with nothing heard since, or often."""
        standing = self._standing()
        if standing != self._mark or standing != self._quiet:
            is_quiet, self._quiet = False, standing if standing == self._mark else None
        else:
            is_quiet = True
        keys = [_key(one) for one in found]
        self._looks = Counter({key: self._looks[key] + 1 for key in keys})
        least = 2 if is_quiet else _PERSISTENT
        return [one for one in found if self._looks[_key(one)] >= least]

    def _fail(self, words: str, now: int) -> None:
        self._due_ns = now + self._again_ns
        self.outcome = Outcome(trouble=words, is_known=True)
        self._tell("books", {"trouble": words})
        self._answer_all(f"the books could not be read: {words}", obeyed=False, now=now)

    def _settle(self, theirs: Theirs, found: Sequence[Finding], now: int) -> None:
        """Act on what is certain."""
        fixable = [one for one in found if self._may_be_mended(one, now)]
        if not fixable:
            self._conclude(theirs, found, now)
            return
        for one in fixable:
            if _key(one) not in self._mended:
                self._mended[_key(one)] = one.words
                self._tell("books", {"mending": one.words})
        mend(self._driver, theirs, fixable, now)
        self._looks.clear()
        self._due_ns = now + self._again_ns

    def _may_be_mended(self, one: Finding, now: int) -> bool:
        begun = self._begun.setdefault(_key(one), now)
        return one.verdict is Verdict.FIXABLE and now - begun < self._mend_ns

    def _conclude(self, theirs: Theirs, found: Sequence[Finding], now: int) -> None:
        """Count from these books on if they are alike or accepted; halt where they are not."""
        driver, state = self._driver, self._driver.engine.state
        keys = {_key(one) for one in found}
        accepting = [one for one in self._commands if one.kind is CommandKind.ACCEPT]
        is_first = state.agreement.last is None
        if not found or accepting or is_first:
            pairs = pairs_in(state, self._pairs)
            driver.take(found_alike(state, theirs, pairs, driver.seq, now), now)
        if accepting:
            driver.take(Lift(why=accepting[0].reason or "accepted", time_ns=now), now)
        else:
            for one in found:
                self._halt(one, now)
        mended = (words for key, words in self._mended.items() if key not in keys)
        self.outcome = Outcome(
            findings=tuple(found), mended=tuple(mended), is_known=True,
            accepted=bool(accepting), halted=tuple(sorted(state.agreement.halted)),
        )  # fmt: skip
        self._due_ns = now + self._every_ns
        for memory in (self._looks, self._begun, self._mended):
            memory.clear()
        obeyed = not found or bool(accepting)
        self._answer_all(self.outcome.words, obeyed=obeyed, now=now)

    def _halt(self, one: Finding, now: int) -> None:
        step = self._driver.take(
            Differ(kind=one.kind, about=one.about, pairs=one.pairs, words=one.words, time_ns=now),
            now,
        )
        if step.entries:
            self._tell("books", {"differ": one.words, "halted": ", ".join(one.pairs)})

    def _answer_all(self, words: str, *, obeyed: bool, now: int) -> None:
        commands, self._commands = self._commands, []
        for command in commands:
            done = Answered(command=replace(command, time_ns=now), obeyed=obeyed, words=words)
            self._answer(command, self._driver.take(done, now))


def _key(one: Finding) -> _Key:
    return one.kind, one.about
