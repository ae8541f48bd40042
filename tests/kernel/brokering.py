"""A handler that places and fills orders for a walk, as an engine does, and notes all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.kernel.walks import silent

from tidegate.kernel.walk import asking
from tidegate.kernel.walk.fills import touches
from tidegate.kernel.walk.layout import OPEN

if TYPE_CHECKING:
    from random import Random

    from tidegate.kernel.walk.memory import Memory

ENGINE_BITS: Final = (1 << asking.PLACE) | (1 << asking.MATCH) | (1 << asking.TAKEN_BACK)


class Desk:
    """Grants what chance does not deny; fills what a candle touches."""

    def __init__(
        self, memory: Memory, random: Random | None = None, *, denials: float = 0.0
    ) -> None:
        """Note nothing yet. `denials`: the share of orders that are denied."""
        self.memory = memory
        self.placed: dict[int, tuple[int, int, int, float, float]] = {}
        """By the order's number: pair, side, entry, price, amount."""
        self.denied: set[int] = set()
        self.matched: list[int] = []
        self.taken_back: list[int] = []
        self._random = random
        self._denials = denials
        self._quiet = silent(memory, [])

    def __call__(self, code: int) -> int:
        """Answer a question."""
        if code == asking.PLACE:
            self._place()
        elif code == asking.MATCH:
            self._match()
        elif code == asking.TAKEN_BACK:
            self.taken_back.append(int(self.memory.orders[self.memory.mail.order].id))
        else:
            return self._quiet(code)
        return 0

    def _place(self) -> None:
        mail = self.memory.mail
        assert mail.order not in self.placed
        assert mail.order not in self.denied
        if self._random is not None and self._random.random() < self._denials:
            mail.verdict = 0
            self.denied.add(mail.order)
            return
        mail.verdict = 1
        self.placed[mail.order] = (mail.pair, mail.side, mail.flag, mail.rate, mail.amount)

    def _match(self) -> None:
        mail = self.memory.mail
        order = self.memory.orders[mail.order]
        assert order.position == mail.position
        assert order.is_open
        _pair, _side, _entry, price, _amount = self.placed[int(order.id)]
        mail.verdict = int(touches(price, mail.least, mail.most))
        if mail.verdict:
            self.matched.append(int(order.id))


def orders_of(memory: Memory, position: Any) -> list[Any]:  # noqa: ANN401 - a structure of `layout`
    """Return the orders of a position, oldest first."""
    found, at = [], position.first_order
    while at >= 0:
        found.append(memory.orders[at])
        at = memory.orders[at].next
    return found


def check_books(memory: Memory, desk: Desk) -> None:
    """Hold what the desk was told against what the walk has written down."""
    numbers = {int(order["id"]) for order in memory.orders_now()}
    assert set(desk.placed) == numbers
    filled = [int(order["id"]) for order in memory.orders_now() if not order["is_open"]]
    assert sorted(desk.matched) == sorted(filled)
    for order in memory.orders_now():
        pair, side, entry, price, amount = desk.placed[int(order["id"])]
        position = memory.positions[int(order["position"])]
        assert (position.pair, position.side) == (pair, side)
        assert (order["entry"], order["asked"], order["amount"]) == (entry, price, amount)
    still = {
        int(order.id)
        for position in memory.positions[: memory.tally.positions]
        if position.state == OPEN
        for order in orders_of(memory, position)
        if order.is_open
    }
    assert len(desk.taken_back) == len(set(desk.taken_back))
    assert set(desk.taken_back) == numbers - set(filled) - still
