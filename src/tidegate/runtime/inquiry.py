"""Why no trade? What every guardrail would say to an entry, as an account stands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Final

from tidegate.engine.engine import Engine
from tidegate.engine.events import Price
from tidegate.errors import Code, OptionError, one_of
from tidegate.guardrails import Gate
from tidegate.model import EXACT, Direction, Effect, Signal, exact_decimal
from tidegate.runtime.jobs import instruments_of, own_limits_of, traders_of
from tidegate.runtime.market import Market
from tidegate.runtime.market_figures import Asked, MarketFigures
from tidegate.runtime.own_limits import limits_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.engine.state import State
    from tidegate.guardrails import Verdict
    from tidegate.runtime.carrier import Carrier
    from tidegate.runtime.config import StrategyPart, TradeConfig

SOURCE: Final = "operator"
_PATIENCE_NS: Final = 60_000_000_000
_FINEST: Final = Decimal("1e-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An entry that somebody thinks of; None: the strategy's own, or the market's."""

    pair: str
    direction: Direction = Direction.LONG
    strategy: str | None = None
    amount: Decimal | None = None
    """Base currency; None: what a fixed stake of the strategy comes to."""
    price: Decimal | None = None
    """The limit, quote currency; None: at the market."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the gate would say, and what it would look at."""

    signal: Signal
    market_price: Decimal | None
    """None: there is no candle of the pair by then."""
    verdicts: Sequence[Verdict]

    @property
    def refused_by(self) -> list[Verdict]:
        """The guardrails that would say no, in the order in which they are asked."""
        return [verdict for verdict in self.verdicts if verdict.passed is False]

    @property
    def is_whole(self) -> bool:
        """Whether every guardrail could judge."""
        return all(verdict.passed is not None for verdict in self.verdicts)


def ask(config: TradeConfig, state: State, question: Question, *, breaker: str) -> Answer:
    """Ask every guardrail what it says to an entry, at the time of the account's latest fact.

    `breaker` is why the machine's breaker is on; empty: it is off. Nothing is changed.
    """
    traders = traders_of(config)
    try:
        return _asked(config, state, question, traders, breaker)
    finally:
        for trader in traders:
            trader.leave()


def _asked(
    config: TradeConfig,
    state: State,
    question: Question,
    traders: Sequence[Carrier],
    breaker: str,
) -> Answer:
    number, now = _meant(config, traders, question), state.last_ns
    limits = limits_of(config, own_limits_of(traders))
    engine = Engine(gate=Gate(limits), instruments=instruments_of(traders, config.account.fee))
    engine.state, engine.breaker = state, breaker
    market = Market([trader.feed for trader in traders])
    figures = MarketFigures(Asked.by(limits), market.pairs, market.candles)
    for pair in market.pairs:
        price = market.price(pair, now)
        if price is not None:  # seen, not stepped over: a flattening would go on
            known = figures.known(pair, now)._asdict()
            engine.quotes.see(Price(pair=pair, price=exact_decimal(price), time_ns=now, **known))
    seen = engine.market(question.pair)
    signal = _signal(config, state, (traders[number].name, number), question, seen.price)
    standing = engine.standing(now, signal.position)
    return Answer(
        signal=signal,
        market_price=seen.price,
        verdicts=engine.gate.explain(signal, standing, seen, proposed=None, now_ns=now),
    )


def _meant(config: TradeConfig, traders: Sequence[Carrier], question: Question) -> int:
    """Return which strategy would enter: the one that is named, or the first of the pair."""
    named = [trader for trader in traders if question.strategy in {None, trader.name}]
    if not named:
        names = [trader.name for trader in traders]
        raise OptionError(
            Code.BAD_OPTION,
            f'the configuration has no strategy "{question.strategy}"',
            where=f"--strategy, {config.file}",
            expected=", ".join(names),
            found=f'"{question.strategy}"',
            remedy=one_of(str(question.strategy), names, otherwise="name one of those"),
        )
    for trader in named:
        if question.pair in trader.feed.wanted.pairs:
            return traders.index(trader)
    pairs = list(dict.fromkeys(pair for trader in named for pair in trader.feed.wanted.pairs))
    raise OptionError(
        Code.UNKNOWN_PAIR,
        f"{question.pair} is not traded by {', '.join(trader.name for trader in named)}",
        where=f"PAIR, {config.file}",
        expected=", ".join(pairs),
        found=question.pair,
        remedy=one_of(question.pair, pairs, otherwise="name one of those, or add it to `pairs`"),
    )


def _signal(
    config: TradeConfig,
    state: State,
    which: tuple[str, int],
    question: Question,
    price: Decimal | None,
) -> Signal:
    strategy, number = which
    account = config.account.name if state.account is None else state.account.name
    amount = question.amount
    if amount is None:
        amount = _amount(config.strategies[number], question.price or price)
    return Signal(
        id=f"why-{state.last_ns}",
        source=SOURCE,
        account=account,
        strategy=strategy,
        pair=question.pair,
        position=f"{strategy}/{question.pair}/why",
        direction=question.direction,
        effect=Effect.INCREASE,
        amount=amount,
        price=question.price,
        made_ns=state.last_ns,
        expires_ns=state.last_ns + _PATIENCE_NS,
    )


def _amount(part: StrategyPart, price: Decimal | None) -> Decimal | None:
    """Return what a fixed stake comes to; None: other sizes are worked out at the signal."""
    if price is None or not isinstance(part.stake, float):
        return None
    stake = EXACT.divide(exact_decimal(part.stake), price)
    return stake.quantize(_FINEST, rounding=ROUND_DOWN, context=EXACT)
