from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.model import DAY_NS
from tidegate.stats.decline import Decline, decline, deepest
from tidegate.stats.drawdown import (
    longest_drawdown,
    max_drawdown,
    max_drawdown_abs,
    max_drawdown_duration,
    ulcer_index,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY_S = 86400


def daily_decline(equity: Sequence[float], wallet: float = 1000.0) -> tuple[Decline, np.ndarray]:
    closes = np.arange(1, len(equity) + 1, dtype=np.int64) * DAY_NS
    return decline(np.array(equity, dtype=float), closes, wallet=wallet, start_ns=0), closes


# day      1     2    3     4    5    6     7     8     9
TABLE = [1100, 990, 1045, 1200, 600, 900, 1200, 1260, 1197]
# high   1100  1100  1100  1200 1200 1200  1200  1260  1260
# below    0   10 %   5 %    0  50 % 25 %    0     0    5 %


def test_each_stay_below_a_high_is_found_deepest_first() -> None:
    found, closes = daily_decline(TABLE)
    listed = deepest(found, closes, 10)
    # days of start, trough, recovery and length; then share and money
    assert [
        (
            one.start_ns // DAY_NS,
            one.trough_ns // DAY_NS,
            one.recovery_ns and one.recovery_ns // DAY_NS,
            one.length_ns // DAY_NS,
        )
        for one in listed
    ] == [(4, 5, 7, 3), (1, 2, 4, 3), (8, 9, None, 1)]
    assert [one.depth for one in listed] == pytest.approx([0.5, 0.1, 0.05])
    assert [one.depth_abs for one in listed] == pytest.approx([600, 110, 63])
    assert len(deepest(found, closes, 2)) == 2


def test_the_earlier_of_two_equal_drawdowns_comes_first() -> None:
    found, closes = daily_decline([500, 1000, 500, 1000])
    assert [one.start_ns for one in deepest(found, closes, 5)] == [0, 2 * DAY_NS]


def test_the_figures_of_the_table() -> None:
    found, _ = daily_decline(TABLE)
    assert found.depth == pytest.approx([0, 0.1, 0.05, 0, 0.5, 0.25, 0, 0, 0.05])
    assert max_drawdown(found).value == 0.5
    assert max_drawdown_abs(found).value == 600
    assert max_drawdown_duration(found).value == 3 * DAY_S
    assert longest_drawdown(found).value == 3 * DAY_S


def test_the_deepest_as_a_share_need_not_be_the_deepest_in_money_or_the_longest() -> None:
    # wallet 100: half of it lost and won back in two days, then a fifth of 1000 for four
    found, _ = daily_decline([50, 100, 1000, 900, 800, 900, 950], wallet=100.0)
    assert max_drawdown(found).value == 0.5
    assert max_drawdown_abs(found).value == pytest.approx(200)
    assert max_drawdown_duration(found).value == 2 * DAY_S
    assert longest_drawdown(found).value == 4 * DAY_S


def test_a_first_candle_that_loses_falls_from_the_wallet() -> None:
    found, closes = daily_decline([900, 950])
    (only,) = deepest(found, closes, 10)
    assert (only.start_ns, only.trough_ns, only.recovery_ns) == (0, DAY_NS, None)
    assert only.length_ns == 2 * DAY_NS
    assert only.depth == pytest.approx(0.1)


def test_an_account_below_zero_lost_more_than_all() -> None:
    found, _ = daily_decline([-100])
    assert max_drawdown(found).value == pytest.approx(1.1)


def test_an_account_that_never_fell_has_a_drawdown_of_zero_and_no_duration() -> None:
    found, closes = daily_decline([1000, 1000 - 1e-11, 1010])  # the second by rounding alone
    assert deepest(found, closes, 10) == ()
    assert max_drawdown(found).value == 0.0
    assert max_drawdown_abs(found).value == 0.0
    assert max_drawdown_duration(found).why == "no drawdown"
    assert longest_drawdown(found).why == "no drawdown"


def test_no_candles_have_no_drawdown_to_speak_of() -> None:
    found, closes = daily_decline([])
    assert deepest(found, closes, 10) == ()
    assert max_drawdown(found).why == "no candles"
    assert max_drawdown_abs(found).why == "no candles"
    assert ulcer_index(np.array([]), 1000.0).why == "no candles"


def test_the_ulcer_index_by_hand() -> None:
    # 10 %, 0, 20 % below the high: sqrt((0.01 + 0 + 0.04) / 3)
    equity = np.array([900.0, 1000.0, 800.0])
    assert ulcer_index(equity, 1000.0).value == pytest.approx(math.sqrt(0.05 / 3))
    assert ulcer_index(np.array([1000.0, 1001.0]), 1000.0).value == 0.0


def naive_max_drawdown(equity: list[float], wallet: float) -> tuple[float, float]:
    """Compare each value with each later one."""
    line = [wallet, *equity]
    pairs = [(a, b) for i, a in enumerate(line) for b in line[i:]]
    return max(1 - b / a for a, b in pairs), max(a - b for a, b in pairs)


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=40))
def test_drawdown_agrees_with_comparing_every_two_values(equity: list[float]) -> None:
    found, closes = daily_decline(equity)
    share, money = naive_max_drawdown(equity, 1000.0)
    assert max_drawdown(found).value == pytest.approx(share, abs=1e-9)
    assert max_drawdown_abs(found).value == pytest.approx(money, abs=1e-6)
    assert 0 <= share <= 1
    listed = deepest(found, closes, 1000)
    assert all(one.start_ns < one.trough_ns for one in listed)
    assert all(one.recovery_ns is None or one.trough_ns < one.recovery_ns for one in listed)
    assert [one.depth for one in listed] == sorted((one.depth for one in listed), reverse=True)
    assert sum(one.recovery_ns is None for one in listed) <= 1
