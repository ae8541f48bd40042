from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tidegate.model import Timeframe
from tidegate.strategies import crosses_above, crosses_below
from tidegate.strategies.line import Line, compare
from tidegate.strategies.merge import Axis

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model import Floats
    from tidegate.strategies.condition import Condition

HOUR = Timeframe.parse("1h")
AXIS = Axis(HOUR, HOUR)
NAN = np.nan


def _line(*values: float, settle: int = 0) -> Line:
    return Line("x", np.array(values, dtype=np.float64), AXIS, settle)


def _rows(condition: Condition) -> list[int]:
    return [int(row) for row in np.flatnonzero(condition.holds)]


@pytest.mark.parametrize(
    ("operator", "rows", "rows_of_not"),
    [
        (">", [2], [0, 1]),
        ("<", [0], [1, 2]),
        (">=", [1, 2], [0]),
        ("<=", [0, 1], [2]),
        ("==", [1], [0, 2]),
        ("!=", [0, 2], [1]),
    ],
)
def test_comparisons_and_their_negations_leave_nan_unknown(
    operator: str, rows: list[int], rows_of_not: list[int]
) -> None:
    condition = compare(_line(1, 2, 3, NAN), operator, 2.0)
    assert _rows(condition) == rows
    assert _rows(~condition) == rows_of_not


def test_the_signs_of_python_are_the_comparisons() -> None:
    line, other = _line(1, 2, 3), _line(3, 2, 1)
    assert _rows(line > other) == [2]
    assert _rows(line < other) == [0]
    assert _rows(line >= other) == [1, 2]
    assert _rows(line <= other) == [0, 1]
    assert _rows(line == other) == [1]
    assert _rows(line != other) == [0, 2]


def test_a_cross_above_needs_at_or_below_before_and_above_now() -> None:
    assert _rows(crosses_above(_line(3, 1, 2, 3, 2, 3), 2)) == [3, 5]


def test_a_cross_below_needs_at_or_above_before_and_below_now() -> None:
    assert _rows(crosses_below(_line(1, 3, 2, 1, 2, 1), 2)) == [3, 5]


def test_touching_without_passing_is_no_cross() -> None:
    assert _rows(crosses_above(_line(1, 2, 1, 2), 2)) == []


def test_two_lines_cross_where_their_order_changes() -> None:
    fast, slow = _line(1, 2, 4, 3, 1), _line(3, 3, 3, 3, 3)
    assert _rows(crosses_above(fast, slow)) == [2]
    assert _rows(crosses_below(fast, slow)) == [4]


def test_a_cross_is_unknown_next_to_nan_even_when_negated() -> None:
    cross = crosses_above(_line(NAN, 1, 3, NAN, 3, 4), 2)
    assert _rows(cross) == [2]
    assert _rows(~cross) == [5]


floats = st.floats(min_value=-3, max_value=3).map(round) | st.just(NAN)
arrays = hnp.arrays(np.float64, st.integers(min_value=1, max_value=30), elements=floats)


@given(arrays, st.integers(min_value=-3, max_value=3))
def test_what_holds_and_what_fails_never_overlap_and_nan_is_neither(
    values: Floats, level: int
) -> None:
    line = Line("x", values, AXIS)
    for condition in (
        *(compare(line, operator, level) for operator in (">", "<", ">=", "<=", "==", "!=")),
        crosses_above(line, level),
        crosses_below(line, level),
    ):
        holds, fails = condition.holds, condition.fails()
        assert not (holds & fails).any()
        assert not (holds | fails)[np.isnan(values)].any()


def test_a_line_some_candles_ago_is_unknown_before_there_were_so_many() -> None:
    before = _line(1, 2, 3)[2]
    np.testing.assert_array_equal(before.values, [NAN, NAN, 1])
    assert before.name == "x[2]"
    assert before.settle == 2


def test_looking_back_further_than_there_are_candles_is_unknown_throughout() -> None:
    np.testing.assert_array_equal(_line(1, 2)[5].values, [NAN, NAN])


def test_looking_into_the_future_is_refused() -> None:
    with pytest.raises(IndexError, match=r"x\[-1\] would look into the future"):
        _line(1, 2)[-1]


@pytest.mark.parametrize(
    ("made", "values", "name"),
    [
        (lambda x: x + 1, [3, 5], "(x + 1)"),
        (lambda x: 1 + x, [3, 5], "(1 + x)"),
        (lambda x: x - 1, [1, 3], "(x - 1)"),
        (lambda x: 1 - x, [-1, -3], "(1 - x)"),
        (lambda x: x * 1.5, [3, 6], "(x * 1.5)"),
        (lambda x: x / 2, [1, 2], "(x / 2)"),
        (lambda x: 8 / x, [4, 2], "(8 / x)"),
        (lambda x: x - x, [0, 0], "(x - x)"),
    ],
)
def test_lines_are_reckoned_with(
    made: Callable[[Line], Line], values: list[float], name: str
) -> None:
    line = made(_line(2, 4, settle=3))
    np.testing.assert_array_equal(line.values, values)
    assert line.name == name
    assert line.settle == 3


def test_dividing_by_nothing_warns_nobody_and_is_no_comparison() -> None:
    ratio = _line(0, 1) / _line(0, 0)
    assert _rows(ratio > 0) == [1]


def test_warm_up_of_a_comparison_is_the_longer_one_and_a_cross_needs_one_candle_more() -> None:
    slow, fast = _line(1, settle=20), _line(2, settle=5)
    assert (fast > slow).settle == 20
    assert crosses_above(fast, slow).settle == 21
    assert (fast[30] > slow).settle == 35
