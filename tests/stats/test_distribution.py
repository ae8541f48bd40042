from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.stats.distribution import Distribution, distribution


def test_a_small_histogram_by_hand() -> None:
    # span 0.08, at least eight bins: a step of 0.01
    ratios = np.array([-0.03, -0.03, -0.001, 0.0, 0.009, 0.01, 0.05])
    found = distribution(ratios)
    assert found.edges == (-0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06)
    assert found.counts == (2, 0, 1, 2, 1, 0, 0, 0, 1)
    assert (found.below, found.above) == (0, 0)


def test_no_trades_have_no_bins() -> None:
    assert distribution(np.array([])) == Distribution((), (), 0, 0)


@pytest.mark.parametrize("value", [0.0, 0.02, -0.013])
def test_equal_trades_share_one_bin(value: float) -> None:
    found = distribution(np.full(9, value))
    assert found.counts == (9,)
    assert found.edges[0] <= value < found.edges[1]


def test_outliers_do_not_stretch_the_bins() -> None:
    ratios = np.concatenate((np.linspace(-0.05, 0.05, 1000), [9.0, -0.99]))
    found = distribution(ratios)
    assert (found.below, found.above) == (1, 1)
    # half of the trades lie within 0.05: 2 * 0.05 / 10 is a little over 0.01, rounded up to 0.02
    assert found.edges == (-0.06, -0.04, -0.02, 0.0, 0.02, 0.04, 0.06)


@given(st.lists(st.floats(-1, 5), min_size=1, max_size=300))
def test_every_trade_is_counted_once_and_wins_and_losses_never_share_a_bin(
    ratios: list[float],
) -> None:
    values = np.array(ratios)
    found = distribution(values)
    assert sum(found.counts) + found.below + found.above == len(ratios)
    assert len(found.edges) == len(found.counts) + 1 <= 70
    assert all(a < b for a, b in zip(found.edges, found.edges[1:], strict=False))
    if found.edges[0] < 0 < found.edges[-1]:
        assert 0.0 in found.edges
    for edge, count in zip(found.edges, found.counts, strict=False):
        assert count == 0 or any(value >= edge for value in ratios)
