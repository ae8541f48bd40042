"""The memory of one walk: laid out, grown when it fills up, and seen from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tidegate.errors import DefectError
from tidegate.kernel.walk import layout
from tidegate.kernel.walk.layout import room_for, view_of
from tidegate.kernel.walk.managing import MOST_OPEN_ORDERS
from tidegate.kernel.walk.world import PARTS, address_of

if TYPE_CHECKING:
    import ctypes

    from tidegate.model import Ints

_START: Final = 4096
_MOST_TARGETS: Final = 4096
_MOST_AHEAD: Final = 100_000  # trades that room is laid out for before there are any
_STRUCTURES: Final[dict[str, type[ctypes.Structure]]] = {
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


class Memory:
    """Arrays of `layout`, and the same memory as ctypes structures with plain attributes.

    A structure taken out of `positions`, `orders` or `locks` is good until `generation`
    changes: memory that has become too small is left behind for larger memory.
    """

    def __init__(self, *, pairs: int, protections: int) -> None:
        """Lay out room for so many pairs and protections."""
        self.generation: int = 0
        self._arrays: dict[str, np.ndarray[Any, Any]] = {}
        counts = {"tally": 1, "mail": 1, "rules": 1, "pairs": pairs, "protections": protections}
        for name, structure in _STRUCTURES.items():
            # one more than asked for: an empty array has no address of its own
            self._arrays[name] = room_for(structure, counts.get(name, _START - 1) + 1)
        for name in ("opened", "closed", "visit", "scratch"):
            self._arrays[name] = np.zeros(_START + MOST_OPEN_ORDERS, dtype=np.int64)
        self._arrays["visit"] = np.zeros(pairs + 1, dtype=np.int64)
        self._arrays["roi_minutes"] = np.zeros(_MOST_TARGETS, dtype=np.int64)
        self._arrays["roi_ratios"] = np.zeros(_MOST_TARGETS)
        self._arrays["signals"] = np.zeros(1, dtype=np.int64)
        self._arrays["recent"] = np.zeros(1)
        self._look()
        self.tally.ask_at = 0
        self._note_room()

    def _look(self) -> None:
        arrays = self._arrays
        self.tally: Any = view_of(layout.Tally, arrays["tally"])[0]
        self.mail: Any = view_of(layout.Mail, arrays["mail"])[0]
        self.rules: Any = view_of(layout.Rules, arrays["rules"])[0]
        self.pairs: Any = view_of(layout.PairRecord, arrays["pairs"])
        self.positions: Any = view_of(layout.Position, arrays["positions"])
        self.orders: Any = view_of(layout.Order, arrays["orders"])
        self.locks: Any = view_of(layout.Lock, arrays["locks"])
        self.protections: Any = view_of(layout.Protection, arrays["protections"])
        self.opened: Ints = arrays["opened"]
        self.closed: Ints = arrays["closed"]
        self.visit: Ints = arrays["visit"]

    def _note_room(self) -> None:
        for name in ("positions", "orders", "closed", "captures", "locks"):
            setattr(self.tally, f"most_{name}", len(self._arrays[name]))
        self.tally.most_open = len(self._arrays["opened"]) - MOST_OPEN_ORDERS

    def table(self) -> Ints:
        """Return the addresses of all parts, as `world_at` wants them."""
        return np.array([address_of(self._arrays[name]) for name in PARTS], dtype=np.int64)

    def grow(self) -> None:
        """Make more of whatever the next candle may need more of than there is."""
        tally = self.tally
        for name, used, needed in (
            ("positions", tally.positions, tally.need_positions),
            ("orders", tally.orders, tally.need_orders),
            ("locks", tally.locks, tally.need_locks),
            ("captures", tally.captures, tally.need_captures),
            ("closed", tally.closed, tally.need_closed),
            ("opened", tally.opened, tally.need_open + MOST_OPEN_ORDERS),
            ("scratch", 0, tally.opened + tally.need_open + MOST_OPEN_ORDERS),
        ):
            old = self._arrays[name]
            if used + needed > len(old):
                new = np.zeros(max(2 * len(old), used + needed), dtype=old.dtype)
                new[:used] = old[:used]
                self._arrays[name] = new
        self.generation += 1
        self._look()
        self._note_room()

    def set_roi(self, minutes: list[int], ratios: list[float]) -> None:
        """Put the table of targets in, by age; where it lies, for a walk may be under way."""
        if len(minutes) > _MOST_TARGETS:
            message = f"a table of {len(minutes)} targets; the walk has room for {_MOST_TARGETS}"
            raise DefectError(message)
        self._arrays["roi_minutes"][: len(minutes)] = minutes
        self._arrays["roi_ratios"][: len(ratios)] = ratios
        self.rules.roi_steps = len(minutes)

    def roi(self) -> tuple[list[int], list[float]]:
        """Return the table of targets, as `set_roi` takes it."""
        steps = self.rules.roi_steps
        return (
            self._arrays["roi_minutes"][:steps].tolist(),
            self._arrays["roi_ratios"][:steps].tolist(),
        )

    def set_window(self, window: int) -> None:
        """Make room for the profit ratios of so many closed trades, for sizing by them."""
        self.rules.window = max(window, 1)
        self._arrays["recent"] = np.zeros(max(window, 1))

    def set_signals(self, signals: Ints) -> None:
        """Put the entry signals to come in, with room for what usually comes of them."""
        self._arrays["signals"] = signals
        self.tally.signal_at = 0
        if self.tally.begun:
            return
        for name, each in (("positions", 1), ("orders", 2), ("closed", 1), ("captures", 4)):
            array = self._arrays[name]
            # untouched zeros cost nothing; `grow` sees to the unusual
            room = each * min(len(signals) - 1, _MOST_AHEAD) + _START
            if len(array) < room:
                self._arrays[name] = np.zeros(room, dtype=array.dtype)
        self._look()
        self._note_room()

    def table_now(self, name: str) -> np.ndarray[Any, Any]:
        """Return a table or list as far as it is filled."""
        array = self._arrays[name]
        return array if name == "recent" else array[: getattr(self.tally, name)]

    def put_table(self, name: str, values: np.ndarray[Any, Any]) -> None:
        """Fill a table or list, with room behind for what is to come."""
        room = 0 if name == "recent" else max(_START, len(values)) + MOST_OPEN_ORDERS
        array = np.zeros(len(values) + room, dtype=self._arrays[name].dtype)
        array[: len(values)] = values
        self._arrays[name] = array
        if name == "opened":
            self._arrays["scratch"] = np.zeros(len(array), dtype=np.int64)
        self.generation += 1
        self._look()
        self._note_room()

    def positions_now(self) -> np.ndarray[Any, Any]:
        """Return the records of all positions so far."""
        return self._arrays["positions"][: self.tally.positions]

    def orders_now(self) -> np.ndarray[Any, Any]:
        """Return the records of all orders so far, those taken back included."""
        return self._arrays["orders"][: self.tally.orders]

    def locks_now(self) -> np.ndarray[Any, Any]:
        """Return the records of all locks so far."""
        return self._arrays["locks"][: self.tally.locks]

    def captures_now(self) -> np.ndarray[Any, Any]:
        """Return all looks into the wallet so far."""
        return self._arrays["captures"][: self.tally.captures]

    def closed_now(self) -> Ints:
        """Return the indices of the closed positions, in closing order."""
        closed: Ints = self.closed[: self.tally.closed]
        return closed
