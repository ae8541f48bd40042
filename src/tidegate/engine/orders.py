"""The orders an engine has let out: where each stands, and what they add up to."""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from tidegate.ledger.exact import average
from tidegate.model import ENDED, EXACT, ZERO, Effect, Order, OrderRecord, OrderState, money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from tidegate.model import Fill

_REMEMBERED: Final = 10_000  # ended orders that a late word may still be about
_ASKED_ABOUT: Final = 500  # of them, those whose late fill a restart may have missed
_LOOKED_AT_ONE_BY_ONE: Final = 1000  # while a journal is folded nobody looks
_NONE: Final[frozenset[str]] = frozenset()
_REDUCE: Final = Effect.REDUCE  # looked up once; it costs more to find than a sum


class Life(msgspec.Struct, kw_only=True, gc=False):
    """An order and what has become of it."""

    order: Order
    state: OrderState = OrderState.APPROVED
    filled: Decimal = ZERO
    value: Decimal = ZERO
    """What was filled, at its prices."""
    fee: Decimal = ZERO
    fee_base: Decimal = ZERO
    """Of what was filled, what the venue has kept as its fee; base currency."""
    changed_ns: int = 0
    words: str = ""
    fills: set[str] = set()
    """The venue's names of what was filled."""
    leaving: bool = False
    """Whether the broker was asked to take it back."""
    offered: Decimal = ZERO
    """Of a reduction, what of it is counted as standing in its position's way."""

    @property
    def left(self) -> Decimal:
        """Amount that may still be filled, base currency."""
        if self.state in ENDED:
            return ZERO
        return EXACT.subtract(self.order.amount, self.filled)

    def take(self, fill: Fill) -> None:
        """Note a fill."""
        self.fills.add(fill.id)
        self.filled = EXACT.add(self.filled, fill.amount)
        self.value = EXACT.add(self.value, EXACT.multiply(fill.amount, fill.price))
        self.fee = EXACT.add(self.fee, fill.fee)
        if fill.fee_base:
            self.fee_base = EXACT.add(self.fee_base, fill.fee_base)
        self.changed_ns = fill.time_ns
        if self.filled >= self.order.amount:
            self.state = OrderState.FILLED
        elif self.state in (OrderState.APPROVED, OrderState.UNRESOLVED):
            self.state = OrderState.OPEN

    def record(self) -> OrderRecord:
        """Return the row to show."""
        return OrderRecord(
            order=self.order,
            state=self.state,
            filled=self.filled,
            average=average(self.value, self.filled) if self.filled else None,
            fee=money(self.fee),
            changed_ns=self.changed_ns,
            words=self.words,
        )


class Orders:
    """All orders that are not over, and the latest of those that are."""

    __slots__ = (
        "_by_position", "_ended", "_live", "_offered", "_oldest", "_unresolved", "added",
        "changed", "cut", "opening", "waiting",
    )  # fmt: skip

    def __init__(self, lives: Iterable[Life] = ()) -> None:
        """Begin with none, or with those of a snapshot."""
        self._live: dict[str, Life] = {}
        self._ended: dict[str, Life] = {}
        self._oldest: deque[str] = deque()
        """Names of those, oldest first: a dictionary is slow to say what is first in it."""
        self._offered: dict[str, Decimal] = {}
        """By position, what stands in reductions that are not over."""
        self._by_position: dict[str, dict[str, Life]] = {}
        self._unresolved: dict[str, str] = {}
        self.waiting: dict[str, dict[str, Life]] = {}
        """By pair, the orders that may still bring new risk."""
        self.changed: set[str] = set()
        """Pairs of which one of those has changed since somebody looked; emptied by who looks."""
        self.added: list[Life] = []
        """Those that came since then; emptied likewise."""
        self.cut: dict[str, Life] = {}
        """By position, the last increase that was cancelled before it was filled whole: a fill of
        it may still be heard of, until the broker was asked."""
        self.opening: dict[str, int] = {}
        """How many of those each position has."""
        for life in lives:
            self._put(life)
            self.settle(life)

    def add(self, order: Order) -> Life:
        """Take an approved order in."""
        life = Life(order=order, changed_ns=order.made_ns)
        self._put(life)
        return life

    def _put(self, life: Life) -> None:
        order = life.order
        self._live[order.id] = life
        self._by_position.setdefault(order.position, {})[order.id] = life
        if order.effect is not _REDUCE:
            self.waiting.setdefault(order.pair, {})[order.id] = life
            self.opening[order.position] = self.opening.get(order.position, 0) + 1
            if len(self.added) < _LOOKED_AT_ONE_BY_ONE:
                self.added.append(life)
            else:
                self.changed.add(order.pair)
        else:
            life.offered = ZERO
            self._offer(life, life.left)

    def _offer(self, life: Life, left: Decimal) -> None:
        """Take note of how much of a position a reduction still stands for."""
        position = life.order.position
        others = EXACT.subtract(self._offered.get(position, ZERO), life.offered)
        life.offered = left
        total = EXACT.add(others, left)
        if total:
            self._offered[position] = total
        else:
            self._offered.pop(position, None)

    def get(self, order: str) -> Life | None:
        """Return an order by its id."""
        return self._live.get(order) or self._ended.get(order)

    def trade(self, life: Life, fill: Fill) -> None:
        """Take a fill of an order in."""
        life.take(fill)
        self.changed.add(life.order.pair)
        self.settle(life)

    def settle(self, life: Life) -> None:
        """Take note of where an order stands now, and put one that is over aside."""
        order = life.order
        name = order.id
        if name not in self._live:
            return
        if life.state is OrderState.UNRESOLVED:
            self._unresolved[name] = order.pair
        elif self._unresolved:
            self._unresolved.pop(name, None)
        if order.effect is _REDUCE:
            self._offer(life, life.left)
        if life.state in ENDED:
            self._end(life)

    def _end(self, life: Life) -> None:
        order, name = life.order, life.order.id
        del self._live[name]
        _drop(self._by_position, order.position, name)
        if order.effect is not _REDUCE:
            _drop(self.waiting, order.pair, name)
            self.changed.add(order.pair)
            self.opening[order.position] -= 1
            if not self.opening[order.position]:
                del self.opening[order.position]
            if life.state is OrderState.CANCELLED:
                self.cut[order.position] = life
        self._ended[name] = life
        self._oldest.append(name)
        if len(self._ended) > _REMEMBERED:
            gone = self._ended.pop(self._oldest.popleft())
            if self.cut.get(gone.order.position) is gone:
                del self.cut[gone.order.position]

    def last_reduction(self, position: str) -> Life | None:
        """Return the latest order that is over and took something out of a position."""
        for life in reversed(self._ended.values()):
            order = life.order
            if order.position == position and order.effect is Effect.REDUCE and life.filled:
                return life
        return None

    def live(self) -> Iterator[Life]:
        """Go through the orders that are not over, oldest first."""
        return iter(list(self._live.values()))

    def remembered(self) -> Iterator[Life]:
        """Go through all orders a late word may be about, oldest first within their kind."""
        yield from self._ended.values()
        yield from self._live.values()

    def of(self, position: str) -> Iterable[Life]:
        """Return a position's orders that are not over."""
        return self._by_position.get(position, {}).values()

    def opener(self, position: str) -> Order | None:
        """Return the oldest order that may still add to a position."""
        if position not in self.opening:
            return None
        for life in self._by_position[position].values():
            if life.order.effect is not _REDUCE:
                return life.order
        return None

    def offered(self, position: str) -> Decimal:
        """Return how much of a position stands in reductions that are not over."""
        return self._offered.get(position, ZERO)

    def cut_short(self) -> list[Life]:
        """Return the latest orders that were cancelled before they were filled whole."""
        latest = islice(reversed(self._ended.values()), _ASKED_ABOUT)
        return [life for life in latest if life.state is OrderState.CANCELLED]

    def increases(self) -> Iterator[Life]:
        """Go through the orders that may still bring new risk."""
        return (life for life in self._live.values() if life.order.effect is not _REDUCE)

    def unresolved(self) -> AbstractSet[str]:
        """Return the pairs in which it is not known what became of an order."""
        return set(self._unresolved.values()) if self._unresolved else _NONE


def _drop(groups: dict[str, dict[str, Life]], group: str, name: str) -> None:
    """Take an order out of its group, and the group away with its last."""
    of = groups[group]
    del of[name]
    if not of:
        del groups[group]
