"""A stop that follows the best price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model import Exits

if TYPE_CHECKING:
    from tests.scenarios.conftest import Play


FOLLOW = Exits(stop_ratio=0.05, trailing=True)
"""Five percent behind the best price, from the entry on."""
LATER = Exits(stop_ratio=0.05, trailing=True, trailing_ratio=0.01, trailing_offset=0.03)
"""Five percent behind; one percent once the profit has passed three."""
ONLY_LATER = Exits(
    stop_ratio=0.05,
    trailing=True,
    trailing_ratio=0.01,
    trailing_offset=0.03,
    trailing_only_past_offset=True,
)
"""Stays put until the profit has reached three percent, then one percent behind."""


def test_it_follows_the_highs(play: Play) -> None:
    outcome = play(
        """
        0 | 100 100   100 100 | buy
        1 | 100 101    99 100 |
        2 | 100 110   106 108 |
        3 | 108 109   104 105 |
        4 | 105 106   104 105 |
        """,
        "long 1 at 100, 3 at 104.5: trailing_stop_loss",  # 110 less 5 %
        exits=FOLLOW,
    )
    assert outcome.trades["initial_stop"].tolist() == [95.0]
    assert outcome.trades["stop"].tolist() == [104.5]


def test_it_follows_the_lows_of_a_short(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 100 |
        2 |  94  94  90  92 |
        3 |  92  93  91  92 |
        4 |  92  95  91  93 |
        5 |  93  95  91  93 |
        """,
        "short 1 at 100, 4 at 94.5: trailing_stop_loss",  # 90 and 5 %
        exits=FOLLOW,
    )


def test_it_does_not_fall_back(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 |
        2 | 106 110 105 108 |
        3 | 108 108 105 106 |
        4 | 106 107 105 106 |
        5 | 106 107 104 105 |
        6 | 105 106 104 105 |
        """,
        "long 1 at 100, 5 at 104.5: trailing_stop_loss",
        exits=FOLLOW,
    )


def test_its_own_candle_goes_high_first_and_then_low(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 |
        2 | 100 110 100 100 |
        3 | 100 101  99 100 |
        """,
        "long 1 at 100, 2 at 104.5: trailing_stop_loss dubious",
        exits=FOLLOW,
    )


def test_the_own_candle_of_a_short_goes_low_first_and_then_high(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 100 |
        2 | 100 100  90  92 |
        3 |  92  93  91  92 |
        """,
        "short 1 at 100, 2 at 94.5: trailing_stop_loss dubious",
        exits=FOLLOW,
    )


def test_a_stop_that_is_hit_already_does_not_follow_on_that_candle(play: Play) -> None:
    play(
        """
        0 | 100 100 100   100 | buy
        1 | 100 101  99   100 |
        2 | 100 110  95.95 98 |
        3 |  98  99  97    98 |
        """,
        "long 1 at 100, 2 at 95.95: trailing_stop_loss",  # 101 less 5 %
        exits=FOLLOW,
    )


def test_a_stop_hit_before_it_ever_moved_is_a_plain_stop(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 110  95  98 |
        2 |  98  99  97  98 |
        """,
        "long 1 at 100, 1 at 95: stop_loss",
        exits=FOLLOW,
    )


def test_a_trailed_stop_between_two_ticks_moves_towards_the_market(play: Play) -> None:
    # 110.3 less 5 % is 104.785, and prices have one decimal
    play(
        """
        0 | 100.0 100.0 100.0 100.0 | buy
        1 | 100.0 101.0  99.0 100.0 |
        2 | 106.0 110.3 105.0 108.0 |
        3 | 108.0 109.0 104.8 105.0 |
        4 | 105.0 106.0 104.0 105.0 |
        """,
        "long 1 at 100, 3 at 104.8: trailing_stop_loss",
        exits=FOLLOW,
    )


TRAILED_AND_JUMPED = """
    0 | 100 100 100 100 | buy
    1 | 100 101  99 100 |
    2 | 106 110 105 108 |
    3 | 103 106 102 105 |
    4 | 105 106 104 105 |
    """


def test_a_trailed_stop_that_the_open_has_jumped_fills_at_the_open(play: Play) -> None:
    play(
        TRAILED_AND_JUMPED,
        "long 1 at 100, 3 at 103: trailing_stop_loss",
        exits=FOLLOW,
        mode="standard",
    )


def test_freqtrade_fills_a_jumped_trailed_stop_where_it_stood(play: Play) -> None:
    play(
        TRAILED_AND_JUMPED,
        "long 1 at 100, 3 at 104.5: trailing_stop_loss",
        exits=FOLLOW,
        mode="freqtrade",
    )


# From here on: the entry candle, where nobody knows whether high or low came first.


def test_on_the_entry_candle_a_trailed_stop_counts_from_the_open(play: Play) -> None:
    # the stop follows to 104.5, which the low has reached; what it brings is the open less 5 %
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 110  96 105 |
        2 | 105 106 104 105 |
        """,
        "long 1 at 100, 1 at 96: trailing_stop_loss dubious",  # 95 is below the candle
        exits=FOLLOW,
    )


def test_on_the_entry_candle_a_trailed_stop_uses_the_distance_last_used(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 110  96 105 |
        2 | 105 106 104 105 |
        """,
        "long 1 at 100, 1 at 99: trailing_stop_loss dubious",  # the open less 1 %
        exits=LATER,
    )


def test_on_the_entry_candle_a_stop_armed_by_its_offset_brings_at_least_that(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 110  96 105 |
        2 | 105 106 104 105 |
        """,
        "long 1 at 100, 1 at 102: trailing_stop_loss dubious",  # 100 plus 3 % less 1 %
        exits=ONLY_LATER,
    )


def test_on_the_entry_candle_of_a_short_the_same_holds_upside_down(play: Play) -> None:
    table = """
        0 | 100 100 100 100 | short
        1 | 100 104  90  95 |
        2 |  95  96  94  95 |
        """
    play(table, "short 1 at 100, 1 at 104: trailing_stop_loss dubious", exits=FOLLOW)
    play(table, "short 1 at 100, 1 at 101: trailing_stop_loss dubious", exits=LATER)
    play(table, "short 1 at 100, 1 at 98: trailing_stop_loss dubious", exits=ONLY_LATER)


# From here on: the offset.


def test_below_its_offset_it_stays_put_if_it_is_told_to(play: Play) -> None:
    play(
        """
        0 | 100.0 100.0 100.0 100.0 | buy
        1 | 100.0 100.5  99.0 100.0 |
        2 | 100.0 102.9  95.1 100.0 |
        3 | 100.0 101.0  95.0  96.0 |
        4 |  96.0  97.0  95.0  96.0 |
        """,
        "long 1 at 100, 3 at 95: stop_loss",
        exits=ONLY_LATER,
    )


def test_below_its_offset_it_follows_at_the_distance_of_the_stop_otherwise(play: Play) -> None:
    play(
        """
        0 | 100.0 100.0 100.0 100.0 | buy
        1 | 100.0 100.5  99.0 100.0 |
        2 | 100.0 102.0  98.0 100.0 |
        3 | 100.0 101.0  96.9  98.0 |
        4 |  98.0  99.0  96.0  97.0 |
        """,
        "long 1 at 100, 3 at 96.9: trailing_stop_loss",  # 102 less 5 %
        exits=LATER,
    )


def test_exactly_at_its_offset_it_follows_but_not_yet_closer(play: Play) -> None:
    # at 103 the profit is three percent: enough to move, not yet past the offset
    outcome = play(
        """
        0 | 100 100.0 100.00 100 | buy
        1 | 100 100.5  99.00 100 |
        2 | 100 103.0  98.00 100 |
        3 | 100 101.0  97.85  98 |
        4 |  98  99.0  96.00  97 |
        """,
        "long 1 at 100, 3 at 97.85: trailing_stop_loss",  # 103 less 5 %
        exits=ONLY_LATER,
    )
    assert outcome.trades["stop_ratio"].tolist() == [0.05]


def test_past_its_offset_it_follows_closer(play: Play) -> None:
    outcome = play(
        """
        0 | 100.0 100.0 100.00 100 | buy
        1 | 100.0 100.5  99.00 100 |
        2 | 103.5 104.0 103.00 104 |
        3 | 104.0 104.0 102.96 103 |
        4 | 103.0 104.0 102.00 103 |
        """,
        "long 1 at 100, 3 at 102.96: trailing_stop_loss",  # 104 less 1 %
        exits=ONLY_LATER,
    )
    assert outcome.trades["stop_ratio"].tolist() == [0.01]
    assert outcome.trades["initial_stop_ratio"].tolist() == [0.05]


def test_past_its_offset_the_stop_of_a_short_follows_closer(play: Play) -> None:
    play(
        """
        0 | 100.0 100.00 100.0 100 | short
        1 | 100.0 101.00  99.5 100 |
        2 |  96.5  96.96  96.0  96 |
        3 |  96.0  97.00  96.0  96 |
        """,
        # 96 and 1 % are 96.96, within the reach of the very candle that armed it
        "short 1 at 100, 2 at 96.96: trailing_stop_loss dubious",
        exits=ONLY_LATER,
    )


def test_the_offset_counts_fees(play: Play) -> None:
    # 103 is three percent before fees only, so 0.1 % a side leave the stop where it was
    play(
        """
        0 | 100.0 100.0 100.0 100.0 | buy
        1 | 100.0 100.5  99.0 100.0 |
        2 | 100.0 103.1  96.0 100.0 |
        3 | 100.0 101.0  95.0  96.0 |
        4 |  96.0  97.0  95.0  96.0 |
        """,
        "long 1 at 100, 3 at 95: stop_loss",
        exits=ONLY_LATER,
        fee=0.001,
    )


def test_a_stop_closer_than_the_trailing_one_is_not_loosened(play: Play) -> None:
    # past its offset the stop would stand 5 % below 102.5, but 1 % below 101 is higher
    play(
        """
        0 | 100 100.0 100.00 100 | buy
        1 | 100 101.0 100.00 101 |
        2 | 101 102.5 100.00 102 |
        3 | 102 102.5  99.99 100 |
        4 | 100 101.0  99.00 100 |
        """,
        "long 1 at 100, 3 at 99.99: trailing_stop_loss",
        exits=Exits(stop_ratio=0.01, trailing=True, trailing_ratio=0.05, trailing_offset=0.02),
    )


def test_a_stop_closer_than_the_trailing_one_follows_a_lower_high_again(play: Play) -> None:
    # 101.5 is below the best price and below the offset, where the stop follows at 1 %
    play(
        """
        0 | 100 100.0 100.00 100 | buy
        1 | 100 101.0 100.00 101 |
        2 | 101 102.5 100.00 102 |
        3 | 101 101.5 100.50 101 |
        4 | 101 101.5 100.49 101 |
        5 | 101 102.0 101.00 101 |
        """,
        "long 1 at 100, 4 at 100.49: trailing_stop_loss",  # 100.485, on the tick above
        exits=Exits(stop_ratio=0.01, trailing=True, trailing_ratio=0.05, trailing_offset=0.02),
    )


def test_below_its_offset_again_it_follows_at_the_distance_it_was_opened_with(play: Play) -> None:
    # 112 less 5 % is 106.4; back at 108, which is not past the offset, 1 % is 106.92
    play(
        """
        0 | 100.0 100.0 100.00 100.0 | buy
        1 | 100.0 100.0  99.50 100.0 |
        2 | 107.0 112.0 107.00 108.0 |
        3 | 108.0 108.0 106.93 107.0 |
        4 | 107.0 107.5 106.92 107.0 |
        5 | 107.0 107.5 106.00 107.0 |
        """,
        "long 1 at 100, 4 at 106.92: trailing_stop_loss",
        exits=Exits(stop_ratio=0.01, trailing=True, trailing_ratio=0.05, trailing_offset=0.08),
    )


def test_a_trailing_stop_of_a_distance_in_price_follows_at_that_share(play: Play) -> None:
    play(
        """
        0 | 100.0 100.0 100.0 100.0 | buy stop=3
        1 | 100.0 100.5  99.0 100.0 |
        2 | 108.0 110.0 107.0 108.0 |
        3 | 108.0 109.0 106.0 107.0 |
        4 | 107.0 108.0 106.0 107.0 |
        """,
        "long 1 at 100, 3 at 106.7: trailing_stop_loss",  # 110 less 3 %
        exits=Exits(trailing=True),
    )
