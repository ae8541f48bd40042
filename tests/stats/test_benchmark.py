from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tidegate.stats.benchmark import alpha, beta, hold_return, outperformance
from tidegate.stats.figure import known, undefined

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.stats.figure import Figure

HELD = np.array([0.01, -0.02, 0.03, 0.0])


def test_an_account_at_twice_the_market_and_a_bit_has_that_beta_and_alpha() -> None:
    account = 2 * HELD + 0.001
    assert beta(account, HELD).value == pytest.approx(2.0)
    assert alpha(account, HELD).value == pytest.approx(0.001 * 365)


def test_beta_by_hand() -> None:
    # market -1 +1, account 0 +3 (percent): deviations -1 +1 and -1.5 +1.5, 3 / 2
    account, market = np.array([0.0, 0.03]), np.array([-0.01, 0.01])
    assert beta(account, market).value == pytest.approx(1.5)
    assert alpha(account, market).value == pytest.approx(0.015 * 365)  # market's mean is zero


def test_holding_against_itself_has_beta_one_and_no_alpha() -> None:
    assert beta(HELD, HELD).value == pytest.approx(1.0)
    assert alpha(HELD, HELD).value == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("metric", [alpha, beta])
def test_a_benchmark_that_says_nothing_gives_no_figure(metric: Callable[..., Figure]) -> None:
    assert metric(HELD[:1], HELD[:1]).why == "fewer than two days"
    assert metric(HELD, np.full(4, 0.01)).why == "the benchmark does not move"
    gap = np.array([0.01, np.nan, 0.03, 0.0])
    assert metric(HELD, gap).why == "the benchmark has no value on some days"
    assert metric(gap, HELD).why == "the equity fell to zero or below"


def test_hold_return_and_the_difference_from_it() -> None:
    assert hold_return(np.array([900.0, 1200.0]), 1000.0).value == pytest.approx(0.2)
    assert outperformance(known(0.5), known(0.2)).value == pytest.approx(0.3)


def test_without_a_benchmark_there_is_no_difference_from_it() -> None:
    assert hold_return(np.array([]), 1000.0).why == "no candles"
    assert hold_return(np.array([np.nan]), 1000.0).why == "the benchmark has no value at the end"
    assert outperformance(known(0.5), undefined("no candles")).why == "no candles"
