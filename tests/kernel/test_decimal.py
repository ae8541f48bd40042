"""Exact decimal products in doubles, against the real thing."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.kernel import arithmetic

from tidegate.kernel.decimal import cut18, exact, one_plus, product, round8, times
from tidegate.kernel.profit import gross_value, value_with_fee, with_fee

NUMBERS = st.floats(min_value=1e-12, max_value=1e12)
PRICES = st.builds(
    lambda whole, digits: float(Decimal(whole).scaleb(-digits)),
    st.integers(1, 10**15 - 1),
    st.integers(0, 18),
)
FEES = st.sampled_from([0.0, 0.0005, 0.00075, 0.001, -0.001, 0.0026, 0.01])


def _sum(parts: tuple[float, float]) -> Fraction:
    return Fraction(parts[0]) + Fraction(parts[1])


@given(NUMBERS, NUMBERS)
def test_a_product_and_its_error_are_the_whole_product(a: float, b: float) -> None:
    high, low = product(a, b)
    assert high == a * b
    assert Fraction(high) + Fraction(low) == Fraction(a) * Fraction(b)


@given(st.one_of(NUMBERS, PRICES, PRICES.map(lambda x: -x)), st.integers(0, 8))
def test_what_a_double_lacks_of_its_text_is_found_whatever_the_hint(x: float, hint: int) -> None:
    # ten to the 22nd is the last power of ten that a double holds exactly
    assume(-int(Decimal(repr(x)).as_tuple().exponent) <= 22)
    text = Fraction(Decimal(repr(x)))
    high, low = exact(x, hint)
    assert high == x
    assert abs(_sum((high, low)) - text) <= abs(text) * Fraction(1, 10**30)


@pytest.mark.parametrize("x", [0.0, math.inf, -math.inf])
def test_what_has_no_digits_is_left_alone(x: float) -> None:
    assert exact(x, 8) == (x, 0.0)


@given(PRICES, PRICES)
def test_two_texts_multiply_to_thirty_digits(a: float, b: float) -> None:
    wanted = Fraction(Decimal(repr(a))) * Fraction(Decimal(repr(b)))
    got = _sum(times(exact(a, 8), exact(b, 8)))
    assert abs(got - wanted) <= wanted * Fraction(1, 10**30)


@given(FEES)
def test_one_is_added_to_thirty_digits(fee: float) -> None:
    wanted = 1 + Fraction(Decimal(repr(fee)))
    assert abs(_sum(one_plus(exact(fee, 4))) - wanted) <= Fraction(1, 10**30)


@given(PRICES, PRICES, FEES, st.integers(0, 8))
def test_a_value_with_fee_is_the_decimal_product_rounded_once(
    amount: float, rate: float, fee: float, hint: int
) -> None:
    assert value_with_fee(amount, rate, fee, hint) == arithmetic.value(amount, rate, fee)
    assert with_fee(gross_value(amount, rate, hint), fee) == arithmetic.value(amount, rate, fee)


def test_many_values_of_trades_as_they_happen() -> None:
    random = Random(7)  # noqa: S311 - test data
    for _ in range(20_000):
        digits = random.randint(0, 8)
        rate = round(10 ** random.uniform(-6, 5), digits) or 1.0
        amount = round(random.uniform(1.0, 1e5) / rate, 8)
        fee = random.choice((0.001, -0.001, 0.00075, 0.0))
        found = value_with_fee(amount, rate, fee, digits)
        assert found == arithmetic.value(amount, rate, fee), (amount, rate, fee)


def test_a_tenth_is_a_tenth() -> None:
    # as doubles, 0.1 * 3 is 0.30000000000000004
    assert value_with_fee(0.1, 3.0, 0.0, 1) == 0.3


@given(
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False),
        st.floats(-100.0, 100.0),
        st.integers(-(10**11), 10**11).map(lambda k: (2 * k + 1) / 2e8),  # halves, or next to them
    )
)
def test_rounding_to_eight_decimals_is_python_s(x: float) -> None:
    assert round8(x) == round(x, 8)


def test_halves_are_rounded_to_even_where_the_double_is_one() -> None:
    # 2**-9 = 0.001953125 is a double, with nine decimals and a five at the end
    assert round8(0.001953125) == round(0.001953125, 8) == 0.00195312
    assert round8(0.005859375) == round(0.005859375, 8) == 0.00585938
    assert round8(-0.001953125) == -0.00195312


def test_what_is_not_finite_stays_so() -> None:
    assert math.isnan(round8(math.nan))
    assert round8(math.inf) == math.inf


@given(st.one_of(st.floats(1e-13, 1.0), PRICES.filter(lambda x: x < 1e6)))
def test_cutting_to_eighteen_decimals_is_done_on_the_text(x: float) -> None:
    assert cut18(x) == arithmetic.average(Decimal(repr(x)), Decimal(1))


def test_cutting_drops_the_nineteenth_decimal_whatever_it_is() -> None:
    assert cut18(1.2345678901234567e-05) == 1.2345678901234e-05
    assert cut18(1.9999999999999998e-10) == 1.99999999e-10
    assert cut18(2e-10) == 2e-10
