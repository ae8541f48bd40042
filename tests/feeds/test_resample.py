from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import CandleError, Code, OptionError
from tidegate.feeds import resample
from tidegate.model import DAY_NS, MINUTE_NS, Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model import Candles

    Make = Callable[..., Candles]
    Same = Callable[[Candles, Candles], bool]

MONDAY = 1_704_067_200_000_000_000


def test_a_longer_candle_is_first_open_highest_high_lowest_low_last_close_and_all_volume(
    make: Make,
) -> None:
    candles = make(
        rows=6,
        open=[10, 11, 12, 20, 21, 22],
        high=[13, 19, 14, 23, 29, 24],
        low=[9, 8, 7, 19, 18, 17],
        close=[11, 12, 13, 21, 22, 23],
        volume=[1, 2, 3, 4, 5, 6],
        origin="made for a test",
    )
    longer = resample(candles, Timeframe.parse("15m"))
    assert longer.time.tolist() == [MONDAY, MONDAY + 15 * MINUTE_NS]
    assert longer.open.tolist() == [10, 20]
    assert longer.high.tolist() == [19, 29]
    assert longer.low.tolist() == [7, 17]
    assert longer.close.tolist() == [13, 23]
    assert longer.volume.tolist() == [6, 15]
    assert (str(longer.timeframe), longer.origin) == ("15m", "made for a test")


def test_candles_cut_short_at_either_end_are_left_out_unless_wanted(make: Make) -> None:
    candles = make(rows=10, start=MONDAY + 10 * MINUTE_NS)
    longer = resample(candles, Timeframe.parse("15m"))
    assert longer.time.tolist() == [MONDAY + 15 * MINUTE_NS * k for k in (1, 2, 3)]
    whole = resample(candles, Timeframe.parse("15m"), incomplete=True)
    assert whole.time.tolist() == [MONDAY + 15 * MINUTE_NS * k for k in (0, 1, 2, 3)]
    shorter = resample(candles.rows(0, 8), Timeframe.parse("15m"), incomplete=True)
    assert shorter.volume.sum() == candles.volume[:8].sum()
    assert len(resample(candles.rows(0, 8), Timeframe.parse("15m"))) == 2


def test_less_than_one_whole_candle_is_none(make: Make) -> None:
    assert len(resample(make(rows=2), Timeframe.parse("15m"))) == 0
    middle = make(rows=1, start=MONDAY + 5 * MINUTE_NS)
    assert len(resample(middle, Timeframe.parse("15m"))) == 0
    assert len(resample(make(rows=0), Timeframe.parse("15m"))) == 0


def test_weeks_open_on_mondays(make: Make) -> None:
    wednesday = MONDAY + 2 * DAY_NS
    weeks = resample(make(rows=20, timeframe="1d", start=wednesday), Timeframe.parse("1w"))
    assert weeks.time.tolist() == [MONDAY + 7 * DAY_NS, MONDAY + 14 * DAY_NS]
    assert weeks.open.tolist() == [105.0, 112.0]


def test_a_hole_is_passed_over(make: Make, without: Make) -> None:
    candles = without(make(rows=9), 1, 3, 4, 5)
    longer = resample(candles, Timeframe.parse("15m"))
    assert longer.time.tolist() == [MONDAY, MONDAY + 30 * MINUTE_NS]
    assert longer.volume.tolist() == [4.0, 24.0]


def test_the_same_timeframe_is_the_same_candles(make: Make, same: Same) -> None:
    candles = make()
    assert same(resample(candles, candles.timeframe), candles)


@pytest.mark.parametrize(
    ("base", "to", "found"),
    [
        ("1h", "5m", "5m, which is shorter"),
        ("2h", "3d", None),
        ("3d", "1w", "1w, which is no multiple"),
        ("3m", "5m", "5m, which is no multiple"),
    ],
)
def test_only_a_multiple_can_be_resampled_to(
    make: Make, base: str, to: str, found: str | None
) -> None:
    candles = make(rows=100, timeframe=base, start=0)
    if found is None:
        assert len(resample(candles, Timeframe.parse(to))) > 0
        return
    with pytest.raises(OptionError) as caught:
        resample(candles, Timeframe.parse(to))
    error = caught.value
    assert error.code == Code.WRONG_TIMEFRAME
    assert error.problem == f"{base} candles cannot become {to} candles"
    assert (error.where, error.found) == (to, found)
    assert error.expected.startswith(f"a timeframe that {base} divides: ")
    assert error.remedy == f"fetch {to} candles, or start from a timeframe that divides {to}"


def test_what_divides_is_listed(make: Make) -> None:
    with pytest.raises(OptionError, match="that 8h divides: 1d, 3d, 1w\n"):
        resample(make(timeframe="8h"), Timeframe.parse("12h"))
    with pytest.raises(OptionError, match="that 1w divides: there is none\n"):
        resample(make(timeframe="1w"), Timeframe.parse("3d"))


@pytest.mark.parametrize("order", [[0, 2, 1, 3], [0, 1, 1, 2]])
def test_candles_out_of_order_are_refused(make: Make, taken: Make, order: list[int]) -> None:
    with pytest.raises(CandleError) as caught:
        resample(taken(make(rows=4), order), Timeframe.parse("15m"))
    error = caught.value
    assert error.code == Code.UNSORTED_CANDLES
    assert error.problem.startswith("the candles of BTC/USDT are out of order or double")
    assert error.where == "BTC/USDT, 5m, row 2, 2024-01-01 00:05 UTC"
    assert error.expected == "candles from the oldest to the newest, one for each time"
    assert " after 2024-01-01 00:" in error.found
    assert "tidegate data check --repair" in error.remedy


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, int, list[int]]:
    """Draw how long a history is, how many candles after Monday it begins, and its holes."""
    rows = draw(st.integers(0, 300))
    # Holes are inside; the ends of the history stay.
    holes = draw(st.sets(st.integers(1, rows - 2), max_size=30)) if rows > 2 else set()
    return rows, draw(st.integers(0, 400)), sorted(holes)


@given(
    history=histories(),
    steps=st.sampled_from([("15m", "1h"), ("30m", "1h"), ("15m", "30m"), ("1h", "2h")]),
)
def test_resampling_in_two_steps_is_resampling_in_one(
    make: Make,
    without: Make,
    same: Same,
    history: tuple[int, int, list[int]],
    steps: tuple[str, str],
) -> None:
    rows, offset, holes = history
    middle, last = (Timeframe.parse(step) for step in steps)
    candles = make(rows=rows, start=MONDAY + offset * 5 * MINUTE_NS)
    assert same(resample(resample(candles, middle), last), resample(candles, last))
    # A hole beside a part that is left out may take the first or the last candle with it.
    holed = without(candles, *holes)
    once, twice = resample(holed, last), resample(resample(holed, middle), last)
    start = int(len(once) > 0 and int(once.time[0]) not in twice.time)
    assert 0 <= len(once) - start - len(twice) <= 1
    assert same(twice, once.rows(start, start + len(twice)))


@given(rows=st.integers(1, 200), offset=st.integers(0, 50), factor=st.sampled_from([3, 6, 12]))
def test_each_longer_candle_is_that_of_a_plain_loop(
    make: Make, rows: int, offset: int, factor: int
) -> None:
    to = Timeframe.parse({3: "15m", 6: "30m", 12: "1h"}[factor])
    candles = make(rows=rows, start=MONDAY + offset * 5 * MINUTE_NS)
    longer = resample(candles, to, incomplete=True)
    for number, time in enumerate(longer.time.tolist()):
        inside = [row for row in range(rows) if time <= int(candles.time[row]) < time + to.ns]
        assert inside
        assert longer.open[number] == candles.open[inside[0]]
        assert longer.close[number] == candles.close[inside[-1]]
        assert longer.high[number] == max(candles.high[inside])
        assert longer.low[number] == min(candles.low[inside])
        assert longer.volume[number] == sum(candles.volume[inside])
    assert longer.volume.sum() == candles.volume.sum()
