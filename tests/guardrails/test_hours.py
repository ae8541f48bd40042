from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.guardrails.asking import LIMITS, ask, market, outcome, signal

from tidegate.guardrails import Hours, Reason, Refused, Window

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ns(text: str, zone: ZoneInfo | None = None) -> int:
    """Return an instant; without a zone the text says its own."""
    moment = datetime.fromisoformat(text)
    moment = moment if zone is None else moment.replace(tzinfo=zone)
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000


def hours(start: str, end: str, *days: int, zone: ZoneInfo = LONDON) -> Hours:
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (start, end))
    return Hours(
        zone=zone, windows=(Window(start=first, end=last, weekdays=days or tuple(range(7))),)
    )


@pytest.mark.parametrize(
    ("time", "inside"),
    [
        ("2024-01-09T07:59:59.999999", False),
        ("2024-01-09T08:00:00", True),
        ("2024-01-09T19:59:59.999999", True),
        ("2024-01-09T20:00:00", False),
        ("2024-07-09T08:00:00", True),
        ("2024-07-09T07:59:00", False),
    ],
)
def test_a_window_holds_its_start_and_not_its_end(time: str, inside: bool) -> None:  # noqa: FBT001
    assert hours("08:00", "20:00").open_at(ns(time, LONDON)) is inside


@pytest.mark.parametrize(
    ("time", "inside"),
    [
        ("2024-01-12T21:59:00", False),  # a Friday
        ("2024-01-12T22:00:00", True),
        ("2024-01-13T05:59:00", True),  # Saturday's morning belongs to Friday's window
        ("2024-01-13T06:00:00", False),
        ("2024-01-13T22:00:00", False),
        ("2024-01-12T05:00:00", False),  # Thursday has no window
    ],
)
def test_a_window_past_midnight_belongs_to_the_day_it_begins_on(
    time: str,
    inside: bool,  # noqa: FBT001
) -> None:
    assert hours("22:00", "06:00", 4).open_at(ns(time, LONDON)) is inside


def test_sundays_night_ends_on_monday_morning() -> None:
    night = hours("22:00", "06:00", 6)
    assert night.open_at(ns("2024-01-15T03:00:00", LONDON))
    assert not night.open_at(ns("2024-01-14T03:00:00", LONDON))


@pytest.mark.parametrize(
    ("time", "inside"),
    [
        ("2024-03-31T00:30:00+00:00", False),  # 00:30 there
        ("2024-03-31T00:59:59+00:00", False),
        ("2024-03-31T01:00:00+00:00", True),  # 02:00: one o'clock was left out
        ("2024-03-31T01:59:59+00:00", True),
        ("2024-03-31T02:00:00+00:00", False),
        ("2024-10-26T23:59:59+00:00", False),  # 00:59 there
        ("2024-10-27T00:00:00+00:00", True),  # 01:00, the first time
        ("2024-10-27T01:00:00+00:00", True),  # 01:00, the second time
        ("2024-10-27T02:59:59+00:00", True),
        ("2024-10-27T03:00:00+00:00", False),
    ],
)
def test_the_clock_on_the_wall_counts_when_it_is_changed(
    time: str,
    inside: bool,  # noqa: FBT001
) -> None:
    assert hours("01:00", "03:00").open_at(ns(time)) is inside


def test_the_zone_counts_and_not_the_machine() -> None:
    opening = hours("09:30", "16:00", 0, 1, 2, 3, 4, zone=NEW_YORK)
    assert opening.open_at(ns("2024-01-09T14:30:00+00:00"))
    assert not opening.open_at(ns("2024-01-09T14:29:00+00:00"))
    assert opening.open_at(ns("2024-07-09T13:30:00+00:00"))


def test_one_of_several_windows_is_enough() -> None:
    split = replace(
        hours("08:00", "12:00"),
        windows=(Window(start=480, end=720), Window(start=780, end=1440)),
    )
    inside = [split.open_at(ns(f"2024-01-09T{hour:02d}:30:00", LONDON)) for hour in range(24)]
    assert [hour for hour, is_open in enumerate(inside) if is_open] == [
        8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
    ]  # fmt: skip
    assert str(split) == "08:00-12:00; 13:00-24:00 Europe/London"


@given(minute=st.integers(0, 1439), start=st.integers(0, 1439), length=st.integers(1, 1439))
def test_a_window_lasts_as_long_wherever_it_begins(minute: int, start: int, length: int) -> None:
    window = Window(start=start, end=(start + length) % 1440)
    assert window.holds(3, minute) is ((minute - start) % 1440 < length)


def test_the_gate_refuses_outside_the_hours_and_says_them() -> None:
    late = ns("2024-07-09T20:00:00", LONDON)
    limits = replace(LIMITS, trading_hours=hours("08:00", "20:00"))
    asked = signal(made_ns=late, expires_ns=late)
    refused = ask(asked, what=market(price_ns=late), limits=limits, now=late)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.OUTSIDE_HOURS
    assert refused.observed == "Tue 2024-07-09 20:00 BST"
    assert refused.limit == "08:00-20:00 Europe/London"
    always = replace(LIMITS, trading_hours=None)
    assert outcome(ask(asked, what=market(price_ns=late), limits=always, now=late)) is None
