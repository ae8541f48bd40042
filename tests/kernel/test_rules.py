"""The small rules on their own, hand-computed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.kernel.numbers import exit_numbers, sizing_numbers
from tidegate.kernel.slippage import slipped
from tidegate.kernel.stake import kelly_fraction
from tidegate.model import Exits, Rules, Sizing, SizingKind


def test_a_buyer_pays_more_and_a_seller_gets_less() -> None:
    assert slipped(100.0, True, 0.01, 0.0, 5.0) == 101.0  # noqa: FBT003 - compiled
    assert slipped(100.0, False, 0.01, 0.0, 5.0) == 99.0  # noqa: FBT003 - compiled


def test_impact_grows_with_the_square_root() -> None:
    assert slipped(100.0, True, 0.0, 0.001, 4.0) == pytest.approx(100.2)  # noqa: FBT003
    assert slipped(100.0, True, 0.0, 0.001, 400.0) == pytest.approx(102.0)  # noqa: FBT003
    assert slipped(100.0, False, 0.01, 0.001, 400.0) == pytest.approx(97.0)  # noqa: FBT003


@given(st.floats(0.01, 1e5), st.floats(0, 10), st.floats(0, 10), st.floats(0, 1e9))
def test_slippage_is_never_a_gain_and_never_more_than_a_tenth(
    rate: float, base: float, impact: float, amount: float
) -> None:
    paid = slipped(rate, True, base, impact, amount)  # noqa: FBT003 - compiled
    got = slipped(rate, False, base, impact, amount)  # noqa: FBT003 - compiled
    assert rate <= paid <= rate * 1.1
    assert rate * 0.9 <= got <= rate


@pytest.mark.parametrize(
    ("ratios", "fraction"),
    [
        ([0.1, -0.05, 0.1], 0.5),  # 2/3 - (1/3) / 2
        ([0.1, -0.1], 0.0),  # 1/2 - (1/2) / 1
        ([0.1, -0.1, -0.1, -0.1], 0.0),  # below nought
        ([0.2, 0.0, 0.0, -0.05], 0.375),  # draws do not count: 1/2 - (1/2) / 4
        ([0.03, 0.01, -0.01], 0.5),  # winners average 0.02: 2/3 - (1/3) / 2
    ],
)
def test_kelly_by_hand(ratios: list[float], fraction: float) -> None:
    assert kelly_fraction(np.array(ratios), len(ratios)) == pytest.approx(fraction)


@pytest.mark.parametrize("ratios", [[0.1, 0.2], [-0.1], [0.0, 0.0]])
def test_kelly_is_undefined_without_a_winner_or_without_a_loser(ratios: list[float]) -> None:
    assert math.isnan(kelly_fraction(np.array(ratios), len(ratios)))


def test_kelly_looks_at_no_more_than_it_is_told() -> None:
    assert kelly_fraction(np.array([0.1, -0.05, 0.1, -9.0]), 3) == pytest.approx(0.5)


def test_what_is_not_set_is_told_as_such() -> None:
    numbers = exit_numbers(Rules())
    assert math.isnan(numbers.trailing_ratio)
    assert math.isnan(numbers.reward_risk)
    assert (numbers.max_bars, numbers.targets) == (-1, 0)


def test_every_exit_setting_reaches_the_rules() -> None:
    exits = Exits(
        stop_ratio=0.1,
        trailing=True,
        trailing_ratio=0.2,
        trailing_offset=0.3,
        trailing_only_past_offset=True,
        targets=((0, 0.4), (60, 0.5)),
        reward_risk=0.6,
        max_bars=7,
        use_exit_signal=False,
        exit_profit_only=True,
        exit_profit_offset=0.8,
        ignore_targets_on_entry_signal=True,
    )
    numbers = exit_numbers(Rules(exits=exits))
    told = tuple(number for number in numbers if not isinstance(number, np.ndarray))
    assert told == (
        0.1, True, 0.2, 0.3, True, 2, 0.6, 7, False, True, 0.8, True,
    )  # fmt: skip
    assert numbers.target_minutes.tolist() == [0.0, 60.0]
    assert numbers.target_ratios.tolist() == [0.4, 0.5]


def test_every_sizing_setting_reaches_the_rules() -> None:
    sizing = Sizing(kind=SizingKind.KELLY, value=0.1, cap=0.2, min_trades=3, window=4, fallback=0.5)
    assert sizing_numbers(Rules(sizing=sizing)) == (5, 0.1, 0.2, 3, 4, 0.5)
