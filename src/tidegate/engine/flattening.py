"""Stopping: marks and limits of the whole account, the latch, and closing everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from tidegate.engine import deciding
from tidegate.engine.dust import is_dust, sweep_all
from tidegate.engine.effects import TripBreaker
from tidegate.engine.events import Heard, Price
from tidegate.engine.facts import Latched, Switched
from tidegate.ledger import day_of
from tidegate.model import EXACT, ZERO, Effect, OrderKind, OrderUpdate, Signal, TradingState

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.engine.engine import Engine
    from tidegate.engine.events import Breaker, Event, Sample
    from tidegate.engine.facts import Sampled
    from tidegate.engine.step import Step
    from tidegate.guardrails import Trip
    from tidegate.ledger import Position
    from tidegate.model import Order

_TAG: Final = "flatten"
_PATIENCE_NS: Final = 60_000_000_000  # how long one attempt to close a position means anything


def switch(
    engine: Engine, step: Step, to: TradingState, why: str, now: int, *, flatten: bool = False
) -> None:
    """Change what the engine may do, if that is a change."""
    if (to, flatten) != (engine.state.trading, engine.state.flatten):
        engine.note(step, Switched(state=to, why=why, flatten=flatten), now, "trading-state")


def sample(engine: Engine, moment: Sample, step: Step) -> None:
    """Look at what the account is worth, and stop trading where a limit is reached."""
    state, now = engine.state, moment.time_ns
    sweep_all(engine, step, now)
    marks = _marks(engine, now)
    if marks is None:
        return  # the gate refuses everything new until it is known
    new_day = state.day is None or day_of(now) > state.day
    if new_day or state.opened.positions or marks.equity != state.equity:
        engine.note(step, marks, now, "sample")
    if not state.latched:
        trip = engine.gate.trip(engine.standing(now), now)
        if trip is not None:
            _latch(engine, trip, step, now)


def fresh_marks(engine: Engine, now: int) -> Sampled | None:
    """Return marks that count from now on; None where the account's worth is not known."""
    marks = _marks(engine, now)
    if marks is None:
        return None
    worth = marks.equity
    return replace(marks, peak=worth, day_start=worth, week_start=worth)


def _marks(engine: Engine, now: int) -> Sampled | None:
    account = engine.state.account
    equity = account.equity(engine.quotes.prices) if account is not None else None
    if account is None or equity is None:
        return None
    worths = account.exposure(engine.quotes.prices).values()
    exposure = sum((each for each in worths if each is not None), ZERO)
    return engine.state.sample(equity, exposure, now)


def _latch(engine: Engine, trip: Trip, step: Step, now: int) -> None:
    """Stop until an operator lifts it: nothing re-arms itself."""
    reason = str(trip.reason)
    latched = Latched(
        reason=reason, observed=trip.observed, limit=trip.limit, sentence=trip.sentence
    )
    engine.note(step, latched, now, reason)
    switch(engine, step, TradingState.REDUCING, trip.sentence, now, flatten=trip.flatten)
    deciding.take_back_increases(engine, step, now, trip.sentence)
    step.effects.append(TripBreaker(f"{engine.state.opened.name}: {trip.sentence}"))


def breaker(engine: Engine, seen: Breaker, step: Step) -> None:
    """Follow the machine's breaker: while it is on, nothing new is left waiting."""
    if seen.reason and not engine.breaker:
        deciding.take_back_increases(engine, step, seen.time_ns, f"breaker: {seen.reason}")
    engine.breaker = seen.reason


def go_on(engine: Engine, step: Step) -> None:
    """Close what is held and not offered yet, and have orders leave that are in the way."""
    state = engine.state
    account, now = state.account, state.last_ns
    lives = list(state.orders.live())
    if account is None or not (account.positions or lives):
        switch(engine, step, state.trading, "everything is closed", now)
        return
    for life in lives:
        if not life.leaving and not _closes(life.order):
            deciding.cancel(engine, step, life.order.id, now, "flatten")
    for position in list(account.positions.values()):
        left = EXACT.subtract(position.amount, state.orders.offered(position.name))
        if left > ZERO and not is_dust(engine, position.pair, left):
            _close(engine, position, left, step, now)


def goes_on_after(engine: Engine, event: Event) -> bool:
    """Tell whether an event is a reason to try again.

    A word about an attempt is none: a venue that refuses each would be asked without an end.
    """
    if isinstance(event, OrderUpdate):
        life = engine.state.orders.get(event.order)
        return life is None or life.order.tag != _TAG
    return not isinstance(event, Price)


def _closes(order: Order) -> bool:
    return order.effect is Effect.REDUCE and order.kind is OrderKind.MARKET


def _close(engine: Engine, position: Position, amount: Decimal, step: Step, now: int) -> None:
    """Send a signal like everybody's, through the gate like everybody's."""
    account = engine.state.opened
    wish = Signal(
        id=f"flatten-{engine.state.approved}-{position.name}"[:_LONGEST],
        source="operator",
        account=account.name,
        strategy=position.strategy,
        pair=position.pair,
        position=position.name,
        direction=position.direction,
        effect=Effect.REDUCE,
        amount=amount,
        price=None,
        made_ns=now,
        expires_ns=now + _PATIENCE_NS,
        leverage=position.leverage,
        tag=_TAG,
    )
    asked = step.verdict  # the event's own, if it was a signal
    deciding.signal(engine, Heard(wish, now), step)
    step.verdict = asked


_LONGEST: Final = 255
