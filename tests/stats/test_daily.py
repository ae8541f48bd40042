from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tidegate.model import DAY_NS
from tidegate.stats.daily import daily, flaw, returns_of

if TYPE_CHECKING:
    from .conftest import MakeOutcome

FIRST_DAY = 19723  # 2024-01-01 in days since 1970-01-01


def test_a_day_is_worth_what_its_last_candle_closed_at(make_outcome: MakeOutcome) -> None:
    # Twelve-hour candles: the second, the fourth and the fifth close the three days.
    days = daily(make_outcome([1010, 1100, 1, 1210, 1331], timeframe="12h"))
    assert days.day.tolist() == [FIRST_DAY, FIRST_DAY + 1, FIRST_DAY + 2]
    assert days.equity.tolist() == [1100, 1210, 1331]
    assert days.returns == pytest.approx([0.1, 0.1, 0.1])


def test_the_first_day_is_measured_from_the_wallet(make_outcome: MakeOutcome) -> None:
    assert daily(make_outcome([900, 990], wallet=1000)).returns == pytest.approx([-0.1, 0.1])


def test_daily_returns_compound_to_the_whole(make_outcome: MakeOutcome) -> None:
    days = daily(make_outcome([1003, 950, 1040, 1100], wallet=1000))
    assert np.prod(1 + days.returns) == pytest.approx(1.1)


def test_a_day_without_a_candle_carries_the_last_value_on(make_outcome: MakeOutcome) -> None:
    outcome = make_outcome([1100, 1210])
    time = outcome.time.copy()
    time[1] += 2 * DAY_NS
    days = daily(make_outcome([1100, 1210], time=time))
    assert days.equity.tolist() == [1100, 1100, 1100, 1210]
    assert days.returns == pytest.approx([0.1, 0, 0, 0.1])


def test_a_weekly_candle_counts_on_the_day_it_closes(make_outcome: MakeOutcome) -> None:
    # Monday to Saturday hold nothing yet; the candle that opened on Monday closes with Sunday.
    days = daily(make_outcome([1100, 1210], timeframe="1w"))
    assert days.day[0] == FIRST_DAY
    assert days.equity.tolist() == [1000] * 6 + [1100] * 7 + [1210]


def test_no_candles_give_no_days(make_outcome: MakeOutcome) -> None:
    days = daily(make_outcome([]))
    assert len(days.day) == len(days.equity) == len(days.returns) == len(days.hold_returns) == 0


def test_a_return_from_nothing_is_not_a_number() -> None:
    returns = returns_of(np.array([500.0, 0.0, 10.0]), 1000.0)
    assert returns[:2].tolist() == [-0.5, -1.0]
    assert np.isnan(returns[2])


def test_flawed_returns_say_why() -> None:
    assert flaw(np.array([0.1])) == "fewer than two days"
    assert flaw(np.array([0.1, np.nan])) == "the equity fell to zero or below"
    assert flaw(np.array([0.1, 0.2])) is None
