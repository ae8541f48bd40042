"""Price steps by month, and the columns they leave behind, are Freqtrade's own."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from freqtrade.data.btanalysis import get_tick_size_over_time
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from tidegate.freqtrade.ticks import month_ticks, tick_sizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.model import Floats

nan = float("nan")


def _frame(
    *columns: Sequence[float] | Floats, start: str = "2024-01-30", freq: str = "6h"
) -> pd.DataFrame:
    date = pd.date_range(start, periods=len(columns[0]), freq=freq, tz="UTC", unit="ms")
    prices = {name: columns[k % len(columns)] for k, name in enumerate(("open", "high", "low"))}
    return pd.DataFrame({"date": date, **prices, "close": columns[-1], "volume": 1.0})


def _agree(frame: pd.DataFrame) -> pd.Series:
    left, right = frame.copy(), frame.copy()
    theirs, ours = get_tick_size_over_time(left), tick_sizes(right)
    assert_series_equal(ours, theirs, check_exact=True)
    assert_frame_equal(right, left, check_exact=True)
    return ours


ON_STEPS = st.builds(
    lambda whole, digits, off: float(Decimal(whole).scaleb(-digits)) * (1.0 + off),
    st.integers(0, 10**9),
    st.integers(0, 14),
    st.sampled_from([0.0, 0.0, 2.3e-16, -2.3e-16, 1e-15, -1e-15, 4.9e-15, 5.1e-15, 1e-13]),
)
NOISE = st.one_of(st.floats(1e-9, 1e6), st.floats(0, 1e20))
# Freqtrade raises ten to an integer power, which overflows above 18 decimals.
PRICES = st.one_of(ON_STEPS, NOISE, st.sampled_from([0.0, nan, 1.0, 1e15, 1e14, 99999999999999.5]))


@given(st.lists(PRICES, min_size=1, max_size=30), st.lists(PRICES, min_size=30, max_size=30))
def test_any_prices_have_the_same_steps(some: list[float], others: list[float]) -> None:
    _agree(_frame(some, others[: len(some)]))


@pytest.mark.parametrize("scale", [1e-27, 1e-12, 1e-7, 1e-3, 1.0, 321.0, 1e5])
@pytest.mark.parametrize("decimals", [3, 9])
def test_noisy_prices_have_the_same_steps(scale: float, decimals: int) -> None:
    random = np.random.default_rng(decimals)
    prices = np.round(random.uniform(1, 9, 4000), decimals) * scale
    _agree(_frame(prices, np.roll(prices, 1), np.roll(prices, 2), random.permutation(prices)))


def test_a_month_has_the_step_of_its_finest_price() -> None:
    steps = _agree(_frame([1.5, 1.25, 2.0, 3.0, 3.0, 4.0, 4.0, 4.0, 5.125, 5.0, 6.0, 6.0]))
    assert steps.tolist() == [0.01, 0.001]


def test_a_month_of_whole_prices_says_nothing() -> None:
    steps = _agree(_frame([7.0, 7.0, 1.25, 2.0, 3.0], freq="31D"))
    known = month_ticks(steps)
    assert known[1].tolist() == [-1, 2]
    assert known[0][1] == pd.Timestamp("2024-04-01", tz="UTC").value


def test_months_without_candles_say_nothing() -> None:
    frame = pd.concat([_frame([1.25, 1.5]), _frame([1.125], start="2024-06-02")])
    _agree(frame.reset_index(drop=True))


def test_without_steps_nothing_is_known() -> None:
    assert month_ticks(None)[1].tolist() == [-1]
    assert month_ticks(_agree(_frame([7.0, 8.0])))[1].tolist() == [-1]


def test_frames_out_of_order_go_freqtrades_way() -> None:
    frame = _frame([1.5, 1.25, 1.125, 2.0])
    _agree(frame.iloc[[2, 0, 1, 3]].reset_index(drop=True))


@given(st.integers(0, 18))
def test_the_step_in_force_is_told_in_decimals(digits: int) -> None:
    index = pd.DatetimeIndex(["2024-01-01"], tz="UTC")
    assert month_ticks(pd.Series([1 / 10**digits], index=index))[1].tolist() == [-1, digits]
