"""Trading hours as a configuration says them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeGuard
from zoneinfo import ZoneInfo, available_timezones

from tidegate.errors import Code, LimitError, one_of
from tidegate.guardrails.hours import DAY, WEEKDAYS, Hours, Window
from tidegate.guardrails.wording import quoted

_EXAMPLE = (
    '{"timezone": "Europe/London", "windows": [{"start": "08:00", "end": "22:00", '
    '"weekdays": ["mon", "tue", "wed", "thu", "fri"]}]}'
)
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)")


def read_hours(raw: object, where: str) -> Hours | None:
    """Read trading hours; null is always."""
    if raw is None:
        return None
    fields = _fields(raw, where, required=("timezone", "windows"))
    windows = fields["windows"]
    if not _is_list(windows) or not windows:
        _refuse(
            f"{where}/windows", "the windows are a list", "a list of one window or more", windows
        )
    zone = _zone(fields["timezone"], f"{where}/timezone")
    read = [_window(one, f"{where}/windows/{place}") for place, one in enumerate(windows)]
    return Hours(zone=zone, windows=tuple(read))


def _zone(name: object, where: str) -> ZoneInfo:
    zones = available_timezones()
    if isinstance(name, str) and name in zones:
        return ZoneInfo(name)
    raise LimitError(
        Code.BAD_HOURS,
        f"there is no time zone {quoted(name)}",
        where=where,
        expected='an IANA name, like "Europe/London"',
        found=quoted(name),
        remedy=one_of(str(name), zones, otherwise='write "UTC" if in doubt'),
    )


def _window(raw: object, where: str) -> Window:
    fields = _fields(raw, where, required=("start", "end"), optional=("weekdays",))
    start = _minute(fields["start"], f"{where}/start")
    end = _minute(fields["end"], f"{where}/end")
    if start == DAY:
        _refuse(f"{where}/start", "a window begins on its day", "a time before 24:00", "24:00")
    if start == end:
        _refuse(
            f"{where}/end",
            "a window that starts when it ends is empty",
            "another time than the start",
            fields["end"],
        )
    return Window(start=start, end=end, weekdays=_weekdays(fields.get("weekdays"), where))


def _minute(raw: object, where: str) -> int:
    match = _TIME.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        _refuse(where, "this is not a time of day", "HH:MM, from 00:00 to 24:00", raw)
    hour, minute = (int(part) for part in match.groups() if part is not None)
    return hour * 60 + minute


def _weekdays(raw: object, where: str) -> tuple[int, ...]:
    if raw is None:
        return tuple(range(len(WEEKDAYS)))
    if not _is_list(raw) or not raw or any(day not in WEEKDAYS for day in raw):
        _refuse(f"{where}/weekdays", "these are not weekdays", f"of {', '.join(WEEKDAYS)}", raw)
    return tuple(place for place, day in enumerate(WEEKDAYS) if day in raw)


def _fields(
    raw: object, where: str, *, required: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, object]:
    if not isinstance(raw, Mapping):
        _refuse(where, "trading hours are an object", "an object, or null for always", raw)
    fields = {str(name): value for name, value in raw.items()}
    known = (*required, *optional)
    for name in fields:
        if name not in known:
            _refuse(f"{where}/{name}", f'there is no "{name}" here', ", ".join(known), name)
    for name in required:
        if name not in fields:
            _refuse(f"{where}/{name}", f'"{name}" is missing', ", ".join(required), None)
    return fields


def _is_list(raw: object) -> TypeGuard[Sequence[object]]:
    return isinstance(raw, Sequence) and not isinstance(raw, str)


def _refuse(where: str, problem: str, expected: str, found: object) -> NoReturn:
    raise LimitError(
        Code.BAD_HOURS,
        problem,
        where=where,
        expected=expected,
        found="nothing" if found is None else quoted(found),
        remedy=f"write null for always, or for example {_EXAMPLE}",
    )
