"""Leaving at the open: because a signal says so, or because time is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model import Exits

if TYPE_CHECKING:
    from tests.scenarios.conftest import Play


TWO_BARS = Exits(max_bars=2)


def test_a_signal_is_obeyed_at_the_next_open(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 |
        2 | 101 103 100 102 | sell
        3 | 103 104 102 103 |
        4 | 103 104 102 103 |
        """,
        "long 1 at 100, 3 at 103: exit_signal",
    )


def test_each_side_has_its_own_signal(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 101 | sell
        2 | 101 103 100 102 | cover
        3 | 103 104 102 103 |
        4 | 103 104 102 103 |
        """,
        "short 1 at 100, 3 at 103: exit_signal",
    )
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 | cover
        2 | 101 103 100 102 | sell
        3 | 103 104 102 103 |
        4 | 103 104 102 103 |
        """,
        "long 1 at 100, 3 at 103: exit_signal",
    )


def test_a_signal_on_the_entry_candle_s_close_is_obeyed_on_the_next(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 | sell
        2 | 101 103 100 102 |
        3 | 102 103 101 102 |
        """,
        "long 1 at 100, 2 at 101: exit_signal",
    )


def test_a_signal_beats_the_stop_and_the_target_of_its_candle_without_doubt(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 | sell
        2 | 101 106  90 102 |
        3 | 102 103 101 102 |
        """,
        "long 1 at 100, 2 at 101: exit_signal",
        exits=Exits(stop_ratio=0.05, targets=((0, 0.05),)),
    )


def test_an_entry_signal_of_the_same_side_holds_an_exit_signal_back(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 | buy sell
        2 | 101 103 100 102 | sell
        3 | 102 103 101 102 |
        4 | 102 103 101 102 |
        """,
        "long 1 at 100, 3 at 102: exit_signal",
    )


def test_the_entry_signal_of_the_other_side_does_not(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 | sell short
        2 | 101 103 100 102 | cover
        3 | 102 103 101 102 |
        4 | 102 103 101 102 |
        """,
        "long 1 at 100, 2 at 101: exit_signal",
        "short 2 at 101, 3 at 102: exit_signal",
    )


def test_signals_can_be_left_unused(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 | sell
        2 | 101 103 100 102 |
        3 | 103 104 102 103 |
        """,
        "long 1 at 100, 3 at 103: force_exit",
        exits=Exits(use_exit_signal=False),
    )


def test_a_signal_can_be_obeyed_above_a_profit_only(play: Play) -> None:
    # at 102 the profit is two percent, which is not above two percent
    play(
        """
        0 | 100.0 100.0 100 100 | buy
        1 | 100.0 101.0  99 101 | sell
        2 |  99.0 102.0  99 102 | sell
        3 | 102.0 103.0 101 102 | sell
        4 | 102.1 103.0 101 102 |
        5 | 102.0 103.0 101 102 |
        """,
        "long 1 at 100, 4 at 102.1: exit_signal",
        exits=Exits(exit_profit_only=True, exit_profit_offset=0.02),
    )


def test_a_signal_of_a_short_can_be_obeyed_above_a_profit_only(play: Play) -> None:
    play(
        """
        0 | 100.0 100 100 100 | short
        1 | 100.0 101  99 101 | cover
        2 | 101.0 102  98  98 | cover
        3 |  98.0  99  97  98 | cover
        4 |  97.9  99  97  98 |
        5 |  98.0  99  97  98 |
        """,
        "short 1 at 100, 4 at 97.9: exit_signal",
        exits=Exits(exit_profit_only=True, exit_profit_offset=0.02),
    )


def test_the_profit_of_a_signal_is_that_at_the_open_after_fees(play: Play) -> None:
    # 100.2 pays just less than the fees of 0.1 % a side, 100.3 more
    play(
        """
        0 | 100.0 100.0 100.0 100 | buy
        1 | 100.0 101.0  99.0 101 | sell
        2 | 100.2 110.0 100.0 102 | sell
        3 | 100.3 103.0 100.0 102 |
        4 | 102.0 103.0 101.0 102 |
        """,
        "long 1 at 100, 3 at 100.3: exit_signal",
        exits=Exits(exit_profit_only=True),
        fee=0.001,
    )


def test_a_tag_names_the_reason_of_a_signal(play: Play) -> None:
    outcome = play(
        """
        0 | 100 100 100 100 | buy:dip
        1 | 100 101  99 101 | sell:overbought
        2 | 101 103 100 102 | buy
        3 | 102 103 101 102 | sell
        4 | 102 103 101 102 |
        """,
        "long 1 at 100, 2 at 101: overbought",
        "long 3 at 102, 4 at 102: exit_signal",
    )
    assert outcome.enter_tags[outcome.trades[0]["enter_tag"]] == "dip"
    assert outcome.trades[1]["enter_tag"] == -1


def test_a_tag_does_not_name_any_other_reason(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 | buy sell:overbought
        2 | 101 103  94 102 |
        3 | 102 103 101 102 |
        """,
        "long 1 at 100, 2 at 95: stop_loss",
        exits=Exits(stop_ratio=0.05),
    )


def test_time_is_up_after_so_many_candles(play: Play) -> None:
    table = """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 |
        2 | 101 102 100 102 |
        3 | 102 103 101 103 |
        4 | 103 104 102 103 |
        """
    play(table, "long 1 at 100, 1 at 100: time_exit", exits=Exits(max_bars=0))
    play(table, "long 1 at 100, 2 at 101: time_exit", exits=Exits(max_bars=1))
    play(table, "long 1 at 100, 3 at 102: time_exit", exits=TWO_BARS)
    play(table, "long 1 at 100, 4 at 103: force_exit", exits=Exits(max_bars=4))


def test_time_is_up_for_a_short_too(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 101 |
        2 | 101 102 100 102 |
        3 | 102 103 101 103 |
        4 | 103 104 102 103 |
        """,
        "short 1 at 100, 3 at 102: time_exit",
        exits=TWO_BARS,
    )


def test_a_signal_beats_time(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 |
        2 | 101 102 100 102 | sell
        3 | 102 103 101 103 |
        4 | 103 104 102 103 |
        """,
        "long 1 at 100, 3 at 102: exit_signal",
        exits=TWO_BARS,
    )


def test_time_beats_the_stop_of_its_candle(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99 101 |
        2 | 101 102 100 102 |
        3 | 102 103  90  91 |
        4 |  91  92  90  91 |
        """,
        "long 1 at 100, 3 at 102: time_exit",
        exits=Exits(stop_ratio=0.05, max_bars=2),
    )


def test_a_signal_that_its_profit_holds_back_holds_time_back_as_well(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99  99 |
        2 |  99 100  98  98 | sell
        3 |  98  99  97  97 |
        4 |  97  98  96  97 |
        5 |  97  98  96  97 |
        """,
        "long 1 at 100, 4 at 97: time_exit",
        exits=Exits(max_bars=2, exit_profit_only=True),
    )


def test_an_exit_signal_held_back_by_an_entry_signal_lets_time_pass(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101  99  99 |
        2 |  99 100  98  98 | buy sell
        3 |  98  99  97  97 |
        4 |  97  98  96  97 |
        """,
        "long 1 at 100, 3 at 98: time_exit",
        exits=TWO_BARS,
    )
