from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.stats.figure import known, undefined
from tidegate.stats.ratios import calmar, omega, recovery_factor, sharpe, sortino

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.stats.figure import Figure

RETURNS = np.array([0.02, -0.01, 0.03, 0.0])  # mean 0.01


def test_sharpe_by_hand() -> None:
    # deviations 0.01 -0.02 0.02 -0.01, squares sum to 0.001, over n - 1 = 3
    assert sharpe(RETURNS).value == pytest.approx(0.01 / math.sqrt(0.001 / 3) * math.sqrt(365))
    assert sharpe(RETURNS).value == pytest.approx(10.46422, abs=1e-5)


def test_sortino_by_hand() -> None:
    # only the second day lost: sqrt(0.0001 / 4) = 0.005
    assert sortino(RETURNS).value == pytest.approx(2 * math.sqrt(365))


def test_omega_by_hand() -> None:
    assert omega(RETURNS).value == pytest.approx(5.0)  # 0.05 / 0.01
    assert omega(np.array([-0.01, -0.02])).value == 0.0


def test_calmar_and_recovery_factor_by_hand() -> None:
    assert calmar(known(0.3), known(0.1)).value == pytest.approx(3.0)
    assert recovery_factor(known(-50), known(200)).value == -0.25


def test_ratios_without_risk_are_unknown() -> None:
    gains = np.array([0.01, 0.02, 0.0])
    assert sortino(gains).why == "no losing day"
    assert omega(gains).why == "no losing day"
    assert sharpe(np.array([0.01, 0.01])).why == "every day returned the same"
    assert sharpe(np.zeros(5)).why == "the equity never moved"
    assert calmar(known(0.3), known(0.0)).why == "no drawdown"
    assert recovery_factor(known(5), known(0.0)).why == "no drawdown"
    assert calmar(undefined("fewer than two days"), known(0.1)).why == "fewer than two days"


@pytest.mark.parametrize("ratio", [sharpe, sortino, omega])
def test_ratios_of_one_day_or_of_a_broken_account_are_unknown(ratio: Callable[..., Figure]) -> None:
    assert ratio(np.array([0.01])).why == "fewer than two days"
    assert ratio(np.array([-1.0, np.nan])).why == "the equity fell to zero or below"


def naive_sharpe(days: list[float]) -> float:
    return statistics.fmean(days) * 365 / (statistics.stdev(days) * math.sqrt(365))


def naive_sortino(days: list[float]) -> float:
    squared = 0.0
    for day in days:
        if day < 0:
            squared += day**2
    return statistics.fmean(days) * 365 / math.sqrt(365 * squared / len(days))


@given(st.lists(st.floats(-0.5, 0.5).filter(lambda x: x == 0 or abs(x) > 1e-6), min_size=2))
def test_sharpe_and_sortino_agree_with_a_plain_reading_of_their_formulas(days: list[float]) -> None:
    returns = np.array(days)
    if statistics.stdev(days) > 1e-9:
        assert sharpe(returns).value == pytest.approx(naive_sharpe(days), rel=1e-6, abs=1e-9)
    if min(days) < 0:
        assert sortino(returns).value == pytest.approx(naive_sortino(days), rel=1e-6, abs=1e-9)
