"""A walk that is saved, put into another process and goes on is one that never stopped."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from tests.kernel.cases import Size, case
from tests.kernel.stepping import all_state, from_time
from tests.kernel.walks import SAYS_NOTHING, moody, never, plain_case, walk_of

from tidegate.errors import DefectError
from tidegate.kernel.walk import layout
from tidegate.kernel.walk.plans import outcome_of, walk_of_plans

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.kernel.walk.run import Walk

SIZES = st.builds(
    Size, seed=st.integers(0, 10**6), pairs=st.integers(1, 4), rows=st.integers(4, 60)
)
SHARES = st.floats(0.0, 1.0)


def _sent(walk: Walk) -> dict[str, Any]:
    """Return the state as it comes back from a journal, which has no NaN."""
    state: dict[str, Any] = json.loads(json.dumps(walk.save(), allow_nan=False))
    return state


def _time(walk: Walk, share: float) -> int:
    course = walk.course
    candles = (course.end_ns - course.start_ns) // course.candle_ns + 1
    return course.start_ns + int(share * candles) * course.candle_ns


def _interrupted(make: Callable[[], Walk], handler: Callable[[Walk], Any], share: float) -> Walk:
    first = make()
    first.begin(handler(first))
    assert first.advance(_time(first, share))
    event(f"open orders: {any(p.open_orders for p in _held(first))}")
    second = make()
    second.load(_sent(first))
    second.begin(handler(second))
    assert second.finish()
    return second


def _held(walk: Walk) -> list[Any]:
    memory = walk.memory
    return [memory.positions[i] for i in memory.opened[: memory.tally.opened]]


@given(SIZES, SHARES)
def test_walk_of_plans_goes_on_where_it_was(size: Size, share: float) -> None:
    simulation = case(size)
    whole = walk_of_plans(simulation)
    assert whole.run(never)
    walk = _interrupted(lambda: walk_of_plans(simulation), lambda _walk: never, share)
    np.testing.assert_equal(all_state(walk), all_state(whole))
    found, expected = outcome_of(walk, simulation), outcome_of(whole, simulation)
    assert found.trades.tolist() == expected.trades.tolist()


def _unruly(size: Size) -> Walk:
    """Return a walk with several positions of a pair, orders that wait, locks and captures."""
    walk = walk_of(plain_case(size), callbacks=SAYS_NOTHING, protections=3)
    rules, memory = walk.memory.rules, walk.memory
    rules.stacking, rules.slots, rules.capture = size.seed % 2, 6, 1
    rules.use_exit_signal = 1
    rules.entry_timeout_ns = rules.exit_timeout_ns = 4 * rules.candle_ns
    kinds = (layout.COOLDOWN, layout.STOP_GUARD, layout.LOW_PROFIT)
    for record, kind in zip(memory.protections, kinds, strict=False):
        record.kind = kind
        record.lookback_ns, record.stop_ns = 12 * rules.candle_ns, 2 * rules.candle_ns
        record.unlock_minute = -1
        record.trade_limit = 2
        record.per_pair = 1
    return walk


@given(SIZES, SHARES)
def test_so_does_one_with_waiting_orders_stacked_positions_and_locks(
    size: Size, share: float
) -> None:
    whole = _unruly(size)
    assert whole.run(moody(whole.memory, size.seed))
    event("locked" if whole.memory.tally.locks else "never locked")
    walk = _interrupted(lambda: _unruly(size), lambda walk: moody(walk.memory, size.seed), share)
    np.testing.assert_equal(all_state(walk), all_state(whole))


@given(SIZES, SHARES)
def test_rows_before_the_cut_are_not_needed_any_more(size: Size, share: float) -> None:
    whole = _unruly(size)
    assert whole.run(moody(whole.memory, size.seed))
    first = _unruly(size)
    first.begin(moody(first.memory, size.seed))
    now = _time(first, share)
    assert first.advance(now)
    walk = from_time(first, now)
    walk.load(_sent(first))
    walk.begin(moody(walk.memory, size.seed))
    assert walk.finish()
    shift = (now - first.course.start_ns) // first.course.candle_ns
    found, expected = all_state(walk), all_state(whole)
    for state, by in ((found, shift), (expected, 0)):
        state["tally"]["time"] += by
        state["captures"] = [(time + by, *rest) for time, *rest in state["captures"]]
        for note in state["pairs"]:
            del note["first"]
            note["listed"] += by
            note["visited"] += by
    np.testing.assert_equal(found, expected)


def test_pairs_may_have_been_added_behind() -> None:
    one, other = Size(seed=3, pairs=2, rows=40), Size(seed=3, pairs=3, rows=40)
    few = walk_of(plain_case(one))
    few.begin(never)
    assert few.advance(few.course.end_ns)
    more = walk_of(plain_case(other))
    more.load(_sent(few))
    assert more.save()["positions"] == few.save()["positions"]
    with pytest.raises(DefectError, match="its pairs are P0/USD, P1/USD, P2/USD; the walk has"):
        walk_of(plain_case(one)).load(walk_of(plain_case(other)).save())


def _state() -> dict[str, Any]:
    walk = walk_of_plans(case(Size(seed=8, pairs=2, rows=40)))
    walk.begin(never)
    assert walk.advance(walk.course.end_ns)
    state = _sent(walk)
    assert state["tally"]["orders"] > 2
    assert state["tally"]["closed"] > 0
    return state


def _load(state: dict[str, Any]) -> None:
    walk_of_plans(case(Size(seed=8, pairs=2, rows=40))).load(state)


@pytest.mark.parametrize(
    "table", ["", "tally", "pairs", "positions", "orders", "locks", "captures"]
)
def test_fields_that_are_missing_or_unknown_are_refused(table: str) -> None:
    state = _state()
    _load(state)
    for name in list(state[table] if table else state):
        less = copy.deepcopy(state)
        del (less[table] if table else less)[name]
        with pytest.raises(DefectError, match=f"lacks {name}"):
            _load(less)
    (state[table] if table else state)["of_a_later_version"] = []
    with pytest.raises(DefectError, match="has of_a_later_version, which nobody knows"):
        _load(state)


def _set(*path: Any) -> Callable[[dict[str, Any]], None]:  # noqa: ANN401 - keys, indices, a value
    def change(state: Any) -> None:  # noqa: ANN401 - nested tables
        *way, last, value = path
        for key in way:
            state = state[key]
        state[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_set("candle_ns", 60), "another grid"),
        (_set("start_ns", 1), "another grid"),
        (_set("start_ns", 0), "before the first candle"),
        (_set("tally", "profit", "much"), "profit is 'much'"),
        (_set("tally", "rejected", 1.5), "rejected is 1.5 and not a whole number"),
        (_set("tally", "rejected", None), "rejected is None"),
        (_set("tally", "orders", 1), "counts 1 orders"),
        (_set("tally", []), "is no table"),
        (_set("positions", "id", []), "different lengths"),
        (_set("positions", "id", 5), "positions.id is no list"),
        (_set("positions", "stop", 0, [1]), r"positions.stop is \[1\]"),
        (_set("positions", "pair", 0, 2), "positions.pair points to what is not there"),
        (_set("positions", "first_order", 0, 10**6), "positions.first_order points"),
        (_set("orders", "next", 0, -2), "orders.next points"),
        (_set("orders", "position", 0, -1), "orders.position points"),
        (_set("closed", 0, 10**6), "closed points"),
        (_set("pairs", "seen", [0]), "1 of seen for 2 pairs"),
        (_set("recent", [0.0] * 3), "3 recent profits"),
    ],
)
def test_state_that_makes_no_sense_is_refused(
    change: Callable[[dict[str, Any]], None], words: str
) -> None:
    state = _state()
    change(state)
    with pytest.raises(DefectError, match=words):
        _load(state)


def test_walk_under_way_loads_nothing_and_a_stopped_one_is_not_saved() -> None:
    state = _state()
    walk = walk_of_plans(case(Size(seed=8, pairs=2, rows=40)))
    walk.load(state)
    with pytest.raises(DefectError, match="has begun already"):
        walk.load(state)
    stopped = walk_of(plain_case(Size(seed=3, pairs=2, rows=40)), callbacks=SAYS_NOTHING)
    assert not stopped.run(lambda _code: 1)
    with pytest.raises(DefectError, match="stopped within a candle"):
        stopped.save()
