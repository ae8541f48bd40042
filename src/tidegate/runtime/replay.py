"""A replay: recorded candles through engine, gate, journal and simulated broker."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tidegate.brokers.simulated import SimulatedBroker
from tidegate.engine.driver import Driver
from tidegate.engine.engine import Engine
from tidegate.engine.events import Sample
from tidegate.engine.keeper import ENGINE_BITS, WalkKeeper
from tidegate.engine.recorded import RecordedQuotes
from tidegate.errors import DefectError
from tidegate.guardrails import Gate, Limits
from tidegate.kernel.walk.plans import outcome_of, walk_of_plans
from tidegate.model import (
    ZERO,
    Command,
    CommandKind,
    Instrument,
    Pair,
    exact_decimal,
)
from tidegate.research.guardrails import Refusals
from tidegate.runtime.market_figures import Asked, MarketFigures

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.engine.ports import Journal
    from tidegate.kernel import Simulation
    from tidegate.kernel.walk.run import Walk
    from tidegate.model import Candles, Outcome

_CANDLES_AT_ONCE: Final = 10_000  # then the journal may have what has gathered
ANY_LEVERAGE: Final = Decimal(1000)  # what the walk has agreed with the exchange stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a replay begins with."""

    name: str
    strategy: str
    currency: str
    wallet: float
    fee: float
    """Fraction of its cost that an order pays."""


@dataclass(slots=True, kw_only=True)
class Replayed:
    """What went through the gate."""

    placed: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    """How often each guardrail said no."""
    examples: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    """The first few refusals of each reason."""
    stopped: str = ""
    """The limit that stopped trading; empty: none did."""
    facts: int = 0


class Replay:
    """One account's engine under one walk. What it is given as `journal` is written to."""

    def __init__(self, account: Account, limits: Limits, journal: Journal) -> None:
        """Open the account in a journal that has nothing in it yet."""
        self._account = account
        self._limits = limits
        self._journal = journal
        self._watched = limits != Limits.widest()
        self._keeper: WalkKeeper | None = None
        self._seen = (0, 0)
        """Positions and orders at the last look."""
        self._refusals = Refusals()
        self.driver: Driver | None = None

    @property
    def failure(self) -> BaseException | None:
        """What stopped the walk."""
        return self._keeper.failure if self._keeper is not None else None

    def attach(
        self,
        walk: Walk,
        pairs: list[str],
        tags: list[Any],
        others: Callable[[int], int] | None = None,
        candles: Callable[[str], Candles | None] = lambda _pair: None,
    ) -> Callable[[int], int]:
        """Return the handler of a walk; questions to the strategy go to `others`.

        `candles` gives a pair's, the warm-up included: limits may ask what they say of a market.
        """
        account = self._account
        rows, start = list(walk.course.rows), walk.course.start_ns
        figures = MarketFigures(Asked.by(self._limits), pairs, cache(candles))
        quotes = RecordedQuotes(rows, walk.course.candle_ns, figures.known)
        quotes.now_ns = start
        instruments = {pair: _instrument(pair, account.fee) for pair in pairs}
        broker = SimulatedBroker(instruments)
        engine = Engine(gate=Gate(self._limits), instruments=instruments, quotes=quotes)
        driver = self.driver = Driver(
            engine,
            self._journal,
            broker,
            trip=lambda _reason: None,
            kept=self._refusals.take,
        )
        driver.hold()
        wallet = exact_decimal(account.wallet)
        opened = engine.open(account.name, account.currency, "average", start, wallet)
        driver.carry_out(opened, start)
        driver.take(
            Command(id="replay", kind=CommandKind.START, account=account.name, time_ns=start), start
        )

        def clock(time_ns: int) -> int:
            quotes.now_ns = max(quotes.now_ns, time_ns)
            return time_ns

        self._keeper = WalkKeeper(driver, broker, account.strategy, clock)
        self._clock = clock
        return self._keeper.attach(walk, pairs, tags, others)

    def drive(
        self,
        walk: Walk,
        handler: Callable[[int], int],
        progress: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> None:
        """Walk to the end; where there are limits, with a look at the account each candle."""
        course, total = walk.course, int(walk.memory.rules.candles)
        at_once = 1 if self._watched else _CANDLES_AT_ONCE
        walk.begin(handler)
        for done in range(at_once, total + at_once, at_once):
            until = course.start_ns + min(done, total) * course.candle_ns
            if not walk.advance(until):
                return
            if self._watched and self._is_busy(walk):
                self._look(until)
            if done % _CANDLES_AT_ONCE == 0 or done >= total:
                self._driver.flush()
                progress(min(done, total), total)
        walk.finish()

    def _is_busy(self, walk: Walk) -> bool:
        """Tell whether the account's worth may have changed since the last look."""
        placed = self._keeper.placed if self._keeper is not None else 0
        before, self._seen = self._seen, (int(walk.memory.tally.opened), placed)
        return before[0] > 0 or self._seen != before

    def _look(self, now_ns: int) -> None:
        self._clock(now_ns)
        self._driver.take(Sample(time_ns=now_ns), now_ns)

    @property
    def _driver(self) -> Driver:
        if self.driver is None:
            message = "a replay that was not attached to a walk has no account to look at"
            raise DefectError(message)
        return self.driver

    def ended(self) -> Replayed:
        """Close the books and say what went through the gate."""
        driver, keeper = self.driver, self._keeper
        if driver is None or keeper is None:
            return Replayed()
        driver.release()
        return Replayed(
            placed=keeper.placed,
            refused=dict(self._refusals.counts),
            examples=self._refusals.examples,
            stopped=driver.engine.state.latched,
            facts=driver.seq,
        )

    def run(self, simulation: Simulation) -> Outcome:
        """Run plans, as the compiled loop would, with every order through the gate."""
        walk = walk_of_plans(simulation, callbacks=ENGINE_BITS)
        candles = {plan.candles.pair: plan.candles for plan in simulation.plans}
        handler = self.attach(
            walk, list(candles), list(walk.course.tags), candles=candles.__getitem__
        )
        self.drive(walk, handler)
        if self.failure is not None:
            raise self.failure
        return outcome_of(walk, simulation)


def _instrument(pair: str, fee: float) -> Instrument:
    """Return a pair as the walk has settled it: its amounts and prices are on the steps already."""
    return Instrument(
        pair=Pair.parse(pair),
        price_step=ZERO,
        amount_step=ZERO,
        taker_fee=exact_decimal(fee),
        most_leverage=ANY_LEVERAGE,
        can_short=True,
    )
