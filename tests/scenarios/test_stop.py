"""A stop that stays where it was put: five percent from an entry at 100."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model import Exits

if TYPE_CHECKING:
    from tests.scenarios.conftest import Play


FIVE = Exits(stop_ratio=0.05)


def test_a_stop_that_is_touched_exactly_fills_there(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99  98 |
        2 |  98  99  95  97 |
        3 |  97  98  96  97 |
        """,
        "long 1 at 100, 2 at 95: stop_loss",
        exits=FIVE,
    )


def test_a_stop_of_a_short_that_is_touched_exactly_fills_there(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 102 |
        2 | 102 105 101 103 |
        3 | 103 104 102 103 |
        """,
        "short 1 at 100, 2 at 105: stop_loss",
        exits=FIVE,
    )


def test_a_stop_that_is_missed_by_a_tick_stays(play: Play) -> None:
    play(
        """
        0 | 100.00 100 100.00 100 | buy
        1 | 100.00 101  95.01  98 |
        2 |  98.00  99  95.01  97 |
        3 |  97.00  98  90.00  97 |
        """,
        "long 1 at 100, 3 at 95: stop_loss",
        exits=FIVE,
    )


def test_a_stop_of_a_short_that_is_missed_by_a_tick_stays(play: Play) -> None:
    play(
        """
        0 | 100 100.00 100 100 | short
        1 | 100 104.99  99 102 |
        2 | 102 104.99 101 103 |
        3 | 103 110.00 102 103 |
        """,
        "short 1 at 100, 3 at 105: stop_loss",
        exits=FIVE,
    )


def test_a_stop_holds_on_the_entry_candle_already(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  94  96 |
        2 |  96  97  95  96 |
        """,
        "long 1 at 100, 1 at 95: stop_loss",
        exits=FIVE,
    )


def test_a_stop_of_a_short_holds_on_the_entry_candle_already(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 106  99 104 |
        2 | 104 105 103 104 |
        """,
        "short 1 at 100, 1 at 105: stop_loss",
        exits=FIVE,
    )


def test_low_prices_before_the_entry_do_not_stop_it(play: Play) -> None:
    play(
        """
        0 | 100 100  80 100 | buy
        1 | 100 101  99 100 |
        2 | 100 101  99 100 |
        """,
        "long 1 at 100, 2 at 100: force_exit",
        exits=FIVE,
    )


JUMPED = """
    0 | 100 100 100 100 | buy
    1 | 100 101  99  98 |
    2 |  94  97  93  96 |
    3 |  96  97  95  96 |
    """


def test_a_stop_that_the_open_has_jumped_fills_at_the_open(play: Play) -> None:
    play(JUMPED, "long 1 at 100, 2 at 94: stop_loss", exits=FIVE, mode="standard")


def test_freqtrade_fills_a_jumped_stop_where_it_stood_if_the_candle_came_back(play: Play) -> None:
    play(JUMPED, "long 1 at 100, 2 at 95: stop_loss", exits=FIVE, mode="freqtrade")


JUMPED_SHORT = """
    0 | 100 100 100 100 | short
    1 | 100 101  99 102 |
    2 | 106 107 104 105 |
    3 | 105 106 104 105 |
    """


def test_a_stop_of_a_short_that_the_open_has_jumped_fills_at_the_open(play: Play) -> None:
    play(JUMPED_SHORT, "short 1 at 100, 2 at 106: stop_loss", exits=FIVE, mode="standard")


def test_freqtrade_fills_a_jumped_stop_of_a_short_where_it_stood(play: Play) -> None:
    play(JUMPED_SHORT, "short 1 at 100, 2 at 105: stop_loss", exits=FIVE, mode="freqtrade")


def test_a_candle_wholly_beyond_the_stop_is_left_at_its_open(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99  98 |
        2 |  92  94  91  93 |
        3 |  93  94  92  93 |
        """,
        "long 1 at 100, 2 at 92: stop_loss",
        exits=FIVE,
    )


def test_a_candle_wholly_beyond_the_stop_of_a_short_is_left_at_its_open(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 102 |
        2 | 108 109 106 107 |
        3 | 107 108 106 107 |
        """,
        "short 1 at 100, 2 at 108: stop_loss",
        exits=FIVE,
    )


def test_a_candle_that_opens_at_the_stop_is_left_there(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99  98 |
        2 |  95  97  95  96 |
        3 |  96  97  95  96 |
        """,
        "long 1 at 100, 2 at 95: stop_loss",
        exits=FIVE,
    )


def test_without_a_stop_no_fall_is_deep_enough(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101   1   2 |
        2 |   2   3   1   2 |
        """,
        "long 1 at 100, 2 at 2: force_exit",
    )


def test_a_stop_between_two_ticks_moves_towards_the_market(play: Play) -> None:
    # 100 * (1 - 0.0333) = 96.67, and prices have one decimal
    play(
        """
        0 | 100.0 100.0 100.0 100.0 | buy
        1 | 100.0 101.0  96.8  98.0 |
        2 |  98.0  99.5  96.7  97.0 |
        3 |  97.0  98.0  96.0  97.0 |
        """,
        "long 1 at 100, 2 at 96.7: stop_loss",
        exits=Exits(stop_ratio=0.0333),
    )


def test_a_stop_of_a_short_between_two_ticks_moves_towards_the_market(play: Play) -> None:
    # 100 * (1 + 0.0333) = 103.33
    play(
        """
        0 | 100.0 100.0 100.0 100.0 | short
        1 | 100.0 103.2  99.0 102.0 |
        2 | 102.0 103.3 101.5 102.0 |
        3 | 102.0 104.0 102.0 103.0 |
        """,
        "short 1 at 100, 2 at 103.3: stop_loss",
        exits=Exits(stop_ratio=0.0333),
    )


def test_a_stop_at_a_distance_in_price_uses_the_candle_that_decided(play: Play) -> None:
    outcome = play(
        """
        0 | 100 100 100 100 | buy stop=3
        1 | 100 101  98  99 | stop=1
        2 |  99 100  97  98 | stop=1
        3 |  98  99  97  98 | buy stop=2
        4 |  50  51  49  50 | stop=1
        5 |  50  51  47  50 |
        """,
        "long 1 at 100, 2 at 97: stop_loss",
        "long 4 at 50, 5 at 48: stop_loss",
        exits=FIVE,
    )
    assert outcome.trades["initial_stop_ratio"].tolist() == [0.03, 0.04]


def test_a_stop_of_a_short_at_a_distance_in_price(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short stop=3
        1 | 100 102  99 101 |
        2 | 101 103 100 102 |
        3 | 102 103 101 102 |
        """,
        "short 1 at 100, 2 at 103: stop_loss",
        exits=FIVE,
    )


def test_a_distance_longer_than_the_price_is_no_stop(play: Play) -> None:
    outcome = play(
        """
        0 | 100 100 100 100 | buy stop=150
        1 | 100 101   1   2 |
        2 |   2   3   1   2 |
        """,
        "long 1 at 100, 2 at 2: force_exit",
        exits=FIVE,
    )
    assert outcome.trades["initial_stop"].tolist() == [0.0]


def test_nothing_is_entered_where_the_distance_is_not_known_or_not_above_zero(play: Play) -> None:
    outcome = play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 | buy stop=0
        2 | 100 101  99 100 | buy stop=2
        3 | 100 101  98  99 |
        4 |  99 100  98  99 |
        """,
        "long 3 at 100, 3 at 98: stop_loss",
        exits=FIVE,
    )
    assert outcome.unaffordable_signals == 2


def test_the_record_tells_where_the_stop_stood_and_how_far_prices_went(play: Play) -> None:
    outcome = play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 108  97 103 |
        2 | 103 109  96  98 |
        3 |  98  99  90  92 |
        4 |  92 120  80  90 |
        """,
        "long 1 at 100, 3 at 95: stop_loss",
        exits=FIVE,
    )
    trade = outcome.trades[0]
    assert [trade[name] for name in ("initial_stop", "stop", "stop_ratio")] == [95.0, 95.0, 0.05]
    assert [trade["max_rate"], trade["min_rate"]] == [109.0, 90.0]
