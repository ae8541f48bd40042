"""Where the candles end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model import Exits

if TYPE_CHECKING:
    from tests.scenarios.conftest import Play


def test_what_is_open_at_the_end_is_closed_at_the_open_of_the_last_candle(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 |
        2 | 102 103 101 103 |
        """,
        "long 1 at 100, 2 at 102: force_exit",
    )


def test_the_last_candle_can_still_stop_it(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 |
        2 | 101 102  95 103 |
        """,
        "long 1 at 100, 2 at 95: stop_loss",
        exits=Exits(stop_ratio=0.05),
    )


def test_nothing_is_entered_on_the_last_candle_and_that_counts_as_nothing(play: Play) -> None:
    outcome = play(
        """
        0 | 100 100 100 100 |
        1 | 100 101  99 101 | buy
        2 | 102 103 101 103 | buy
        """,
    )
    assert outcome.rejected_signals == 0
    assert outcome.unaffordable_signals == 0


def test_a_reversal_is_not_entered_on_the_last_candle_either(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 | sell short
        2 | 102 103 101 103 |
        """,
        "long 1 at 100, 2 at 102: exit_signal",
    )


def test_a_pair_that_ends_early_may_be_entered_on_its_own_last_candle(play: Play) -> None:
    play(
        {
            "A": """
            0 | 100 100 100 100 |
            1 | 100 101  99 100 | buy
            2 | 100 101  99 100 |
            """,
            "B": """
            0 | 50 50 50 50 |
            1 | 50 51 49 50 |
            2 | 50 51 49 50 |
            3 | 50 51 49 50 |
            """,
        },
        "A long 2 at 100, 2 at 100: force_exit",
    )


def test_a_position_of_a_pair_that_ended_early_keeps_its_slot_and_stake_to_the_end(
    play: Play,
) -> None:
    tables = {
        "A": """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 |
        2 | 110 111 109 110 |
        """,
        "B": """
        0 | 50 50 50 50 |
        1 | 50 51 49 50 |
        2 | 50 51 49 50 | buy
        3 | 50 51 49 50 | buy
        4 | 50 51 49 50 | buy
        5 | 50 51 49 50 |
        """,
    }
    outcome = play(tables, "A long 1 at 100, 2 at 110: force_exit", slots=1)
    assert outcome.rejected_signals == 2  # at 3 and 4; 5 is the last candle
    outcome = play(tables, "A long 1 at 100, 2 at 110: force_exit", wallet=150.0)
    assert outcome.unaffordable_signals == 2
    assert outcome.final_balance == 160.0


def test_at_the_end_the_pair_that_was_listed_first_is_closed_first(play: Play) -> None:
    late = """
        1 | 100 100 100 100 | buy
        2 | 100 101  99 100 |
        3 | 100 101  99 100 |
        4 | 100 101  99 100 |
        """
    early = """
        0 | 50 50 50 50 |
        1 | 50 51 49 50 |
        2 | 50 51 49 50 | buy
        3 | 50 51 49 50 |
        4 | 50 51 49 50 |
        """
    play(
        {"LATE": late, "C": early, "B": early},
        "C long 3 at 50, 4 at 50: force_exit",
        "B long 3 at 50, 4 at 50: force_exit",
        "LATE long 2 at 100, 4 at 100: force_exit",
    )


def test_a_pair_that_lists_late_trades_from_its_second_candle_on(play: Play) -> None:
    play(
        {
            "A": """
            0 | 50 50 50 50 |
            1 | 50 51 49 50 |
            2 | 50 51 49 50 |
            3 | 50 51 49 50 |
            4 | 50 51 49 50 |
            5 | 50 51 49 50 |
            """,
            "B": """
            2 | 100 100 100 100 | buy
            3 | 101 102 100 101 | sell
            4 | 103 104 102 103 |
            5 | 103 104 102 103 |
            """,
        },
        "B long 3 at 101, 4 at 103: exit_signal",
    )
