"""Pairs that share a number of slots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model import Exits

if TYPE_CHECKING:
    from tests.scenarios.conftest import Play


def test_the_first_pair_in_order_takes_the_last_slot(play: Play) -> None:
    table = """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 |
        2 | 100 101  99 100 |
        """
    outcome = play(
        {"B": table, "A": table},
        "B long 1 at 100, 2 at 100: force_exit",
        slots=1,
    )
    assert outcome.rejected_signals == 1


def test_every_signal_that_finds_no_slot_is_counted(play: Play) -> None:
    outcome = play(
        {
            "A": """
            0 | 100 100 100 100 | buy
            1 | 100 101  99 100 | buy
            2 | 100 101  99 100 | buy
            3 | 100 101  99 100 | sell
            4 | 100 101  99 100 |
            5 | 100 101  99 100 |
            """,
            "B": """
            0 | 50 50 50 50 | buy
            1 | 50 51 49 50 | buy
            2 | 50 51 49 50 |
            3 | 50 51 49 50 | buy
            4 | 50 51 49 50 |
            5 | 50 51 49 50 |
            """,
        },
        "A long 1 at 100, 4 at 100: exit_signal",
        "B long 4 at 50, 5 at 50: force_exit",
        slots=1,
    )
    assert outcome.rejected_signals == 2  # B's, at 1 and 2; A's own while it is open do not count


def test_a_slot_freed_on_a_candle_can_be_taken_on_it(play: Play) -> None:
    outcome = play(
        {
            "A": """
            0 | 100 100 100 100 |
            1 | 100 101  99 100 | buy
            2 | 100 101  99 100 |
            3 | 100 101  99 100 |
            """,
            "B": """
            0 | 50 50 50 50 | buy
            1 | 50 51 49 50 | sell
            2 | 50 51 49 50 |
            3 | 50 51 49 50 |
            """,
        },
        "B long 1 at 50, 2 at 50: exit_signal",
        "A long 2 at 100, 3 at 100: force_exit",  # though A comes first in order
        slots=1,
    )
    assert outcome.rejected_signals == 0


def test_a_position_that_ends_on_its_entry_candle_frees_its_slot_for_the_next_pair(
    play: Play,
) -> None:
    outcome = play(
        {
            "A": """
            0 | 100 100 100 100 | buy
            1 | 100 101  90 100 |
            2 | 100 101  99 100 |
            """,
            "B": """
            0 | 50 50 50 50 | buy
            1 | 50 51 49 50 |
            2 | 50 51 49 50 |
            """,
        },
        "A long 1 at 100, 1 at 95: stop_loss",
        "B long 1 at 50, 2 at 50: force_exit",
        slots=1,
        exits=Exits(stop_ratio=0.05),
    )
    assert outcome.rejected_signals == 0


def test_positions_that_end_together_end_by_age(play: Play) -> None:
    later = """
        0 | 100 100 100 100 |
        1 | 100 101  99 100 | buy
        2 | 100 101  99 100 | sell
        3 | 100 101  99 100 |
        4 | 100 101  99 100 |
        """
    sooner = """
        0 | 50 50 50 50 | buy
        1 | 50 51 49 50 |
        2 | 50 51 49 50 | sell
        3 | 50 51 49 50 |
        4 | 50 51 49 50 |
        """
    play(
        {"A": later, "B": sooner, "C": sooner},
        "B long 1 at 50, 3 at 50: exit_signal",
        "C long 1 at 50, 3 at 50: exit_signal",
        "A long 2 at 100, 3 at 100: exit_signal",
    )


def test_an_older_position_that_turns_round_takes_its_slot_before_a_younger_one_leaves(
    play: Play,
) -> None:
    # both leave at 3; A would want the slot that A's own turn needs, C comes after both
    outcome = play(
        {
            "C": """
            0 | 10 10 10 10 |
            1 | 10 11  9 10 |
            2 | 10 11  9 10 | buy
            3 | 10 11  9 10 |
            4 | 10 11  9 10 |
            """,
            "A": """
            0 | 100 100 100 100 | buy
            1 | 100 101  99 100 |
            2 | 100 101  99 100 | sell short
            3 | 100 101  99 100 |
            4 | 100 101  99 100 |
            """,
            "B": """
            0 | 50 50 50 50 |
            1 | 50 51 49 50 | short
            2 | 50 51 49 50 | cover buy
            3 | 50 51 49 50 |
            4 | 50 51 49 50 |
            """,
        },
        "A long 1 at 100, 3 at 100: exit_signal",
        "B short 2 at 50, 3 at 50: exit_signal",
        "A short 3 at 100, 4 at 100: force_exit",
        "B long 3 at 50, 4 at 50: force_exit",
        slots=2,
    )
    assert outcome.rejected_signals == 1  # C's


def test_a_stake_that_cannot_be_paid_takes_no_slot(play: Play) -> None:
    cheap = """
        0 | 50 50 50 50 | buy stop=5
        1 | 50 51 49 50 |
        2 | 50 51 49 50 |
        """
    unknown = """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 | stop=5
        2 | 100 101  99 100 |
        """
    outcome = play({"A": unknown, "B": cheap}, "B long 1 at 50, 2 at 50: force_exit", slots=1)
    assert (outcome.unaffordable_signals, outcome.rejected_signals) == (1, 0)


def test_nought_slots_are_as_many_as_there_are_pairs(play: Play) -> None:
    table = """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 100 |
        2 | 100 101  99 100 |
        """
    play(
        {"A": table, "B": table},
        "A long 1 at 100, 2 at 100: force_exit",
        "B long 1 at 100, 2 at 100: force_exit",
        slots=0,
    )
