"""The walking loop beside the lean one, with callbacks that say nothing, and with ones that do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from tests.kernel.cases import Size
from tests.kernel.walks import (
    ALL_QUESTIONS,
    SAYS_NOTHING,
    left_behind,
    never,
    plain_case,
    silent,
    walk_of,
)

from tidegate.errors import DefectError
from tidegate.kernel.walk import asking
from tidegate.kernel.walk.layout import EXIT_REASONS
from tidegate.kernel.walk.run import Course, Walk

SIZES = st.builds(
    Size, seed=st.integers(0, 10**6), pairs=st.integers(1, 4), rows=st.integers(8, 60)
)


@given(SIZES)
def test_walk_and_lean_loop_give_the_same_trades(size: Size) -> None:
    simulation = plain_case(size)
    outcome = simulation.run().outcome()
    walk = walk_of(simulation)
    assert walk.run(never)
    memory = walk.memory
    trades = memory.positions_now()[memory.closed_now()]
    lean = outcome.trades
    event("trades" if len(lean) else "no trades")
    assert len(trades) == len(lean)
    for mine, other in (
        ("pair", "pair"), ("opened_ns", "open_time"), ("closed_ns", "close_time"),
        ("open_rate", "open_rate"), ("close_rate", "close_rate"), ("amount", "amount"),
        ("stake", "stake"), ("close_profit_abs", "profit_abs"), ("stop", "stop"),
        ("max_rate", "max_rate"), ("min_rate", "min_rate"),
        ("close_profit", "profit_ratio"),
    ):  # fmt: skip
        np.testing.assert_array_equal(trades[mine], lean[other], err_msg=mine)
    # a stop at nothing is no stop to Freqtrade: the first that moves is its first one
    there = lean["initial_stop"] > 0.0
    np.testing.assert_array_equal(trades["initial_stop"][there], lean["initial_stop"][there])
    reasons = [*EXIT_REASONS, *(f"tag {code}" for code in range(9))]
    told = [reasons[code] for code in trades["exit_reason"].tolist()]
    tags = {f"tag {k}": tag for k, tag in enumerate(_tags(size))}
    lean_told = [outcome.exit_reasons[code] for code in lean["exit_reason"].tolist()]
    plain = set(EXIT_REASONS)
    for mine, other in zip(told, lean_told, strict=True):
        assert mine == other or (mine in tags and other not in plain)
    assert memory.tally.rejected == outcome.rejected_signals
    assert memory.tally.timed_out_exits == outcome.timed_out_exits
    assert memory.tally.lost == outcome.lost_at_end
    assert memory.tally.total == outcome.final_balance


def _tags(size: Size) -> tuple[str, ...]:
    return plain_case(size).plans[0].tags


@given(SIZES)
def test_callbacks_that_say_nothing_change_nothing(size: Size) -> None:
    simulation = plain_case(size)
    without = walk_of(simulation)
    assert without.run(never)
    asked: list[int] = []
    with_all = walk_of(simulation, callbacks=SAYS_NOTHING)
    assert with_all.run(silent(with_all.memory, asked))
    one, other = left_behind(without.memory), left_behind(with_all.memory)
    np.testing.assert_equal(one, other)
    event("asked" if asked else "never asked")
    if one["positions"]:
        assert {asking.CONFIRM_TRADE_ENTRY, asking.ORDER_FILLED} <= set(asked)


def test_every_question_is_put_with_its_own_bit() -> None:
    simulation = plain_case(Size(seed=3, pairs=2, rows=60))
    put = set()
    for code in range(asking.STAKE_LIMITS):
        asked: list[int] = []
        walk = walk_of(simulation, callbacks=1 << code)
        walk.memory.rules.use_custom_stop = code == asking.CUSTOM_STOPLOSS
        walk.memory.rules.use_exit_signal = 1
        assert walk.run(silent(walk.memory, asked))
        assert set(asked) <= {code}
        put |= set(asked)
    held = {asking.CUSTOM_STOPLOSS, asking.CUSTOM_EXIT, asking.CUSTOM_ROI, asking.BOT_LOOP_START}
    assert held <= put


def test_handler_that_says_stop_stops_at_once() -> None:
    simulation = plain_case(Size(seed=3, pairs=2, rows=60))
    asked: list[int] = []
    walk = walk_of(simulation, callbacks=ALL_QUESTIONS)

    def stop(code: int) -> int:
        asked.append(code)
        return 1

    assert not walk.run(stop)
    assert asked == [asking.BOT_LOOP_START]


def test_memory_that_fills_up_is_made_larger_and_nothing_is_lost() -> None:
    simulation = plain_case(Size(seed=3, pairs=3, rows=60))
    small = walk_of(simulation)
    before = small.memory.generation
    assert small.run(never)
    large = walk_of(simulation)
    large.memory.tally.need_positions = 50_000
    large.memory.tally.need_orders = 50_000
    large.memory.grow()
    assert large.run(never)
    assert large.memory.generation > before
    np.testing.assert_equal(left_behind(small.memory), left_behind(large.memory))


def test_rows_off_the_grid_are_a_defect() -> None:
    walk = walk_of(plain_case(Size(seed=3, pairs=1, rows=20)))
    course = walk.course
    shifted = Course(
        rows=course.rows,
        candle_ns=course.candle_ns,
        start_ns=course.start_ns - 1,
        end_ns=course.end_ns,
    )
    with pytest.raises(DefectError, match="not on the walk's grid"):
        Walk(shifted)
