"""Shorts that the venue takes away.

An unleveraged short of one unit at 100 with 100 behind it is bare at 200 / 1.005 = 199.004975;
the venue keeps a twentieth of the way to the entry in hand: 199.004975 - 0.05 * 99.004975 =
194.054726.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model import Exits

if TYPE_CHECKING:
    from tests.scenarios.conftest import Play


RISING = """
    0 | 100 100 100 100 | short
    1 | 100 194  99 190 |
    2 | 190 195 189 190 |
    3 | 190 196 189 190 |
    """


def test_a_short_is_liquidated_before_its_stake_is_gone(play: Play) -> None:
    play(RISING, "short 1 at 100, 2 at 194.054726: liquidation")


def test_a_venue_can_do_without_liquidation(play: Play) -> None:
    play(RISING, "short 1 at 100, 3 at 190: force_exit", maintenance=-1.0)


def test_fees_bring_liquidation_closer(play: Play) -> None:
    # 200 / 1.015 = 197.044335, less a twentieth of 97.044335
    play(RISING, "short 1 at 100, 1 at 192.192118: liquidation", fee=0.01)


def test_a_long_is_never_liquidated(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | buy
        1 | 100 101   1   2 |
        2 |   2   3   1   2 |
        """,
        "long 1 at 100, 2 at 2: force_exit",
    )


def test_a_stop_closer_than_liquidation_comes_first(play: Play) -> None:
    play(
        RISING,
        "short 1 at 100, 1 at 150: stop_loss",
        exits=Exits(stop_ratio=0.5),
    )


def test_a_candle_through_stop_and_liquidation_is_stopped_even_where_that_is_worse(
    play: Play,
) -> None:
    table = """
        0 | 100 100 100 100 | short
        1 | 100 101  99 190 |
        2 | 190 199 189 190 |
        3 | 190 196 189 190 |
        """
    play(table, "short 1 at 100, 2 at 198: stop_loss", exits=Exits(stop_ratio=0.98))
    play(table, "short 1 at 100, 2 at 194.054726: liquidation", exits=Exits(stop_ratio=0.995))


def test_a_jump_over_liquidation_still_brings_its_price_if_the_candle_came_back(
    play: Play,
) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 190 |
        2 | 197 198 189 190 |
        3 | 190 196 189 190 |
        """,
        "short 1 at 100, 2 at 194.054726: liquidation",
    )


def test_liquidation_beats_a_target(play: Play) -> None:
    play(
        """
        0 | 100 100 100 100 | short
        1 | 100 101  99 100 |
        2 | 100 195  90 100 |
        3 | 100 101  99 100 |
        """,
        "short 1 at 100, 2 at 194.054726: liquidation",
        exits=Exits(targets=((0, 0.05),)),
    )


JUMPED = """
    0 | 100 100 100 100 | short
    1 | 100 101  99 100 |
    2 | 250 260 240 250 |
    3 | 250 260 240 250 |
    """


def test_a_short_loses_no_more_than_its_stake(play: Play) -> None:
    outcome = play(JUMPED, "short 1 at 100, 2 at 200: stop_loss", mode="standard")
    assert outcome.trades["profit_abs"].tolist() == [-100.0]


def test_a_short_with_fees_loses_no_more_than_its_stake_and_the_fee_it_paid(play: Play) -> None:
    # 99 came in and 100 lay behind it: 199 buy one unit at 197.029703 with one percent on top
    outcome = play(JUMPED, "short 1 at 100, 2 at 197.029703: stop_loss", mode="standard", fee=0.01)
    assert outcome.trades["profit_abs"].tolist() == [-100.0]


def test_freqtrade_lets_a_short_lose_more_than_its_stake(play: Play) -> None:
    outcome = play(JUMPED, "short 1 at 100, 2 at 250: stop_loss", mode="freqtrade")
    assert outcome.trades["profit_abs"].tolist() == [-150.0]
