"""A walk set up and carried out: columns put into memory, the loop driven to its end."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tidegate.errors import DefectError
from tidegate.kernel.walk.loop import (
    DONE,
    NEEDS_ROOM,
    STOPPED,
    count_signals,
    find_signals,
    walk,
)
from tidegate.kernel.walk.memory import Memory
from tidegate.kernel.walk.world import address_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tidegate.kernel.walk.rows import PairRows
    from tidegate.model import Floats, Ints

Handler = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)
_CANDLES_AT_ONCE: Final = 50_000  # then Python may see to a key that was pressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """What a unit of a pair's base pays at each funding time, in the wallet's currency."""

    time: Ints
    fee: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The columns a walk runs over. `start_ns` is the first time that is visited."""

    rows: Sequence[PairRows]
    candle_ns: int
    start_ns: int
    end_ns: int
    details: Sequence[PairRows | None] = ()
    funding: Sequence[Funding | None] = ()


class Walk:
    """One run of the walking loop over a course, with questions put to `handler`."""

    def __init__(self, course: Course, *, protections: int = 0) -> None:
        """Lay out the memory; `memory.rules` and the market's figures are the caller's to fill."""
        self.course = course
        span = course.end_ns - course.start_ns
        candles = max(span // course.candle_ns + 1, 0)
        self.memory = Memory(pairs=len(course.rows), candles=candles, protections=protections)
        self._kept: list[NDArray[Any]] = []
        self.memory.tally.seen_ns = -1
        rules = self.memory.rules
        rules.pairs = len(course.rows)
        rules.candles = candles
        rules.candle_ns = course.candle_ns
        rules.start_ns = course.start_ns
        rules.end_ns = course.end_ns
        rules.protections = protections
        for pair, rows in enumerate(course.rows):
            self._place(pair, rows)
        for pair, detail in enumerate(course.details):
            if detail is not None:
                self._place_detail(pair, detail)
        for pair, funding in enumerate(course.funding):
            if funding is not None:
                record = self.memory.pairs[pair]
                record.funding_rows = len(funding.time)
                record.funding_time_at = self._address(funding.time, np.int64)
                record.funding_fee_at = self._address(funding.fee, np.float64)

    def _address(self, array: NDArray[Any], kind: type[np.generic]) -> int:
        """Return where a column lies; it is kept, and copied if it is not laid out plainly."""
        kept = np.ascontiguousarray(array, dtype=kind)
        self._kept.append(kept)
        return address_of(kept)

    def _place(self, pair: int, rows: PairRows) -> None:
        record = self.memory.pairs[pair]
        course = self.course
        record.rows = len(rows.time)
        if record.rows:
            offset = int(rows.time[0]) - course.start_ns
            if offset % course.candle_ns or np.any(np.diff(rows.time) != course.candle_ns):
                message = f"the rows of {rows.pair} are not on the walk's grid"
                raise DefectError(message)
            record.first = offset // course.candle_ns
        else:
            record.first = self.memory.rules.candles + 1
        for name in ("open", "high", "low", "close"):
            setattr(record, f"{name}_at", self._address(getattr(rows, name), np.float64))
        record.bits_at = self._address(rows.bits, np.uint8)
        record.enter_tag_at = self._address(rows.enter_tag, np.int32)
        record.exit_tag_at = self._address(rows.exit_tag, np.int32)
        record.ticks = len(rows.tick_from)
        record.tick_from_at = self._address(rows.tick_from, np.int64)
        record.tick_digits_at = self._address(rows.tick_digits, np.int64)

    def _place_detail(self, pair: int, rows: PairRows) -> None:
        record = self.memory.pairs[pair]
        record.detail_rows = len(rows.time)
        record.detail_time_at = self._address(rows.time, np.int64)
        for name in ("open", "high", "low", "close"):
            setattr(record, f"detail_{name}_at", self._address(getattr(rows, name), np.float64))

    def run(
        self,
        handler: Callable[[int], int],
        progress: Callable[[int, int], None] | None = None,
    ) -> bool:
        """Walk to the end. False if a question's handler stopped it."""
        memory = self.memory
        held = Handler(handler)  # must outlive the walk: compiled code knows only its address
        # not by `ctypes.cast`, whose result refers to itself and would keep the memory alive
        memory.tally.ask_at = ctypes.c_void_p.from_buffer(held).value or 0
        memory.set_signals(count_signals(memory.table()))
        find_signals(memory.table())
        while True:
            found = walk(memory.table(), _CANDLES_AT_ONCE)
            if found == NEEDS_ROOM:
                memory.grow()
            if progress is not None:
                progress(int(memory.tally.time), int(memory.rules.candles))
            if found in (DONE, STOPPED):
                return found == DONE
