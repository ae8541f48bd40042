from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.stats.curve import curve, thin
from tidegate.stats.readings import read

if TYPE_CHECKING:
    from .conftest import MakeOutcome

DAY_NS = 86_400_000_000_000


def test_a_short_curve_is_kept_whole_and_begins_with_the_wallet(make_outcome: MakeOutcome) -> None:
    exposure = np.array([10.0, 20.0])
    hold = np.array([1001.0, 1002.0])
    outcome = make_outcome([1100, 990], exposure=exposure, hold=hold)
    found = curve(read(outcome))
    start = outcome.start_ns
    assert found.time_ns.tolist() == [start, start + DAY_NS, start + 2 * DAY_NS]
    assert found.equity.tolist() == [1000, 1100, 990]
    assert found.hold.tolist() == [1000, 1001, 1002]
    assert found.drawdown == pytest.approx([0, 0, 0.1])
    assert found.exposure.tolist() == [0, 10, 20]


def test_no_candles_leave_the_wallet(make_outcome: MakeOutcome) -> None:
    assert curve(read(make_outcome([]))).equity.tolist() == [1000]


def test_a_spike_of_one_candle_in_half_a_million_survives() -> None:
    equity = np.linspace(1000, 2000, 527_040)
    equity[400_123] = 3000.0  # afterwards everything lies below this high
    equity[500_321] = 5.0
    depth = 1 - equity / np.maximum.accumulate(equity)
    rows = thin(equity, depth, 2000)
    assert {0, 400_123, 500_321, 527_039} <= set(rows.tolist())
    assert len(rows) <= 2000


def test_the_lowest_survives_a_deeper_fall_from_a_higher_place_beside_it() -> None:
    equity = np.array([10.0, 9.0, 10.0, 1000.0, 500.0, 700.0, 800.0])
    depth = 1 - equity / np.maximum.accumulate(equity)
    assert thin(equity, depth, 6).tolist() == [0, 1, 3, 4, 6]


@given(
    st.lists(st.floats(1, 1e6), min_size=1, max_size=400),
    st.integers(6, 60),
)
def test_thinning_keeps_the_ends_and_every_extreme(values: list[float], most: int) -> None:
    equity = np.array(values)
    depth = 1 - equity / np.maximum.accumulate(equity)
    rows = thin(equity, depth, most)
    assert len(rows) <= most
    assert rows[0] == 0
    assert rows[-1] == len(equity) - 1
    assert (np.diff(rows) > 0).all()
    assert equity[rows].min() == equity.min()
    assert equity[rows].max() == equity.max()
    assert depth[rows].max() == depth.max()
    kept = equity[rows]
    assert (1 - kept / np.maximum.accumulate(kept)).max() == depth.max()
