from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import Code, OptionError
from tidegate.model import DAY_NS, MINUTE_NS, TIMEFRAMES, Timeframe


def _ns(text: str) -> int:
    return int(np.datetime64(text, "ns").astype(np.int64))


def _text(time_ns: int) -> str:
    return str(np.datetime64(time_ns, "ns").astype("datetime64[m]"))


@pytest.mark.parametrize(
    ("name", "opened"),
    [
        ("1m", "2024-02-29T13:47"),
        ("5m", "2024-02-29T13:45"),
        ("1h", "2024-02-29T13:00"),
        ("8h", "2024-02-29T08:00"),
        ("1d", "2024-02-29T00:00"),
        ("3d", "2024-02-29T00:00"),  # 19,782 whole days since 1970, a multiple of three
        ("1w", "2024-02-26T00:00"),  # a Monday
    ],
)
def test_a_candle_opens_at_the_start_of_its_length(name: str, opened: str) -> None:
    timeframe = Timeframe.parse(name)
    assert _text(timeframe.opening(_ns("2024-02-29T13:47:31"))) == opened
    assert _text(timeframe.opening(_ns(opened))) == opened


@given(st.sampled_from(TIMEFRAMES), st.integers(0, 2 * 10**18))
def test_a_time_lies_within_the_candle_that_contains_it(timeframe: Timeframe, time: int) -> None:
    opened = timeframe.opening(time)
    assert opened <= time < opened + timeframe.ns
    assert timeframe.opening(opened) == opened
    assert timeframe.opening(opened - 1) == opened - timeframe.ns


def test_lengths() -> None:
    assert Timeframe.parse("1m").ns == MINUTE_NS == 60 * 10**9
    assert Timeframe.parse("1w").ns == 7 * DAY_NS
    assert str(Timeframe.parse("12h")) == "12h"


def test_they_are_ordered_by_length() -> None:
    assert list(TIMEFRAMES) == sorted(TIMEFRAMES, key=lambda timeframe: timeframe.ns)
    assert Timeframe.parse("30m") < Timeframe.parse("1h") < Timeframe.parse("1d")


@pytest.mark.parametrize(
    ("text", "remedy"), [("5M", "5m"), ("60min", "choose"), ("1hr", "1h"), ("", "choose")]
)
def test_another_name_is_refused_with_the_nearest(text: str, remedy: str) -> None:
    with pytest.raises(OptionError) as caught:
        Timeframe.parse(text, where="--timeframe")
    assert caught.value.code is Code.UNKNOWN_TIMEFRAME
    assert remedy in caught.value.remedy
    assert caught.value.where == "--timeframe"
