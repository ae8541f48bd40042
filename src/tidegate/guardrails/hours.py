"""Hours in which new risk may be taken, in local time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = 1440  # minutes
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A part of the day, in minutes since local midnight; past midnight if the end is earlier."""

    start: int
    end: int
    """Not included; 1440 is the midnight that ends the day."""
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    """The days on which it begins, Monday is 0."""

    def holds(self, weekday: int, minute: int) -> bool:
        """Return whether this minute of this day lies inside."""
        if self.start < self.end:
            return self.start <= minute < self.end and weekday in self.weekdays
        if minute >= self.start:
            return weekday in self.weekdays
        return minute < self.end and (weekday - 1) % 7 in self.weekdays

    def document(self) -> dict[str, object]:
        """Return it as a configuration says it."""
        span: dict[str, object] = {"start": _clock(self.start), "end": _clock(self.end)}
        every = len(self.weekdays) == len(WEEKDAYS)
        return span if every else span | {"weekdays": [WEEKDAYS[day] for day in self.weekdays]}

    def __str__(self) -> str:
        """Return it as people write it."""
        days = ",".join(WEEKDAYS[day] for day in self.weekdays)
        every = len(self.weekdays) == len(WEEKDAYS)
        return f"{_clock(self.start)}-{_clock(self.end)}" + ("" if every else f" {days}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Windows of local time; outside all of them nothing new is traded."""

    zone: ZoneInfo
    windows: tuple[Window, ...]

    def local(self, time_ns: int) -> datetime:
        """Return what the clock on the wall shows there at an instant (nanoseconds UTC)."""
        return (_EPOCH + timedelta(microseconds=time_ns // 1000)).astimezone(self.zone)

    def open_at(self, time_ns: int) -> bool:
        """Return whether an instant (nanoseconds UTC) lies inside one of the windows."""
        moment = self.local(time_ns)
        weekday, minute = moment.weekday(), moment.hour * 60 + moment.minute
        return any(window.holds(weekday, minute) for window in self.windows)

    def document(self) -> dict[str, object]:
        """Return them as a configuration says them."""
        windows = [window.document() for window in self.windows]
        return {"timezone": self.zone.key, "windows": windows}

    def __str__(self) -> str:
        """Return them as people write them."""
        return f"{'; '.join(map(str, self.windows))} {self.zone.key}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
