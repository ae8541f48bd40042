"""Profit that is enough: five percent above an entry at 100 unless said otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model import Exits

if TYPE_CHECKING:
    from tests.scenarios.conftest import Play


FIVE = Exits(targets=((0, 0.05),))
STEPS = Exits(targets=((0, 0.10), (120, 0.05)))
"""Ten percent; five from two hours on."""


def test_a_target_must_be_passed_not_only_reached(play: Play) -> None:
    play(
        """
        0 | 100 100.0 100 100 | buy
        1 | 100 105.0  99 104 |
        2 | 104 105.0 103 104 |
        3 | 104 105.1 103 104 |
        4 | 104 106.0 103 104 |
        """,
        "long 1 at 100, 3 at 105: roi",
        exits=FIVE,
    )


def test_a_target_of_a_short_must_be_passed_not_only_reached(play: Play) -> None:
    play(
        """
        0 | 100 100  100.0 100 | short
        1 | 100 101   95.0  96 |
        2 |  96  97   95.0  96 |
        3 |  96  97   94.9  96 |
        4 |  96  97   94.0  96 |
        """,
        "short 1 at 100, 3 at 95: roi",
        exits=FIVE,
    )


def test_a_target_is_filled_on_the_entry_candle_too(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 106  99 101 |
        2 | 101 102 100 101 |
        """,
        "long 1 at 100, 1 at 105: roi",
        exits=FIVE,
    )


def test_a_falling_entry_candle_fills_a_target_if_the_entry_was_at_its_open(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 106  97  98 |
        2 |  98  99  97  98 |
        """,
        "long 1 at 100, 1 at 105: roi",
        exits=FIVE,
    )


NOISY = """
    0 | 100.0               100 100.0 100.0 | buy
    1 | 100.00000000000003  106  99.5  99.9 |
    2 |  99.9               100  99.5  99.9 |
    """


def test_freqtrade_doubts_a_target_on_a_falling_candle_entered_below_its_open(play: Play) -> None:
    # prices have one decimal, so the average entry price is rounded to 100: below the open
    play(NOISY, "long 1 at 100, 2 at 99.9: force_exit", exits=FIVE, mode="freqtrade")


def test_we_do_not_round_the_entry_and_have_no_such_doubt(play: Play) -> None:
    play(NOISY, "long 1 at 100, 1 at 105: roi", exits=FIVE, mode="standard")


NOISY_SHORT = """
    0 | 100.0              100.0 100 100.0 | short
    1 |  99.99999999999997 100.5  94 100.1 |
    2 | 100.1              100.5 100 100.1 |
    """


def test_freqtrade_doubts_a_target_of_a_short_on_a_rising_candle(play: Play) -> None:
    play(NOISY_SHORT, "short 1 at 100, 2 at 100.1: force_exit", exits=FIVE, mode="freqtrade")
    play(NOISY_SHORT, "short 1 at 100, 1 at 95: roi", exits=FIVE, mode="standard")


def test_a_doubted_target_above_the_close_only(play: Play) -> None:
    # the target at 99.9 lies below the close, where the price surely was after the high
    play(
        """
        0 | 100.0               100 100.0 100.0 | buy
        1 | 100.00000000000003  106  99.8  99.9 |
        2 |  99.9               100  99.5  99.9 |
        """,
        "long 1 at 100, 1 at 99.9: roi",
        exits=Exits(targets=((0, -0.001),)),
    )


# From here on: tables by age.


def test_a_step_holds_from_its_minute_on(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 106  99 104 |
        2 | 104 106 103 104 |
        3 | 104 106 103 104 |
        4 | 104 106 103 104 |
        """,
        "long 1 at 100, 3 at 105: roi",
        exits=STEPS,
    )


def test_before_the_first_step_there_is_no_target(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 150  99 104 |
        2 | 104 150 103 104 |
        3 | 104 106 103 104 |
        """,
        "long 1 at 100, 3 at 105: roi",
        exits=Exits(targets=((120, 0.05),)),
    )


def test_an_open_beyond_a_step_that_is_new_is_taken(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 106  99 104 |
        2 | 104 108 103 107 |
        3 | 107 109 106 107 |
        4 | 107 108 106 107 |
        """,
        "long 1 at 100, 3 at 107: roi",
        exits=STEPS,
    )


def test_an_open_beyond_a_new_step_is_taken_by_a_short(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  94  96 |
        2 |  96  97  92  93 |
        3 |  93  94  91  93 |
        4 |  93  94  92  93 |
        """,
        "short 1 at 100, 3 at 93: roi",
        exits=STEPS,
    )


def test_an_open_beyond_an_old_target_brings_the_nearest_price_of_the_candle(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 105  99 104 |
        2 | 107 109 106 107 |
        3 | 107 108 106 107 |
        """,
        "long 1 at 100, 2 at 106: roi",
        exits=FIVE,
    )


def test_an_open_beyond_an_old_target_of_a_short_brings_the_nearest_price(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  95  96 |
        2 |  93  94  91  93 |
        3 |  93  94  92  93 |
        """,
        "short 1 at 100, 2 at 94: roi",
        exits=FIVE,
    )


def test_a_step_that_starts_between_two_candles_is_never_new(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 106  99 104 |
        2 | 104 108 103 107 |
        3 | 107 109 106 107 |
        4 | 107 108 106 107 |
        """,
        "long 1 at 100, 3 at 106: roi",
        exits=Exits(targets=((0, 0.10), (90, 0.05))),
    )


def test_minus_one_leaves_at_the_open_whatever_the_profit(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99  98 |
        2 |  98  99  95  96 |
        3 |  96  98  95  97 |
        4 |  97  98  96  97 |
        """,
        "long 1 at 100, 3 at 96: roi",
        exits=Exits(targets=((0, 0.5), (120, -1.0))),
    )


def test_minus_one_leaves_a_short_at_the_open(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 102 |
        2 | 102 105 101 104 |
        3 | 104 105 102 103 |
        4 | 103 104 102 103 |
        """,
        "short 1 at 100, 3 at 104: roi",
        exits=Exits(targets=((0, 0.5), (120, -1.0))),
    )


def test_minus_one_between_two_candles_gets_the_worst_price_of_the_next(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99  98 |
        2 |  98  99  95  96 |
        3 |  96  98  95  97 |
        4 |  97  98  96  97 |
        """,
        "long 1 at 100, 3 at 95: roi",
        exits=Exits(targets=((0, 0.5), (90, -1.0))),
    )
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 102 |
        2 | 102 105 101 104 |
        3 | 104 105 102 103 |
        4 | 103 104 102 103 |
        """,
        "short 1 at 100, 3 at 105: roi",
        exits=Exits(targets=((0, 0.5), (90, -1.0))),
    )


def test_minus_one_from_the_start_leaves_at_the_entry_itself(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 |
        2 | 101 102 100 101 |
        """,
        "long 1 at 100, 1 at 100: roi",
        exits=Exits(targets=((0, -1.0),)),
    )


# From here on: a target of the position's own, from its stop.


def test_reward_to_risk_is_a_multiple_of_the_stop(play: Play) -> None:
    play(
        """
        0 | 100 100.0 100 100 | buy
        1 | 100 104.0  99 103 |
        2 | 103 104.1 102 103 |
        3 | 103 105.0 102 103 |
        """,
        "long 1 at 100, 2 at 104: roi",  # twice two percent
        exits=Exits(stop_ratio=0.02, reward_risk=2.0),
    )


def test_reward_to_risk_of_a_short(play: Play) -> None:
    play(
        """
        0 | 100 100 100.0 100 | short
        1 | 100 101  96.0  97 |
        2 |  97  98  95.9  97 |
        3 |  97  98  95.0  97 |
        """,
        "short 1 at 100, 2 at 96: roi",
        exits=Exits(stop_ratio=0.02, reward_risk=2.0),
    )


def test_reward_to_risk_takes_the_distance_in_price_of_its_own_entry(play: Play) -> None:
    play(
        """
        0 | 100 100.0 100 100 | buy stop=3
        1 | 100 106.0  98 105 |
        2 | 105 106.1 104 105 |
        3 | 105 107.0 104 105 |
        """,
        "long 1 at 100, 2 at 106: roi",
        exits=Exits(stop_ratio=0.02, reward_risk=2.0),
    )


def test_an_open_beyond_reward_to_risk_is_taken_on_any_later_candle(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 104  99 103 |
        2 | 103 104 102 103 |
        3 | 107 108 106 107 |
        4 | 107 108 106 107 |
        """,
        "long 1 at 100, 3 at 107: roi",
        exits=Exits(stop_ratio=0.02, reward_risk=2.0),
    )


def test_the_lower_of_table_and_reward_to_risk_is_enough(play: Play) -> None:
    table = """
        0 | 100 100 100 100 | buy
        1 | 100 110  99 103 |
        2 | 103 104 102 103 |
        """
    play(
        table,
        "long 1 at 100, 1 at 103: roi",
        exits=Exits(stop_ratio=0.02, reward_risk=2.0, targets=((0, 0.03),)),
    )
    play(
        table,
        "long 1 at 100, 1 at 104: roi",
        exits=Exits(stop_ratio=0.02, reward_risk=2.0, targets=((0, 0.05),)),
    )


# From here on: a target and something else in one candle.


def test_a_stop_that_never_moved_beats_a_target(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 |
        2 | 100 106  94 100 |
        3 | 100 101  99 100 |
        """,
        "long 1 at 100, 2 at 95: stop_loss dubious",
        exits=Exits(stop_ratio=0.05, targets=((0, 0.05),)),
    )


def test_a_stop_of_a_short_that_never_moved_beats_a_target(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 100 |
        2 | 100 106  94 100 |
        3 | 100 101  99 100 |
        """,
        "short 1 at 100, 2 at 105: stop_loss dubious",
        exits=Exits(stop_ratio=0.05, targets=((0, 0.05),)),
    )


def test_a_target_beats_a_stop_that_has_trailed(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 104  99 100 |
        2 | 100 106  98 100 |
        3 | 100 101  99 100 |
        """,
        "long 1 at 100, 2 at 105: roi dubious",  # the stop stands at 98.8
        exits=Exits(stop_ratio=0.05, trailing=True, targets=((0, 0.05),)),
    )


def test_a_target_alone_is_not_dubious_though_the_stop_moved(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 104  99 103 |
        2 | 103 106 102 103 |
        3 | 103 104 102 103 |
        """,
        "long 1 at 100, 2 at 105: roi",
        exits=Exits(stop_ratio=0.05, trailing=True, targets=((0, 0.05),)),
    )


def test_a_target_filled_at_the_open_leaves_no_doubt(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 108 103 106 |
        2 | 106 108 104 106 |
        3 | 107 109 102 105 |
        4 | 105 106 104 105 |
        """,
        "long 1 at 100, 3 at 107: roi",  # the stop stands at 102.6
        exits=Exits(stop_ratio=0.05, trailing=True, targets=((0, 0.10), (120, 0.05))),
    )


def test_a_candle_that_opens_beyond_the_stop_leaves_no_doubt(play: Play) -> None:
    table = """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 |
        2 |  94 106  93 100 |
        3 | 100 101  99 100 |
        """
    exits = Exits(stop_ratio=0.05, targets=((0, 0.05),))
    play(table, "long 1 at 100, 2 at 94: stop_loss", exits=exits, mode="standard")
    play(table, "long 1 at 100, 2 at 95: stop_loss", exits=exits, mode="freqtrade")


def test_a_target_can_wait_while_the_entry_signal_stands(play: Play) -> None:
    table = """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 | buy
        2 | 100 106  99 100 |
        3 | 100 106  99 100 |
        4 | 100 101  99 100 |
        """
    waits = Exits(targets=((0, 0.05),), ignore_targets_on_entry_signal=True)
    play(table, "long 1 at 100, 3 at 105: roi", exits=waits)
    play(table, "long 1 at 100, 2 at 105: roi", exits=FIVE)


def test_the_other_side_s_entry_signal_does_not_hold_a_target_up(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 100 | buy
        2 | 100 101  94 100 |
        3 | 100 101  99 100 |
        """,
        "short 1 at 100, 2 at 95: roi",
        "long 2 at 100, 3 at 100: force_exit",  # the reversal that the signal asked for
        exits=Exits(targets=((0, 0.05),), ignore_targets_on_entry_signal=True),
    )
