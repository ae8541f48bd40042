from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import Code, OptionError
from tidegate.feeds import TimeRange

JAN_1 = 1_704_067_200_000_000_000
SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("text", "start", "stop"),
    [
        ("20240101-20240102", JAN_1, JAN_1 + 86_400 * SECOND),
        ("20240101-", JAN_1, None),
        ("-20240101", None, JAN_1),
        ("1704067200-1704070800", JAN_1, JAN_1 + 3_600 * SECOND),
        ("1704067200123-", JAN_1 + 123_000_000, None),
        ("20240101T0930-20240101T093015", JAN_1 + 34_200 * SECOND, JAN_1 + 34_215 * SECOND),
        ("20240101-20240101", JAN_1, JAN_1),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_range_is_read_in_each_of_freqtrades_forms(
    text: str | None, start: int | None, stop: int | None
) -> None:
    assert TimeRange.parse(text) == TimeRange(start, stop)


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        (
            "2024-01-01",
            '"2024-01-01" is not a time range',
            "write it like 20240101-20240201; leave out a side for no limit",
        ),
        ("-", '"-" is not a time range', "leave out a side"),
        ("20240101", '"20240101" is not a time range', "leave out a side"),
        ("202401-20240201", '"202401" is not a date', "leave out a side"),
        ("yesterday-", '"yesterday" is not a date', "leave out a side"),
        ("22620412-", '"22620412" is after 2262-04-11 23:47:16 UTC, the last', "leave out a side"),
        ("-9999999999999", '"9999999999999" is after 2262', "leave out a side"),
        ("20240230-", '"20240230" is on no calendar', "leave out a side"),
        (
            "20240201-20240101",
            "the time range starts at 2024-02-01 00:00 UTC, after it stops at 2024-01-01 00:00 UTC",
            "write 20240101-20240201",
        ),
    ],
)
def test_a_range_that_cannot_be_read_says_how_one_is_written(
    text: str, problem: str, remedy: str
) -> None:
    with pytest.raises(OptionError) as caught:
        TimeRange.parse(text, where="--timerange")
    error = caught.value
    assert (error.code, error.where) == (Code.BAD_TIMERANGE, "--timerange")
    assert error.problem.startswith(problem)
    assert error.found == f'"{text}"'
    assert "START-STOP" in error.expected
    assert remedy in error.remedy


@given(st.none() | st.integers(10**9, 4 * 10**9), st.none() | st.integers(10**9, 4 * 10**9))
def test_what_is_written_reads_as_the_same_range(start: int | None, stop: int | None) -> None:
    if start is None and stop is None:
        return
    if start is not None and stop is not None:
        start, stop = sorted((start, stop))
    timerange = TimeRange(
        None if start is None else start * SECOND, None if stop is None else stop * SECOND
    )
    assert TimeRange.parse(str(timerange)) == timerange


def test_a_range_is_written_as_short_as_it_can_be() -> None:
    assert str(TimeRange(JAN_1, JAN_1 + 34_200 * SECOND)) == "20240101-20240101T0930"
    assert str(TimeRange(JAN_1 + SECOND)) == "20240101T000001-"
    assert str(TimeRange()) == "-"
