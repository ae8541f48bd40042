"""Which candles are not there yet, and how those that came are put beside the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tidegate.model import Candles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.model import Floats, Ints, Timeframe

MS_NS = 1_000_000
_PLACES = 6
"""Time, open, high, low, close, volume."""

_MANY: Final = 20

Rows = list[list[float]]
"""Candles as ccxt has them: milliseconds, open, high, low, close, volume."""


class Span(NamedTuple):
    """From the opening of one candle to that of another, the second not included."""

    start_ns: int
    stop_ns: int


def missing(times: Ints, timeframe: Timeframe, whole: Span, page: int) -> list[Span]:
    """Return where candles are missing, oldest first; holes that one page spans are asked at once.

    `times` are in order and without duplicates. What is before the first of them comes in
    pieces, each complete by itself, the youngest first: an end at any moment leaves no hole.
    """
    if not len(times):
        return [whole] if whole.stop_ns > whole.start_ns else []
    step = timeframe.ns
    first, last = int(times[0]), int(times[-1])
    after = np.flatnonzero(np.diff(times) > step)
    holes = [
        Span(max(int(times[row]) + step, whole.start_ns), min(int(times[row + 1]), whole.stop_ns))
        for row in after
    ]
    found = [
        *reversed(_pieces(Span(whole.start_ns, min(first, whole.stop_ns)), step * page * 20)),
        *_joined([hole for hole in holes if hole.stop_ns > hole.start_ns], step * page),
        Span(max(last + step, whole.start_ns), whole.stop_ns),
    ]
    return [span for span in found if span.stop_ns > span.start_ns]


def _pieces(span: Span, length_ns: int) -> list[Span]:
    return [
        Span(start, min(start + length_ns, span.stop_ns))
        for start in range(span.start_ns, span.stop_ns, length_ns)
    ]


def _joined(holes: Sequence[Span], length_ns: int) -> list[Span]:
    joined: list[Span] = []
    for hole in holes:
        if joined and hole.stop_ns - joined[-1].start_ns <= length_ns:
            joined[-1] = Span(joined[-1].start_ns, hole.stop_ns)
        else:
            joined.append(hole)
    return joined


def columns(rows: Rows) -> list[Floats]:
    """Return rows as columns, times in nanoseconds."""
    if not rows:
        return [np.empty(0, dtype=np.float64) for _ in range(_PLACES)]
    table = np.array([row[:_PLACES] for row in rows], dtype=np.float64)
    return list(table.T)


def sound_rows(rows: Rows, timeframe: Timeframe) -> Rows:
    """Return those rows that are candles at all, one for each opening, oldest first."""
    if len(rows) > _MANY and _all_sound(rows, timeframe):
        return rows
    known: dict[int, list[float]] = {}
    for row in rows:
        if len(row) < _PLACES or any(value is None for value in row[:_PLACES]):
            continue
        time_ns = int(row[0]) * MS_NS
        if time_ns == timeframe.opening(time_ns) and _possible(row):
            known[time_ns] = row
    return [known[time_ns] for time_ns in sorted(known)]


def _all_sound(rows: Rows, timeframe: Timeframe) -> bool:
    """Tell at a glance whether nothing is to be left out, which is the rule."""
    try:
        time, opened, high, low, close, volume = np.array(rows, dtype=np.float64).T[:_PLACES]
    except (TypeError, ValueError):  # a value is missing, or a whole column
        return False
    step, anchor = timeframe.ns // MS_NS, timeframe.anchor_ns // MS_NS
    inf = float("inf")
    return bool(
        ((time - anchor) % step == 0).all()
        and (np.diff(time) > 0).all()
        and ((low > 0) & (low <= opened) & (opened <= high) & (high < inf)).all()
        and ((low <= close) & (close <= high) & (volume >= 0) & (volume < inf)).all()
    )


def _possible(row: list[float]) -> bool:
    _, opened, high, low, close, volume = row[:_PLACES]
    inf = float("inf")
    return 0 < low <= opened <= high < inf and low <= close <= high and 0 <= volume < inf


def candles_of(pair: str, timeframe: Timeframe, rows: Rows) -> Candles:
    """Return rows as candles."""
    time, opened, high, low, close, volume = columns(rows)
    return Candles(
        pair=pair,
        timeframe=timeframe,
        time=np.array([int(row[0]) * MS_NS for row in rows], dtype=np.int64)
        if rows
        else time.astype(np.int64),
        open=np.ascontiguousarray(opened),
        high=np.ascontiguousarray(high),
        low=np.ascontiguousarray(low),
        close=np.ascontiguousarray(close),
        volume=np.ascontiguousarray(volume),
    )


def united(old: Candles, new: Candles) -> Candles:
    """Return both in order; where both have a candle, the old one stays."""
    if not len(old):
        return replace(new, origin=old.origin)
    time = np.concatenate([old.time, new.time])
    _, rows = np.unique(time, return_index=True)  # the first of equals: the old one
    return replace(
        old,
        time=time[rows],
        open=np.concatenate([old.open, new.open])[rows],
        high=np.concatenate([old.high, new.high])[rows],
        low=np.concatenate([old.low, new.low])[rows],
        close=np.concatenate([old.close, new.close])[rows],
        volume=np.concatenate([old.volume, new.volume])[rows],
    )
