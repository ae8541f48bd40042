from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.strategies.condition import Condition

TRUE, FALSE, UNKNOWN = "T", "F", "?"


def _condition(text: str) -> Condition:
    letters = np.array(list(text))
    return Condition(text, letters == TRUE, lambda: letters == FALSE)


def _text(condition: Condition) -> str:
    pairs = zip(condition.holds, condition.fails(), strict=True)
    return "".join(TRUE if holds else FALSE if fails else UNKNOWN for holds, fails in pairs)


def test_both_is_known_to_fail_as_soon_as_one_does() -> None:
    assert _text(_condition("TTTFFF???") & _condition("TF?TF?TF?")) == "TF?FFF?F?"


def test_either_is_known_to_hold_as_soon_as_one_does() -> None:
    assert _text(_condition("TTTFFF???") | _condition("TF?TF?TF?")) == "TTTTF?T??"


def test_not_of_unknown_is_unknown() -> None:
    assert _text(~_condition("TF?")) == "FT?"


def test_a_double_negation_changes_nothing() -> None:
    assert _text(~~_condition("TF?")) == "TF?"


def test_within_holds_for_that_many_candles_from_the_last_time_on() -> None:
    assert _text(_condition("FFTFFFF").within(3)) == "??TTTFF"


def test_within_is_unknown_while_an_unknown_candle_is_in_reach() -> None:
    assert _text(_condition("?FFFF").within(3)) == "???FF"


def test_within_one_is_the_condition_itself() -> None:
    condition = _condition("TF?")
    assert condition.within(1) is condition


def test_within_adds_to_the_warm_up() -> None:
    assert Condition("x", np.array([True]), lambda: np.array([False]), 7).within(4).settle == 10


@given(st.text(alphabet="TF?", max_size=40), st.integers(min_value=2, max_value=50))
def test_within_agrees_with_looking_back_one_by_one(text: str, count: int) -> None:
    windows = [text[max(0, end - count) : end] for end in range(1, len(text) + 1)]
    expected = "".join(
        TRUE if TRUE in w else FALSE if w == FALSE * count else UNKNOWN for w in windows
    )
    assert _text(_condition(text).within(count)) == expected


def test_python_words_between_conditions_are_refused_with_the_right_signs() -> None:
    with pytest.raises(TypeError, match=r"join conditions with & and \|, negate with ~"):
        bool(_condition("T"))
