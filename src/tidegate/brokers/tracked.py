"""One order at a venue: what has been learnt of it, and what of that is still to be said.

Whatever is learnt comes in any order, any number of times, and from several sides. What is said
is in order and once: that it is open, each fill, and its end after all of its fills.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.model import ENDED, EXACT, ZERO, Fill, OrderState, OrderUpdate

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.model import Order

    Word = OrderUpdate | Fill

_UNFILLED: Final = frozenset({OrderState.CANCELLED, OrderState.REJECTED})
_BEGUN: Final = frozenset({OrderState.OPEN, *ENDED})


class Tracked:
    """An order that was handed over, or is asked about."""

    __slots__ = (
        "_end",
        "_fills",
        "base",
        "busy",
        "executed",
        "fetching",
        "filled",
        "good_until_ms",
        "late_looks",
        "leaving",
        "order",
        "over_at",
        "quote",
        "risen",
        "said",
        "sent",
        "sent_at",
        "venue_id",
    )

    def __init__(self, order: Order) -> None:
        """Know nothing of it yet."""
        self.order = order
        self.base, _, self.quote = order.pair.partition(":")[0].partition("/")
        self.venue_id = ""
        self.said: OrderState | None = None
        self.filled = ZERO
        """What was said to be filled."""
        self.executed = ZERO
        """What the venue says was filled, of which not every trade may have come."""
        self.sent = False
        """Whether the venue may have it."""
        self.sent_at = 0.0
        """When a request for it may have been under way at last, by a steady clock."""
        self.good_until_ms = 0
        """Until when the venue may take it, by the venue's clock."""
        self.busy = False
        """Whether somebody is finding out what became of it."""
        self.fetching = False
        """Whether somebody is asking for its trades."""
        self.leaving = False
        self.over_at: float | None = None
        self.late_looks = 0
        self.risen = False
        """Whether it is at the venue although it was said to be over."""
        self._fills: set[str] = set()
        self._end: tuple[OrderState, str] | None = None

    @property
    def is_over(self) -> bool:
        """Whether its end was said."""
        return self.said in ENDED

    @property
    def lacks_trades(self) -> bool:
        """Whether more was filled than there are trades for."""
        return self.executed > self.filled

    @property
    def has_ended(self) -> bool:
        """Whether the venue says that it is over, said or not."""
        return self._end is not None or self.is_over

    def knows(self, trade: str) -> bool:
        """Tell whether a trade was said."""
        return trade in self._fills

    def again(self) -> None:
        """Forget what was said, so that all of it is said again."""
        self._fills.clear()
        self.filled, self.said, self._end, self.over_at = ZERO, None, None, None
        self.risen, self.late_looks = False, 0

    def learn(
        self,
        state: OrderState | None,
        executed: Decimal,
        fills: list[Fill],
        now_ns: int,
        words: str = "",
        *,
        fresh: bool = True,
    ) -> list[Word]:
        """Take in what a glance showed; what is to be said now.

        A report of the venue's own may be older than what is known, and is not fresh.
        """
        said: list[Word] = []
        if state in _BEGUN and self.said in {None, OrderState.UNRESOLVED}:
            if state is not OrderState.REJECTED:
                said.append(self._update(OrderState.OPEN, now_ns, ""))
        elif state is OrderState.OPEN and fresh and self.said in _UNFILLED:
            self.risen = True
        for fill in fills:
            if fill.id in self._fills or not self._may_be(fill.amount):
                continue
            self._fills.add(fill.id)
            self.filled = EXACT.add(self.filled, fill.amount)
            said.append(fill)
        told = executed if executed.is_finite() and executed <= self.order.amount else ZERO
        self.executed = max(self.executed, told, self.filled)
        if state in ENDED and self._end is None:
            self._end = (state, words)
            self.risen = False
        if self.filled >= self.order.amount:
            self._end = (OrderState.FILLED, "")
        if self._end is not None and not self.lacks_trades:
            said += self._over(now_ns)
        return said

    def _may_be(self, amount: Decimal) -> bool:
        """Tell whether so much more can have been filled; else it is one that we have, renamed."""
        if not (amount.is_finite() and amount > ZERO):
            return False
        return EXACT.add(self.filled, amount) <= self.order.amount

    def give_up(self, state: OrderState, now_ns: int, words: str) -> list[Word]:
        """End it, or say that it is not known what became of it, by what was found out here."""
        if self.is_over or self.said is state:
            return []
        if state in ENDED:
            self._end = (state, words)
        return [self._update(state, now_ns, words)]

    def _over(self, now_ns: int) -> list[Word]:
        assert self._end is not None  # noqa: S101 - who calls has seen to it
        state, words = self._end
        if state is OrderState.FILLED and self.filled < self.order.amount:
            state, words = OrderState.CANCELLED, words or "the venue filled less and ended it"
        late = self.said is OrderState.CANCELLED and state is OrderState.FILLED
        if self.is_over and not late:
            return []
        return [self._update(state, now_ns, words)]

    def _update(self, state: OrderState, now_ns: int, words: str) -> OrderUpdate:
        self.said = state
        return OrderUpdate(order=self.order.id, state=state, time_ns=now_ns, words=words)
