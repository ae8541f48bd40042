"""Market filters: when a definition may enter at all."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

import numpy as np

from tidegate.errors import Code, DefinitionError, one_of
from tidegate.strategies.condition import Condition
from tidegate.strategies.declared.wiring import read_timeframe
from tidegate.strategies.hours import Window, open_hours
from tidegate.strategies.indicators import find

if TYPE_CHECKING:
    from tidegate.strategies.definition import Faults
    from tidegate.strategies.definition.filters import Filters, Hours, Trend, Volatility, Volume
    from tidegate.strategies.frame import Frame

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def check_filters(filters: Filters, faults: Faults) -> None:
    """Note filters that hold nothing back, or everything."""
    for name, limits in (("volatility", ("min", "max")), ("volume", ("min_ratio", "min_quote"))):
        part = getattr(filters, name)
        if part is not None and all(getattr(part, limit) is None for limit in limits):
            faults.add(_says_nothing(faults.where("filters", name), name, limits))
    volatility = filters.volatility
    if (
        volatility is not None
        and volatility.min is not None
        and volatility.max is not None
        and volatility.min > volatility.max
    ):
        faults.add(
            DefinitionError(
                Code.OUT_OF_RANGE,
                "no volatility is above min and below max",
                where=faults.where("filters", "volatility", "min"),
                expected=f"min at most max ({volatility.max:g})",
                found=f"min {volatility.min:g}",
                remedy="swap the two",
            )
        )
    for position, hours in enumerate(filters.hours):
        _check_hours(hours, position, faults)
    for name in ("volatility", "trend"):
        part = getattr(filters, name)
        if part is not None:
            try:
                where = faults.where("filters", name, "timeframe")
                read_timeframe(part.timeframe, where=where)
            except DefinitionError as error:
                faults.add(error)


def _says_nothing(where: str, name: str, limits: tuple[str, ...]) -> DefinitionError:
    return DefinitionError(
        Code.MISSING_FIELD,
        f"the {name} filter has no limit",
        where=where,
        expected=" or ".join(limits),
        found="neither",
        remedy="give a limit, or take the filter out",
    )


def _check_hours(hours: Hours, position: int, faults: Faults) -> None:
    zones = available_timezones()
    if hours.timezone not in zones:
        faults.add(
            DefinitionError(
                Code.BAD_HOURS,
                f'there is no time zone "{hours.timezone}"',
                where=faults.where("filters", "hours", position, "timezone"),
                expected='an IANA name, like "Europe/London"',
                found=f'"{hours.timezone}"',
                remedy=one_of(hours.timezone, zones, otherwise='write "UTC" if in doubt'),
            )
        )
    if hours.start == hours.end:
        faults.add(
            DefinitionError(
                Code.BAD_HOURS,
                "a window that starts when it ends is empty",
                where=faults.where("filters", "hours", position, "end"),
                expected=f"another time than {hours.start}",
                found=hours.end,
                remedy='write "00:00" to "24:00" for the whole day',
            )
        )


class Gates:
    """The filters of a definition, asked for one pair."""

    def __init__(self, filters: Filters) -> None:
        """Take filters that have been checked."""
        self._filters = filters
        self._windows = [_window(hours) for hours in filters.hours]

    def either(self, frame: Frame) -> Condition | None:
        """Return when entries of both sides may pass; None: always."""
        gates = []
        if self._windows:
            allowed = open_hours(frame.candles, self._windows)
            gates.append(Condition("hours", allowed, lambda: ~allowed))
        if self._filters.volatility is not None:
            gates.append(_volatile(frame, self._filters.volatility))
        if self._filters.volume is not None:
            gates.append(_traded(frame, self._filters.volume))
        return reduce(and_, gates) if gates else None

    def side(self, frame: Frame, *, long: bool, both: Condition | None) -> Condition | None:
        """Return when entries of one side may pass, given what holds for both."""
        if self._filters.trend is None:
            return both
        with_trend = _trending(frame, self._filters.trend, long=long)
        return with_trend if both is None else both & with_trend


def _volatile(frame: Frame, filter_: Volatility) -> Condition:
    there = frame.on(filter_.timeframe) if filter_.timeframe else frame
    indicator = find("ATR", where="filters")
    name = "filters.volatility"
    usual = there.compute(indicator, (), {"period": filter_.period}, name=name)[0] / there.close
    limits = []
    if filter_.min is not None:
        limits.append(usual >= filter_.min)
    if filter_.max is not None:
        limits.append(usual <= filter_.max)
    return reduce(and_, limits)


def _traded(frame: Frame, filter_: Volume) -> Condition:
    indicator, params = find("SMA", where="filters"), {"period": filter_.period}
    average = frame.compute(indicator, ("volume",), params, name="filters.volume")[0]
    limits = []
    if filter_.min_ratio is not None:
        limits.append(frame.volume >= average * filter_.min_ratio)
    if filter_.min_quote is not None:
        limits.append(average * frame.close >= filter_.min_quote)
    return reduce(and_, limits)


def _trending(frame: Frame, filter_: Trend, *, long: bool) -> Condition:
    there = frame.on(filter_.timeframe) if filter_.timeframe else frame
    indicator, params = find(filter_.type, where="filters"), {"period": filter_.period}
    average = there.compute(indicator, ("close",), params, name="filters.trend")[0]
    return there.close > average if long else there.close < average


def _window(hours: Hours) -> Window:
    days = hours.weekdays or _WEEKDAYS
    return Window(
        start=_minute(hours.start),
        end=_minute(hours.end),
        zone=ZoneInfo(hours.timezone),
        weekdays=np.array([day in days for day in _WEEKDAYS]),
    )


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
