from __future__ import annotations

import numpy as np
import pytest

from tidegate.stats import trades
from tidegate.stats.durations import (
    average_duration,
    average_loss_duration,
    average_win_duration,
    longest_duration,
    median_duration,
)

# in closing order: wins 10 + 20 + 30, losses 5 + 15 + 5, one draw
PROFITS = np.array([10.0, -5.0, 0.0, 20.0, -15.0, -5.0, 30.0])
WON, LOST, DRAWN, NONE = np.array([1.0, 2.0]), np.array([-1.0, -2.0]), np.zeros(2), np.array([])

BY_HAND = [
    ("wins", 3),
    ("losses", 3),
    ("draws", 1),
    ("win_rate", 3 / 7),
    ("profit_factor", 60 / 25),
    ("average_win", 20),
    ("average_loss", -25 / 3),
    ("payoff_ratio", 20 / (25 / 3)),
    ("expectancy", 35 / 7),
    ("expectancy_ratio", 5 / (25 / 3)),
    ("average_profit_ratio", 5),
    ("median_profit_ratio", 0),  # -15 -5 -5 [0] 10 20 30
    ("largest_win", 30),
    ("largest_loss", -15),
    ("longest_winning_run", 1),
    ("longest_losing_run", 2),
]


@pytest.mark.parametrize(("name", "value"), BY_HAND)
def test_the_table_by_hand(name: str, value: float) -> None:
    assert getattr(trades, name)(PROFITS).value == pytest.approx(value)


@pytest.mark.parametrize(
    "name", [name for name, _ in BY_HAND if name not in ("wins", "losses", "draws")]
)
def test_without_trades_there_is_no_figure(name: str) -> None:
    assert getattr(trades, name)(NONE).why == "no trades"


@pytest.mark.parametrize("name", ["wins", "losses", "draws"])
def test_without_trades_a_count_is_zero(name: str) -> None:
    assert getattr(trades, name)(NONE).value == 0


@pytest.mark.parametrize(
    "name", ["profit_factor", "payoff_ratio", "expectancy_ratio", "average_loss", "largest_loss"]
)
@pytest.mark.parametrize("profits", [WON, DRAWN])
def test_without_a_losing_trade_there_is_nothing_to_compare_with(
    name: str, profits: np.ndarray
) -> None:
    assert getattr(trades, name)(profits).why == "no losing trade"


def test_without_a_winning_trade() -> None:
    assert trades.average_win(LOST).why == "no winning trade"
    assert trades.largest_win(LOST).why == "no winning trade"
    assert trades.payoff_ratio(LOST).why == "no winning trade"
    assert trades.profit_factor(LOST).value == 0.0  # the wins made nothing, which is a fact
    assert trades.win_rate(LOST).value == 0.0
    assert trades.longest_winning_run(LOST).value == 0
    assert trades.longest_losing_run(LOST).value == 2


def test_a_draw_ends_a_run() -> None:
    profits = np.array([-1.0, -1.0, 0.0, -1.0, 1.0, 1.0, 1.0, 0.0, 1.0])
    assert trades.longest_losing_run(profits).value == 2
    assert trades.longest_winning_run(profits).value == 3


def test_the_profit_of_one_side() -> None:
    short = np.array([True, False, False, True, False, False, False])
    assert trades.side_profit(PROFITS, short, none="no short trade").value == 30
    nobody = np.zeros(7, dtype=bool)
    assert trades.side_profit(PROFITS, nobody, none="no short trade").why == "no short trade"


def test_durations_by_hand() -> None:
    seconds = np.array([60.0, 120.0, 600.0, 240.0])
    profits = np.array([1.0, -1.0, 0.0, 2.0])
    assert average_duration(seconds).value == 255  # 1020 / 4
    assert median_duration(seconds).value == 180  # between 120 and 240
    assert longest_duration(seconds).value == 600
    assert average_win_duration(seconds, profits).value == 150  # 60 and 240
    assert average_loss_duration(seconds, profits).value == 120


def test_durations_that_nobody_had() -> None:
    assert average_duration(NONE).why == "no trades"
    assert median_duration(NONE).why == "no trades"
    assert longest_duration(NONE).why == "no trades"
    assert average_win_duration(NONE, NONE).why == "no trades"
    assert average_loss_duration(NONE, NONE).why == "no trades"
    assert average_win_duration(np.ones(2), LOST).why == "no winning trade"
    assert average_loss_duration(np.ones(2), WON).why == "no losing trade"
