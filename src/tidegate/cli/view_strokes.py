"""Curves and bars out of letters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEVELS: Final = "▁▂▃▄▅▆▇█"
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_BRAILLE: Final = 0x2800
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The eight dots of a letter, from the top: left and right."""
_DOWN, _ACROSS = 4, 2
_MOST: Final = 1e300


def sparkline(values: Sequence[float], width: int) -> str:
    """Return the latest values as one line of letters, one each; nothing where there are none."""
    shown = _finite(values)[-width:] if width > 0 else []
    if not shown:
        return ""
    low, high = min(shown), max(shown)
    if not high > low:
        return _LEVELS[0] * len(shown)
    top = len(_LEVELS) - 1
    return "".join(_LEVELS[round((value - low) / (high - low) * top)] for value in shown)


def curve(values: Sequence[float], width: int, height: int) -> list[str]:
    """Return a curve through all values, that many letters wide and lines high."""
    if width <= 0 or height <= 0:
        return []
    cells = [[0] * width for _ in range(height)]
    known = _finite(values)
    if known:
        low, high, top = min(known), max(known), height * _DOWN - 1
        before: int | None = None
        for x, value in enumerate(_columns(known, width * _ACROSS)):
            y = top // 2 if not high > low else round((high - value) / (high - low) * top)
            y = min(max(y, 0), top)
            for each in _between(before, y):
                cells[each // _DOWN][x // _ACROSS] |= _DOTS[each % _DOWN][x % _ACROSS]
            before = y
    return ["".join(chr(_BRAILLE + dots) for dots in line) for line in cells]


def bar(share: float | None, width: int) -> str:
    """Return a bar that is filled as far as a share of it; nothing is known: dots."""
    if width <= 0:
        return ""
    if share is None or not math.isfinite(share):
        return "·" * width
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(width, "─")[:width]


def _finite(values: Sequence[float]) -> list[float]:
    """Return what can be drawn, so far from the largest floats that differences are floats too."""
    return [max(-_MOST, min(value, _MOST)) for value in values if math.isfinite(value)]


def _columns(values: list[float], count: int) -> list[float]:
    """Return a value for each column: the last that falls into it, or what lies between two."""
    if len(values) < 2 or len(values) >= count:  # noqa: PLR2004 - one value is a line by itself
        return [values[(number + 1) * len(values) // count - 1] for number in range(count)]
    found = []
    for number in range(count):
        place = number * (len(values) - 1) / (count - 1)
        before = min(int(place), len(values) - 2)
        after = place - before
        found.append(values[before] * (1 - after) + values[before + 1] * after)
    return found


def _between(before: int | None, now: int) -> range:
    """Return the dots of one column, so that a steep curve has no holes."""
    if before is None or before == now:
        return range(now, now + 1)
    return range(now, before) if now < before else range(before + 1, now + 1)
