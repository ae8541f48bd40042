"""A venue on a bad day, behind a broker's port: seeded, so that a bad day can be had again.

The venue knows what happened; what it says of it is late, twice, out of order, or not at all.
Whoever asks (`recall`) is told the truth, or that it cannot be told now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tidegate.model import ENDED, EXACT, ZERO, Direction, Effect, Fill, OrderKind, OrderUpdate
from tidegate.model import OrderState as State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from tidegate.guardrails import Approved
    from tidegate.model import Instrument, Order

_SMALLEST: Final = Decimal("0.00000001")
_THOUSAND: Final = Decimal(1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How likely each mishap is, 0 to 1."""

    unsent: float = 0.03
    """An order does not reach the venue, and nobody knows."""
    refused: float = 0.04
    at_once: float = 0.4
    """A market order is traded before it is answered."""
    whole: float = 0.6
    """A trade fills all that is left, not a part."""
    lost: float = 0.08
    """A word does not arrive."""
    late: float = 0.2
    """A word arrives with the next ones, or later."""
    twice: float = 0.08
    disorder: float = 0.1
    """Words that arrive together are in another order."""
    unresolved: float = 0.05
    """An order's answer is that nobody knows."""
    race: float = 0.2
    """A cancellation meets a trade."""
    deaf: float = 0.05
    """A cancellation is not heard."""
    mute: float = 0.1
    """Whoever asks is told that it cannot be told now."""

    @classmethod
    def none(cls) -> Chances:
        """Return a good day: everything at once, whole, and said once."""
        return cls(**dict.fromkeys(cls.__slots__, 0.0) | {"at_once": 1.0, "whole": 1.0})


@dataclass(slots=True)
class Booked:
    """An order as the venue has it."""

    order: Order
    state: State = State.OPEN
    fills: list[Fill] = field(default_factory=list)
    filled: Decimal = ZERO


class StormBroker:
    """A venue and the line to it. The venue outlives `cut`, the line does not."""

    def __init__(
        self, instruments: Mapping[str, Instrument], random: Random, chances: Chances | None = None
    ) -> None:
        """Trade these instruments at their fees; `see` says at which prices."""
        self.book: dict[str, Booked] = {}
        """All orders that have reached the venue."""
        self.refused: set[str] = set()
        self.repeated: list[str] = []
        """Orders that were sent although the venue had them."""
        self.chances = chances or Chances()
        self._instruments = instruments
        self._random = random
        self._prices: dict[str, Decimal] = {}
        self._live: dict[str, Booked] = {}
        self._words: list[OrderUpdate | Fill] = []
        self._late: list[OrderUpdate | Fill] = []

    # the port

    def submit(self, approved: Approved, now_ns: int) -> None:
        """Take an order, unless a mishap is quicker."""
        order = approved.order
        if order.id in self.book or order.id in self.refused:
            self.repeated.append(order.id)
            return
        if self._happens(self.chances.unsent):
            if self._happens(0.5):
                self._say(OrderUpdate(order=order.id, state=State.UNRESOLVED, time_ns=now_ns))
            return
        if self._happens(self.chances.refused):
            self.refused.add(order.id)
            words = OrderUpdate(
                order=order.id, state=State.REJECTED, time_ns=now_ns, words="not today"
            )
            self._say(words)
            return
        booked = self.book[order.id] = self._live[order.id] = Booked(order)
        unsure = self._happens(self.chances.unresolved)
        state = State.UNRESOLVED if unsure else State.OPEN
        self._say(OrderUpdate(order=order.id, state=state, time_ns=now_ns))
        if order.kind is OrderKind.MARKET and self._happens(self.chances.at_once):
            self._trade(booked, now_ns)

    def cancel(self, order: str, now_ns: int) -> None:
        """Take an order back, unless it has been traded by then."""
        booked = self._live.get(order)
        if booked is None or self._happens(self.chances.deaf):
            return
        if self._happens(self.chances.race):
            self._trade(booked, now_ns)
        if booked.state not in ENDED:
            self._end(booked, State.CANCELLED, now_ns)

    def knows(self, order: str) -> bool | None:
        """Tell whether it has ever had an order; None: it cannot say now."""
        if self._happens(self.chances.mute):
            return None
        return order in self.book or order in self.refused

    def recall(self, waiting: Sequence[Order], ended: Sequence[Order], now_ns: int) -> None:
        """Say again where orders stand, or that it cannot be said now."""
        for order in waiting:
            if self._happens(self.chances.mute):
                unsure = OrderUpdate(order=order.id, state=State.UNRESOLVED, time_ns=now_ns)
                self._words.append(unsure)
            else:
                self._say_again(order, now_ns)
        for order in ended:
            booked = self.book.get(order.id)
            if booked is not None:
                self._words.extend(booked.fills)

    def said(self) -> Sequence[OrderUpdate | Fill]:
        """Return what has arrived since the last time, in whatever order it arrived."""
        words, self._words = self._words, []
        if len(words) > 1 and self._happens(self.chances.disorder):
            self._random.shuffle(words)
        arrived: list[OrderUpdate | Fill] = []
        for word in words:
            if isinstance(word, OrderUpdate) and word.state in ENDED:
                arrived += self._sold(word.order)
            arrived.append(word)
        return arrived

    def _sold(self, order: str) -> list[Fill]:
        """Return the fills of a reduction.

        Its end is never said before them: this much every broker has to see to, or what is sold
        already would be sold again.
        """
        booked = self.book.get(order)
        if booked is None or booked.order.effect is Effect.INCREASE:
            return []
        return booked.fills

    # the world

    def see(self, pair: str, price: Decimal) -> None:
        """Trade a pair at a price from now on."""
        self._prices[pair] = price

    def go_on(self, now_ns: int) -> None:
        """Let time pass: some orders are traded, and late words arrive."""
        self._words, self._late = self._words + self._late, []
        for booked in list(self._live.values()):
            if self._happens(0.5) and self._is_touched(booked.order):
                self._trade(booked, now_ns)

    def cut(self) -> None:
        """Lose whatever is on the line, as when the process at its end is gone."""
        self._words, self._late = [], []

    def settle(self, now_ns: int) -> None:
        """Bring every order to its end; the words of it are said by `recall`."""
        self.chances = Chances.none()
        for booked in list(self._live.values()):
            if booked.order.kind is OrderKind.MARKET:
                self._trade(booked, now_ns)
            else:
                self._end(booked, State.CANCELLED, now_ns)

    # inside

    def _happens(self, chance: float) -> bool:
        return chance > 0.0 and self._random.random() < chance

    def _say(self, word: OrderUpdate | Fill) -> None:
        if self._happens(self.chances.lost):
            return
        to = self._late if self._happens(self.chances.late) else self._words
        to.append(word)
        if self._happens(self.chances.twice):
            self._late.append(word)

    def _say_again(self, order: Order, now_ns: int) -> None:
        booked = self.book.get(order.id)
        if booked is not None:
            self._words.extend(booked.fills)
            state = booked.state
        else:
            state = State.REJECTED if order.id in self.refused else State.CANCELLED
        words = "" if booked is not None else "it is not at the venue"
        self._words.append(OrderUpdate(order=order.id, state=state, time_ns=now_ns, words=words))

    def _is_touched(self, order: Order) -> bool:
        price = self._prices.get(order.pair)
        if price is None or order.kind is OrderKind.MARKET:
            return True
        buys = (order.direction is Direction.LONG) is (order.effect is Effect.INCREASE)
        return price <= order.price if buys else price >= order.price

    def _trade(self, booked: Booked, now_ns: int) -> None:
        order = booked.order
        left = EXACT.subtract(order.amount, booked.filled)
        amount = left
        if not self._happens(self.chances.whole):
            part = EXACT.multiply(left, Decimal(self._random.randrange(1, 1000)) / _THOUSAND)
            amount = min(part.quantize(_SMALLEST, context=EXACT) or left, left)
        price = order.price
        if order.kind is OrderKind.MARKET:
            price = self._prices.get(order.pair, order.price) or Decimal(1)
        fee = EXACT.multiply(EXACT.multiply(amount, price), self._instruments[order.pair].taker_fee)
        fill = Fill(
            id=f"{order.id}-{len(booked.fills) + 1}",
            order=order.id,
            amount=amount,
            price=price,
            fee=fee,
            time_ns=now_ns,
        )
        booked.fills.append(fill)
        booked.filled = EXACT.add(booked.filled, amount)
        self._say(fill)
        if booked.filled >= order.amount:
            self._end(booked, State.FILLED, now_ns)

    def _end(self, booked: Booked, state: State, now_ns: int) -> None:
        booked.state = state
        del self._live[booked.order.id]
        self._say(OrderUpdate(order=booked.order.id, state=state, time_ns=now_ns))
