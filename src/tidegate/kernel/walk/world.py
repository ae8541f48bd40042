"""All that the compiled walk reads and writes, as one handful of pointers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numba import from_dtype

from tidegate.kernel.compiled import compiled
from tidegate.kernel.pointers import (
    FLOATS,
    INTS,
    address_of_array,
    bytes_at,
    floats_at,
    halves_at,
    ints_at,
    parts_at,
    record_pointer,
)
from tidegate.kernel.walk import layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tidegate.model import Floats, Ints


class World(NamedTuple):
    """The structures of `layout`, each as a pointer to the first of its kind."""

    tally: Any
    mail: Any
    rules: Any
    pairs: Any
    positions: Any
    orders: Any
    locks: Any
    captures: Any
    protections: Any
    opened: Ints
    """Indices of the open positions, oldest first."""
    closed: Ints
    """Indices of the closed ones, in closing order."""
    visit: Ints
    """Pairs of the positions that were open when this time's visits began."""
    scratch: Ints
    roi_minutes: Ints
    roi_ratios: Floats
    signals: Ints
    """The entry signals that are still to come; see `signals`."""
    recent: Floats
    """Profit ratios of the latest closed trades, a ring of `Rules.window`; of plans only."""


_STRUCTURES: Final = {
    "tally": layout.Tally,
    "mail": layout.Mail,
    "rules": layout.Rules,
    "pairs": layout.PairRecord,
    "positions": layout.Position,
    "orders": layout.Order,
    "locks": layout.Lock,
    "captures": layout.Capture,
    "protections": layout.Protection,
}
PARTS: Final = World._fields


def _pointer(name: str) -> Any:  # noqa: ANN401 - a numba type
    if name in _STRUCTURES:
        return record_pointer(from_dtype(np.dtype(_STRUCTURES[name])))
    return FLOATS if name in {"roi_ratios", "recent"} else INTS


_world_at = parts_at("World", {name: _pointer(name) for name in PARTS})


@compiled
def world_at(table: Ints) -> World:
    """Return the world whose parts lie at these addresses, in the order of `PARTS`."""
    return _world_at(address_of_array(table))  # type: ignore[no-any-return]  # its type is numba's


class Row(NamedTuple):
    """One candle of a pair with the signals that stand on it.

    `bits` holds the four signals twice: as Freqtrade tests them for an entry, and by
    truthiness, as it tests them while a position is held.
    """

    time: int
    open: float
    high: float
    low: float
    close: float
    bits: int
    enter_tag: int
    exit_tag: int


ENTER_LONG: Final = 1
EXIT_LONG: Final = 2
ENTER_SHORT: Final = 4
EXIT_SHORT: Final = 8
ANY_ENTER_LONG: Final = 16
ANY_EXIT_LONG: Final = 32
ANY_ENTER_SHORT: Final = 64
ANY_EXIT_SHORT: Final = 128


@compiled
def main_row(w: World, pair: int, row: int) -> Row:
    """Return a row of a pair's own timeframe."""
    p = w.pairs[pair]
    r = w.rules[0]
    return Row(
        r.start_ns + (p.first + row) * r.candle_ns,
        floats_at(p.open_at)[row],
        floats_at(p.high_at)[row],
        floats_at(p.low_at)[row],
        floats_at(p.close_at)[row],
        int(bytes_at(p.bits_at)[row]),
        int(halves_at(p.enter_tag_at)[row]),
        int(halves_at(p.exit_tag_at)[row]),
    )


@compiled
def row_of(w: World, pair: int, time: int) -> int:
    """Return the row of a pair at a grid time; -1 where it has none."""
    p = w.pairs[pair]
    row = time - p.first
    return int(row) if 0 <= row < p.rows else -1


@compiled
def detail_row(w: World, pair: int, row: int, main: Row) -> Row:
    """Return a row of the finer timeframe, with the signals of the candle it is part of."""
    p = w.pairs[pair]
    return Row(
        ints_at(p.detail_time_at)[row],
        floats_at(p.detail_open_at)[row],
        floats_at(p.detail_high_at)[row],
        floats_at(p.detail_low_at)[row],
        floats_at(p.detail_close_at)[row],
        main.bits,
        main.enter_tag,
        main.exit_tag,
    )


@compiled
def candle_of(w: World, time: int) -> int:
    """Return the grid time of the candle in which a time lies."""
    r = w.rules[0]
    return int((time - r.start_ns) // r.candle_ns)


@compiled
def digits_at(w: World, pair: int, time: int) -> int:
    """Return the decimals of a price at a time; the exchange's own where the candles say none."""
    p = w.pairs[pair]
    starts = ints_at(p.tick_from_at)
    m = p.ticks - 1
    while m >= 0 and starts[m] > time:
        m -= 1
    if m >= 0:
        found = ints_at(p.tick_digits_at)[m]
        if found >= 0:
            return int(found)
    return int(p.market_digits)


def address_of(array: NDArray[Any]) -> int:
    """Return where an array's data begin."""
    return int(array.ctypes.data)
