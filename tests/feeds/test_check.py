from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.feeds import Kind, Severity, inspect, is_sound
from tidegate.model import DAY_NS, MINUTE_NS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model import Candles

    Make = Callable[..., Candles]

MONDAY = 1_704_067_200_000_000_000
FIVE_NS = 5 * MINUTE_NS


def test_sound_candles_have_no_findings(make: Make) -> None:
    assert inspect(make(rows=500)) == []
    assert inspect(make(rows=1)) == []
    assert inspect(make(rows=0)) == []
    assert inspect(make(rows=3, timeframe="1w")) == []


@pytest.mark.parametrize(
    ("values", "kind", "what"),
    [
        ({"close": np.nan}, Kind.NOT_FINITE, "holds a value that is no finite number"),
        ({"high": np.inf}, Kind.NOT_FINITE, "holds a value that is no finite number"),
        ({"volume": -np.inf}, Kind.NOT_FINITE, "holds a value that is no finite number"),
        ({"low": 0.0}, Kind.BAD_PRICE, "holds a price of zero or below"),
        ({"volume": -1.0}, Kind.BAD_VOLUME, "holds a negative volume"),
        ({"high": 103.5}, Kind.IMPOSSIBLE, "opens or closes outside its high and low"),
        ({"low": 103.5}, Kind.IMPOSSIBLE, "opens or closes outside its high and low"),
        ({"open": 105.5}, Kind.IMPOSSIBLE, "opens or closes outside its high and low"),
        ({"close": 101.5}, Kind.IMPOSSIBLE, "opens or closes outside its high and low"),
    ],
)
def test_each_impossible_value_is_found_where_it_is(
    make: Make, with_: Make, values: dict[str, float], kind: Kind, what: str
) -> None:
    # Row 3 opens at 103, closes at 104, between 102 and 105.
    (finding,) = inspect(with_(make(), 3, **values))
    assert (finding.kind, finding.count, finding.row) == (kind, 1, 3)
    assert finding.time_ns == MONDAY + 3 * FIVE_NS
    assert finding.severity is Severity.ERROR
    assert finding.sentence == f"the candle in row 3 (2024-01-01 00:15 UTC) {what}"


def test_a_candle_may_touch_its_own_high_and_low(make: Make) -> None:
    assert inspect(make(rows=2, open=[5, 5], high=[5, 6], low=[5, 5], close=[5, 6])) == []


def test_a_negative_price_with_a_right_range_is_a_bad_price(make: Make) -> None:
    columns = {name: [-1.0, -1.0] for name in ("open", "high", "low", "close")}
    assert [found.kind for found in inspect(make(rows=2, **columns))] == [Kind.BAD_PRICE]


def test_several_faults_of_a_kind_are_counted_and_the_first_is_shown(
    make: Make, with_: Make
) -> None:
    candles = with_(with_(make(), 7, open=np.nan), 2, close=np.nan)
    (finding,) = inspect(candles)
    assert (finding.count, finding.row) == (2, 2)
    assert finding.sentence == (
        "2 candles are at fault: the first, in row 2 (2024-01-01 00:10 UTC), "
        "holds a value that is no finite number"
    )


def test_zero_volume_is_a_warning_and_leaves_candles_sound(make: Make) -> None:
    findings = inspect(make(rows=4, volume=[1, 0, 0, 1]))
    assert [(found.kind, found.severity) for found in findings] == [
        (Kind.ZERO_VOLUME, Severity.WARNING)
    ]
    assert is_sound(findings)
    assert findings[0].sentence == (
        "2 candles have no volume (50.0%), the first in row 1 (2024-01-01 00:05 UTC)"
    )


def test_missing_candles_are_counted_and_the_first_is_named(make: Make, without: Make) -> None:
    (finding,) = inspect(without(make(rows=12), 3, 4, 8))
    assert (finding.kind, finding.count, finding.row) == (Kind.GAP, 3, 3)
    assert finding.time_ns == MONDAY + 3 * FIVE_NS
    assert finding.sentence == (
        "3 candles are missing in 2 places, the first at 2024-01-01 00:15 UTC, before row 3"
    )


def test_one_missing_candle_is_said_in_the_singular(make: Make, without: Make) -> None:
    (finding,) = inspect(without(make(), 5))
    assert (
        finding.sentence == "1 candle is missing, the first at 2024-01-01 00:25 UTC, before row 5"
    )


def test_a_duplicate_is_found_at_its_second_row(make: Make, taken: Make) -> None:
    (finding,) = inspect(taken(make(rows=5), [0, 1, 2, 2, 3, 4]))
    assert (finding.kind, finding.count, finding.row) == (Kind.DUPLICATE, 1, 3)
    assert finding.sentence.endswith("opens at the same time as another")


def test_disorder_is_found_where_time_goes_back(make: Make, taken: Make) -> None:
    (finding,) = inspect(taken(make(rows=5), [0, 2, 1, 3, 4]))
    assert (finding.kind, finding.count, finding.row) == (Kind.DISORDER, 1, 2)
    assert finding.sentence.endswith("opens earlier than the one before it")


def test_a_gap_is_found_in_disorder_too(make: Make, taken: Make) -> None:
    findings = inspect(taken(make(rows=7), [6, 5, 4, 3, 1, 0]))
    assert [found.kind for found in findings] == [Kind.DISORDER, Kind.GAP]
    gap = findings[1]
    # Row 3 holds the candle after the hole.
    assert (gap.count, gap.row, gap.time_ns) == (1, 3, MONDAY + 2 * FIVE_NS)


def test_a_single_candle_off_the_grid_is_a_stray(make: Make, with_: Make) -> None:
    stray = MONDAY + 4 * FIVE_NS + 1_000_000
    (finding,) = inspect(with_(make(), 4, time=stray))
    assert (finding.kind, finding.row, finding.time_ns) == (Kind.OFF_GRID, 4, stray)
    assert "2024-01-01 00:20:00.001000000 UTC" in finding.sentence
    assert finding.sentence.endswith("opens off the 5m grid")


@pytest.mark.parametrize(
    ("real", "named", "sentence"),
    [
        ("5m", "1m", "the candles are 5m apart, not 1m"),
        ("1m", "5m", "the candles are 1m apart, not 5m"),
        ("30m", "1h", "the candles are 30m apart, not 1h"),
        ("1d", "1h", "the candles are 1d apart, not 1h"),
    ],
)
def test_candles_of_another_timeframe_are_known_as_such(
    make: Make, real: str, named: str, sentence: str
) -> None:
    times = make(rows=40, timeframe=real).time
    findings = inspect(make(rows=40, timeframe=named, time=times))
    assert [(found.kind, found.sentence) for found in findings] == [
        (Kind.WRONG_TIMEFRAME, sentence)
    ]


def test_holes_do_not_hide_another_timeframe(make: Make, without: Make) -> None:
    times = without(make(rows=40, timeframe="5m"), 10, 11, 20).time
    findings = inspect(make(rows=37, timeframe="1m", time=times))
    assert [found.kind for found in findings] == [Kind.WRONG_TIMEFRAME]


@pytest.mark.parametrize(
    "minutes",
    [
        [0, 2, 5, 9, 10, 14, 20, 21, 30, 40],
        # All of them even by chance, but not evenly apart.
        [0, 2, 6, 12, 14, 24, 30, 34, 38, 40],
    ],
)
def test_an_illiquid_pair_has_gaps_and_not_another_timeframe(
    make: Make, minutes: list[int]
) -> None:
    times = MONDAY + np.array(minutes) * MINUTE_NS
    findings = inspect(make(rows=10, timeframe="1m", time=times))
    assert [(found.kind, found.count) for found in findings] == [(Kind.GAP, 31)]


def test_weeks_that_open_on_thursdays_are_off_the_grid(make: Make) -> None:
    thursday = MONDAY + 3 * DAY_NS
    (finding,) = inspect(make(rows=5, timeframe="1w", start=thursday))
    assert (finding.kind, finding.count) == (Kind.WRONG_TIMEFRAME, 5)
    assert finding.sentence == "the candles open off the 1w grid, where weeks open on Mondays"


def test_rows_are_counted_from_where_the_file_was_cut(
    make: Make, with_: Make, without: Make
) -> None:
    candles = without(with_(make(), 3, volume=0.0, close=np.nan), 8)
    findings = inspect(candles, first_row=1000)
    assert [(found.kind, found.row) for found in findings] == [
        (Kind.NOT_FINITE, 1003),
        (Kind.GAP, 1008),
        (Kind.ZERO_VOLUME, 1003),
    ]
    assert "row 1003" in findings[0].sentence
    assert "before row 1008" in findings[1].sentence
    assert "row 1003" in findings[2].sentence


FAULTS = {
    Kind.NOT_FINITE: {"close": np.nan},
    Kind.BAD_PRICE: {"low": -2.0},
    Kind.BAD_VOLUME: {"volume": -2.0},
    Kind.IMPOSSIBLE: {"high": 1.0},
    Kind.ZERO_VOLUME: {"volume": 0.0},
}


@given(kind=st.sampled_from(sorted(FAULTS)), rows=st.integers(1, 200), data=st.data())
def test_a_planted_fault_is_found_and_no_other(
    make: Make, with_: Make, kind: Kind, rows: int, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, rows - 1))
    (finding,) = inspect(with_(make(rows=rows), row, **FAULTS[kind]))
    assert (finding.kind, finding.count, finding.row) == (kind, 1, row)


@given(rows=st.integers(4, 120), data=st.data())
def test_a_planted_hole_is_found_to_the_candle(
    make: Make, without: Make, rows: int, data: st.DataObject
) -> None:
    first = data.draw(st.integers(2, rows - 2))
    last = data.draw(st.integers(first, rows - 2))
    (finding,) = inspect(without(make(rows=rows), *range(first, last + 1)))
    assert (finding.kind, finding.count, finding.row) == (Kind.GAP, last - first + 1, first)
