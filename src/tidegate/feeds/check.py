"""What is wrong with candles, in words, found in a few passes over the arrays."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.feeds import faults
from tidegate.feeds.instants import spoken
from tidegate.model import DAY_NS, MINUTE_NS

if TYPE_CHECKING:
    from tidegate.model import Bools, Candles, Ints


_WEEK_NS: Final = 7 * DAY_NS


class Severity(StrEnum):
    """Whether a finding forbids a backtest."""

    ERROR = "error"
    WARNING = "warning"


class Kind(StrEnum):
    """What a finding is about."""

    WRONG_TIMEFRAME = "wrong-timeframe"
    DISORDER = "disorder"
    DUPLICATE = "duplicate"
    OFF_GRID = "off-grid"
    NOT_FINITE = "not-finite"
    BAD_PRICE = "bad-price"
    BAD_VOLUME = "bad-volume"
    IMPOSSIBLE = "impossible"
    GAP = "gap"
    ZERO_VOLUME = "zero-volume"


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of fault: how often, and where first."""

    kind: Kind
    count: int
    """Rows at fault; for a gap, candles that are missing."""
    row: int
    """The first row at fault, counted from 0; for a gap, the row after it."""
    time_ns: int
    """When that row opened; for a gap, when the first missing candle would have."""
    sentence: str
    severity: Severity = Severity.ERROR


def inspect(candles: Candles, *, first_row: int = 0) -> list[Finding]:
    """Return each kind of fault in the candles, those that spoil most first.

    `first_row` is the row of the file that the candles begin with.
    """
    if not len(candles):
        return []
    times, gaps = ([], []) if faults.times_are_sound(candles) else _times(candles, first_row)
    values = [] if faults.values_are_sound(candles) else _values(candles, first_row)
    return [*times, *values, *gaps, *_quiet(candles, first_row)]


def is_sound(findings: list[Finding]) -> bool:
    """Return whether candles with these findings can be traded on."""
    return not any(finding.severity is Severity.ERROR for finding in findings)


def _times(candles: Candles, first_row: int) -> tuple[list[Finding], list[Finding]]:
    """Return the faults of the times, and apart from them the gaps."""
    time, timeframe = candles.time, candles.timeframe
    later = np.flatnonzero(time[1:] < time[:-1]) + 1
    order = np.argsort(time, kind="stable") if len(later) else np.arange(len(time))
    ordered = time[order]
    again = np.sort(order[1:][ordered[1:] == ordered[:-1]])
    found = [
        *_rows(candles, (Kind.DISORDER, later, "opens earlier than the one before it"), first_row),
        *_rows(candles, (Kind.DUPLICATE, again, "opens at the same time as another"), first_row),
    ]
    distinct = np.unique(ordered) if len(again) else ordered
    apart = faults.other_spacing(distinct, timeframe)
    if apart is not None:
        return [_wrong_timeframe(candles, apart, first_row), *found], []
    stray = np.flatnonzero(faults.off_grid(time, timeframe))
    what = f"opens off the {timeframe} grid"
    found += _rows(candles, (Kind.OFF_GRID, stray, what), first_row)
    return found, _gaps(candles, order, first_row)


def _wrong_timeframe(candles: Candles, apart: int, first_row: int) -> Finding:
    timeframe = candles.timeframe
    if apart == timeframe.ns:
        weeks = ", where weeks open on Mondays" if apart == _WEEK_NS else ""
        sentence = f"the candles open off the {timeframe} grid{weeks}"
    else:
        sentence = f"the candles are {_length(apart)} apart, not {timeframe}"
    stray = np.flatnonzero(faults.off_grid(candles.time, timeframe))
    row, count = (int(stray[0]), len(stray)) if len(stray) else (0, len(candles))
    time_ns = int(candles.time[row])
    return Finding(Kind.WRONG_TIMEFRAME, count, first_row + row, time_ns, sentence)


def _values(candles: Candles, first_row: int) -> list[Finding]:
    masks: list[tuple[Kind, Bools, str]] = [
        (Kind.NOT_FINITE, faults.not_finite(candles), "holds a value that is no finite number"),
        (Kind.BAD_PRICE, faults.bad_price(candles), "holds a price of zero or below"),
        (Kind.BAD_VOLUME, faults.bad_volume(candles), "holds a negative volume"),
        (Kind.IMPOSSIBLE, faults.impossible(candles), "opens or closes outside its high and low"),
    ]
    return [
        finding
        for kind, mask, what in masks
        for finding in _rows(candles, (kind, np.flatnonzero(mask), what), first_row)
    ]


def _rows(candles: Candles, fault: tuple[Kind, Ints, str], first_row: int) -> list[Finding]:
    kind, rows, what = fault
    if not len(rows):
        return []
    time_ns = int(candles.time[rows[0]])
    first = first_row + int(rows[0])
    where = f"row {first} ({spoken(time_ns)})"
    sentence = (
        f"the candle in {where} {what}"
        if len(rows) == 1
        else f"{len(rows):,} candles are at fault: the first, in {where}, {what}"
    )
    return [Finding(kind, len(rows), first, time_ns, sentence)]


def _gaps(candles: Candles, order: Ints, first_row: int) -> list[Finding]:
    timeframe = candles.timeframe
    ordered = candles.time[order]
    opening = ordered - (ordered - timeframe.anchor_ns) % timeframe.ns
    missing = np.maximum((opening[1:] - opening[:-1]) // timeframe.ns - 1, 0)
    holes = np.flatnonzero(missing)
    if not len(holes):
        return []
    first = int(holes[0])
    time_ns = int(opening[first]) + timeframe.ns
    row = first_row + int(order[first + 1])
    count = int(missing.sum())
    candles_are = "1 candle is" if count == 1 else f"{count:,} candles are"
    places = "" if len(holes) == 1 else f" in {len(holes):,} places"
    sentence = f"{candles_are} missing{places}, the first at {spoken(time_ns)}, before row {row}"
    return [Finding(Kind.GAP, count, row, time_ns, sentence)]


def _quiet(candles: Candles, first_row: int) -> list[Finding]:
    count = len(candles) - int(np.count_nonzero(candles.volume))
    if not count:
        return []
    first = int(np.argmin(candles.volume != 0))
    time_ns = int(candles.time[first])
    row = first_row + first
    noun = "candle has" if count == 1 else "candles have"
    sentence = (
        f"{count:,} {noun} no volume ({count / len(candles):.1%}), "
        f"the first in row {row} ({spoken(time_ns)})"
    )
    return [Finding(Kind.ZERO_VOLUME, count, row, time_ns, sentence, Severity.WARNING)]


def _length(ns: int) -> str:
    for size, unit in ((DAY_NS, "d"), (60 * MINUTE_NS, "h"), (MINUTE_NS, "m")):
        if ns % size == 0:
            return f"{ns // size}{unit}"
    return f"{ns / 1e9:g}s"
