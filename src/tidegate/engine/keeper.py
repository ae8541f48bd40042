"""The position keeper: the compiled walk proposes orders, and this makes signals of them.

The walk holds a strategy's plans for its positions: stops, targets, time-outs. Where it would
place an order it asks; the question becomes a signal, goes through the gate and the journal to
the broker, and the walk goes on with the answer. Where a candle may have filled an order it
asks too, and the broker has the word.

An order's name follows from the strategy, the pair and its number in the walk. A walk that is
done again after a restart so finds the orders it had placed, and places none twice.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from tidegate.engine.events import Heard, TakeBack
from tidegate.engine.state import NUMBERED
from tidegate.errors import Code, ConfigError, DefectError
from tidegate.guardrails import order_id
from tidegate.kernel.walk.asking import MATCH, PLACE, TAKEN_BACK
from tidegate.kernel.walk.fills import touches
from tidegate.kernel.walk.layout import LONG
from tidegate.kernel.walk.outside import drop_order, take_out
from tidegate.model import (
    ENDED,
    EXACT,
    Direction,
    Effect,
    OrderState,
    Signal,
    exact_decimal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tidegate.engine.driver import Driver
    from tidegate.engine.orders import Life
    from tidegate.engine.ports import CandleBroker
    from tidegate.kernel.walk.run import Walk
    from tidegate.model import Ints


SOURCE: Final = "strategy"
ENGINE_BITS: Final = 1 << PLACE | 1 << MATCH | 1 << TAKEN_BACK
_GONE: Final = frozenset({OrderState.CANCELLED, OrderState.REJECTED})
_STOP: Final = 1
_GO_ON: Final = 0
_PATIENCE_NS: Final = 60_000_000_000  # a strategy's wish is answered at once, or not at all


class WalkKeeper:
    """Stands between one strategy's walk and the engine."""

    def __init__(
        self,
        driver: Driver,
        broker: CandleBroker,
        strategy: str,
        clock: Callable[[int], int] = lambda time_ns: time_ns,
    ) -> None:
        """Speak for a strategy to an engine whose broker fills by candles.

        `clock` is told the time of each question, and tells the engine's.
        """
        self._clock = clock
        self._driver = driver
        self._broker = broker
        self._strategy = strategy
        self._memory: Any = None
        self._pairs: Sequence[str] = ()
        self._tags: Sequence[Any] = ()
        self._others: Callable[[int], int] = _nobody
        self._orders: dict[int, str] = {}
        self._dealt = driver.engine.state.dealt.get(strategy, 0)
        """Up to which number orders were dealt with before this keeper began."""
        self.placed = 0
        self.refused: Counter[str] = Counter()
        """How often each guardrail said no."""
        self._adopted: Life | None = None
        """Somebody else's order that a walk is told of."""
        self.failure: BaseException | None = None
        """What stopped the walk; to be raised once it has come back."""

    def attach(
        self,
        walk: Walk,
        pairs: Sequence[str],
        tags: Sequence[Any],
        others: Callable[[int], int] | None = None,
    ) -> Callable[[int], int]:
        """Return the handler of a walk; questions that are not the engine's go to `others`."""
        self._memory, self._pairs, self._tags = walk.memory, pairs, tags
        self._others = others or _nobody
        return self._handler

    def _handler(self, code: int) -> int:
        if code < PLACE:
            return self._others(code)
        try:
            if code == MATCH:
                self._memory.mail.verdict = self._matches()
            elif code == PLACE:
                self._memory.mail.verdict = self._places()
            else:
                self._taken_back()
        except BaseException as error:  # noqa: BLE001 - no exception can pass through compiled code
            self.failure = error
            return _STOP
        return _GO_ON

    def take_up(self, walk: Walk) -> None:  # noqa: ARG002 - it does again what it had done before
        """Go on with a walk that was loaded."""
        self.resume()

    def resume(self) -> None:
        """Find the open orders of a walk that was loaded, by their numbers."""
        memory = self._memory
        account = self._driver.engine.state.opened.name
        for index in range(memory.tally.orders):
            order = memory.orders[index]
            if order.is_open:
                pair = self._pairs[memory.positions[order.position].pair]
                self._orders[order.id] = order_id(account, SOURCE, self._id(pair, order.id))

    def _id(self, pair: str, number: int) -> str:
        return f"{self._strategy}/{pair}{NUMBERED}{number}"

    # what others have done

    def settle(self, walk: Walk, now_ns: int) -> bool:
        """Let a walk know of positions and orders that others have ended; whether there were any.

        The walk must be standing between two candles.
        """
        table, memory = walk.memory.table(), walk.memory
        found = False
        for index in memory.opened[: memory.tally.opened].tolist():
            position = memory.positions[index]
            name = f"{self._strategy}/{self._pairs[position.pair]}/{position.id}"
            if position.amount > 0.0 and name not in self._driver.engine.state.opened.positions:
                self._closed(table, index, name, now_ns)
                found = True
            elif position.open_orders > 0:
                found |= self._drop_orders(walk, index)
        return found

    def _closed(self, table: Ints, index: int, name: str, now_ns: int) -> None:
        """Book what closed a position, at its price, through the door for orders."""
        last = self._driver.engine.state.orders.last_reduction(name)
        if last is None or not last.filled:
            message = f"position {name} is gone, and no order of it was filled"
            raise DefectError(message)
        self._adopted = last
        try:
            price = float(EXACT.divide(last.value, last.filled))
            amount = float(self._memory.positions[index].amount)
            done = take_out(table, index, now_ns, amount, price)
        finally:
            self._adopted = None
        if self.failure is not None:
            raise self.failure
        if not done:
            message = f"position {name} was closed, and its walk did not take that in"
            raise DefectError(message)

    def _drop_orders(self, walk: Walk, index: int) -> bool:
        """Take away the orders of a position that were taken back by others."""
        memory = walk.memory
        at, found = int(memory.positions[index].first_order), False
        while at >= 0:
            order = memory.orders[at]
            after = int(order.next)
            name = self._orders.get(order.id)
            life = self._driver.engine.state.orders.get(name) if name is not None else None
            if order.is_open and life is not None and life.state in _GONE:
                del self._orders[order.id]
                drop_order(memory.table(), index, at)
                found = True
            at = after
        return found

    # the walk's questions

    def _places(self) -> int:
        mail = self._memory.mail
        number = int(mail.order)
        if self._adopted is not None:
            self._orders[number] = self._adopted.order.id
            return 1
        now = self._clock(int(mail.now_ns))
        life = self._asked(self._signal(number, self._pairs[mail.pair], now), number, now)
        if life is None:
            return 0
        self._orders[number] = life.order.id
        self.placed += 1
        return 1

    def _asked(self, wish: Signal, number: int, now: int) -> Life | None:
        """Return the order of a wish, made now or before a restart; None: it is refused."""
        name = order_id(wish.account, wish.source, wish.id)
        life = self._driver.engine.state.orders.get(name)
        if life is None and number <= self._dealt:
            return None  # it was refused before a restart, and stays refused
        if life is None:
            life = self._before_the_gate(wish, now)
            if life is None:
                return None
        if life.order.amount != wish.amount or life.order.price != wish.price:
            raise self._other(wish, life)
        if life.state not in ENDED and not self._broker.knows(name):
            self._broker.take_again([life.order], now)  # it was approved before a restart
            self._driver.hear_broker(now)
        return life

    def _before_the_gate(self, wish: Signal, now: int) -> Life | None:
        """Put a wish before the gate; what becomes of it, None if it is refused."""
        verdict = self._driver.take(Heard(wish, now), now).verdict
        if verdict is None or verdict.order is None:
            refused = verdict.refused if verdict is not None else None
            self.refused[str(refused.reason) if refused is not None else "unanswered"] += 1
            return None
        life = self._driver.engine.state.orders.get(verdict.order)
        if life is None:
            raise self._other(wish, life)
        return life

    def _other(self, wish: Signal, life: Life | None) -> ConfigError:
        """Return the error for a strategy that does not do again what it did before a restart."""
        kept = life.order if life is not None else None
        return ConfigError(
            Code.BAD_SETTING,
            f'"{self._strategy}" asks for another order than it did before the restart',
            where=f"strategies, {self._strategy}, {wish.id}",
            expected=f"{kept.amount} at {kept.price}, as journalled" if kept else "an order",
            found=f"{wish.amount} of {wish.pair} at {wish.price}",
            remedy="put the strategy and its candles back as they were, or give it another "
            '"name"; `tidegate flatten` closes what it holds',
        )

    def _signal(self, number: int, pair: str, now: int) -> Signal:
        """Make a signal of the order in the mail."""
        memory = self._memory
        mail = memory.mail
        index = mail.position
        trade = memory.positions[index].id if index >= 0 else memory.tally.next_id + 1
        tag = self._tags[mail.tag] if mail.tag >= 0 else None
        return Signal(
            id=self._id(pair, number),
            source=SOURCE,
            account=self._driver.engine.state.opened.name,
            strategy=self._strategy,
            pair=pair,
            position=f"{self._strategy}/{pair}/{trade}",
            direction=Direction.LONG if mail.side == LONG else Direction.SHORT,
            effect=Effect.INCREASE if mail.flag else Effect.REDUCE,
            amount=exact_decimal(mail.amount),
            price=exact_decimal(mail.rate),
            made_ns=now,
            expires_ns=now + _PATIENCE_NS,
            leverage=exact_decimal(mail.leverage),
            tag=_text(tag),
        )

    def _matches(self) -> int:
        memory = self._memory
        mail = memory.mail
        number = memory.orders[mail.order].id
        name = self._orders[number]
        life = self._driver.engine.state.orders.get(name)
        if life is None:
            message = f"order {name} is not known any more"
            raise DefectError(message)
        if life.state not in ENDED:
            if not touches(memory.orders[mail.order].asked, mail.least, mail.most):
                return 0
            now = int(mail.now_ns)
            self._clock(now)
            self._broker.trade(name, exact_decimal(mail.proposed), now)
            self._driver.hear_broker(now)
        if life.state is not OrderState.FILLED:
            return 0
        if self._adopted is not None:
            mail.known, mail.number = 1, float(EXACT.divide(life.value, life.filled))
        del self._orders[number]
        return 1

    def _taken_back(self) -> None:
        memory = self._memory
        number = memory.orders[memory.mail.order].id
        name = self._orders.pop(number, None)
        if name is not None:
            now = int(memory.tally.now_ns)
            self._driver.take(TakeBack(order=name, time_ns=now), now)


def _text(tag: object) -> str:
    """Return a tag as text that a signal may carry."""
    return "" if tag is None else str(tag)[:_LONGEST]


_LONGEST: Final = 255


def _nobody(_code: int) -> int:
    message = "a walk without callbacks was asked one"
    raise DefectError(message)
