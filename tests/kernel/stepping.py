"""Rows cut into parts, and all that a walk holds, for tests that walk step by step."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from tests.kernel.walks import ONLY_FOR_QUIET

from tidegate.kernel.walk.run import Course, Walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tidegate.kernel.walk.rows import PairRows

_STEPS = {"tick_from", "tick_digits"}
# where things lie, how much room there is, and what the last question was
_OF_THE_MEMORY = ("_at", "most_", "need_")
# where in its own columns a pair stands, and who is being visited: not the walk's state
_PLACES = {"rows", "ticks", "detail_rows", "detail_from", "detail_count", "visit_count"}


def cut(rows: PairRows, part: slice, before_ns: int) -> PairRows:
    """Return some of the rows, with the price steps in force before a time."""
    changes: dict[str, Any] = {}
    for field in fields(rows):
        column = getattr(rows, field.name)
        if field.name in _STEPS:
            changes[field.name] = column[rows.tick_from < before_ns]
        elif isinstance(column, np.ndarray):
            changes[field.name] = column[part]
    return replace(rows, **changes)


def parts(whole: Walk, *, callbacks: int = 0) -> Walk:
    """Return a walk over the same course that knows none of its rows yet."""
    nothing = [cut(rows, slice(0, 0), 0) for rows in whole.course.rows]
    walk = Walk(replace(whole.course, rows=nothing))
    copy_rules(whole, walk)
    walk.memory.rules.callbacks = callbacks
    return walk


def from_time(whole: Walk, start_ns: int) -> Walk:
    """Return a walk by the same rules that begins later, over the rows from there on.

    Each pair keeps its last one, at which it is closed.
    """
    course = whole.course
    later = [
        cut(
            rows,
            slice(min(int(np.searchsorted(rows.time, start_ns)), len(rows.time) - 1), None),
            course.end_ns + 1,
        )
        for rows in course.rows
    ]
    protections = int(whole.memory.rules.protections)
    walk = Walk(replace(course, rows=later, start_ns=start_ns), protections=protections)
    copy_rules(whole, walk)
    return walk


def copy_rules(source: Walk, to: Walk) -> None:
    """Give a walk the rules and markets of another."""
    for name, _kind in type(source.memory.rules)._fields_:
        if name not in {"known", "quiet", "candles", "start_ns"}:
            setattr(to.memory.rules, name, getattr(source.memory.rules, name))
    to.memory.set_window(int(source.memory.rules.window))
    to.memory.set_roi(*source.memory.roi())
    for here, there in zip(source.memory.protections, to.memory.protections, strict=True):
        for name, _kind in type(here)._fields_:
            setattr(there, name, getattr(here, name))
    for here, there in zip(source.memory.pairs, to.memory.pairs, strict=True):
        for name in ("cost_min", "cost_max", "amount_min", "amount_max", "market_step"):
            setattr(there, name, getattr(here, name))
        there.amount_digits, there.market_digits = here.amount_digits, here.market_digits


def rows_between(walk: Walk, rows: PairRows, until_ns: int) -> PairRows:
    """Return those rows before a time that a walk does not have yet."""
    names = [each.pair for each in walk.course.rows]
    known = int(walk.memory.pairs[names.index(rows.pair)].rows)
    until = max(int(np.searchsorted(rows.time, until_ns)), known)
    return cut(rows, slice(known, until), until_ns)


def flattened(rows: PairRows, prices: NDArray[np.float64]) -> PairRows:
    """Return the rows with one price each."""
    return replace(rows, open=prices, high=prices, low=prices, close=prices)


def detail_of(rows: PairRows, prices: NDArray[np.float64], candle_ns: int) -> PairRows:
    """Return finer rows of one price each; `prices` is by row, by part of the candle."""
    count = prices.shape[1]
    flat = prices.reshape(-1)
    time = (rows.time[:, None] + np.arange(count) * (candle_ns // count)).reshape(-1)
    none: dict[str, Any] = {"bits": np.uint8, "enter_tag": np.int32, "exit_tag": np.int32}
    empty: dict[str, Any] = {name: np.zeros(len(flat), dtype=kind) for name, kind in none.items()}
    return replace(flattened(rows, flat), time=time, **empty)


def course_with(walk: Walk, rows: Sequence[PairRows], details: Sequence[PairRows]) -> Walk:
    """Return a walk by the same rules over other rows."""
    course = walk.course
    other = Walk(
        Course(
            rows=rows,
            candle_ns=course.candle_ns,
            start_ns=course.start_ns,
            end_ns=course.end_ns,
            details=details,
        )
    )
    copy_rules(walk, other)
    return other


def _plain(record: Any) -> dict[str, Any]:  # noqa: ANN401 - a structure of `layout`
    return {
        name: getattr(record, name)
        for name, _kind in record._fields_
        if not name.startswith(_OF_THE_MEMORY[1:])
        and not name.endswith(_OF_THE_MEMORY[0])
        and name not in _PLACES
    }


def all_state(walk: Walk) -> dict[str, Any]:
    """Return all that a walk holds but where it lies in memory, and its notes on quiet candles.

    Those notes say how far nothing will happen; they are made anew whenever a walk begins again.
    """
    memory = walk.memory
    positions = memory.positions_now()
    names = [name for name in positions.dtype.names or () if name not in ONLY_FOR_QUIET]
    pairs = [_plain(record) for record in memory.pairs[: len(walk.course.rows)]]
    return {
        "tally": _plain(memory.tally),
        "pairs": pairs,
        "positions": positions[names].tolist(),
        "orders": memory.orders_now().tolist(),
        "locks": memory.locks_now().tolist(),
        "captures": memory.captures_now().tolist(),
        "opened": memory.opened[: memory.tally.opened].tolist(),
        "closed": memory.closed_now().tolist(),
    }
