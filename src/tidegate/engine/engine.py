"""The path as one function: an event in; facts to keep, rows to show and effects to carry out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidegate.engine import agreeing, deciding, flattening, hearing, operating
from tidegate.engine.events import (
    Alike,
    Answered,
    Breaker,
    Deposit,
    Differ,
    Funding,
    Heard,
    Kept,
    Lift,
    Price,
    Sample,
    TakeBack,
)
from tidegate.engine.facts import Deposited, Opened, entry_of, fact_of
from tidegate.engine.figures import Figures
from tidegate.engine.quotes import HeardQuotes
from tidegate.engine.standing import standing_of
from tidegate.engine.state import State
from tidegate.engine.step import Step
from tidegate.guardrails import Market
from tidegate.model import ZERO, Command, Fill, OrderUpdate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from tidegate.engine.entry import Entry
    from tidegate.engine.events import Event
    from tidegate.engine.ports import Record, Sizer
    from tidegate.engine.quotes import Quotes
    from tidegate.guardrails import Gate, Standing
    from tidegate.model import Instrument


class Engine:
    """One account's engine. No clock, no network, no file: see `driver` for those."""

    def __init__(
        self,
        *,
        gate: Gate,
        instruments: Mapping[str, Instrument],
        sizer: Sizer | None = None,
        quotes: Quotes | None = None,
    ) -> None:
        """Begin with an empty state; a journal is folded into it by a driver."""
        self.gate = gate
        self.instruments = instruments
        self.sizer = sizer
        self.state = State()
        self.quotes: Quotes = HeardQuotes() if quotes is None else quotes
        self._figures = Figures(instruments, self.quotes)
        self.breaker = ""
        self.raised: dict[str, tuple[int, int]] = {}
        """By reason, when operators were last told of a refusal, and how many came soon after."""

    def step(self, event: Event) -> Step:
        """Take one event: decide, change the state, and return all that came of it."""
        step = Step()
        _STEPS[type(event)](self, event, step)
        if self.state.flatten and flattening.goes_on_after(self, event):
            flattening.go_on(self, step)
        return step

    def open(
        self,
        account: str,
        currency: str,
        accounting: str,
        time_ns: int,
        money: Decimal = ZERO,
        *,
        place: str = "",
    ) -> Step:
        """Begin an account, with money in it or, for now, none: both or neither are kept."""
        step = Step()
        opened = Opened(account=account, currency=currency, accounting=accounting, place=place)
        self.note(step, opened, time_ns, "opening")
        if money:
            self.note(step, Deposited(amount=money), time_ns, "opening")
        return step

    def fold(self, entry: Entry) -> list[Record]:
        """Take in a fact that the journal holds already."""
        return self.state.evolve(fact_of(entry), entry.time_ns, entry.correlation)

    def note(self, step: Step, fact: Any, now: int, correlation: str) -> None:  # noqa: ANN401 - one of the facts
        """Change the state by a fact, and note the fact for the journal."""
        records = self.state.evolve(fact, now, correlation)
        step.entries.append(entry_of(fact, now, correlation))
        step.records.extend(records)

    def standing(self, now_ns: int, position: str = "") -> Standing:
        """Return where the account stands, seen from one of its positions."""
        return standing_of(self.state, self._figures, self.breaker, now_ns, position)

    def market(self, pair: str) -> Market:
        """Return what is known of a pair's market."""
        seen = self.quotes.seen(pair)
        instrument, account = self.instruments.get(pair), self.state.account
        if instrument is not None and account is not None:
            # a fill in another currency could not be booked
            instrument = instrument if instrument.pair.currency == account.currency else None
        return Market(
            instrument=instrument,
            price=seen.price if seen else None,
            price_ns=seen.time_ns if seen else 0,
            volatility=seen.volatility if seen else None,
            volume=seen.volume if seen else None,
            correlations=seen.correlations if seen else {},
        )


_STEPS: Final[dict[type, Callable[..., None]]] = {
    Heard: deciding.signal,
    TakeBack: deciding.take_back,
    Deposit: hearing.deposit,
    Kept: deciding.keep,
    Price: hearing.price,
    Fill: hearing.fill,
    OrderUpdate: hearing.update,
    Funding: hearing.funding,
    Sample: flattening.sample,
    Breaker: flattening.breaker,
    Command: operating.command,
    Answered: operating.answered,
    Alike: agreeing.alike,
    Differ: agreeing.differ,
    Lift: agreeing.lift,
}
