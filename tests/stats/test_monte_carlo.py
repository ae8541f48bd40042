from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegate.stats.monte_carlo import Basis, MonteCarlo, Spread, monte_carlo


def draw(
    profits: list[float], stakes: list[float] | None = None, *, paths: int = 4000, seed: int = 7
) -> MonteCarlo:
    return monte_carlo(
        np.array(profits, dtype=float),
        np.array(stakes or [100.0] * len(profits)),
        wallet=1000.0,
        paths=paths,
        seed=seed,
    )


def spread(drawn: MonteCarlo) -> Spread:
    assert drawn.spread is not None
    return drawn.spread


def test_the_same_seed_draws_the_same_paths_and_another_seed_others() -> None:
    profits = [float(n % 7 - 3) for n in range(60)]
    assert draw(profits) == draw(profits)
    assert draw(profits).spread != draw(profits, seed=8).spread


def test_two_trades_end_as_a_coin_would() -> None:
    # +100 and -50, drawn twice: 1200 and 900 once in four each, 1050 in the other half
    found = spread(draw([100, -50]))
    assert found.final_balance.p5 == 900
    assert found.final_balance.p50 == 1050
    assert found.final_balance.p95 == 1200
    assert found.probability_of_loss == pytest.approx(0.25, abs=0.03)
    # 1000 - 50 - 50 falls by 10 %, which is not beyond 10 %; the others by 5 % or less
    assert dict(found.probability_of_drawdown)[0.1] == 0.0
    assert found.max_drawdown.p95 == pytest.approx(0.1)


def test_what_only_reaches_a_limit_is_not_beyond_it() -> None:
    # 600, 1000 twice, 1400: ending with the wallet itself is no loss
    assert spread(draw([200, -200])).probability_of_loss == pytest.approx(0.25, abs=0.03)
    # 1000 - 250 - 250 is half of the high, and no path falls further
    assert dict(spread(draw([100, -250])).probability_of_drawdown)[0.5] == 0.0


def test_shuffled_trades_fall_as_far_as_their_orders_do() -> None:
    # Every order of four trades, walked one by one.
    profits = [100.0, -200.0, 50.0, -100.0]
    depths = []
    for order in itertools.permutations(profits):
        balances = list(itertools.accumulate(order, initial=1000.0))
        depths.append(
            max(1 - b / a for i, a in enumerate(balances) for b in balances[i:])  # naive
        )
    found = spread(draw(profits)).max_drawdown_shuffled
    assert found.p5 == pytest.approx(np.percentile(depths, 5), abs=0.02)
    assert found.p50 == pytest.approx(np.percentile(depths, 50), abs=0.02)
    assert found.p95 == pytest.approx(np.percentile(depths, 95), abs=0.02)
    assert found.p95 <= max(depths) + 1e-12


def test_bands_of_many_trades_agree_with_the_normal_law() -> None:
    # 400 trades of +-1: the sum of 400 draws has deviation 20, and 5 % lie 1.645 of it below
    found = spread(draw([1.0, -1.0] * 200)).final_balance
    assert found.p50 == pytest.approx(1000, abs=2)
    assert found.p5 == pytest.approx(1000 - 1.645 * 20, abs=3)
    assert found.p95 == pytest.approx(1000 + 1.645 * 20, abs=3)


def test_stakes_that_never_change_are_drawn_in_money() -> None:
    assert draw([100, 100, -100, 300]).basis is Basis.CURRENCY


def test_stakes_that_follow_the_balance_are_drawn_as_shares_of_it() -> None:
    # All in each time: +50 %, -50 %, +100 %.
    drawn = draw([500, -750, 750], [1000, 1500, 750])
    assert drawn.basis is Basis.BALANCE
    found = spread(drawn)
    # -50 % three times leaves 125; +100 % three times 8000
    assert found.fan.bands[-1].p5 >= 125
    assert found.final_balance.p95 <= 8000
    # Every order ends the same; the deepest fall in each is the one bad trade.
    assert found.max_drawdown_shuffled.p5 == pytest.approx(0.5)
    assert found.max_drawdown_shuffled.p95 == pytest.approx(0.5)


def test_a_path_that_reaches_zero_stays_there() -> None:
    # -1000 first ruins the account, though +1500 comes after it
    found = spread(draw([1500, -1000]))
    assert found.max_drawdown.p95 == 1.0
    assert found.final_balance.p5 == 0.0
    # ruined: both orders that begin with -1000; the two others end at 1500 and 4000
    assert found.probability_of_loss == pytest.approx(0.5, abs=0.03)
    assert [band.p5 for band in found.fan.bands] == [1000, 0, 0]


def test_trades_that_only_win_never_fall() -> None:
    found = spread(draw([1, 2, 3]))
    assert found.probability_of_loss == 0.0
    assert found.max_drawdown.p95 == 0.0
    assert all(probability == 0.0 for _, probability in found.probability_of_drawdown)


def test_the_fan_runs_from_the_wallet_to_the_final_balance() -> None:
    found = spread(draw([3.0, -1.0] * 100))
    assert found.fan.trade[0] == 0
    assert found.fan.trade[-1] == 200
    assert found.fan.bands[0].p5 == found.fan.bands[0].p95 == 1000
    assert found.fan.bands[-1] == found.final_balance


@pytest.mark.parametrize(
    ("profits", "paths", "why"),
    [
        ([], 100, "no trades"),
        ([5], 100, "only one trade"),
        ([5, 6], 0, "not asked for"),
    ],
)
def test_what_cannot_be_drawn_says_why(profits: list[float], paths: int, why: str) -> None:
    drawn = draw(profits, paths=paths)
    assert drawn.spread is None
    assert drawn.why == why
    assert drawn.paths == 0


def test_growth_beyond_any_number_says_so() -> None:
    # Times 2 * 4 * 0.6, 425 times: 1e292 as it was, and some draws of it are beyond 1e308.
    shares = [1.0, 3.0, -0.4] * 425
    balance, profits, stakes = 1000.0, [], []
    for share in shares:
        profits.append(balance * share)
        stakes.append(balance)
        balance += profits[-1]
    drawn = draw(profits, stakes, paths=200)
    assert drawn.spread is None
    assert drawn.why == "drawn again, these trades grow beyond any number"


def test_very_many_trades_are_drawn_on_fewer_paths() -> None:
    drawn = draw([1.0, -1.0] * 25_000, paths=1000)
    assert drawn.paths == 400


@settings(max_examples=30)
@given(st.lists(st.integers(-90, 90), min_size=2, max_size=40))
def test_bands_are_in_order_and_shares_are_shares(profits: list[int]) -> None:
    found = spread(draw([float(profit) for profit in profits], paths=64))
    for bands in (found.final_balance, found.max_drawdown, found.max_drawdown_shuffled):
        assert bands.p5 <= bands.p25 <= bands.p50 <= bands.p75 <= bands.p95
    assert 0 <= found.max_drawdown.p5 <= found.max_drawdown.p95 <= 1
    odds = [probability for _, probability in found.probability_of_drawdown]
    assert odds == sorted(odds, reverse=True)
    assert 0 <= found.probability_of_loss <= 1
