"""Orders that fill between candles, in parts or not at all: the doors for who fills them."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from tests.kernel.brokering import ENGINE_BITS, orders_of
from tests.kernel.cases import Size
from tests.kernel.walks import plain_case, silent, walk_of

from tidegate.kernel.walk import asking
from tidegate.kernel.walk.layout import CLOSED, GONE, OPEN
from tidegate.kernel.walk.outside import drop_order, fill_order, take_out
from tidegate.model import down, exact_decimal

if TYPE_CHECKING:
    from tidegate.kernel.walk.memory import Memory
    from tidegate.kernel.walk.run import Walk

SIZES = st.builds(
    Size, seed=st.integers(0, 10**6), pairs=st.integers(1, 4), rows=st.integers(8, 60)
)


class Late:
    """Grants every order, and fills none but the one that it is told of."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.price: float | None = None
        self.denies = False
        self._quiet = silent(memory, [])

    def __call__(self, code: int) -> int:
        mail = self.memory.mail
        if code == asking.PLACE:
            mail.verdict = int(not self.denies)
        elif code == asking.MATCH:
            mail.verdict = mail.known = int(self.price is not None)
            mail.number = self.price or 0.0
        elif code != asking.TAKEN_BACK:
            return self._quiet(code)
        return 0


class Visitor:
    """Does to a walk's orders and positions what chance says, and sees what that leaves."""

    def __init__(self, size: Size) -> None:
        self.random = Random(size.seed)  # noqa: S311 - test data
        self.walk: Walk = walk_of(plain_case(size), callbacks=ENGINE_BITS)
        self.memory = self.walk.memory
        rules = self.memory.rules
        rules.use_custom_roi = rules.position_adjustment = 0
        rules.waits, rules.entry_timeout_ns, rules.exit_timeout_ns = 1, -1, -1
        self.late = Late(self.memory)
        self.done: set[str] = set()
        self.now = 0

    def go_through(self) -> None:
        course = self.walk.course
        self.walk.begin(self.late)
        for number in range(int(self.memory.rules.candles)):
            self.now = course.start_ns + number * course.candle_ns + 1
            assert self.walk.advance(self.now)
            for index in self.memory.opened[: self.memory.tally.opened].tolist():
                self._visit(index)
                self._require_sound()

    def _visit(self, index: int) -> None:
        position = self.memory.positions[index]
        waiting = [order for order in orders_of(self.memory, position) if order.is_open]
        assert len([order for order in waiting if not order.entry]) <= 1
        what = self.random.random()
        if waiting and what < 0.6:
            self._fill(index, waiting[0])
        elif waiting and what < 0.8:
            self._drop(index, waiting[0])
        elif position.amount > 0.0 and what > 0.95:
            self._take(index)

    def _at(self, order: Any) -> int:  # noqa: ANN401 - a structure of `layout`
        orders = self.memory.orders
        return next(n for n in range(self.memory.tally.orders) if orders[n].id == order.id)

    def _fill(self, index: int, order: Any) -> None:  # noqa: ANN401 - a structure of `layout`
        position, entry = self.memory.positions[index], bool(order.entry)
        before, asked = float(position.amount), float(order.amount)
        part = self._part(index, asked)
        if not entry:
            part = min(part, before)
        self.late.price = price = float(order.asked) * self.random.choice((0.999, 1.0, 1.001))
        assert fill_order(self.memory.table(), index, self._at(order), self.now, part, price)
        self.late.price = None
        assert not order.is_open
        if not entry and part == before:
            assert position.state == CLOSED
            assert position.close_rate == price
        else:
            assert float(position.amount) == pytest.approx(before + (part if entry else -part))
        self.done.add("filled" if part == asked else "filled in part")

    def _drop(self, index: int, order: Any) -> None:  # noqa: ANN401 - a structure of `layout`
        position = self.memory.positions[index]
        alone, before = position.entries == 0, float(position.amount)
        drop_order(self.memory.table(), index, self._at(order))
        assert (position.state == GONE) is alone
        assert float(position.amount) == before
        self.done.add("dropped")

    def _take(self, index: int) -> None:
        position = self.memory.positions[index]
        before = float(position.amount)
        part = self._part(index, before)
        self.late.denies = self.random.random() < 0.2
        self.late.price = float(position.open_rate) * 1.01
        done = take_out(self.memory.table(), index, self.now, part, self.late.price)
        self.late.price = None
        assert done is not self.late.denies
        left = before - part if done else before
        assert (position.state == CLOSED) is (done and part == before)
        if position.state == OPEN:
            assert float(position.amount) == pytest.approx(left)
            assert position.open_orders == 0
        self.done.add("taken out" if done else "denied")
        self.late.denies = False

    def _part(self, index: int, amount: float) -> float:
        """Return all of an amount, or about half of it in whole steps."""
        digits = int(self.memory.pairs[self.memory.positions[index].pair].amount_digits)
        half = float(down(exact_decimal(amount * 0.5), Decimal(1).scaleb(-digits)))
        return half if half and self.random.random() < 0.5 else amount

    def _require_sound(self) -> None:
        memory, tally = self.memory, self.memory.tally
        states = memory.positions_now()["state"]
        assert tally.opened == int((states == OPEN).sum())
        assert tally.closed == int((states == CLOSED).sum())
        for index in range(tally.positions):
            position = memory.positions[index]
            orders = orders_of(memory, position)
            if position.state == OPEN:
                assert sum(order.is_open for order in orders) == position.open_orders
            bought = sum(order.filled for order in orders if order.entry)
            sold = sum(order.filled for order in orders if not order.entry)
            held = float(position.amount) if position.state == OPEN else 0.0
            assert bought - sold == pytest.approx(held, abs=1e-9 * max(bought, 1.0))
        profits = memory.positions_now()["close_profit_abs"][memory.closed_now()]
        assert np.isclose(tally.profit, profits.sum())


@given(SIZES)
def test_what_is_filled_dropped_and_taken_out_between_candles_adds_up(size: Size) -> None:
    visitor = Visitor(size)
    visitor.go_through()
    for what in sorted(visitor.done):
        event(what)


def test_every_door_is_used_and_no_position_is_left_twice() -> None:
    done: set[str] = set()
    for seed in range(30):
        visitor = Visitor(Size(seed=seed, pairs=3, rows=60))
        visitor.go_through()
        done |= visitor.done
    assert done == {"filled", "filled in part", "dropped", "taken out", "denied"}
