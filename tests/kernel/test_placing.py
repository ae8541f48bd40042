"""Orders that somebody else places and fills: what is asked, what is told, what a no leaves."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import event, given
from hypothesis import strategies as st
from tests.kernel.brokering import ENGINE_BITS, Desk, check_books, orders_of
from tests.kernel.cases import Size
from tests.kernel.walks import SAYS_NOTHING, left_behind, never, plain_case, walk_of

from tidegate.kernel.walk import asking
from tidegate.kernel.walk.layout import CLOSED, GONE, OPEN

if TYPE_CHECKING:
    from tidegate.kernel.walk.run import Walk

SIZES = st.builds(
    Size, seed=st.integers(0, 10**6), pairs=st.integers(1, 4), rows=st.integers(8, 60)
)


def _brokered(size: Size, random: Random | None = None, denials: float = 0.0) -> tuple[Walk, Desk]:
    walk = walk_of(plain_case(size), callbacks=ENGINE_BITS)
    walk.memory.rules.use_custom_roi = walk.memory.rules.position_adjustment = 0
    desk = Desk(walk.memory, random, denials=denials)
    assert walk.run(desk)
    return walk, desk


@given(SIZES)
def test_desk_that_grants_all_and_fills_what_is_touched_changes_nothing(size: Size) -> None:
    alone = walk_of(plain_case(size))
    assert alone.run(never)
    walk, desk = _brokered(size)
    np.testing.assert_equal(left_behind(alone.memory), left_behind(walk.memory))
    assert walk.memory.tally.denied == 0
    check_books(walk.memory, desk)
    event("orders taken back" if desk.taken_back else "none taken back")


@given(SIZES, st.integers(0, 10**6), st.sampled_from((0.1, 0.5, 0.9, 1.0)))
def test_denied_order_leaves_nothing_behind(size: Size, seed: int, denials: float) -> None:
    walk, desk = _brokered(size, Random(seed), denials)  # noqa: S311 - test data
    memory, tally = walk.memory, walk.memory.tally
    event("denied" if desk.denied else "nothing denied")
    assert tally.denied == len(desk.denied)
    check_books(memory, desk)
    for position in memory.positions[: tally.positions]:
        orders = orders_of(memory, position)
        assert sum(order.is_open for order in orders) == position.open_orders
        bought = sum(order.filled for order in orders if order.entry)
        sold = sum(order.filled for order in orders if not order.entry)
        if position.state == CLOSED:
            assert bought == sold > 0.0
        if position.state == GONE:
            assert bought == sold == 0.0
    states = memory.positions_now()["state"]
    assert tally.closed == int((states == CLOSED).sum())
    assert tally.opened == int((states == OPEN).sum()) == tally.lost
    profits = memory.positions_now()["close_profit_abs"][memory.closed_now()]
    assert np.isclose(tally.profit, profits.sum())
    if denials == 1.0:
        assert tally.positions == tally.orders == 0


def test_denied_exit_keeps_the_position_and_its_reason_unset() -> None:
    for seed in range(40):
        walk = walk_of(plain_case(Size(seed=seed, pairs=2, rows=60)), callbacks=ENGINE_BITS)
        walk.memory.rules.use_custom_roi = walk.memory.rules.position_adjustment = 0
        desk = Desk(walk.memory)
        mail = walk.memory.mail

        def entries_only(code: int, desk: Desk = desk, mail: Any = mail) -> int:  # noqa: ANN401 - a structure of `layout`
            if code == asking.PLACE and not mail.flag:
                mail.verdict = 0
                return 0
            return desk(code)

        assert walk.run(entries_only)
        assert walk.memory.tally.closed == 0
        held = walk.memory.positions_now()
        assert (held["state"] == OPEN).sum() == walk.memory.tally.lost
        assert not held["exit_reason"].any()


def test_stopped_desk_places_and_fills_nothing_more() -> None:
    walk = walk_of(plain_case(Size(seed=3, pairs=2, rows=60)), callbacks=ENGINE_BITS)
    asked: list[int] = []

    def stop(code: int) -> int:
        asked.append(code)
        walk.memory.mail.verdict = 1
        return 1

    assert not walk.run(stop)
    assert asked == [asking.PLACE]
    assert walk.memory.tally.orders == walk.memory.tally.positions == 0


@given(SIZES)
def test_orders_that_wait_for_their_turn_are_placed_matched_and_taken_back(size: Size) -> None:
    """Prices of its own, additions, orders priced anew and timed out: every door is used."""
    walk = walk_of(plain_case(size), callbacks=SAYS_NOTHING | ENGINE_BITS)
    memory = walk.memory
    memory.rules.entry_timeout_ns = 3 * memory.rules.candle_ns
    desk = Desk(memory)
    random = Random(size.seed)  # noqa: S311 - test data
    mail = memory.mail

    def restless(code: int) -> int:
        answer = desk(code)
        if code in (asking.CUSTOM_ENTRY_PRICE, asking.CUSTOM_EXIT_PRICE):
            mail.known, mail.number = 1, mail.proposed * random.choice((0.98, 0.995, 1.0, 1.01))
        elif code == asking.ADJUST_ORDER_PRICE and random.random() < 0.5:
            mail.known = random.random() < 0.7
            mail.number = mail.proposed * random.choice((0.99, 1.0, 1.01))
        elif code == asking.ADJUST_TRADE_POSITION and random.random() < 0.3:
            mail.known, mail.number = 1, random.choice((20.0, -15.0))
            mail.answer_tag = 0
        return answer

    assert walk.run(restless)
    check_books(memory, desk)
    event("taken back" if desk.taken_back else "none taken back")
