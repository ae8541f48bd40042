from __future__ import annotations

import math

import numpy as np
import pytest

from tidegate.stats.returns import (
    annualised_return,
    best_day,
    best_day_abs,
    flat_days,
    losing_days,
    net_profit,
    total_return,
    volatility,
    winning_days,
    worst_day,
    worst_day_abs,
)


def test_profit_and_return_are_taken_from_the_balances() -> None:
    assert net_profit(1100.0, 1000.0).value == 100.0
    assert total_return(1100.0, 1000.0).value == pytest.approx(0.1)
    assert total_return(0.0, 1000.0).value == -1.0


@pytest.mark.parametrize(
    ("final", "days", "value"),
    [
        (1210.0, 730.0, 0.1),  # two years of 10 %
        (1100.0, 73.0, 0.61051),  # 1.1 ** 5 - 1
        (1000.0, 10.0, 0.0),
        (0.0, 10.0, -1.0),
        (500.0, 182.5, -0.75),  # halved twice
    ],
)
def test_the_annualised_return_compounds_to_a_year(final: float, days: float, value: float) -> None:
    assert annualised_return(final, 1000.0, days).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("final", "days", "why"),
    [
        (1100.0, 1.99, "fewer than two days"),
        (-1.0, 10.0, "the final balance is below zero"),
        # doubled in two days: 2 ** 182.5 is a number with 55 digits
        (2000.0, 2.0, "too short a test to say what a year of it would be"),
    ],
)
def test_what_cannot_be_annualised_says_why(final: float, days: float, why: str) -> None:
    assert annualised_return(final, 1000.0, days).why == why


def test_volatility_is_the_sample_deviation_of_days_scaled_to_a_year() -> None:
    # mean 0, squares 0.01 + 0.01, over n - 1 = 1: variance 0.02 a day
    assert volatility(np.array([0.1, -0.1])).value == pytest.approx(math.sqrt(0.02 * 365))


def test_volatility_of_equal_days_is_zero_and_of_one_day_unknown() -> None:
    # 1.01 ** n read back from balances differs in the last digits only
    balances = 1000 * 1.01 ** np.arange(1, 40)
    assert volatility(np.diff(balances) / balances[:-1]).value == 0.0
    assert volatility(np.array([0.1])).why == "fewer than two days"


def test_best_and_worst_days() -> None:
    returns = np.array([0.02, -0.03, 0.01])
    assert best_day(returns).value == 0.02
    assert worst_day(returns).value == -0.03
    # 1000 -> 1020 -> 990 -> 1000
    equity = np.array([1020.0, 990.0, 1000.0])
    assert best_day_abs(equity, 1000.0).value == 20.0
    assert worst_day_abs(equity, 1000.0).value == -30.0


def test_best_and_worst_of_a_single_day_are_unknown() -> None:
    one = np.array([0.5])
    for figure in (
        best_day(one),
        worst_day(one),
        best_day_abs(one, 1000.0),
        worst_day_abs(one, 1000.0),
    ):
        assert figure.why == "fewer than two days"


def test_days_are_counted_by_how_they_ended() -> None:
    equity = np.array([1010.0, 1010.0, 1010.0 + 1e-12, 1005.0, 1000.0, 1001.0])
    assert winning_days(equity, 1000.0).value == 2
    assert losing_days(equity, 1000.0).value == 2
    assert flat_days(equity, 1000.0).value == 2  # one of them moved by rounding alone
