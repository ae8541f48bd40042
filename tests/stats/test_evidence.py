from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.stats.evidence import incomplete_beta, p_value, sqn, two_sided

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.stats.figure import Figure

# Critical values of Student's t as printed in any table: degrees of freedom, both tails, t.
TABLE = [
    (1, 0.05, 12.706), (1, 0.01, 63.657), (2, 0.05, 4.303), (2, 0.10, 2.920),
    (5, 0.05, 2.571), (5, 0.01, 4.032), (10, 0.50, 0.700), (10, 0.20, 1.372),
    (10, 0.05, 2.228), (10, 0.001, 4.587), (30, 0.05, 2.042), (30, 0.01, 2.750),
    (60, 0.05, 2.000), (120, 0.05, 1.980), (120, 0.01, 2.617), (1000, 0.05, 1.962),
]  # fmt: skip


@pytest.mark.parametrize(("freedom", "tails", "t"), TABLE)
def test_the_printed_table_of_student(freedom: int, tails: float, t: float) -> None:
    # The table rounds t to three decimals; p between the two roundings must hold the tail.
    assert two_sided(t + 0.0005, freedom) <= tails <= two_sided(t - 0.0005, freedom)


@pytest.mark.parametrize("t", [0.0, 1e-6, 0.1, 1.0, 3.0, 50.0, 1e4])
def test_few_degrees_of_freedom_have_a_closed_form(t: float) -> None:
    assert two_sided(t, 1) == pytest.approx(2 / math.pi * math.atan2(1, t), rel=1e-11)
    root = math.sqrt(2 + t * t)
    assert two_sided(t, 2) == pytest.approx(2 / (root * (root + t)), rel=1e-11)
    assert two_sided(-t, 2) == two_sided(t, 2)


def test_many_degrees_of_freedom_are_nearly_normal() -> None:
    for t in (0.5, 1.96, 4.0):
        assert two_sided(t, 1_000_000) == pytest.approx(math.erfc(t / math.sqrt(2)), rel=1e-4)


@given(st.floats(0.5, 3000), st.floats(0, 1))
def test_the_incomplete_beta_function_where_it_is_a_power(a: float, x: float) -> None:
    assert incomplete_beta(a, 1.0, x, 1 - x) == pytest.approx(x**a, rel=1e-9, abs=1e-14)


@given(st.floats(0.5, 500), st.floats(0.5, 500), st.floats(0.001, 0.999))
def test_the_incomplete_beta_function_and_its_mirror_make_one(a: float, b: float, x: float) -> None:
    there, back = incomplete_beta(a, b, x, 1 - x), incomplete_beta(b, a, 1 - x, x)
    assert there + back == pytest.approx(1.0)
    assert 0 <= there <= 1 + 1e-12


def test_sqn_and_p_value_by_hand() -> None:
    # mean 2, sample deviation 1, three trades: t = 2 * sqrt(3); two degrees of freedom
    profits = np.array([1.0, 2.0, 3.0])
    assert sqn(profits).value == pytest.approx(2 * math.sqrt(3))
    assert p_value(profits).value == pytest.approx(1 - math.sqrt(12 / 14))
    assert sqn(-profits).value == pytest.approx(-2 * math.sqrt(3))
    assert p_value(-profits).value == pytest.approx(1 - math.sqrt(12 / 14))


def test_a_mean_of_zero_is_wholly_explained_by_luck() -> None:
    assert p_value(np.array([-1.0, 1.0])).value == 1.0
    assert sqn(np.array([-1.0, 1.0])).value == 0.0


@pytest.mark.parametrize("metric", [sqn, p_value])
def test_trades_that_prove_nothing(metric: Callable[..., Figure]) -> None:
    assert metric(np.array([])).why == "no trades"
    assert metric(np.array([3.0])).why == "only one trade"
    assert metric(np.full(30, 0.1)).why == "every trade made the same"
    assert metric(np.zeros(3)).why == "every trade made the same"
