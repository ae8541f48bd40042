from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.stats.activity import (
    average_exposure,
    fees_paid,
    slippage_paid,
    time_in_market,
    trades_per_day,
    turnover,
)

NONE = np.array([], dtype=np.int64)


def test_time_in_the_market_counts_overlapping_positions_once() -> None:
    # 0-20 of two positions, 30-40 of one that holds another inside, 50-50 of a moment
    opened = np.array([5, 0, 30, 32, 50])
    closed = np.array([20, 10, 40, 35, 50])
    assert time_in_market(opened, closed, 100).value == pytest.approx(0.30)


def test_no_position_is_no_time_in_the_market_and_no_candles_no_figure() -> None:
    assert time_in_market(NONE, NONE, 100).value == 0.0
    assert time_in_market(NONE, NONE, 0).why == "no candles"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), min_size=1, max_size=30))
def test_time_in_the_market_agrees_with_ticking_off_every_moment(
    stays: list[tuple[int, int]],
) -> None:
    ticked = {moment for begin, length in stays for moment in range(begin, begin + length)}
    opened = np.array([begin for begin, _ in stays])
    closed = np.array([begin + length for begin, length in stays])
    assert time_in_market(opened, closed, 70).value == pytest.approx(len(ticked) / 70)


def test_average_exposure_by_hand() -> None:
    # 10 % and 20 %
    exposure, equity = np.array([100.0, 300.0]), np.array([1000.0, 1500.0])
    assert average_exposure(exposure, equity).value == pytest.approx(0.15)


def test_exposure_of_an_account_with_nothing_is_unknown() -> None:
    assert average_exposure(np.array([1.0]), np.array([0.0])).why == (
        "the equity fell to zero or below"
    )
    assert average_exposure(np.array([]), np.array([])).why == "no candles"


def test_turnover_by_hand() -> None:
    assert turnover(3000.0, np.array([1000.0, 2000.0])).value == 2.0
    assert turnover(0.0, np.array([])).why == "no candles"
    assert turnover(10.0, np.array([100.0, -300.0])).why == (
        "the equity was zero or below on average"
    )


def test_trades_per_day_and_costs_by_hand() -> None:
    assert trades_per_day(3, 2.0).value == 1.5
    assert trades_per_day(0, 2.0).value == 0.0
    assert trades_per_day(0, 0.0).why == "no candles"
    assert fees_paid(np.array([0.5, 0.25])).value == 0.75
    assert slippage_paid(np.array([])).value == 0.0
