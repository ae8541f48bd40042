"""The columns of one pair, where compiled code finds them; rows can be added behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tidegate.errors import DefectError
from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.layout import NEVER
from tidegate.kernel.walk.world import address_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tidegate.kernel.walk.rows import PairRows
    from tidegate.model import Ints

_PLAIN: Final[dict[str, type[np.generic]]] = {
    "open": np.float64,
    "high": np.float64,
    "low": np.float64,
    "close": np.float64,
    "bits": np.uint8,
    "enter_tag": np.int32,
    "exit_tag": np.int32,
}
_DISTANCES: Final = ("stop_distance", "size_distance")
_SLIPPAGE: Final = ("slip_base", "slip_impact")
_NOWHERE: Final = 0


@compiled
def _are_spaced(times: Ints, step: int) -> bool:
    """Tell whether times are a step apart throughout."""
    wrong = 0
    for k in range(1, len(times)):
        wrong += times[k] - times[k - 1] != step
    return wrong == 0


class Columns:
    """What a pair's record in the walk's memory points to, kept alive and made longer."""

    def __init__(self, record: Any, rules: Any, rows: PairRows) -> None:  # noqa: ANN401 - structures of `layout`
        """Point a pair's record to its rows; they are copied if they are not laid out plainly."""
        self._record = record
        self._rules = rules
        self._pair = rows.pair
        self._arrays: dict[str, NDArray[Any]] = {}
        record.rows = len(rows.time)
        record.listed = NEVER
        self._set_first(rows)
        for name, kind in _PLAIN.items():
            self._put(name, np.ascontiguousarray(getattr(rows, name), dtype=kind))
        for name in (*_DISTANCES, *_SLIPPAGE):
            column = getattr(rows, name)
            setattr(record, f"{name}_at", _NOWHERE)
            if column is not None:
                self._put(name, np.ascontiguousarray(column, dtype=np.float64))
        for name in ("tick_from", "tick_digits"):
            self._put(name, np.ascontiguousarray(getattr(rows, name), dtype=np.int64))
        record.ticks = len(rows.tick_from)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self._record.rows)

    def _put(self, name: str, array: NDArray[Any]) -> None:
        self._arrays[name] = array
        setattr(self._record, f"{name}_at", address_of(array))

    def _set_first(self, rows: PairRows) -> None:
        """Note where on the grid the first row stands."""
        rules = self._rules
        if not len(rows.time):
            self._record.first = rules.candles + 1
            return
        offset = int(rows.time[0]) - rules.start_ns
        if offset % rules.candle_ns or not _are_spaced(rows.time, rules.candle_ns):
            message = f"the rows of {rows.pair} are not on the walk's grid"
            raise DefectError(message)
        self._record.first = offset // rules.candle_ns
        self._record.listed = min(self._record.listed, self._record.first)

    def extend(self, rows: PairRows) -> None:
        """Add rows behind those there are."""
        record, rules = self._record, self._rules
        if rows.pair != self._pair:
            message = f"rows of {rows.pair} for {self._pair}"
            raise DefectError(message)
        count = len(rows.time)
        if not count:
            self._add_steps(rows)
            return
        if not record.rows:
            self._set_first(rows)
        elif np.any(
            rows.time
            != rules.start_ns + (record.first + record.rows + np.arange(count)) * rules.candle_ns
        ):
            message = f"later rows of {rows.pair} do not follow those there are"
            raise DefectError(message)
        self._check_distances(rows)
        for name, kind in _PLAIN.items():
            self._add(name, np.asarray(getattr(rows, name), dtype=kind), record.rows)
        for name in (*_DISTANCES, *_SLIPPAGE):
            self._add_figures(name, getattr(rows, name), count)
        self._add_steps(rows)
        record.rows += count

    def _add_figures(self, name: str, column: NDArray[Any] | None, count: int) -> None:
        """Add to a column that need not be there; without slippage there is none."""
        used = int(self._record.rows)
        if column is None:
            if name not in self._arrays:
                return
            column = np.zeros(count)
        elif name not in self._arrays:
            self._put(name, np.zeros(used))
        self._add(name, np.asarray(column, dtype=np.float64), used)

    def _check_distances(self, rows: PairRows) -> None:
        """Refuse a stop or a size by candle for some of a pair's rows only."""
        for name in _DISTANCES:
            is_there = getattr(rows, name) is not None
            if self._record.rows and is_there != (name in self._arrays):
                message = f"only some rows of {self._pair} have a {name}"
                raise DefectError(message)
            if not is_there and name in self._arrays:
                del self._arrays[name]
                setattr(self._record, f"{name}_at", _NOWHERE)

    def _add_steps(self, rows: PairRows) -> None:
        """Add the price steps that come into force later than those known."""
        known = int(self._record.ticks)
        later = np.ones(len(rows.tick_from), dtype=np.bool_)
        if known:
            later = rows.tick_from > self._arrays["tick_from"][known - 1]
        for name in ("tick_from", "tick_digits"):
            self._add(name, getattr(rows, name)[later], known)
        self._record.ticks = known + int(later.sum())

    def _add(self, name: str, more: NDArray[Any], used: int) -> None:
        """Write behind the rows in use, in a longer column where there is no room."""
        array = self._arrays[name]
        needed = used + len(more)
        if needed > len(array):
            longer = np.empty(max(2 * len(array), needed), dtype=array.dtype)
            longer[:used] = array[:used]
            self._put(name, longer)
            array = longer
        array[used:needed] = more
