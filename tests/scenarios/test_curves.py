"""Balances over time, on candles whose sums can be done in the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tidegate.model import Sizing, SizingKind

if TYPE_CHECKING:
    from tests.scenarios.conftest import Play


LONG = """
    0 | 100 100 100 100 | buy
    1 | 100 105  99 104 |
    2 | 104 108 103 107 | sell
    3 | 110 112 109 111 |
    4 | 111 112 108 109 |
    """


def test_equity_is_marked_at_each_close_and_keeps_the_result_after(play: Play) -> None:
    outcome = play(LONG, "long 1 at 100, 3 at 110: exit_signal")
    assert outcome.equity.tolist() == [1000.0, 1004.0, 1007.0, 1010.0, 1010.0]
    assert outcome.exposure.tolist() == [0.0, 104.0, 107.0, 0.0, 0.0]


def test_equity_is_net_of_the_fees_paid_so_far(play: Play) -> None:
    # 0.1 to get in; 0.11 more to get out
    outcome = play(LONG, "long 1 at 100, 3 at 110: exit_signal", fee=0.001)
    assert outcome.equity.tolist() == pytest.approx(
        [1000.0, 1003.9, 1006.9, 1009.79, 1009.79], abs=1e-9
    )


def test_equity_of_a_short(play: Play) -> None:
    outcome = play(
        """
        0 | 100 100 100 100 | short
        1 | 100 105  99 104 |
        2 | 104 105  95  97 | cover
        3 |  96  97  94  95 |
        4 |  95  96  94  95 |
        """,
        "short 1 at 100, 3 at 96: exit_signal",
    )
    assert outcome.equity.tolist() == [1000.0, 996.0, 1003.0, 1004.0, 1004.0]
    assert outcome.exposure.tolist() == [0.0, 104.0, 97.0, 0.0, 0.0]


def test_equity_of_several_pairs_adds_up_on_one_grid(play: Play) -> None:
    outcome = play(
        {
            "A": LONG,
            "B": """
            2 | 50 50 50 50 | buy
            3 | 50 53 49 51 |
            4 | 52 53 51 52 |
            """,
        },
        "A long 1 at 100, 3 at 110: exit_signal",
        "B long 3 at 50, 4 at 52: force_exit",  # two units
    )
    assert outcome.equity.tolist() == [1000.0, 1004.0, 1007.0, 1012.0, 1014.0]
    assert outcome.exposure.tolist() == [0.0, 104.0, 107.0, 102.0, 0.0]
    assert outcome.final_balance == 1014.0
    assert ((outcome.time - outcome.start_ns) / 3.6e12).tolist() == [0, 1, 2, 3, 4]
    assert outcome.end_ns == outcome.time[-1]


def test_a_position_that_ends_on_its_entry_candle_is_never_exposed(play: Play) -> None:
    outcome = play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 105  99 104 | sell
        2 | 103 108 103 107 |
        """,
        "long 1 at 100, 2 at 103: exit_signal",
        sizing=Sizing(kind=SizingKind.FIXED, value=200.0),
    )
    assert outcome.exposure.tolist() == [0.0, 208.0, 0.0]
    assert outcome.equity.tolist() == [1000.0, 1008.0, 1006.0]


def test_hold_puts_equal_parts_into_every_pair_from_its_first_open(play: Play) -> None:
    outcome = play(
        {
            "A": """
            0 | 100 110  90 110 |
            1 | 110 130 100 120 |
            2 | 120 130 110 130 |
            """,
            "LATE": """
            1 | 50 60 40 55 |
            2 | 55 60 40 45 |
            3 | 45 50 40 50 |
            """,
        },
    )
    # 500 are 5 A, then A stays at 130; 500 wait in cash, then are 10 LATE
    assert outcome.hold.tolist() == [1050.0, 1150.0, 1100.0, 1150.0]


def test_nothing_traded_is_a_flat_line(play: Play) -> None:
    outcome = play(
        """
        0 | 100 110  90 110 |
        1 | 110 130 100 120 |
        """,
    )
    assert outcome.equity.tolist() == [1000.0, 1000.0]
    assert outcome.exposure.tolist() == [0.0, 0.0]
    assert outcome.final_balance == 1000.0
