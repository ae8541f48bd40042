from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.model import MINUTE_NS, Candles, Timeframe
from tidegate.strategies.hours import Window, offsets, open_hours

if TYPE_CHECKING:
    from tidegate.model import Bools

ALL_WEEK = np.ones(7, dtype=np.bool_)


def _candles(first: str, count: int, timeframe: str = "1h") -> Candles:
    start = int(datetime.fromisoformat(first).timestamp()) * 1_000_000_000
    length = Timeframe.parse(timeframe)
    ones = np.ones(count)
    return Candles(
        pair="A/B",
        timeframe=length,
        time=start + np.arange(count, dtype=np.int64) * length.ns,
        open=ones,
        high=ones,
        low=ones,
        close=ones,
        volume=ones,
    )


def _window(start: str, end: str, zone: str = "UTC", weekdays: Bools = ALL_WEEK) -> Window:
    def minute(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    return Window(start=minute(start), end=minute(end), zone=ZoneInfo(zone), weekdays=weekdays)


def _opens(candles: Candles, *windows: Window) -> list[int]:
    """Return the hours (UTC, of the open) of the candles inside."""
    return [int(row) for row in np.flatnonzero(open_hours(candles, windows))]


def test_the_instant_that_counts_is_the_close_and_the_end_is_outside() -> None:
    day = _candles("2024-01-01T00:00+00:00", 24)
    assert _opens(day, _window("08:00", "10:00")) == [7, 8]  # they close at 08:00 and 09:00


def test_hours_follow_the_clocks_of_the_zone() -> None:
    winter = _candles("2024-03-30T00:00+00:00", 24)
    summer = _candles("2024-03-31T00:00+00:00", 24)
    window = _window("08:00", "10:00", "Europe/London")
    assert _opens(winter, window) == [7, 8]
    assert _opens(summer, window) == [6, 7]


def test_a_window_past_midnight_belongs_to_the_day_it_begins_on() -> None:
    sunday = _candles("2024-01-06T20:00+00:00", 12)  # Saturday evening
    saturdays = np.arange(7) == 5
    assert _opens(sunday, _window("22:00", "02:00", weekdays=saturdays)) == [1, 2, 3, 4]
    fridays = np.arange(7) == 4
    assert _opens(sunday, _window("22:00", "02:00", weekdays=fridays)) == []


def test_weekdays_are_those_of_the_zone() -> None:
    sunday_night = _candles("2024-01-07T14:00+00:00", 3)  # closes 15:00 to 17:00 UTC
    mondays = np.arange(7) == 0
    window = _window("00:00", "24:00", "Asia/Tokyo", mondays)
    assert _opens(sunday_night, window) == [0, 1, 2]  # from Monday 00:00 in Tokyo


def test_any_of_several_windows_will_do() -> None:
    day = _candles("2024-01-01T00:00+00:00", 24)
    windows = (_window("02:00", "03:00"), _window("20:00", "21:00"))
    assert _opens(day, *windows) == [1, 19]


@given(
    start=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001 - hypothesis wants them without a zone
    zone=st.sampled_from(
        ["Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
    ),
)
def test_offsets_agree_with_asking_for_each_instant(start: datetime, zone: str) -> None:
    step = 47 * MINUTE_NS
    first = int(start.replace(tzinfo=ZoneInfo("UTC")).timestamp()) * 1_000_000_000
    times = first + np.arange(9000, dtype=np.int64) * step
    found = offsets(times, ZoneInfo(zone))
    for row in range(0, len(times), 37):
        moment = datetime.fromtimestamp(times[row] // 1_000_000_000, tz=ZoneInfo(zone))
        offset = moment.utcoffset()
        assert offset is not None
        assert found[row] == offset.total_seconds() // 60


@pytest.mark.parametrize("count", [0, 1])
def test_offsets_of_few_instants(count: int) -> None:
    times = np.full(count, 1_704_067_200_000_000_000)
    assert list(offsets(times, ZoneInfo("Asia/Tokyo"))) == [540] * count
