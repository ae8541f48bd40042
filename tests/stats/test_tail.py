from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.stats.tail import cvar_95, var_95

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.stats.figure import Figure


def test_value_at_risk_of_twentyone_days() -> None:
    # -10 % to +10 % in steps of one: a twentieth of the way from first to last is the second
    returns = np.arange(-10, 11) / 100
    assert var_95(returns).value == pytest.approx(-0.09)
    assert cvar_95(returns).value == pytest.approx(-0.095)  # of -0.10 and -0.09


def test_value_at_risk_lies_between_two_days() -> None:
    # twenty days: 0.05 * 19 = 0.95 of the way from -0.10 to -0.09
    returns = np.arange(-10, 10) / 100
    assert var_95(returns).value == pytest.approx(-0.0905)
    assert cvar_95(returns).value == pytest.approx(-0.10)


@pytest.mark.parametrize("metric", [var_95, cvar_95])
def test_one_day_in_twenty_needs_twenty_days(metric: Callable[..., Figure]) -> None:
    assert metric(np.arange(19) / 100).why == (
        "fewer than twenty days: a one-in-twenty day has not been seen"
    )
    assert metric(np.array([0.1])).why == "fewer than two days"


@given(st.lists(st.floats(-0.9, 0.9), min_size=20, max_size=80))
def test_the_average_beyond_the_limit_is_never_better_than_the_limit(days: list[float]) -> None:
    limit, beyond = var_95(np.array(days)).value, cvar_95(np.array(days)).value
    assert limit is not None
    assert beyond is not None
    assert beyond <= limit
    assert min(days) - 1e-12 <= beyond
