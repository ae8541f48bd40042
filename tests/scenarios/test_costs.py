"""Fees and slippage, worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tidegate.model import Exits, Sizing, SizingKind

if TYPE_CHECKING:
    from tests.scenarios.conftest import Play


LONG = """
    0 | 100 100 100 100 | buy
    1 | 100 101  99 100 | sell
    2 | 110 111 109 110 |
    3 | 110 111 109 110 |
    """
SHORT = """
    0 | 100 100 100 100 | short
    1 | 100 101  99 100 | cover
    2 |  90  91  89  90 |
    3 |  90  91  89  90 |
    """
ONE_UNIT = Sizing(kind=SizingKind.FIXED, value=100.0)


def test_a_long_pays_fees_on_both_sides(play: Play) -> None:
    # pays 100.10, gets 109.89
    outcome = play(LONG, "long 1 at 100, 2 at 110: exit_signal", fee=0.001)
    (trade,) = outcome.trades
    assert trade["profit_abs"] == 9.79
    assert trade["profit_ratio"] == pytest.approx(9.79 / 100.1, rel=1e-15)
    assert trade["fees_paid"] == pytest.approx(0.21, abs=1e-12)
    assert outcome.final_balance == 1009.79


def test_a_short_pays_fees_on_both_sides(play: Play) -> None:
    # gets 99.90, pays 90.09
    outcome = play(SHORT, "short 1 at 100, 2 at 90: exit_signal", fee=0.001)
    (trade,) = outcome.trades
    assert trade["profit_abs"] == 9.81
    assert trade["profit_ratio"] == pytest.approx(9.81 / 99.9, rel=1e-15)
    assert trade["fees_paid"] == pytest.approx(0.19, abs=1e-12)


def test_a_target_is_a_profit_after_fees(play: Play) -> None:
    # 105.210210... * 0.999 = 105.105 = 1.05 * 100.1
    outcome = play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 |
        2 | 100 106  99 100 |
        3 | 100 101  99 100 |
        """,
        "long 1 at 100, 2 at 105.21021: roi",
        fee=0.001,
        exits=Exits(targets=((0, 0.05),)),
    )
    assert outcome.trades["profit_ratio"].tolist() == pytest.approx([0.05], abs=1e-9)


def test_a_target_of_a_short_is_a_profit_after_fees(play: Play) -> None:
    # 94.810189... * 1.001 = 94.905 = 0.95 * 99.9
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 100 |
        2 | 100 101  94 100 |
        3 | 100 101  99 100 |
        """,
        "short 1 at 100, 2 at 94.81019: roi",
        fee=0.001,
        exits=Exits(targets=((0, 0.05),)),
    )


def test_slippage_worsens_entry_and_signal_exit_of_a_long(play: Play) -> None:
    outcome = play(
        LONG,
        "long 1 at 101, 2 at 108.9: exit_signal",  # 100 and 1 %, 110 less 1 %
        slippage=0.01,
        sizing=Sizing(kind=SizingKind.FIXED, value=101.0),
    )
    (trade,) = outcome.trades
    assert trade["amount"] == 1.0
    assert trade["entry_price"] == 101.0
    assert trade["profit_abs"] == 7.9
    assert trade["slippage_paid"] == pytest.approx(1.0 + 1.1, abs=1e-12)


def test_slippage_worsens_entry_and_signal_exit_of_a_short(play: Play) -> None:
    outcome = play(
        SHORT,
        "short 1 at 99, 2 at 90.9: exit_signal",  # 100 less 1 %, 90 and 1 %
        slippage=0.01,
        sizing=Sizing(kind=SizingKind.FIXED, value=99.0),
    )
    (trade,) = outcome.trades
    assert trade["amount"] == 1.0
    assert trade["profit_abs"] == 8.1
    assert trade["slippage_paid"] == pytest.approx(1.0 + 0.9, abs=1e-12)


def test_slippage_lowers_the_amount_that_a_stake_buys(play: Play) -> None:
    outcome = play(LONG, "long 1 at 101, 2 at 108.9: exit_signal", slippage=0.01)
    assert outcome.trades["amount"].tolist() == [0.99009900]


def test_slippage_worsens_a_stop_and_counts_from_where_the_stop_stands(play: Play) -> None:
    # the stop of a position entered at 101 stands at 95.95
    play(
        """
        0 | 100 100 100 100.00 | buy
        1 | 100 101  99 100.00 |
        2 | 100 101  94  95.55 |
        3 |  95  96  94  95.00 |
        """,
        "long 1 at 101, 2 at 94.9905: stop_loss",  # 95.95 less 1 %
        slippage=0.01,
        exits=Exits(stop_ratio=0.05),
    )


def test_slippage_worsens_time_exit_and_force_exit(play: Play) -> None:
    held = """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 |
        2 | 110 111 109 110 |
        """
    play(held, "long 1 at 101, 2 at 108.9: force_exit", slippage=0.01)
    play(
        held,
        "long 1 at 101, 2 at 108.9: time_exit",
        slippage=0.01,
        exits=Exits(max_bars=1),
    )


def test_slippage_worsens_a_liquidation(play: Play) -> None:
    # entered at 99: (99 + 99) / 1.005 = 197.014925, less a twentieth of 98.014925 = 192.114179
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 100 |
        2 | 100 193  99 100 |
        3 | 100 101  99 100 |
        """,
        "short 1 at 99, 2 at 194.035321: liquidation",
        slippage=0.01,
    )


def test_a_target_is_a_resting_order_and_does_not_slip(play: Play) -> None:
    outcome = play(
        """
        0 | 100 100 100 100.00 | buy
        1 | 100 101  99 100.00 |
        2 | 100 107  99 100.55 |
        3 | 100 101  99 100.00 |
        """,
        "long 1 at 101, 2 at 106.05: roi",  # 5 % above 101
        slippage=0.01,
        exits=Exits(targets=((0, 0.05),)),
        sizing=Sizing(kind=SizingKind.FIXED, value=101.0),
    )
    assert outcome.trades["slippage_paid"].tolist() == pytest.approx([1.0], abs=1e-12)


def test_impact_grows_with_the_square_root_of_the_amount(play: Play) -> None:
    # 100 units move the price by 0.1 % * 10: 1.01, which buys 99.00990099; selling those
    # moves it by 0.1 % * 9.9504: 2 * 0.9900496
    outcome = play(
        """
        0 | 1 1 1 1 | buy
        1 | 1 2 1 2 | sell
        2 | 2 3 1 2 |
        3 | 2 3 1 2 |
        """,
        "long 1 at 1.01, 2 at 1.980099: exit_signal",
        impact=0.001,
    )
    assert outcome.trades["amount"].tolist() == [99.00990099]


def test_base_and_impact_add_up(play: Play) -> None:
    play(
        """
        0 | 1 1 1 1 | buy
        1 | 1 2 1 2 |
        2 | 2 3 1 2 |
        """,
        "long 1 at 1.03, 2 at 1.940293: force_exit",  # 3 %; then 2 % and 0.1 % * 9.853293
        slippage=0.02,
        impact=0.001,
    )


def test_slippage_never_passes_a_tenth(play: Play) -> None:
    play(LONG, "long 1 at 110, 2 at 99: exit_signal", slippage=0.3)
    play(LONG, "long 1 at 110, 2 at 99: exit_signal", impact=5.0)
