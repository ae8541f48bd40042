"""What `tidegate data download` says of what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from tidegate.cli.data_words import Sighting
from tidegate.feeds.instants import day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidegate.feeds.download import Advance


def table_of(done: Iterable[Advance]) -> Table:
    """Return one row for each file."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("pair", "tf", "from", "to"):
        table.add_column(name, no_wrap=True)
    table.add_column("candles", justify="right", no_wrap=True)
    table.add_column("added", justify="right", no_wrap=True)
    table.add_column("state")
    for each in done:
        seen = _seen(each)
        table.add_row(
            seen.file.pair,
            str(seen.file.timeframe),
            *("" if ns is None else day(ns) for ns in (seen.first_ns, seen.last_ns)),
            f"{seen.candles:,}",
            f"{each.added:,}",
            _state(each, seen),
            style=None if seen.sound and each.failed is None else "yellow",
        )
    return table


def _state(each: Advance, seen: Sighting) -> str:
    words = [seen.state]
    if each.failed is not None:
        words.append(f"not finished: {each.failed.problem}")
    if each.replaced:
        words.append("its last candle had been stored before it closed, and was replaced")
    if each.left_out:
        words.append(f"{each.left_out:,} impossible candles left out")
    return "; ".join(words)


def as_dict(each: Advance) -> dict[str, Any]:
    """Return what was done as JSON knows it."""
    return _seen(each).as_dict() | {
        "added": each.added,
        "replaced": each.replaced,
        "left_out": each.left_out,
        "failed": None if each.failed is None else each.failed.problem,
    }


def _seen(each: Advance) -> Sighting:
    if each.candles is None or not len(each.candles):
        return Sighting(file=each.file)
    return Sighting.of(each.file, each.candles)
