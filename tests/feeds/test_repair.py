from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import CandleError, Code
from tidegate.feeds import Step, fill_gaps, inspect, is_sound, repair
from tidegate.model import MINUTE_NS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model import Candles

    Make = Callable[..., Candles]
    Same = Callable[[Candles, Candles], bool]

MONDAY = 1_704_067_200_000_000_000
FIVE_NS = 5 * MINUTE_NS


def test_sound_candles_stay_as_they_are(make: Make) -> None:
    candles = make(volume=[0.0] * 12)
    assert repair(candles) == (candles, [])
    assert repair(make(rows=0))[1] == []


def test_holes_are_filled_with_the_close_before_and_no_volume(make: Make, without: Make) -> None:
    repaired, changes = repair(without(make(rows=6), 2, 3))
    assert repaired.time.tolist() == make(rows=6).time.tolist()
    for name in ("open", "high", "low", "close"):
        # Row 1 closed at 102.
        assert getattr(repaired, name)[2:4].tolist() == [102.0, 102.0]
    assert repaired.volume.tolist() == [1.0, 2.0, 0.0, 0.0, 5.0, 6.0]
    (change,) = changes
    assert (change.step, change.count) == (Step.FILLED, 2)
    assert change.times.tolist() == [MONDAY + 2 * FIVE_NS, MONDAY + 3 * FIVE_NS]
    assert change.sentence == (
        "filled 2 candles (2024-01-01 00:10 UTC to 2024-01-01 00:15 UTC): they were missing; "
        "prices stand at the close before, volume is 0"
    )


def test_duplicates_become_one_candle(make: Make) -> None:
    candles = make(
        rows=3,
        time=[MONDAY, MONDAY, MONDAY + FIVE_NS],
        open=[10, 11, 12],
        high=[20, 25, 21],
        low=[8, 9, 7],
        close=[11, 12, 13],
        volume=[5, 4, 3],
    )
    repaired, (change,) = repair(candles)
    assert repaired.time.tolist() == [MONDAY, MONDAY + FIVE_NS]
    assert repaired.open.tolist() == [10, 12]
    assert repaired.high.tolist() == [25, 21]
    assert repaired.low.tolist() == [8, 7]
    assert repaired.close.tolist() == [12, 13]
    assert repaired.volume.tolist() == [5, 3]
    assert change.sentence == (
        "merged 1 candle (2024-01-01 00:00 UTC): several opened at once: "
        "first open, highest high, lowest low, last close, largest volume"
    )


def test_duplicates_out_of_order_keep_the_order_they_had_among_themselves(make: Make) -> None:
    # Three rounds over the same hundred openings, told apart by their prices.
    rows = np.arange(300)
    prices = 100.0 + rows
    candles = make(
        rows=300,
        time=MONDAY + rows % 100 * FIVE_NS,
        open=prices,
        high=prices,
        low=prices,
        close=prices,
    )
    repaired, changes = repair(candles)
    assert [change.step for change in changes] == [Step.SORTED, Step.MERGED]
    assert repaired.open.tolist() == prices[:100].tolist()
    assert repaired.close.tolist() == prices[200:].tolist()


def test_disorder_is_sorted(make: Make, taken: Make, same: Same) -> None:
    candles = make(rows=5)
    repaired, (change,) = repair(taken(candles, [0, 3, 1, 2, 4]))
    assert same(repaired, candles)
    assert change.step == Step.SORTED
    assert change.times.tolist() == [MONDAY + FIVE_NS, MONDAY + 2 * FIVE_NS]
    assert change.sentence.endswith("they stood too late")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"close": np.nan}, "a value was no finite number"),
        ({"high": np.inf}, "a value was no finite number"),
        ({"open": 0.0}, "a price was zero or below"),
        ({"volume": -1.0}, "the volume was negative"),
    ],
)
def test_a_senseless_candle_is_dropped_and_its_place_filled(
    make: Make, with_: Make, values: dict[str, float], reason: str
) -> None:
    repaired, changes = repair(with_(make(rows=5), 2, **values))
    assert [(change.step, change.times.tolist()) for change in changes] == [
        (Step.DROPPED, [MONDAY + 2 * FIVE_NS]),
        (Step.FILLED, [MONDAY + 2 * FIVE_NS]),
    ]
    assert changes[0].reason == reason
    assert len(repaired) == 5
    assert repaired.close[2] == 102.0
    assert repaired.volume[2] == 0.0


def test_a_candle_with_several_senseless_values_is_dropped_once(make: Make, with_: Make) -> None:
    _, changes = repair(with_(make(rows=5), 2, open=-1.0, volume=-1.0))
    assert [change.step for change in changes] == [Step.DROPPED, Step.FILLED]


def test_high_and_low_are_mended_to_reach_open_and_close(make: Make, with_: Make) -> None:
    # Row 1 opens at 101 and closes at 102; row 3 opens at 103 and closes at 104.
    candles = with_(with_(make(rows=5), 1, high=101.5), 3, low=103.5)
    repaired, (change,) = repair(candles)
    assert repaired.high.tolist() == [102.0, 102.0, 104.0, 105.0, 106.0]
    assert repaired.low.tolist() == [99.0, 100.0, 101.0, 103.0, 103.0]
    assert change.step == Step.MENDED
    assert change.times.tolist() == [MONDAY + FIVE_NS, MONDAY + 3 * FIVE_NS]
    assert change.sentence.endswith("high and low now reach as far as open and close")


def test_the_broken_copy_of_a_candle_does_not_spoil_its_twin(
    make: Make, taken: Make, with_: Make, same: Same
) -> None:
    candles = make(rows=4)
    double = with_(taken(candles, [0, 1, 2, 2, 3]), 2, high=np.nan)
    repaired, changes = repair(double)
    assert same(repaired, candles)
    assert [change.step for change in changes] == [Step.DROPPED]


def test_a_stray_is_moved_to_the_opening_before_it(make: Make, with_: Make, same: Same) -> None:
    candles = make(rows=6)
    stray = MONDAY + 2 * FIVE_NS + 3_000_000
    repaired, (change,) = repair(with_(candles, 2, time=stray))
    assert same(repaired, candles)
    assert (change.step, change.times.tolist()) == (Step.MOVED, [stray])
    assert change.reason == "they opened off the 5m grid, and now at the opening before"


def test_candles_of_another_timeframe_are_beyond_repair(make: Make) -> None:
    times = make(rows=40, timeframe="1m").time
    with pytest.raises(CandleError) as caught:
        repair(make(rows=40, timeframe="5m", time=times))
    error = caught.value
    assert error.code == Code.WRONG_TIMEFRAME
    assert error.problem == "the candles of BTC/USDT are not 5m candles, so no repair can help"
    assert error.where == "BTC/USDT, 5m"
    assert error.expected == "candles that open 5m apart, on the grid"
    assert "real timeframe" in error.remedy


def test_one_wrong_date_does_not_become_a_million_candles(make: Make) -> None:
    times = [0, *make(rows=20).time.tolist()]
    with pytest.raises(CandleError) as caught:
        repair(make(rows=21, time=times))
    error = caught.value
    assert error.code == Code.CANDLE_GAP
    assert error.problem == "5,680,223 candles of BTC/USDT are missing, too many to fill"
    assert error.where == "BTC/USDT, 5m, between 1970-01-01 00:00 UTC and 2024-01-01 00:00 UTC"
    assert error.expected == "fewer than 20 missing for each that is there"
    assert "one side of the hole" in error.remedy


def test_a_file_without_one_sound_candle_becomes_empty(make: Make) -> None:
    repaired, (change,) = repair(make(rows=3, close=[np.nan] * 3))
    assert len(repaired) == 0
    assert (change.step, change.count) == (Step.DROPPED, 3)


def test_the_label_of_made_candles_survives_repair(make: Make, taken: Make) -> None:
    candles = make(rows=5, origin="made for a test")
    assert repair(taken(candles, [0, 2, 1, 3, 4]))[0].origin == "made for a test"
    assert fill_gaps(taken(candles, [0, 4]))[0].origin == "made for a test"


def test_filling_gaps_leaves_gapless_candles_alone(make: Make) -> None:
    candles = make(rows=5, close=[np.nan] * 5)
    assert fill_gaps(candles) == (candles, [])


@st.composite
def wrecks(draw: st.DrawFn) -> tuple[list[int], dict[int, dict[str, float]]]:
    """Draw which rows of a sound history are left, in which order, and what is wrong in them."""
    order = draw(st.lists(st.integers(0, 30), min_size=1, max_size=40))
    bad = st.sampled_from([np.nan, np.inf, -np.inf, 0.0, -5.0, 1e9, 50.0])
    column = st.sampled_from(["open", "high", "low", "close", "volume"])
    rows = st.integers(0, len(order) - 1)
    return order, draw(st.dictionaries(rows, st.dictionaries(column, bad), max_size=6))


@given(wreck=wrecks())
def test_whatever_is_wrong_repair_makes_it_sound_once_and_for_all(
    make: Make,
    taken: Make,
    with_: Make,
    wreck: tuple[list[int], dict[int, dict[str, float]]],
) -> None:
    order, faults = wreck
    candles = taken(make(rows=31), order)
    for row, values in faults.items():
        candles = with_(candles, row, **values)
    try:
        repaired, changes = repair(candles)
    except CandleError as error:
        # A few candles at even distances are another timeframe.
        assert error.code == Code.WRONG_TIMEFRAME  # noqa: PT017 (refusing is one of two right answers)
        return
    assert is_sound(inspect(repaired))
    assert bool(changes) == (not is_sound(inspect(candles)))
    again, none = repair(repaired)
    assert none == []
    assert again is repaired
    assert set(repaired.time.tolist()) <= set(make(rows=31).time.tolist())
