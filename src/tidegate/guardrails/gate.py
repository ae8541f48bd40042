"""The gate: every signal goes through it, and nothing reaches a broker that has not."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import getcontext, localcontext, setcontext
from typing import TYPE_CHECKING, Final

from tidegate.errors import DefectError
from tidegate.guardrails.approval import Approved, mint
from tidegate.guardrails.guardrail import Verdict
from tidegate.guardrails.refusal import INCIDENTS, SENTENCES, Reason, Refused
from tidegate.guardrails.review import Review
from tidegate.guardrails.rules import FORM, SIZES, TIMES
from tidegate.guardrails.rules.price import is_price
from tidegate.guardrails.rules.reduction import reducible
from tidegate.model import EXACT, Direction, Effect, OrderKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from tidegate.guardrails.guardrail import Guardrail
    from tidegate.guardrails.limits import Limits
    from tidegate.guardrails.review import Market, Standing
    from tidegate.model import Signal

    _Asked = list[tuple[Callable[[Review], Reason | None], Guardrail]]

_REDUCE: Final = Effect.REDUCE  # to look a member up takes as long as a sum
_UNSEEN: Final = "a guardrail let something unknown pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A limit that an account has reached: trading stops until somebody lifts the latch."""

    reason: Reason
    observed: str
    limit: str
    sentence: str
    flatten: bool
    """Whether every position is to be closed at the market."""
    time_ns: int


class Gate:
    """The guardrails of one account, asked in their order; the first refusal counts.

    They are asked under the exact context of decimals, whatever the caller's is.
    """

    __slots__ = ("_form", "_sizes", "_times", "limits")

    def __init__(self, limits: Limits) -> None:
        """Hold an account to these limits."""
        self.limits = limits
        self._form: _Asked = [(rail.judge, rail) for rail in FORM]
        self._times: _Asked = [(rail.judge, rail) for rail in TIMES]
        self._sizes: _Asked = [(rail.judge, rail) for rail in SIZES]

    def review(
        self,
        signal: Signal,
        standing: Standing,
        market: Market,
        *,
        proposed: Decimal | None,
        now_ns: int,
    ) -> Approved | Refused:
        """Approve or refuse a signal; `proposed` is the sizing's amount where it brings none."""
        asked = Review(signal, standing, market, self.limits, now_ns, proposed)
        before = getcontext()
        setcontext(EXACT)
        try:
            return self._judged(asked)
        finally:
            setcontext(before)

    def _judged(self, asked: Review) -> Approved | Refused:
        for judge, rail in self._form:
            reason = judge(asked)
            if reason is not None:
                return _refused(asked, rail, reason)
        if asked.signal.effect is _REDUCE:
            _cut(asked)
            return mint(asked)
        _identify(asked)
        for judge, rail in self._times:
            reason = judge(asked)
            if reason is not None:
                return _refused(asked, rail, reason)
        _measure(asked)
        for judge, rail in self._sizes:
            reason = judge(asked)
            if reason is not None:
                return _refused(asked, rail, reason)
        return mint(asked)

    def explain(
        self,
        signal: Signal,
        standing: Standing,
        market: Market,
        *,
        proposed: Decimal | None,
        now_ns: int,
    ) -> list[Verdict]:
        """Return what every guardrail says, also those after the first refusal.

        What is malformed is asked nothing else. A reduction is asked for its form only, and an
        increase for its size only once its price, its amount and the equity are known: the
        others have not judged.
        """
        asked = Review(signal, standing, market, self.limits, now_ns, proposed)
        with localcontext(EXACT):
            return self._explained(asked)

    def _explained(self, asked: Review) -> list[Verdict]:
        verdicts = list(_verdicts(self._form[:1], asked))
        if not verdicts[0].passed:
            rails = (*self._form[1:], *self._times, *self._sizes)
            return verdicts + [_not_judged(rail) for _, rail in rails]
        verdicts += _verdicts(self._form[1:], asked)
        sound = all(verdict.passed for verdict in verdicts)
        if not sound or asked.signal.effect is _REDUCE:
            return verdicts + [_not_judged(rail) for _, rail in (*self._times, *self._sizes)]
        _identify(asked)
        verdicts += _verdicts(self._times, asked)
        needed = {Reason.UNKNOWN_PRICE, Reason.UNKNOWN_EQUITY, Reason.NO_SIZE}
        if needed & {verdict.reason for verdict in verdicts}:
            return verdicts + [_not_judged(rail) for _, rail in self._sizes]
        _measure(asked)
        return [*verdicts, *_verdicts(self._sizes, asked)]

    def trip(self, standing: Standing, now_ns: int) -> Trip | None:
        """Return the limit that the account has reached, unless one has latched it already."""
        if standing.latched:
            return None
        with localcontext(EXACT):
            return self._tripped(standing, now_ns)

    def _tripped(self, standing: Standing, now_ns: int) -> Trip | None:
        for _, rail in self._times:
            stop = rail.stop
            if stop is not None and stop.reached(standing, self.limits):
                observed, limit = stop.reading(standing, self.limits)
                return Trip(
                    reason=rail.reasons[0],
                    observed=observed,
                    limit=limit,
                    sentence=SENTENCES[rail.reasons[0]],
                    flatten=self.limits.flatten_on_trip,
                    time_ns=now_ns,
                )
        return None


def _cut(asked: Review) -> None:
    """Set a reduction's amount and price; a price that is not known does not hold it up."""
    signal, market_price = asked.signal, asked.market.price
    asked.amount = reducible(asked)
    if signal.price is not None:
        asked.kind, asked.price = OrderKind.LIMIT, signal.price
    elif market_price is not None and is_price(market_price):
        asked.price = market_price


def _identify(asked: Review) -> None:
    instrument = asked.market.instrument
    if instrument is None:
        raise DefectError(_UNSEEN)
    asked.instrument = instrument


def _measure(asked: Review) -> None:
    """Set what the guardrails of size look at, now that it is known."""
    signal, standing = asked.signal, asked.standing
    price, equity = asked.market.price, standing.equity
    amount = asked.proposed if signal.amount is None else signal.amount
    if price is None or equity is None or amount is None:
        raise DefectError(_UNSEEN)
    asked.market_price, asked.equity, asked.amount = price, equity, amount
    worst = asked.price = price
    if signal.price is not None:
        asked.kind, asked.price = OrderKind.LIMIT, signal.price
        # a short below the market is sold at the market's better price, and so is worth more
        worst = max(signal.price, price) if signal.direction is Direction.SHORT else signal.price
    asked.cost = amount * asked.price
    asked.notional = asked.cost if worst is asked.price else amount * worst
    asked.exposed = sum(standing.exposure.values(), asked.notional)


def _refused(asked: Review, rail: Guardrail, reason: Reason) -> Refused:
    observed, limit = rail.shown(asked)
    return Refused(
        signal=asked.signal,
        reason=reason,
        observed=observed,
        limit=limit,
        sentence=SENTENCES[reason],
        incident=reason in INCIDENTS,
    )


def _verdicts(rails: _Asked, asked: Review) -> Iterator[Verdict]:
    for judge, rail in rails:
        reason = judge(asked)
        observed, limit = rail.shown(asked)
        yield Verdict(
            name=rail.name,
            sentence=rail.sentence,
            passed=reason is None,
            reason=reason,
            observed=observed,
            limit=limit,
        )


def _not_judged(rail: Guardrail) -> Verdict:
    return Verdict(
        name=rail.name, sentence=rail.sentence, passed=None, reason=None, observed="–", limit="–"
    )
