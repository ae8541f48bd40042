"""Walks that go on as rows and ticks come in: the same as a walk that has all of it at once."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from tests.kernel.brokering import ENGINE_BITS, Desk, check_books
from tests.kernel.cases import HOUR, Size, case
from tests.kernel.stepping import (
    all_state,
    course_with,
    detail_of,
    flattened,
    parts,
    rows_between,
)
from tests.kernel.walks import SAYS_NOTHING, never, plain_case, silent, walk_of

from tidegate.errors import DefectError
from tidegate.kernel.walk.plans import walk_of_plans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tidegate.kernel import Simulation
    from tidegate.kernel.walk.run import Walk

SIZES = st.builds(
    Size, seed=st.integers(0, 10**6), pairs=st.integers(1, 4), rows=st.integers(4, 60)
)


def _piecewise(simulation: Simulation, random: Random, callbacks: int = 0) -> Walk:
    """Walk in random steps over rows that come in random parts, each in time."""
    whole = walk_of_plans(simulation, callbacks=callbacks)
    course = whole.course
    walk = parts(whole, callbacks=callbacks)
    asked: list[int] = []
    walk.begin(silent(walk.memory, asked) if callbacks else never)
    now = course.start_ns
    while now <= course.end_ns:
        until = now + random.choice((1, 1, 2, 3, 7, 30)) * course.candle_ns
        given_ = random.choice((until, until, until + 4 * course.candle_ns))
        walk.extend([rows_between(walk, rows, given_) for rows in course.rows])
        steps = random.choice((1, 2))
        for step in range(1, steps + 1):
            assert walk.advance(now + (until - now) * step // steps)
        now = until
    assert walk.finish()
    return walk


@given(SIZES, st.integers(0, 10**6))
def test_rows_that_come_in_parts_make_the_same_walk(size: Size, seed: int) -> None:
    simulation = case(size)
    whole = walk_of_plans(simulation)
    assert whole.run(never)
    walk = _piecewise(simulation, Random(seed))  # noqa: S311 - test data
    event("trades" if whole.memory.tally.closed else "no trades")
    np.testing.assert_equal(all_state(walk), all_state(whole))


@given(SIZES, st.integers(0, 10**6))
def test_so_they_do_where_callbacks_are_asked_at_every_candle(size: Size, seed: int) -> None:
    simulation = case(size)
    whole = walk_of_plans(simulation, callbacks=SAYS_NOTHING)
    assert whole.run(silent(whole.memory, []))
    walk = _piecewise(simulation, Random(seed), SAYS_NOTHING)  # noqa: S311 - test data
    np.testing.assert_equal(all_state(walk), all_state(whole))


def _detailed(size: Size, random: Random) -> tuple[Walk, Walk, list[NDArray[np.float64]]]:
    """Return a walk over finer candles of one price each, and one that is to hear them as ticks.

    The prices are by pair, by row, by quarter of an hour.
    """
    coarse = walk_of(plain_case(size))
    course = coarse.course
    prices = []
    for rows in course.rows:
        drawn = [
            [random.choice(each) for _ in range(4)]
            for each in zip(rows.open, rows.high, rows.low, rows.close, strict=True)
        ]
        prices.append(np.array(drawn).reshape(-1, 4))
    main = [flattened(r, p[:, 0].copy()) for r, p in zip(course.rows, prices, strict=True)]
    finer = [detail_of(r, p, HOUR.ns) for r, p in zip(course.rows, prices, strict=True)]
    detailed = course_with(coarse, main, finer)
    detailed.memory.rules.detail_ns = HOUR.ns // 4
    ticking = course_with(coarse, main, [])
    ticking.memory.rules.ticks = 1
    expire = random.choice((0, HOUR.ns // 2))
    detailed.memory.rules.expire_ns = ticking.memory.rules.expire_ns = expire
    return detailed, ticking, prices


@given(SIZES, st.integers(0, 10**6))
def test_ticks_are_finer_candles_of_one_price(size: Size, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - test data
    detailed, ticking, prices = _detailed(size, random)
    assert detailed.run(never)
    ticking.begin(never)
    memory, course = ticking.memory, ticking.course
    for now in range(course.start_ns, course.end_ns + 1, course.candle_ns):
        assert ticking.advance(now + 1)
        for quarter in range(1, 4):
            held = [memory.positions[i].pair for i in memory.opened[: memory.tally.opened]]
            order = list(dict.fromkeys([*held, *range(len(course.rows))]))
            for pair in order:
                row = (now - int(course.rows[pair].time[0])) // course.candle_ns
                if 0 <= row < len(prices[pair]):
                    price = float(prices[pair][row][quarter])
                    assert ticking.tick(pair, price, now + quarter * HOUR.ns // 4)
    assert ticking.finish()
    event("trades" if memory.tally.closed else "no trades")
    np.testing.assert_equal(all_state(ticking), all_state(detailed))


@given(SIZES)
def test_desk_sees_the_same_orders_however_the_rows_come(size: Size) -> None:
    simulation = case(size)
    whole = walk_of_plans(simulation, callbacks=ENGINE_BITS)
    at_once = Desk(whole.memory)
    assert whole.run(at_once)
    walk = parts(walk_of_plans(simulation), callbacks=ENGINE_BITS)
    desk = Desk(walk.memory)
    walk.begin(desk)
    course = whole.course
    for now in range(course.start_ns, course.end_ns + 1, course.candle_ns):
        walk.extend([rows_between(walk, rows, now + 1) for rows in course.rows])
        assert walk.advance(now + 1)
    assert walk.finish()
    assert (desk.placed, desk.matched) == (at_once.placed, at_once.matched)
    check_books(walk.memory, desk)


def _begun() -> Walk:
    walk = walk_of_plans(case(Size(seed=3, pairs=2, rows=30)))
    walk.begin(never)
    return walk


def test_rows_that_do_not_follow_are_a_defect() -> None:
    walk = _begun()
    rows = walk.course.rows
    with pytest.raises(DefectError, match="do not follow"):
        walk.extend(rows)
    with pytest.raises(DefectError, match="rows of P1/USD for P0/USD"):
        walk.extend(list(reversed(rows)))


def test_distances_for_some_rows_only_are_a_defect() -> None:
    whole = walk_of_plans(case(Size(seed=3, pairs=1, rows=30)))
    walk = parts(whole)
    (rows,) = whole.course.rows
    plain = replace(rows, stop_distance=None, size_distance=None)
    walk.extend([rows_between(walk, plain, int(rows.time[9]))])
    told = replace(plain, stop_distance=np.ones(len(rows.time)))
    with pytest.raises(DefectError, match="only some rows of P0/USD have a stop_distance"):
        walk.extend([rows_between(walk, told, int(rows.time[12]))])
    walk = parts(whole)
    walk.extend([rows_between(walk, told, int(rows.time[9]))])
    with pytest.raises(DefectError, match="only some rows of P0/USD have a stop_distance"):
        walk.extend([rows_between(walk, plain, int(rows.time[12]))])


def test_tick_outside_the_candle_that_was_walked_is_a_defect() -> None:
    walk = _begun()
    walk.memory.rules.ticks = 1
    start, candle = walk.course.start_ns, walk.course.candle_ns
    walk.advance(start + 1)
    walk.tick(0, 100.0, start + 1)
    for now in (start, start + candle, start - 1):
        with pytest.raises(DefectError, match="a walk that stands in the candle"):
            walk.tick(0, 100.0, now)


def test_walk_without_a_handler_goes_nowhere() -> None:
    walk = walk_of_plans(case(Size(seed=3, pairs=2, rows=30)))
    with pytest.raises(DefectError, match="has not begun"):
        walk.advance(walk.course.end_ns)


def test_handler_cannot_move_its_own_walk() -> None:
    walk = walk_of_plans(case(Size(seed=3, pairs=2, rows=30)), callbacks=SAYS_NOTHING)
    tried: list[str] = []

    def meddle(_code: int) -> int:
        for move in (
            lambda: walk.advance(walk.course.end_ns),
            lambda: walk.extend([]),
            lambda: walk.tick(0, 1.0, walk.course.start_ns + 1),
        ):
            try:
                move()
            except DefectError as error:
                tried.append(str(error))
        return 1

    walk.memory.rules.ticks = 1
    assert not walk.run(meddle)
    assert sum("under way" in words for words in tried) >= 2


def test_walk_goes_on_past_the_rows_it_knows() -> None:
    """Rows that come too late for their time are held, and never traded on."""
    simulation = case(Size(seed=8, pairs=2, rows=40))
    whole = walk_of_plans(simulation)
    walk = parts(whole)
    walk.begin(never)
    assert walk.advance(whole.course.end_ns + 1)
    walk.extend([rows_between(walk, rows, whole.course.end_ns + 1) for rows in whole.course.rows])
    assert walk.finish()
    assert walk.memory.tally.orders == 0


def test_progress_is_told_after_as_many_candles_as_wanted() -> None:
    simulation = plain_case(Size(seed=3, pairs=2, rows=60))
    walk = walk_of(simulation, callbacks=SAYS_NOTHING)
    told: list[int] = []
    assert walk.run(silent(walk.memory, []), lambda done, _of: told.append(done), at_once=7)
    candles = int(walk.memory.rules.candles)
    assert told == sorted({*range(7, candles + 1, 7), candles})
