"""Watches a trading process and says what there is to see of it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from tidegate.engine.facts import Approval, fact_of
from tidegate.model import EXACT, Direction, Effect, Side, exact_decimal
from tidegate.runtime.limits_used import limits_used
from tidegate.runtime.live_shelf import LiveCandles
from tidegate.runtime.market import Market
from tidegate.runtime.picture import OrderShown, PairShown, Picture, PositionShown, SignalShown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal

    from tidegate.engine.entry import Entry
    from tidegate.engine.facts import Denied
    from tidegate.engine.orders import Life
    from tidegate.ledger import Account
    from tidegate.model import EquityRecord
    from tidegate.runtime.config import TradeConfig
    from tidegate.runtime.desk import Desk

_LATEST: Final = 60  # signals and orders that a screen may show
_CLOSES: Final = 60
_POINTS: Final = 2000  # of the equity's curve; then every other is left out
_DRAWN: Final = 400
_VERDICTS: Final = frozenset({"denied", "approved"})
_SAMPLED: Final = "sampled"
_NEWS: Final = frozenset({"silence", "command", "breaker", "warning"})


class Watching:
    """Remembers what has come by; a picture of it may be taken at any time."""

    def __init__(self, told: Callable[[SignalShown], None] = lambda _signal: None) -> None:
        """Begin with nothing seen; `told` hears of every signal."""
        self._told = told
        self._signals: deque[SignalShown] = deque(maxlen=_LATEST)
        self._orders: deque[tuple[int, str]] = deque(maxlen=_LATEST)
        self._curve: list[tuple[int, float]] = []
        self._news = ""
        self._market: Market | None = None
        self.passed = self.refused = 0
        """Signals, as long as somebody watches."""

    # what it hears

    def remember(self, entries: Iterable[Entry], equity: Iterable[EquityRecord]) -> None:
        """Take in what was before somebody watched, the oldest first."""
        for entry in entries:
            if entry.kind in _VERDICTS:
                self._note(fact_of(entry), entry.time_ns)
        self._curve = [(each.time_ns, float(each.equity)) for each in equity]

    def kept(self, entries: Iterable[Entry]) -> None:
        """Hear of facts, once the journal has them."""
        for entry in entries:
            if entry.kind == _SAMPLED:
                self._add(entry.time_ns, float(fact_of(entry).equity))
            elif entry.kind in _VERDICTS:
                signal = self._note(fact_of(entry), entry.time_ns)
                self.passed += signal.passed
                self.refused += not signal.passed
                self._told(signal)

    def _note(self, fact: Approval | Denied, time_ns: int) -> SignalShown:
        if isinstance(fact, Approval):
            self._orders.append((time_ns, fact.order.id))
        signal = signal_shown(fact, time_ns)
        self._signals.append(signal)
        return signal

    def _add(self, time_ns: int, equity: float) -> None:
        self._curve.append((time_ns, equity))
        if len(self._curve) > _POINTS:
            self._curve = self._curve[::2]

    def told(self, event: str, figures: Mapping[str, object]) -> None:
        """Hear of what happens to the process itself; what an operator waits for is shown."""
        if event in _NEWS:
            self._news = ": ".join(str(value) for value in figures.values() if value)

    # what it shows

    def picture(self, trading: Desk) -> Picture:
        """Return what there is to see of a process now."""
        engine = trading.engine
        state, account = engine.state, engine.state.opened
        standing = engine.standing(trading.now_ns)
        market = self._market = self._market or Market([each.feed for each in trading.traders])
        pairs = pairs_shown(trading, market)
        prices = {each.pair: each.price for each in pairs if each.price is not None}
        equity = account.equity(prices)
        return Picture(
            account=account.name,
            currency=account.currency,
            where=_where(trading.config),
            trading=str(state.trading),
            why=standing.breaker or state.latched or state.why,
            time_ns=trading.now_ns,
            equity=equity,
            deposits=account.deposits,
            curve=held_on(self._curve, trading.now_ns, None if equity is None else float(equity)),
            realised=EXACT.subtract(account.balance, account.deposits),
            passed=self.passed,
            refused=self.refused,
            pairs=pairs,
            signals=tuple(reversed(self._signals)),
            orders=self._orders_shown(state.orders.get),
            positions=positions_shown(account, prices),
            limits=limits_used(standing, engine.gate.limits, trading.now_ns),
            news=self._news,
        )

    def _orders_shown(self, find: Callable[[str], Life | None]) -> tuple[OrderShown, ...]:
        found = ((time_ns, find(name)) for time_ns, name in reversed(self._orders))
        return tuple(_order(time_ns, life) for time_ns, life in found if life is not None)


def held_on(
    known: Sequence[tuple[int, float]], now_ns: int, now: float | None
) -> tuple[float, ...]:
    """Return a value for each of many even times: what is not written down has not changed."""
    if not known:
        return () if now is None else (now,)
    first, step = known[0][0], max(1, -(-(now_ns - known[0][0]) // _DRAWN))
    found = []
    place = 0
    for at in range(first, now_ns + 1, step):
        while place + 1 < len(known) and known[place + 1][0] <= at:
            place += 1
        found.append(known[place][1])
    return (*found, *(() if now is None else (now,)))


def _where(config: TradeConfig) -> str:
    """Say whose prices they are, and whose money."""
    candles = config.candles
    here = " on this machine" if candles.url else ""
    prices = f"{candles.exchange}{here}" if candles.source == "live" else candles.source
    return f"{prices}, {'paper' if config.live is None else 'real orders'}"


def signal_shown(fact: Approval | Denied, time_ns: int) -> SignalShown:
    """Return a verdict of the gate as a line shows it."""
    if isinstance(fact, Approval):
        order = fact.order
        wish = _wish(order.direction, order.effect)
        return SignalShown(
            time_ns=time_ns, strategy=order.strategy, pair=order.pair, wish=wish, passed=True
        )
    return SignalShown(
        time_ns=time_ns,
        strategy=fact.strategy,
        pair=fact.pair,
        wish=_wish(fact.direction, fact.effect),
        passed=False,
        guardrail=fact.reason,
        words=f"{fact.observed}, limit {fact.limit}: {fact.sentence}",
    )


def _wish(direction: str, effect: str) -> str:
    if direction == Direction.SHORT:
        return "short" if effect == Effect.INCREASE else "cover"
    return str(Side.BUY if effect == Effect.INCREASE else Side.SELL)


def pairs_shown(trading: Desk, market: Market) -> tuple[PairShown, ...]:
    """Return what each pair trades at: as it was heard last, or where it closed."""
    live = _heard(trading)
    shown = []
    for pair in market.pairs:
        candles = market.candles(pair)
        until = int(candles.time.searchsorted(trading.now_ns, "left"))
        price = live(pair)
        if price is None:
            price = market.price(pair, trading.now_ns)
        shown.append(
            PairShown(
                pair=pair,
                price=None if price is None else exact_decimal(price),
                closes=tuple(candles.close[max(0, until - _CLOSES) : until].tolist()),
            )
        )
    return tuple(shown)


def _heard(trading: Desk) -> Callable[[str], float | None]:
    for trader in trading.traders:
        if isinstance(trader.feed, LiveCandles):
            shelf = trader.feed.shelf
            return lambda pair: None if (quote := shelf.quote(pair)) is None else quote.price
    return lambda _pair: None


def positions_shown(account: Account, prices: Mapping[str, Decimal]) -> tuple[PositionShown, ...]:
    """Return what is held at these prices, the newest first."""
    shown = []
    for record in reversed(account.records()):
        price = prices.get(record.pair)
        profit = ratio = None
        if price is not None:
            rise = EXACT.subtract(price, record.average)
            if record.direction is Direction.SHORT:
                rise = -rise
            profit = EXACT.multiply(rise, record.amount)
            ratio = float(profit / record.cost) if record.cost else None
        shown.append(
            PositionShown(
                strategy=record.strategy,
                pair=record.pair,
                direction=str(record.direction),
                amount=record.amount,
                average=record.average,
                price=price,
                profit=profit,
                ratio=ratio,
            )
        )
    return tuple(shown)


def _order(time_ns: int, life: Life) -> OrderShown:
    record = life.record()
    return OrderShown(
        time_ns=time_ns,
        pair=record.order.pair,
        side=str(record.order.side),
        amount=record.order.amount,
        price=record.order.price if record.average is None else record.average,
        state=str(record.state),
    )
