"""Pair locks on both sides: the walk's shown to the strategy, the strategy's told to the walk."""

from __future__ import annotations

from datetime import datetime
from math import isnan
from typing import TYPE_CHECKING, Any, Final

from freqtrade.persistence import PairLocks
from freqtrade.persistence.pairlock import PairLock

from tidegate.freqtrade.callbacks.instants import instant, nanoseconds
from tidegate.freqtrade.callbacks.lists import LateList
from tidegate.freqtrade.callbacks.twins import light_twin
from tidegate.kernel.walk.layout import LONG, SHORT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tidegate.freqtrade.callbacks.book import Book

_LightLock: Any = light_twin(PairLock)
_SIDES: Final = {"*": 0, "long": LONG, "short": SHORT}
_WORDS: Final = {number: word for word, number in _SIDES.items()}
_ENDS: Final = {0: "lock_both_ns", LONG: "lock_long_ns", SHORT: "lock_short_ns"}
_FIGURES: Final = ("pair", "side", "reason", "lock_time", "lock_end_time", "active")
_ALL: Final = -1
_NOWHERE: Final = -1
_STRATEGY: Final = -1


def _written(figure: Any) -> Any:  # noqa: ANN401 - a figure of a lock
    return figure.isoformat() if isinstance(figure, datetime) else figure


def _read(name: str, figure: Any) -> Any:  # noqa: ANN401 - as above
    return datetime.fromisoformat(figure) if name.endswith("_time") and figure else figure


class LockView(_LightLock):
    """A lock as Freqtrade keeps it; the walk is told when it is released."""

    def __init__(self, desk: LockDesk | None, at: int, figures: dict[str, Any]) -> None:
        """Take a lock's figures; `at` is its place in the walk's memory, -1 for none."""
        self.__dict__.update(figures)
        self.__dict__["_desk"] = desk
        self.__dict__["_at"] = at

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401 - whatever is assigned
        self.__dict__[name] = value
        if self._desk is not None:
            self._desk.note_change(self, self._at)


class _Locks(LateList):
    """Freqtrade's list of locks; what is put at its end goes to the walk as well."""

    def __init__(self, desk: LockDesk) -> None:
        super().__init__(desk.renew)
        self._desk = desk

    def append(self, lock: Any) -> None:  # noqa: ANN401 - a PairLock
        """Take a strategy's lock."""
        self.renew(self)
        list.append(self, self._desk.taken(lock))


class LockDesk:
    """Keeps Freqtrade's list of locks and the walk's one and the same."""

    def __init__(self, book: Book) -> None:
        """Begin with the walk's locks."""
        self._book = book
        self._memory = book.memory
        self._read = 0
        self._locks = _Locks(self)

    def install(self) -> None:
        """Put the list where Freqtrade looks for it."""
        PairLocks.locks = self._locks

    def remove(self) -> None:
        """Leave Freqtrade a plain list."""
        if PairLocks.locks is self._locks:
            PairLocks.locks = [*self._locks]
            for lock in PairLocks.locks:
                lock.__dict__["_desk"] = None
        # each knows the other: what knows a walk must not outlive it
        vars(self._locks).clear()

    def kept(self) -> list[dict[str, Any]]:
        """Return all locks with the words for them, which the walk's memory does not hold."""
        return [
            {"at": lock._at} | {name: _written(vars(lock)[name]) for name in _FIGURES}  # noqa: SLF001 - a lock of ours
            for lock in self._locks
        ]

    def restore(self, kept: Sequence[Mapping[str, Any]]) -> None:
        """Take back locks whose figures the walk's memory holds already."""
        for figures in kept:
            known = {name: _read(name, figures[name]) for name in _FIGURES}
            list.append(self._locks, LockView(self, figures["at"], known))
        self._read = int(self._memory.tally.locks)

    def renew(self, locks: LateList) -> None:
        """Add what the walk has locked since the last look."""
        count = self._memory.tally.locks
        while self._read < count:
            at = self._read
            record = self._memory.locks[at]
            figures = {
                "pair": "*" if record.pair == _ALL else self._book.pairs[record.pair],
                "side": _WORDS[record.side],
                "reason": self._reason(record),
                "lock_time": instant(record.made_ns, self._book.epoch),
                "lock_end_time": instant(record.until_ns),
                "active": bool(record.active),
            }
            list.append(locks, LockView(self, at, figures))
            self._read = at + 1

    def _reason(self, record: Any) -> str:  # noqa: ANN401 - a ctypes structure
        """Return the words that the protection itself has for it."""
        rule = self._book.bt.protections._protection_handlers[record.rule]  # noqa: SLF001 - no other way to its words
        takes_figure = rule._reason.__code__.co_argcount > 1  # noqa: SLF001 - as above
        # the sum of no profits is Python's whole nothing, and written as such
        figure = 0 if isnan(record.figure) else record.figure
        return str(rule._reason(figure) if takes_figure else rule._reason())  # noqa: SLF001 - as above

    def taken(self, lock: Any) -> LockView:  # noqa: ANN401 - a PairLock
        """Tell the walk of a lock that the strategy has made."""
        figures = {name: getattr(lock, name) for name in _FIGURES}
        return LockView(self, self._write_down(lock), figures)

    def _write_down(self, lock: Any) -> int:  # noqa: ANN401 - a PairLock
        """Give a lock its place in the walk's memory; -1 where it has none."""
        pairs = self._book.pairs
        memory = self._memory
        tally = memory.tally
        pair = _ALL if lock.pair == "*" else pairs.index(lock.pair) if lock.pair in pairs else None
        side = _SIDES.get(lock.side)
        if pair is None or side is None:
            return _NOWHERE
        until = nanoseconds(lock.lock_end_time)
        holder = tally if pair == _ALL else memory.pairs[pair]
        setattr(holder, _ENDS[side], max(getattr(holder, _ENDS[side]), until))
        at = tally.locks
        if at >= tally.most_locks:
            return _NOWHERE
        record = memory.locks[at]
        record.pair, record.side, record.active, record.rule = pair, side, 1, _STRATEGY
        record.made_ns = nanoseconds(lock.lock_time)
        record.until_ns = until
        record.figure = 0.0
        tally.locks = self._read = at + 1
        return int(at)

    def note_change(self, lock: LockView, at: int) -> None:
        """Note that a lock is not what it was."""
        self._book.unsettled.append(self.settle)
        if at != _NOWHERE:
            self._memory.locks[at].active = 1 if lock.active else 0

    def settle(self) -> None:
        """Work out anew until when each side of each pair is locked."""
        pairs = self._book.pairs
        holders = {"*": self._memory.tally}
        holders.update({pair: self._memory.pairs[number] for number, pair in enumerate(pairs)})
        for holder in holders.values():
            for field in _ENDS.values():
                setattr(holder, field, 0)
        for lock in self._locks:
            if lock.active is not True or lock.pair not in holders or lock.side not in _SIDES:
                continue
            holder, field = holders[lock.pair], _ENDS[_SIDES[lock.side]]
            setattr(holder, field, max(getattr(holder, field), nanoseconds(lock.lock_end_time)))
