"""Exit orders that rounding moves out of their candle: Freqtrade leaves them lying, we do not.

The position is opened in January, when prices have one decimal; in February they have two. It
keeps the tick of its opening, so a price of 100.04 is asked for as 100.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model import Exits

if TYPE_CHECKING:
    from tests.scenarios.conftest import Play


JANUARY = "2024-01-31T22:00"
UNFILLED = """
    0 | 100.00 100.00 100.00 100.0 | buy
    1 | 100.00 101.50  99.00 100.0 |
    2 | 100.50 101.00 100.01 100.5 | sell
    3 | 100.04 101.00 100.04 100.5 |
    4 | 100.50 101.00 100.02 100.5 |
    5 | 100.50 101.00  99.90 100.5 |
    6 | 100.50 101.00 100.02 100.5 |
    """


def test_our_exit_is_kept_within_its_candle(play: Play) -> None:
    play(UNFILLED, "long 1 at 100, 3 at 100.04: exit_signal", mode="standard", start=JANUARY)


def test_freqtrade_s_exit_lies_until_a_candle_trades_at_it(play: Play) -> None:
    outcome = play(
        UNFILLED, "long 1 at 100, 5 at 100: exit_signal", mode="freqtrade", start=JANUARY
    )
    assert outcome.trades["digits"].tolist() == [1]
    assert outcome.timed_out_exits == 0


def test_freqtrade_s_exit_is_taken_back_after_its_time_before_it_can_fill(play: Play) -> None:
    outcome = play(
        UNFILLED,
        "long 1 at 100, 6 at 100.5: force_exit",
        mode="freqtrade",
        start=JANUARY,
        timeout_hours=2,
    )
    assert outcome.timed_out_exits == 1


def test_freqtrade_s_exit_fills_just_before_its_time(play: Play) -> None:
    outcome = play(
        UNFILLED,
        "long 1 at 100, 5 at 100: exit_signal",
        mode="freqtrade",
        start=JANUARY,
        timeout_hours=3,
    )
    assert outcome.timed_out_exits == 0


def test_a_lying_exit_is_replaced_by_a_later_one_at_another_price(play: Play) -> None:
    play(
        """
        0 | 100.00 100.00 100.00 100.0 | buy
        1 | 100.00 101.50  99.00 100.0 |
        2 | 100.50 101.00 100.01 100.5 | sell
        3 | 100.04 101.00 100.04 100.5 |
        4 | 100.50 101.00  95.00 100.5 |
        5 | 100.50 101.00 100.02 100.5 |
        """,
        "long 1 at 100, 4 at 95: stop_loss",
        exits=Exits(stop_ratio=0.05),
        mode="freqtrade",
        start=JANUARY,
    )


def test_a_lying_exit_is_renamed_by_a_later_one_at_the_same_price(play: Play) -> None:
    # the target of 0.04 % is 100.04, asked for at 100.0 like the signal
    play(
        """
        0 | 100.00 100.00 100.00 100.0 | buy
        1 | 100.00 100.00  99.50 100.0 |
        2 | 100.01 100.04 100.01 100.0 | sell
        3 | 100.04 100.04 100.04 100.0 |
        4 | 100.04 101.00 100.00 100.5 |
        5 | 100.50 101.00 100.02 100.5 |
        """,
        "long 1 at 100, 4 at 100: roi",
        exits=Exits(targets=((0, 0.0004),)),
        mode="freqtrade",
        start=JANUARY,
    )


LOST = """
    0 | 100.00 100.00 100.00 100.0 | buy
    1 | 100.00 101.50  99.00 100.0 |
    2 | 100.50 101.00 100.01 100.5 |
    3 | 100.04 101.00 100.04 100.5 |
    """


def test_freqtrade_loses_a_position_whose_last_order_does_not_fill(play: Play) -> None:
    outcome = play(LOST, mode="freqtrade", start=JANUARY)
    assert outcome.lost_at_end == 1
    assert outcome.final_balance == 900.0  # its stake is missing


def test_we_close_it(play: Play) -> None:
    outcome = play(LOST, "long 1 at 100, 3 at 100.04: force_exit", mode="standard", start=JANUARY)
    assert outcome.lost_at_end == 0


def test_our_exit_is_kept_below_the_high_as_well(play: Play) -> None:
    # 100.06 is asked for as 100.1
    table = """
        0 | 100.00 100.00 100.00 100.00 | buy
        1 | 100.00 101.50  99.00 100.00 |
        2 | 100.50 101.00 100.01 100.50 | sell
        3 | 100.06 100.06  99.00 100.00 |
        4 | 100.00 100.00  99.00 100.00 |
        """
    play(table, "long 1 at 100, 3 at 100.06: exit_signal", mode="standard", start=JANUARY)
    play(table, "long 1 at 100, 4 at 100: force_exit", mode="freqtrade", start=JANUARY)
