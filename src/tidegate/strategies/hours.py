"""Which candles close within hours that are given in local time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.model import DAY_NS, MINUTE_NS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from tidegate.model import Bools, Candles, Ints

_DAY: Final = 1440  # minutes
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_WEEKDAY: Final = 3  # a Thursday, with Monday as 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Hours of the day, in minutes since local midnight; past midnight if the end is earlier."""

    start: int
    end: int
    zone: ZoneInfo
    weekdays: Bools
    """For each day from Monday, whether a window begins on it."""


def open_hours(candles: Candles, windows: Sequence[Window]) -> Bools:
    """Return which candles close inside one of the windows: the end itself is outside."""
    closes = candles.time + candles.timeframe.ns
    inside = np.zeros(len(candles), dtype=np.bool_)
    for window in windows:
        minutes = closes // MINUTE_NS + offsets(closes, window.zone)
        day, minute = np.divmod(minutes, _DAY)
        weekday = (day + _EPOCH_WEEKDAY) % 7
        if window.start < window.end:
            within = (minute >= window.start) & (minute < window.end)
            inside |= within & window.weekdays[weekday]
        else:
            evening = (minute >= window.start) & window.weekdays[weekday]
            morning = (minute < window.end) & window.weekdays[weekday - 1]
            inside |= evening | morning
    return inside


def offsets(times: Ints, zone: ZoneInfo) -> Ints:
    """Return how many minutes local time is ahead of UTC at each of these instants."""
    if len(times) == 0:
        return times
    changes, ahead = _changes(int(times[0]), int(times[-1]), zone)
    spans = np.diff(np.searchsorted(times, changes[1:]), prepend=0, append=len(times))
    return np.repeat(ahead, spans)


def _changes(first: int, last: int, zone: ZoneInfo) -> tuple[Ints, Ints]:
    """Return the instants from which a new offset holds, and the offsets, day by day."""
    changes, ahead = [first], [_offset(first, zone)]
    day = first
    while day < last:
        tomorrow = min(day + DAY_NS, last)
        if _offset(tomorrow, zone) != ahead[-1]:
            low, high = day, tomorrow
            while high - low > MINUTE_NS:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(middle, zone) == ahead[-1] else (low, middle)
            changes.append(high // MINUTE_NS * MINUTE_NS)
            ahead.append(_offset(high, zone))
        day = tomorrow
    return np.array(changes), np.array(ahead)


def _offset(time_ns: int, zone: ZoneInfo) -> int:
    instant = _EPOCH + timedelta(microseconds=time_ns // 1000)
    offset = instant.astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds() // 60)
