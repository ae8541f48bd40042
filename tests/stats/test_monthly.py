from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.stats.daily import daily
from tidegate.stats.monthly import monthly

if TYPE_CHECKING:
    from .conftest import MakeOutcome


def test_the_heat_map_of_fourteen_months(make_outcome: MakeOutcome) -> None:
    # 2024 has 366 days. It ends its January at 1100 and its December, with nothing between, at
    # 1210; then January 2025 at 1210 and the one day of February at 605.
    equity = [1000.0] * 30 + [1100.0] * 335 + [1210.0] * 32 + [605.0]
    first, second = monthly(daily(make_outcome(equity)), 1000.0)
    assert (first.year, second.year) == (2024, 2025)
    assert [figure.value for figure in first.months] == pytest.approx([0.1] + [0] * 10 + [0.1])
    assert first.total.value == pytest.approx(0.21)
    assert [figure.value for figure in second.months[:2]] == pytest.approx([0.0, -0.5])
    assert {figure.why for figure in second.months[2:]} == {"outside the test"}
    assert second.total.value == pytest.approx(-0.5)


def test_a_month_that_begins_with_nothing_has_no_return(make_outcome: MakeOutcome) -> None:
    (year,) = monthly(daily(make_outcome([500.0] * 30 + [0.0] * 2)), 1000.0)
    assert year.months[0].value == -1.0
    assert year.months[1].why == "the equity had fallen to zero or below"
    assert year.total.value == -1.0


def test_no_candles_give_no_rows(make_outcome: MakeOutcome) -> None:
    assert monthly(daily(make_outcome([])), 1000.0) == ()


@given(st.lists(st.floats(100, 10000), min_size=1, max_size=500))
def test_months_compound_to_their_year_and_years_to_the_whole(
    make_outcome: MakeOutcome, equity: list[float]
) -> None:
    years = monthly(daily(make_outcome(equity)), 1000.0)
    for year in years:
        months = [1 + figure.value for figure in year.months if figure.value is not None]
        assert year.total.value is not None
        assert np.prod(months) == pytest.approx(1 + year.total.value)
    totals = [1 + year.total.value for year in years if year.total.value is not None]
    assert np.prod(totals) == pytest.approx(equity[-1] / 1000.0)
