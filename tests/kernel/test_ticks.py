"""Price steps, and rounding to them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.kernel import arithmetic

from tidegate.kernel.stop import stop_price
from tidegate.kernel.ticks import down, nearest, price_digits, up
from tidegate.model import Candles, Timeframe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.kernel.conftest import MakePlan

    from tidegate.model import Floats

DAY = Timeframe.parse("1d")
DIGITS = st.integers(0, 12)
ON_STEPS = st.builds(
    lambda whole, digits, off: float(Decimal(whole).scaleb(-digits)) * (1.0 + off),
    st.integers(1, 10**9),
    st.integers(0, 12),
    st.sampled_from([0.0, 0.0, 2.3e-16, -2.3e-16, 1e-15, -1e-15]),
)
PRICES = st.one_of(ON_STEPS, st.floats(1e-9, 1e5)).filter(lambda x: 1e-9 <= x <= 1e5)


def _prices(prices: Sequence[float] | Floats, start: str = "2024-01-01") -> Candles:
    column = np.array(prices, dtype=np.float64)
    begin = int(np.datetime64(start, "ns").astype(np.int64))
    return Candles(
        pair="A/USD",
        timeframe=DAY,
        time=begin + np.arange(len(column)) * DAY.ns,
        open=column,
        high=column.copy(),
        low=column.copy(),
        close=column.copy(),
        volume=np.ones(len(column)),
    )


@given(PRICES, DIGITS)
def test_rounding_is_that_of_the_decimal_text(x: float, digits: int) -> None:
    if x * 10**digits >= 1e14:
        return  # finer than the text of a double: nobody's tick
    assert nearest(x, digits) == arithmetic.nearest(x, digits)
    assert down(x, digits) == arithmetic.cut(x, digits)


@given(PRICES, st.floats(0.0, 0.99), st.integers(0, 8))
def test_a_stop_is_rounded_towards_the_market(rate: float, ratio: float, digits: int) -> None:
    for side in (1, -1):
        found = stop_price(side, rate, ratio, digits)
        assert found == arithmetic.stop_at(side, rate, ratio, digits)


def test_halves_go_away_from_nought() -> None:
    assert [nearest(x, 1) for x in (0.25, 0.35, 0.45, 2.65)] == [0.3, 0.4, 0.5, 2.7]


def test_float_noise_around_a_step_is_not_a_step() -> None:
    # 0.1 + 0.2 says 0.30000000000000004, just above the step
    assert nearest(0.1 + 0.2, 1) == 0.3
    assert down(0.1 + 0.2, 1) == 0.3
    assert up(0.1 + 0.2, 1) == 0.4
    assert down(0.3, 1) == up(0.3, 1) == 0.3
    assert down(0.29, 2) == up(0.29, 2) == 0.29  # though 0.29 * 100 is 28.999999999999996
    assert up(1.1 * 1.1, 2) == 1.22  # 1.2100000000000002
    assert down(8.2, 1) == 8.2


@given(st.lists(PRICES, min_size=1, max_size=20))
def test_decimals_are_counted_as_fourteen_digits_print_them(prices: list[float]) -> None:
    _, digits = price_digits(_prices(prices), otherwise=99)
    most = max(arithmetic.decimals(price) for price in prices)
    assert digits.tolist() == [most or 99]


def test_a_long_month_is_looked_at_to_its_last_price() -> None:
    hours = Timeframe.parse("1h")
    for odd in (0, 255, 256, 511, 600, 743):
        column = np.full(744, 1.25)
        column[odd] = 1.125
        candles = replace(
            _prices(column), timeframe=hours, time=np.arange(744, dtype=np.int64) * hours.ns
        )
        assert price_digits(candles)[1].tolist() == [3], odd


def test_each_of_the_four_prices_counts() -> None:
    for name in ("open", "high", "low", "close"):
        candles = _prices([1.5])
        finer: Any = {name: np.array([1.125])}
        assert price_digits(replace(candles, **finer))[1].tolist() == [3], name


def test_a_month_without_decimals_inherits_those_of_the_month_before() -> None:
    prices = [7.0] * 31 + [7.25] * 29 + [7.0] * 31 + [7.5] * 2
    rows, digits = price_digits(_prices(prices))
    assert rows.tolist() == [0, 31, 60, 91]
    assert digits.tolist() == [8, 2, 2, 1]


def test_a_month_without_candles_inherits_too() -> None:
    candles = _prices([7.25] * 4)
    later = np.array(["2024-01-30", "2024-01-31", "2024-04-01", "2024-04-02"], "M8[ns]")
    rows, digits = price_digits(replace(candles, time=later.view(np.int64)))
    assert rows.tolist() == [0, 2, 2, 2]
    assert digits.tolist() == [2, 2, 2, 2]


def test_the_warm_up_counts_for_the_ticks(make_plan: MakePlan) -> None:
    plan = make_plan([7.125, 7.0, 7.0], warmup=1)
    assert price_digits(plan.candles)[1].tolist() == [3]
