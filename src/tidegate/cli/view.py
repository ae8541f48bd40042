"""The screen of a trading process: a picture of it in, something to print out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from rich.layout import Layout
from rich.text import Text

from tidegate.cli import view_panels as panels

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.panel import Panel

    from tidegate.runtime.picture import Picture

    Part = Callable[[Picture, int, int], Panel]

_HEAD: Final = 1
_LEAST: Final = 3  # lines of a panel with one row
_EDGES: Final = 2
_LOW: Final = 28  # lines of a terminal that has room for one line of help
_HIGH: Final = 34
_SIGNALS: Final = 0.45  # of the room below the first row
_STYLES: Final = {"active": "bold green", "reducing": "bold yellow", "halted": "bold red"}


def screen(picture: Picture, width: int, height: int, help_lines: tuple[str, ...]) -> Layout:
    """Return the whole screen for a terminal of that size."""
    shown = help_lines[: 1 if height < _LOW else 2 if height < _HIGH else None]
    rows = max(height - _HEAD - len(shown), 3 * _LEAST)
    first = min(max(len(picture.limits), len(picture.pairs)) + _EDGES, rows * 45 // 100)
    first = max(first, _LEAST)
    second = max(round((rows - first) * _SIGNALS), _LEAST)
    third = max(rows - first - second, _LEAST)
    left = min(max(width * 38 // 100, 31), 66)
    right = min(max(width * 36 // 100, 32), 62)
    middle = max(width - left - right, 1)
    top = ((panels.prices, left), (panels.equity, middle), (panels.limits, right))
    held = width * 56 // 100
    root = Layout()
    root.split_column(
        Layout(head(picture), size=_HEAD),
        _row(picture, first, *top),
        _row(picture, second, (panels.signals, width)),
        _row(picture, third, (panels.positions, held), (panels.orders, width - held)),
        Layout(foot(shown), size=max(len(shown), 1)),
    )
    return root


def _row(picture: Picture, height: int, *parts: tuple[Part, int]) -> Layout:
    """Return panels beside each other, each with its width."""
    row = Layout(size=height)
    row.split_row(
        *(Layout(part(picture, width, height), size=max(width, 1)) for part, width in parts)
    )
    return row


def head(picture: Picture) -> Text:
    """Return the line that says whose account it is and how it stands."""
    moment = datetime.fromtimestamp(picture.time_ns // 10**9, UTC)
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(" Tidegate ", style="bold reverse")
    line.append(f"  {picture.account}", style="bold")
    line.append(f"  {picture.where}  ")
    line.append(picture.trading, style=_STYLES.get(picture.trading, "bold"))
    if picture.why:
        line.append(f" ({picture.why})", style="yellow")
    line.append(f"  market time {moment:%Y-%m-%d %H:%M} UTC")
    if picture.news:
        line.append(f"  {picture.news}", style="bright_black")
    return line


def foot(help_lines: tuple[str, ...]) -> Text:
    """Return what may be done now."""
    return Text(
        "\n".join(f" {line}" for line in help_lines),
        style="cyan",
        no_wrap=True,
        overflow="ellipsis",
    )
