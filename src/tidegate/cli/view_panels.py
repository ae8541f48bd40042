"""The parts of the screen: each is made of a picture and the room there is."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tidegate.cli.view_strokes import bar, curve, sparkline

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from rich.console import RenderableType

    from tidegate.runtime.picture import LimitShown, PairShown, Picture, SignalShown

NOTHING: Final = "–"
_GAIN, _LOSS, _WARNING, _QUIET = "green", "red", "yellow", "bright_black"
_NEAR: Final = 0.8
_SPARK: Final = 5  # letters of a sparkline that are worth having
_MOST_SPARK: Final = 40
_LARGE: Final = 10**15
_FRAME: Final = 4  # what a panel's border and padding take of its width
_EDGES: Final = 2  # and of its height
_LEAST_WORDS: Final = 6
_WITH_STRATEGY: Final = 54  # columns from which on there is room for it
_WITH_PRICE: Final = 66
_WITH_TIME: Final = 40
_WITH_DEPOSITS: Final = 44
_ROWS_BEFORE_HEAD: Final = 3


def prices(picture: Picture, width: int, height: int) -> Panel:
    """Return what each pair trades at, and how it came there."""
    table = _grid("left", "right", "right", "left")
    rows = picture.pairs[: height - _EDGES]
    words = [(each.pair, price(each.price), signed_percent(each.change)) for each in rows]
    taken = sum(max(map(len, column)) for column in zip(*words, strict=True))
    room = min(width - _FRAME - taken - len(table.columns), _MOST_SPARK)
    for shown, (pair, at, change) in zip(rows, words, strict=True):
        style = _colour(shown.change)
        line = Text(_spark(shown, room), style=style)
        table.add_row(Text(pair, style="bold"), at, Text(change, style=style), line)
    return _panel("prices", table)


def _spark(shown: PairShown, room: int) -> str:
    if room < _SPARK:
        return ""
    heard = () if shown.price is None else (float(shown.price),)
    return sparkline((*shown.closes, *heard), room)


def equity(picture: Picture, width: int, height: int) -> Panel:
    """Return what the account is worth, and how it came to that."""
    gain = picture.gain
    style = _colour(gain)
    head = Text(no_wrap=True, overflow="ellipsis")
    head.append(money(picture.equity), style="bold")
    head.append(f"  {signed_percent(gain)}", style=style)
    lines = [head]
    if height - _EDGES > _EDGES:
        words = f"realised {signed(picture.realised)}"
        if width >= _WITH_DEPOSITS:
            words += f", begun with {money(picture.deposits)}"
        lines.append(Text(words, style=_QUIET, no_wrap=True, overflow="ellipsis"))
    drawn = curve(picture.curve, width - _FRAME, height - _EDGES - len(lines))
    lines += [Text(line, style=style, no_wrap=True) for line in drawn]
    whole = Text("\n").join(lines)
    whole.no_wrap, whole.overflow = True, "ellipsis"
    return _panel(f"equity, {picture.currency}", whole)


def limits(picture: Picture, width: int, height: int) -> Panel:
    """Return how much of each limit is used; where there is little room, the fullest ones."""
    room = height - _EDGES
    shown = picture.limits
    if len(shown) > room:
        fullest = sorted(shown, key=lambda each: -_fullness(each))[: max(room, 0)]
        shown = tuple(each for each in shown if each in fullest)
    table = _grid("left", "left", "right")
    long = max((len(_used(each)) for each in shown), default=0)
    name = max((len(each.name) for each in shown), default=0)
    wide = max(width - _FRAME - name - long - 2, 3)
    for each in shown:
        style = _filled(each)
        table.add_row(each.name, Text(bar(each.share, wide), style=style), _used(each))
    return _panel("limits used", table)


def _used(shown: LimitShown) -> str:
    return f"{shown.used}/{shown.limit}"


def _fullness(shown: LimitShown) -> float:
    return math.inf if shown.share is None or math.isnan(shown.share) else shown.share


def _filled(shown: LimitShown) -> str:
    full = _fullness(shown)
    return _LOSS if full >= 1 else _WARNING if full >= _NEAR else _GAIN


def signals(picture: Picture, width: int, height: int) -> Panel:
    """Return what strategies wished for, and what the gate said to it."""
    table = _grid("left", "left", "left", "left", "left")
    rows = picture.signals[: height - _EDGES]
    taken = (8, *(max((len(each) for each in column), default=0) for column in _columns(rows)))
    room = max(width - _FRAME - sum(taken) - len(taken) - 1, _LEAST_WORDS)
    for shown in rows:
        moment = Text(clock(shown.time_ns), style=_QUIET)
        table.add_row(moment, shown.strategy, shown.pair, shown.wish, _verdict(shown, room))
    counted = f"{picture.passed:,} passed, {picture.refused:,} refused this time"
    title = f"signals and the gate: {counted}"
    return _panel(title, table if rows else _nothing("no strategy has asked for anything yet"))


def _columns(rows: Sequence[SignalShown]) -> tuple[list[str], ...]:
    strategies, pairs = [each.strategy for each in rows], [each.pair for each in rows]
    return strategies, pairs, [each.wish for each in rows]


def _verdict(shown: SignalShown, room: int) -> Text:
    """Return what the gate said, cut to the room there is: the other columns have to stay."""
    if shown.passed:
        return Text("passed", style=_GAIN)
    verdict = Text()
    verdict.append(f"refused: {shown.guardrail}", style=_WARNING)
    verdict.append(f"  {shown.words}", style=_QUIET)
    verdict.truncate(room, overflow="ellipsis")
    return verdict


def positions(picture: Picture, width: int, height: int) -> Panel:
    """Return what is held, and what it would bring."""
    needs = {"strategy": _WITH_STRATEGY, ">now": _WITH_PRICE}
    every = ("pair", "strategy", ">bought at", ">now", ">profit", ">")
    names = [name for name in every if width >= needs.get(name, 0)]
    table = _headed(names, height)
    for shown in picture.positions[: height - _EDGES - table.show_header]:
        style = _colour(shown.ratio)
        pair = Text(shown.pair, style="bold")
        if shown.direction == "short":
            pair.append(" short", style=_WARNING)
        cells = {
            "pair": pair,
            "strategy": Text(shown.strategy, style=_QUIET),
            ">bought at": Text(price(shown.average)),
            ">now": Text(price(shown.price)),
            ">profit": Text(signed(shown.profit), style=style),
            ">": Text(signed_percent(shown.ratio), style=style),
        }
        table.add_row(*(cells[name] for name in names))
    title = f"positions: {len(picture.positions)}"
    return _panel(title, table if picture.positions else _nothing("nothing is held"))


def orders(picture: Picture, width: int, height: int) -> Panel:
    """Return the latest orders, and where each stands."""
    timed = width >= _WITH_TIME
    names = (*(("made",) if timed else ()), "side", "pair", ">at", "state")
    table = _headed(names, height)
    for shown in picture.orders[: height - _EDGES - table.show_header]:
        cells: list[RenderableType] = [Text(clock(shown.time_ns), style=_QUIET)] if timed else []
        side = Text(shown.side, style=_GAIN if shown.side == "buy" else _LOSS)
        state = Text(shown.state, style=_WARNING if shown.state == "unresolved" else _QUIET)
        table.add_row(*cells, side, shown.pair, price(shown.price), state)
    return _panel("orders", table if picture.orders else _nothing("none yet"))


# words and figures


def clock(time_ns: int) -> str:
    """Return the time of day, UTC."""
    return f"{datetime.fromtimestamp(time_ns // 10**9, UTC):%H:%M:%S}"


def price(value: Decimal | None) -> str:
    """Return a price with as many digits as tell two of them apart."""
    if value is None or not value.is_finite():
        return NOTHING
    size = abs(value)
    if size >= _LARGE:
        return f"{value:.3e}"
    decimals = 2 if size >= 100 else 4 if size >= 1 else 6  # noqa: PLR2004 - of five digits or so
    return f"{value:,.{decimals}f}"


def money(value: Decimal | None) -> str:
    """Return an amount of money to the hundredth."""
    if value is None or not value.is_finite():
        return NOTHING
    return f"{value:.3e}" if abs(value) >= _LARGE else f"{value:,.2f}"


def signed(value: Decimal | None) -> str:
    """Return the same with its sign."""
    text = money(value)
    return text if value is None or text == NOTHING or value < 0 else f"+{text}"


def signed_percent(fraction: float | None) -> str:
    """Return a change as a percentage with its sign."""
    if fraction is None or not math.isfinite(fraction):
        return NOTHING
    percent = fraction * 100
    return f"{percent:+.1e}%" if abs(percent) >= 10**4 else f"{percent:+.2f}%"


def _colour(value: float | None) -> str:
    if value is None or not math.isfinite(value) or value == 0:
        return _QUIET
    return _GAIN if value > 0 else _LOSS


def _grid(*columns: str) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    for justify in columns:
        right = justify == "right"
        table.add_column(justify="right" if right else "left", no_wrap=True, overflow="ellipsis")
    return table


def _headed(names: Sequence[str], height: int) -> Table:
    """Return a table with a head where there is room for one; a name with > stands right."""
    table = _grid(*("right" if name.startswith(">") else "left" for name in names))
    table.show_header = height - _EDGES > _ROWS_BEFORE_HEAD
    for name, column in zip(names, table.columns, strict=True):
        column.header = Text(name.removeprefix(">"), style=_QUIET)
    return table


def _nothing(words: str) -> Text:
    return Text(words, style=_QUIET, no_wrap=True, overflow="ellipsis")


def _panel(title: str, body: RenderableType) -> Panel:
    return Panel(
        body,
        title=Text(title, style="bold"),
        title_align="left",
        border_style=_QUIET,
        padding=(0, 1),
    )
