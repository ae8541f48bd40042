"""The position keeper of orders that somebody else fills: later, in parts, or not at all.

A candle's touch fills nothing at an exchange. The walk places its orders and goes on; what
becomes of them is told to it between its visits, as the ledger has it. What the ledger holds is
true: a position that the walk does not know is closed, and the walk's are cut to what is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from tidegate.engine.events import Heard, TakeBack
from tidegate.engine.keeper import SOURCE, WalkKeeper
from tidegate.engine.not_asked import NotAsked
from tidegate.engine.pauses import Pauses
from tidegate.engine.state import NUMBERED
from tidegate.errors import DefectError
from tidegate.kernel.walk.layout import OPEN
from tidegate.kernel.walk.outside import drop_order, fill_order, take_out
from tidegate.model import ENDED, EXACT, ONE, ZERO, Direction, Effect, Signal, down, up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from decimal import Decimal

    from tidegate.engine.driver import Driver
    from tidegate.engine.orders import Life
    from tidegate.kernel.walk.run import Walk
    from tidegate.ledger import Position
    from tidegate.model import Instrument, Order

_STRAY: Final = "~"
"""Stands before the time at which something was closed that no walk holds."""
_PATIENCE_NS: Final = 60_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms a strategy trades at an exchange."""

    instruments: Mapping[str, Instrument]
    slippage: Decimal
    """How far beyond the price that was decided on an entry may be filled, a fraction of it."""
    patience_ns: int
    """How long an entry may wait before what is left of it is taken back."""


class LiveKeeper(WalkKeeper):
    """Stands between a strategy's walk and an engine whose broker fills by itself."""

    def __init__(
        self, driver: Driver, strategy: str, terms: Terms, clock: Callable[[int], int]
    ) -> None:
        """Speak for a strategy; `clock` tells the time whatever time it is asked about."""
        super().__init__(driver, NotAsked(), strategy, clock)
        self._terms = terms
        self._told: tuple[float, float] | None = None
        """Amount and price of the fill that the walk is told of."""
        self._settled = 0
        self._pauses = Pauses()
        self._words: list[str] = []
        self.doubtful = False
        """Whether the exchange would not sell what should be there; for who sees to the books."""
        self._decided: dict[str, int] = {}
        """By pair, when an entry was asked for that the walk knows nothing of."""

    def news(self) -> list[str]:
        """Return what an operator should know of, each thing once."""
        words, self._words = self._words, []
        return words

    # before the first visit

    def take_up(self, walk: Walk) -> None:
        """Go on with a walk that was kept before its latest orders: number those to come anew.

        An order that it does not know of is taken back if it could bring anything.
        """
        tally, state = walk.memory.tally, self._driver.engine.state
        last = int(tally.next_order)
        unknown = max(0, state.dealt.get(self._strategy, 0) - last)
        tally.next_order += unknown
        tally.next_id += unknown  # as many positions may have begun at most
        self.resume()
        for life in list(state.orders.remembered()):
            order = life.order
            if not self._has_asked_for(order, since=last):
                continue
            self._decided[order.pair] = max(order.made_ns, self._decided.get(order.pair, 0))
            if life.state not in ENDED and not life.leaving:
                now = self._clock(0)
                self._driver.take(TakeBack(order=order.id, time_ns=now, why="not known"), now)

    def _has_asked_for(self, order: Order, since: int) -> bool:
        """Tell whether an order is an entry that this strategy's walk has asked for since one."""
        asked, mark, number = order.signal.rpartition(NUMBERED)
        return (
            order.strategy == self._strategy
            and order.effect is Effect.INCREASE
            and asked.startswith(f"{SOURCE}:")
            and bool(mark)
            and int(number) > since
        )

    # the walk's questions

    def _places(self) -> int:
        return 1 if self._told is not None else super()._places()

    def _asked(self, wish: Signal, number: int, now: int) -> Life | None:  # noqa: ARG002 - each number is asked once
        instrument = self._terms.instruments[wish.pair]
        step = instrument.amount_step
        if wish.effect is Effect.REDUCE:
            if self._pauses.holds(wish.position, now):
                return None
            amount = down(self._leaving(wish, float(step)), step)
            life = self._before_the_gate(replace(wish, amount=amount, price=None), now)
            if life is None:
                self._pauses.failed(wish.position, now)
            return life
        if self._decided.pop(wish.pair, -1) >= self._memory.mail.now_ns:
            self._words.append(f"{wish.pair} was entered at this candle before a crash: not again")
            return None
        amount, price = down(wish.amount or ZERO, step), self._worst(wish, instrument)
        return self._before_the_gate(replace(wish, amount=amount, price=price), now)

    def _leaving(self, wish: Signal, step: float) -> Decimal:
        """Return what an exit is to sell: with all that the walk has, what was filled late too."""
        mail, held = self._memory.mail, self._driver.engine.state.opened.positions
        rest = self._memory.positions[mail.position].amount - mail.amount
        there = held.get(wish.position)
        return there.amount if there is not None and rest < step else wish.amount or ZERO

    def _worst(self, wish: Signal, instrument: Instrument) -> Decimal:
        """Return the worst price that an entry may be filled at."""
        price, slippage = wish.price or ZERO, self._terms.slippage
        if wish.direction is Direction.LONG:
            return down(EXACT.multiply(price, EXACT.add(ONE, slippage)), instrument.price_step)
        return up(EXACT.multiply(price, EXACT.subtract(ONE, slippage)), instrument.price_step)

    def _matches(self) -> int:
        if self._told is None:
            return 0
        mail = self._memory.mail
        mail.known, mail.number = 1, self._told[1]
        self._orders.pop(self._memory.orders[mail.order].id, None)
        return 1

    # what has become of orders

    def settle(self, walk: Walk, now_ns: int) -> bool:
        """Tell the walk what has become of its orders and positions; whether all is to be kept."""
        memory = walk.memory
        moved = self.placed != self._settled
        self._settled = self.placed
        for index in memory.opened[: memory.tally.opened].tolist():
            moved |= self._settle_orders(walk, index, now_ns)
        names = set()
        for index in memory.opened[: memory.tally.opened].tolist():
            names.add(self._name(index))
            moved |= self._settle_holding(walk, index, now_ns)
        self._close_strays(names, now_ns)
        if self.failure is not None:
            raise self.failure
        return moved

    def _name(self, index: int) -> str:
        position = self._memory.positions[index]
        return f"{self._strategy}/{self._pairs[position.pair]}/{position.id}"

    def _step_of(self, index: int) -> Decimal:
        pair = self._pairs[self._memory.positions[index].pair]
        return self._terms.instruments[pair].amount_step

    def _settle_orders(self, walk: Walk, index: int, now_ns: int) -> bool:
        found = False
        for at, number, entry in list(_open_orders(walk.memory, index)):
            life = self._life(number)
            if life is None or life.state in ENDED:
                self._orders.pop(number, None)
                self._take_in(walk, index, at, life, now_ns)
                found = True
            elif (
                entry and not life.leaving and now_ns - life.order.made_ns > self._terms.patience_ns
            ):
                back = TakeBack(order=life.order.id, time_ns=now_ns, why="waited for too long")
                self._driver.take(back, now_ns)
        return found

    def _life(self, number: int) -> Life | None:
        name = self._orders.get(number)
        return None if name is None else self._driver.engine.state.orders.get(name)

    def _take_in(self, walk: Walk, index: int, at: int, life: Life | None, now_ns: int) -> None:
        """Tell the walk what an order that is over has come to."""
        memory = walk.memory
        entry = bool(memory.orders[at].entry)
        name = self._name(index)
        kept = ZERO if life is None else EXACT.subtract(life.filled, life.fee_base)
        if life is None or not down(kept, self._step_of(index)):  # dust is not worth a position
            drop_order(memory.table(), index, at)
            if life is not None and not entry:
                self._pauses.failed(name, now_ns)
                self.doubtful = True
                self._words.append(f"{name} could not be left: {life.words or life.state}")
            return
        self._pauses.over(name)
        amount = float(kept)
        if not entry:
            held = float(memory.positions[index].amount)
            gone = name not in self._driver.engine.state.opened.positions
            amount = held if gone else min(amount, held)
        self._told = amount, float(EXACT.divide(life.value, life.filled))
        try:
            done = fill_order(memory.table(), index, at, now_ns, *self._told)
        finally:
            self._told = None
        if not done and self.failure is None:
            message = f"order {life.order.id} was filled, and its walk did not take that in"
            raise DefectError(message)

    # what is held

    def _settle_holding(self, walk: Walk, index: int, now_ns: int) -> bool:
        """Cut a walk's position to what the ledger has, where others have taken of it."""
        position, name = walk.memory.positions[index], self._name(index)
        if position.state != OPEN or not position.amount > 0.0:
            return False
        state = self._driver.engine.state
        if any(life.order.effect is Effect.REDUCE for life in state.orders.of(name)):
            return False  # it is being left
        held = state.opened.positions.get(name)
        there = 0.0 if held is None else float(down(held.amount, self._step_of(index)))
        missing = float(position.amount) - there
        if not missing > _CLOSE * position.amount:
            return False
        self._taken(walk, index, name, min(missing, float(position.amount)), now_ns)
        return True

    def _taken(self, walk: Walk, index: int, name: str, amount: float, now_ns: int) -> None:
        """Let the walk take out of a position what others have, at what they were paid."""
        last = self._driver.engine.state.orders.last_reduction(name)
        price = float(walk.memory.positions[index].open_rate)
        if last is not None:
            price = float(EXACT.divide(last.value, last.filled))
        self._told = amount, price
        try:
            done = take_out(walk.memory.table(), index, now_ns, amount, price)
        finally:
            self._told = None
        if not done and self.failure is None:
            message = f"position {name} was reduced, and its walk did not take that in"
            raise DefectError(message)

    def _close_strays(self, known: set[str], now_ns: int) -> None:
        """Close what the ledger holds for this strategy and its walk does not."""
        state = self._driver.engine.state
        for position in list(state.opened.positions.values()):
            name = position.name
            if position.strategy != self._strategy or name in known:
                continue
            if list(state.orders.of(name)) or self._pauses.holds(name, now_ns):
                continue
            self._words.append(
                f"closing {position.amount} of {name}: its strategy does not hold it"
            )
            self._pauses.failed(name, now_ns)
            self._driver.take(Heard(self._stray(position, now_ns), now_ns), now_ns)

    def _stray(self, position: Position, now_ns: int) -> Signal:
        return Signal(
            id=f"{position.name}{_STRAY}{now_ns}",
            source=SOURCE,
            account=self._driver.engine.state.opened.name,
            strategy=self._strategy,
            pair=position.pair,
            position=position.name,
            direction=position.direction,
            effect=Effect.REDUCE,
            amount=position.amount,
            price=None,
            made_ns=now_ns,
            expires_ns=now_ns + _PATIENCE_NS,
            leverage=position.leverage,
            tag="stray",
        )


_CLOSE: Final = 1e-9
"""Of an amount: what doubles leave of a difference of nothing."""


def _open_orders(memory: Any, index: int) -> Iterator[tuple[int, int, bool]]:  # noqa: ANN401 - structures of `layout`
    at = int(memory.positions[index].first_order)
    while at >= 0:
        order = memory.orders[at]
        if order.is_open:
            yield at, int(order.id), bool(order.entry)
        at = int(order.next)
