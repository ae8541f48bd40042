"""Which side a candle asks for, and turning from one to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model import Exits

if TYPE_CHECKING:
    from tests.scenarios.conftest import Play


def test_a_position_is_turned_round_at_one_open(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 | sell short
        2 | 101 102 100 100 |
        3 | 100 101  99 100 | cover buy
        4 |  99 100  98  99 |
        5 |  99 100  98  99 |
        """,
        "long 1 at 100, 2 at 101: exit_signal",
        "short 2 at 101, 4 at 99: exit_signal",
        "long 4 at 99, 5 at 99: force_exit",
    )


def test_it_is_turned_round_at_the_open_though_the_exit_came_within_the_candle(
    play: Play,
) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 | short
        2 | 100 101  94  96 |
        3 |  96  97  95  96 |
        """,
        "long 1 at 100, 2 at 95: stop_loss",
        "short 2 at 100, 3 at 96: force_exit",
        exits=Exits(stop_ratio=0.05),
    )


def test_the_turned_position_lives_through_the_same_candle(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 | short
        2 | 100 106  94 100 |
        3 | 100 101  99 100 |
        """,
        "long 1 at 100, 2 at 95: stop_loss",
        "short 2 at 100, 2 at 105: stop_loss",
        exits=Exits(stop_ratio=0.05),
    )


def test_a_signal_for_the_other_side_turns_nothing_round_while_the_position_holds(
    play: Play,
) -> None:
    outcome = play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 | short
        2 | 100 101  99 100 |
        3 | 100 101  99 100 |
        """,
        "long 1 at 100, 3 at 100: force_exit",
    )
    assert outcome.rejected_signals == 0


def test_the_same_side_is_not_entered_again_on_the_candle_that_closed_it(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 | buy
        2 | 100 101  94  96 | buy
        3 |  96  97  95  96 |
        4 |  96  97  95  96 |
        """,
        "long 1 at 100, 2 at 95: stop_loss",
        "long 3 at 96, 4 at 96: force_exit",
        exits=Exits(stop_ratio=0.05),
    )


def test_a_turned_position_needs_no_slot_but_its_own(play: Play) -> None:
    outcome = play(
        {
            "A": """
            0 | 100 100 100 100 | buy
            1 | 100 101  99 101 | sell short
            2 | 101 102 100 100 |
            3 | 100 101  99 100 |
            """,
            "B": """
            0 | 50 50 50 50 |
            1 | 50 51 49 50 | buy
            2 | 50 51 49 50 |
            3 | 50 51 49 50 |
            """,
        },
        "A long 1 at 100, 2 at 101: exit_signal",
        "A short 2 at 101, 3 at 100: force_exit",
        slots=1,
    )
    assert outcome.rejected_signals == 1  # B's, at 2


def test_an_exit_flag_of_the_same_side_takes_an_entry_back(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy sell
        1 | 100 101  99 100 | short cover
        2 | 100 101  99 100 |
        3 | 100 101  99 100 |
        """,
    )


def test_an_exit_flag_of_the_other_side_does_not(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy cover
        1 | 100 101  99 100 | sell
        2 | 100 101  99 100 | short sell
        3 | 100 101  99 100 | cover
        4 | 100 101  99 100 |
        5 | 100 101  99 100 |
        """,
        "long 1 at 100, 2 at 100: exit_signal",
        "short 3 at 100, 4 at 100: exit_signal",
    )


def test_two_sides_at_once_are_no_side(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy short
        1 | 100 101  99 100 | buy sell short
        2 | 100 101  99 100 | buy short cover
        3 | 100 101  99 100 |
        4 | 100 101  99 100 |
        """,
    )


def test_where_shorts_are_not_allowed_their_flags_say_nothing(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy short
        1 | 100 101  99 100 | sell short
        2 | 100 101  99 100 | short
        3 | 100 101  99 100 |
        4 | 100 101  99 100 |
        """,
        "long 1 at 100, 2 at 100: exit_signal",
        can_short=False,
    )
