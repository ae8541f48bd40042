"""A walk's state as plain text-able values, by field names: saved, and put into another walk.

What is settled before the first candle (rules, markets, rows) is not part of it: the walk
that is loaded into has been given that already. Figures that are not numbers are written as
text, for JSON has none of them.
"""

from __future__ import annotations

import ctypes
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tidegate.errors import DefectError
from tidegate.kernel.walk import layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from tidegate.kernel.walk.memory import Memory

_HEAD: Final = ("start_ns", "candle_ns")
# of the tally: where this process keeps things
_OF_MEMORY: Final = ("ask_at", "signal_at", "most_", "need_")
_NOTES: Final = (
    *("opened", "seen", "lock_both_ns", "lock_long_ns", "lock_short_ns"),
    *("direction", "was_open", "visited", "listed"),
)
_TABLES: Final[dict[str, type[ctypes.Structure]]] = {
    "positions": layout.Position,
    "orders": layout.Order,
    "locks": layout.Lock,
    "captures": layout.Capture,
}
_LISTS: Final = ("opened", "closed")


def _names(structure: type[ctypes.Structure]) -> list[str]:
    return [str(field[0]) for field in structure._fields_]


_TALLY: Final = [name for name in _names(layout.Tally) if not name.startswith(_OF_MEMORY)]


def _written(figure: float) -> float | str:
    """Return a figure that JSON can say."""
    return figure if math.isfinite(figure) else str(figure)


def _column(figures: NDArray[Any]) -> list[Any]:
    plain: list[Any] = figures.tolist()
    return plain if figures.dtype.kind == "i" else [_written(figure) for figure in plain]


def saved(memory: Memory, pairs: Iterable[str]) -> dict[str, Any]:
    """Return all that walking has changed."""
    if memory.tally.stopped:
        message = "a walk that was stopped within a candle cannot be saved"
        raise DefectError(message)
    tally, rules = memory.tally, memory.rules
    names = list(pairs)
    notes = memory.pairs[: len(names)]
    return {
        **{name: getattr(rules, name) for name in _HEAD},
        "tally": {name: _written(getattr(tally, name)) for name in _TALLY},
        "pairs": {
            "name": names,
            **{name: [getattr(record, name) for record in notes] for name in _NOTES},
        },
        **{
            table: {name: _column(memory.table_now(table)[name]) for name in _names(structure)}
            for table, structure in _TABLES.items()
        },
        **{name: memory.table_now(name).tolist() for name in _LISTS},
        "recent": _column(memory.table_now("recent")),
    }


def load(memory: Memory, pairs: Iterable[str], state: Mapping[str, Any]) -> None:
    """Put a saved state into a walk that stands before its first candle.

    Its grid may begin elsewhere, and pairs may have been added behind those saved.
    """
    if memory.tally.begun:
        _refuse("the walk has begun already")
    _check_names("the state", state, (*_HEAD, "tally", "pairs", *_TABLES, *_LISTS, "recent"))
    shift = _shift(memory, state)
    _load_tally(memory, state["tally"], shift)
    _load_pairs(memory, list(pairs), state["pairs"], shift)
    for table, structure in _TABLES.items():
        memory.put_table(table, _records(table, structure, state[table]))
    for name in _LISTS:
        memory.put_table(name, _numbers(name, state[name], np.int64))
    ring = _numbers("recent", state["recent"], np.float64)
    if memory.rules.plans and len(ring) == memory.rules.window:
        memory.put_table("recent", ring)
    elif memory.rules.plans:
        _refuse(f"{len(ring)} recent profits were kept, the rules have {memory.rules.window}")
    memory.table_now("captures")["time"] += shift
    _check_counts(memory, state)


def _refuse(words: str) -> None:
    message = f"a saved walk cannot be loaded: {words}"
    raise DefectError(message)


def _check_names(what: str, found: Mapping[str, Any], expected: Iterable[str]) -> None:
    """Refuse fields that are missing, and ones that mean nothing here."""
    wanted = set(expected)
    if not isinstance(found, dict):
        _refuse(f"{what} is no table of fields")
    if missing := sorted(wanted - found.keys()):
        _refuse(f"{what} lacks {', '.join(missing)}")
    if unknown := sorted(found.keys() - wanted):
        _refuse(f"{what} has {', '.join(unknown)}, which nobody knows")


def _shift(memory: Memory, state: Mapping[str, Any]) -> int:
    """Return by how many candles the grid of the state begins later than the walk's."""
    rules = memory.rules
    offset = state["start_ns"] - rules.start_ns
    if state["candle_ns"] != rules.candle_ns or offset % rules.candle_ns:
        _refuse("its candles are on another grid")
    return int(offset // rules.candle_ns)


def _load_tally(memory: Memory, fields: Mapping[str, Any], shift: int) -> None:
    _check_names("its tally", fields, _TALLY)
    kinds = {str(field[0]): field[1] for field in layout.Tally._fields_}
    for name in _TALLY:
        value = _number(name, fields[name], whole=kinds[name] is ctypes.c_int64)
        setattr(memory.tally, name, value)
    memory.tally.time += shift
    if memory.tally.time < 0:
        _refuse("it stands before the first candle of the walk")


def _load_pairs(memory: Memory, pairs: list[str], columns: Mapping[str, Any], shift: int) -> None:
    _check_names("its pairs", columns, ("name", *_NOTES))
    names = columns["name"]
    if pairs[: len(names)] != names:
        _refuse(f"its pairs are {', '.join(names)}; the walk has {', '.join(pairs)}")
    for field in _NOTES:
        notes = _numbers(field, columns[field], np.int64)
        if len(notes) != len(names):
            _refuse(f"{len(notes)} of {field} for {len(names)} pairs")
        for record, value in zip(memory.pairs, notes.tolist(), strict=False):
            if field == "listed":
                record.listed = min(record.listed, value + shift)
            else:
                setattr(record, field, value + shift if field == "visited" else value)


def _records(
    table: str, structure: type[ctypes.Structure], columns: Mapping[str, Any]
) -> NDArray[Any]:
    """Return the records of a table that was saved by columns."""
    _check_names(f"its {table}", columns, _names(structure))
    kind: Any = np.dtype(structure)
    arrays = {
        name: _numbers(f"{table}.{name}", columns[name], kind[name]) for name in kind.names or ()
    }
    lengths = {len(array) for array in arrays.values()}
    if len(lengths) != 1:
        _refuse(f"the columns of its {table} are of different lengths")
    records = np.zeros(lengths.pop(), dtype=kind)
    for name, array in arrays.items():
        records[name] = array
    return records


def _number(name: str, value: object, *, whole: bool) -> int | float:
    """Return one figure, refusing what is none."""
    if isinstance(value, str) and not whole and value in {"nan", "inf", "-inf"}:
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse(f"{name} is {value!r}")
    if whole and not isinstance(value, int):
        _refuse(f"{name} is {value!r} and not a whole number")
    return value  # type: ignore[return-value]  # refused above


def _numbers(name: str, values: object, kind: Any) -> NDArray[Any]:  # noqa: ANN401 - what numpy takes
    """Return a column of figures, refusing what is none."""
    kind = np.dtype(kind)
    if not isinstance(values, list):
        _refuse(f"{name} is no list")
    whole = kind.kind == "i"
    return np.array([_number(name, value, whole=whole) for value in values], dtype=kind)  # type: ignore[attr-defined]  # refused above


def _check_counts(memory: Memory, state: Mapping[str, Any]) -> None:
    """Refuse a state whose parts do not fit together: an index into nothing reads anything."""
    tally = memory.tally
    for table in (*_TABLES, *_LISTS):
        kept = state[table]
        count = len(kept if table in _LISTS else next(iter(kept.values())))
        if getattr(tally, table) != count:
            _refuse(f"its tally counts {getattr(tally, table)} {table}, there are {count}")
    known = len(state["pairs"]["name"])
    for name, indices, least, most in (
        ("positions.pair", memory.table_now("positions")["pair"], 0, known),
        ("positions.first_order", memory.table_now("positions")["first_order"], -1, tally.orders),
        ("positions.last_order", memory.table_now("positions")["last_order"], -1, tally.orders),
        ("orders.position", memory.table_now("orders")["position"], 0, tally.positions),
        ("orders.next", memory.table_now("orders")["next"], -1, tally.orders),
        ("locks.pair", memory.table_now("locks")["pair"], -1, known),
        ("captures.position", memory.table_now("captures")["position"], -1, tally.positions),
        ("opened", memory.table_now("opened"), 0, tally.positions),
        ("closed", memory.table_now("closed"), 0, tally.positions),
    ):
        if len(indices) and not (least <= indices.min() and indices.max() < most):
            _refuse(f"{name} points to what is not there")
