"""The stretch of time that a user asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tidegate.errors import Code, OptionError
from tidegate.feeds.instants import SECOND_NS, spoken

_DATES: Final = (
    (re.compile(r"\d{8}"), "%Y%m%d"),
    (re.compile(r"\d{8}T\d{4}"), "%Y%m%dT%H%M"),
    (re.compile(r"\d{8}T\d{6}"), "%Y%m%dT%H%M%S"),
)
_SECONDS: Final = re.compile(r"\d{10}")
_MILLISECONDS: Final = re.compile(r"\d{13}")
_EXPECTED: Final = (
    "START-STOP, START- or -STOP, each a date (20240131), a date and time (20240131T0930) "
    "or an epoch in seconds or milliseconds"
)
_SIDES: Final = 2
# As far as nanoseconds count in 64 bits, to the second.
_LAST_NS: Final = (2**63 - 1) // SECOND_NS * SECOND_NS


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From one instant to another, nanoseconds UTC, both included; None is open."""

    start_ns: int | None = None
    stop_ns: int | None = None

    @classmethod
    def parse(cls, text: str | None, *, where: str = "--timerange") -> TimeRange:
        """Read a range as Freqtrade writes it; nothing at all is open on both sides."""
        if not text:
            return cls()
        sides = text.split("-")
        if len(sides) != _SIDES or not any(sides):
            raise _bad(text, f'"{text}" is not a time range', where)
        start, stop = (_instant(side, text, where) if side else None for side in sides)
        if start is not None and stop is not None and start > stop:
            problem = f"the time range starts at {spoken(start)}, after it stops at {spoken(stop)}"
            raise _bad(text, problem, where, remedy=f"write {sides[1]}-{sides[0]}")
        return cls(start, stop)

    def __str__(self) -> str:
        """Return the range as a user writes it."""
        return f"{_written(self.start_ns)}-{_written(self.stop_ns)}"


EVERYTHING: Final = TimeRange()


def _instant(side: str, text: str, where: str) -> int:
    time_ns = _time_ns(side, text, where)
    if time_ns > _LAST_NS:
        raise _bad(text, f'"{side}" is after {spoken(_LAST_NS)}, the last instant there is', where)
    return time_ns


def _time_ns(side: str, text: str, where: str) -> int:
    if _MILLISECONDS.fullmatch(side):
        return int(side) * 1_000_000
    if _SECONDS.fullmatch(side):
        return int(side) * SECOND_NS
    for shape, form in _DATES:
        if shape.fullmatch(side):
            try:
                moment = datetime.strptime(side, form).replace(tzinfo=UTC)
            except ValueError:
                raise _bad(text, f'"{side}" is on no calendar', where) from None
            return int(moment.timestamp()) * SECOND_NS
    raise _bad(text, f'"{side}" is not a date', where)


def _written(time_ns: int | None) -> str:
    if time_ns is None:
        return ""
    moment = datetime.fromtimestamp(time_ns // SECOND_NS, UTC)
    if moment.second:
        return f"{moment:%Y%m%dT%H%M%S}"
    return f"{moment:%Y%m%dT%H%M}" if moment.hour or moment.minute else f"{moment:%Y%m%d}"


def _bad(text: str, problem: str, where: str, *, remedy: str | None = None) -> OptionError:
    return OptionError(
        Code.BAD_TIMERANGE,
        problem,
        where=where,
        expected=_EXPECTED,
        found=f'"{text}"',
        remedy=remedy or "write it like 20240101-20240201; leave out a side for no limit",
    )
