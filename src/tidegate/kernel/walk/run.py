"""A walk set up and carried out: to its end at once, or step by step as candles and ticks come."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tidegate.errors import DefectError
from tidegate.kernel.walk.columns import Columns
from tidegate.kernel.walk.loop import DONE, NEEDS_ROOM, STOPPED, make_ready, tick, walk
from tidegate.kernel.walk.memory import Memory
from tidegate.kernel.walk.saving import load, saved
from tidegate.kernel.walk.signals import find_signals
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
    tags: Sequence[str] = ()
    """Names of the tags in the rows, where there are names."""


class Walk:
    """One run of the walking loop over a course, with questions put to a handler.

    `run` does it at once. Or: `begin`, then `advance`, `extend` and `tick` as time goes by, and
    `finish` where the data end.
    """

    def __init__(self, course: Course, *, protections: int = 0) -> None:
        """Lay out the memory; `memory.rules` and the market's figures are the caller's to fill."""
        self.course = course
        span = course.end_ns - course.start_ns
        candles = max(span // course.candle_ns + 1, 0)
        self.memory = Memory(pairs=len(course.rows), protections=protections)
        self._kept: list[NDArray[Any]] = []
        self._handler: Any = None
        self._is_walking = False
        self.memory.tally.seen_ns = -1
        rules = self.memory.rules
        rules.pairs = len(course.rows)
        rules.candles = candles
        rules.candle_ns = course.candle_ns
        rules.start_ns = course.start_ns
        rules.end_ns = course.end_ns
        rules.protections = protections
        self._columns = [
            Columns(record, rules, rows)
            for record, rows in zip(self.memory.pairs, course.rows, strict=False)
        ]
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
        at_once: int = _CANDLES_AT_ONCE,
    ) -> bool:
        """Walk to the end. False if a question's handler stopped it.

        `progress` hears after every so many candles how far it is; idle ones do not count.
        """
        self.begin(handler)
        try:
            end = int(self.memory.rules.candles)
            return self._drive(end, to_end=True, progress=progress, at_once=at_once)
        finally:
            self._let_go()

    def begin(self, handler: Callable[[int], int]) -> None:
        """Take the handler of all questions to come; the rules are settled by now."""
        self._handler = Handler(handler)  # compiled code knows only its address
        # not by `ctypes.cast`, whose result refers to itself and would keep the memory alive
        self.memory.tally.ask_at = ctypes.c_void_p.from_buffer(self._handler).value or 0
        self._index()
        make_ready(self.memory.table())

    def _let_go(self) -> None:
        self.memory.tally.ask_at = 0
        self._handler = None

    def _index(self) -> None:
        """Note where the entry signals are that are still to come."""
        most = sum(each.rows for each in self._columns)
        self.memory.set_signals(find_signals(self.memory.table(), most))

    def advance(self, until_ns: int) -> bool:
        """Walk all candles that open before a time. False if the handler stopped it."""
        rules = self.memory.rules
        until = -(-(until_ns - rules.start_ns) // rules.candle_ns)
        return self._drive(max(int(until), 0), to_end=False)

    def finish(self) -> bool:
        """Walk what is left and close what is open. False if the handler stopped it."""
        try:
            return self._drive(int(self.memory.rules.candles), to_end=True)
        finally:
            self._let_go()

    def extend(self, rows: Sequence[PairRows]) -> None:
        """Add each pair's next rows, in the order of the pairs; none is an empty column."""
        self._check_standing()
        for columns, later in zip(self._columns, rows, strict=True):
            columns.extend(later)
        if self._handler is not None:
            self._index()

    def save(self) -> dict[str, Any]:
        """Return all that walking has changed, by names, in values that JSON can say."""
        self._check_standing()
        return saved(self.memory, [rows.pair for rows in self.course.rows])

    def load(self, state: dict[str, Any]) -> None:
        """Stand where the walk stood that was saved; before `begin`, with rules and rows set."""
        load(self.memory, [rows.pair for rows in self.course.rows], state)

    def tick(self, pair: int, price: float, now_ns: int) -> bool:
        """Visit a pair at a price within the candle walked last. False if the handler stopped it.

        For walks with `rules.ticks` set, whose candles are walked as they begin: their prices
        are those of their first trade, what follows are ticks. Pairs with positions come first.
        """
        memory = self.memory
        began = memory.rules.start_ns + (memory.tally.time - 1) * memory.rules.candle_ns
        if not memory.rules.ticks or not began < now_ns < began + memory.rules.candle_ns:
            message = f"a tick at {now_ns} of a walk that stands in the candle of {began}"
            raise DefectError(message)
        return self._step(lambda: tick(memory.table(), pair, price, now_ns)) == DONE

    def _drive(
        self,
        until: int,
        *,
        to_end: bool,
        progress: Callable[[int, int], None] | None = None,
        at_once: int = _CANDLES_AT_ONCE,
    ) -> bool:
        memory = self.memory
        while True:
            found = self._step(lambda: walk(memory.table(), at_once, until, to_end))
            if progress is not None:
                progress(int(memory.tally.time), int(memory.rules.candles))
            if found in (DONE, STOPPED):
                return found == DONE

    def _step(self, go: Callable[[], int]) -> int:
        """Let the compiled walk go on, with more memory where it asks for it."""
        self._check_standing()
        if self._handler is None:
            message = "the walk has not begun"
            raise DefectError(message)
        self._is_walking = True
        try:
            while (found := go()) == NEEDS_ROOM:
                self.memory.grow()
        finally:
            self._is_walking = False
        return found

    def _check_standing(self) -> None:
        if self._is_walking:
            message = "the walk is under way: its handler cannot move it"
            raise DefectError(message)
