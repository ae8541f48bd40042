"""The curve of an account's worth, as a drawing that needs no script."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tidegate.research.account_report.words import money

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from tidegate.model import EquityRecord

_WIDTH: Final = 1200
_HEIGHT: Final = 320
_LEFT: Final = 84
_BELOW: Final = 30
_EDGE: Final = 12
_LINES: Final = 4
_DAY_S: Final = 86_400


def curve_drawing(curve: Sequence[EquityRecord], begun_with: Decimal) -> str:
    """Return the curve with its axes, and a line where it began; too little of it: a sentence."""
    if len(curve) < 2:  # noqa: PLR2004 - a line has two ends
        return '<p class="note">No candle has closed yet.</p>'
    corners = _corners([(each.time_ns, float(each.equity)) for each in curve])
    low, high = _span([*(value for _, value in corners), float(begun_with)])
    first, last = corners[0][0], corners[-1][0]

    def x(time_ns: int) -> float:
        return _LEFT + (time_ns - first) / max(last - first, 1) * (_WIDTH - _LEFT - _EDGE)

    def y(value: float) -> float:
        return _EDGE + (high - value) / (high - low) * (_HEIGHT - _EDGE - _BELOW)

    points = " ".join(f"{x(time_ns):.1f},{y(value):.1f}" for time_ns, value in corners)
    floor = _HEIGHT - _BELOW
    ends = f'x1="{_LEFT}" x2="{_WIDTH - _EDGE}"'
    start = y(float(begun_with))
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Equity over time">'
        f"{_rungs(low, high, y)}"
        f'<polygon class="area" points="{_LEFT},{floor} {points} {x(last):.1f},{floor}"/>'
        f'<line class="begun" {ends} y1="{start:.1f}" y2="{start:.1f}"/>'
        f'<polyline class="curve" points="{points}"/>'
        f"{_times(first, last)}</svg>"
    )


def _corners(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return the corners of the curve: what is not written down for long has not changed."""
    gaps = sorted(after[0] - before[0] for before, after in pairwise(points))
    usual = gaps[len(gaps) // 2]
    corners = points[:1]
    for before, after in pairwise(points):
        if after[0] - before[0] > 2 * usual:
            corners.append((after[0] - usual, before[1]))
        corners.append(after)
    return corners


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.08 or abs(high) * 0.01 or 1.0
    return low - room, high + room


def _rungs(low: float, high: float, y: Callable[[float], float]) -> str:
    drawn = []
    for number in range(_LINES):
        value = low + (high - low) * (number + 0.5) / _LINES
        at = y(value)
        drawn.append(
            f'<line class="rung" x1="{_LEFT}" x2="{_WIDTH - _EDGE}" y1="{at:.1f}" y2="{at:.1f}"/>'
            f'<text class="figure" x="{_LEFT - 10}" y="{at + 4:.1f}">{money(value)}</text>'
        )
    return "".join(drawn)


def _times(first: int, last: int) -> str:
    """Return three times along the bottom; days are named where there is more than one."""
    form = "%H:%M" if (last - first) // 10**9 < _DAY_S else "%Y-%m-%d %H:%M"
    places = ((first, _LEFT, "start"), ((first + last) // 2, (_LEFT + _WIDTH) // 2, "middle"))
    drawn = []
    for time_ns, at, anchor in (*places, (last, _WIDTH - _EDGE, "end")):
        words = f"{datetime.fromtimestamp(time_ns // 10**9, UTC):{form}}"
        drawn.append(
            f'<text class="time" x="{at}" y="{_HEIGHT - 8}" text-anchor="{anchor}">{words}</text>'
        )
    return "".join(drawn)
