"""A position of the walk as the trade that Freqtrade would hand to a callback.

Freqtrade hands out a deep copy of its trade, at some 100 microseconds. Here it is one
object for each position, whose attributes are looked up in the shared memory when they
are first asked for, and are forgotten before the next callback: what a strategy writes
to it is lost, as on a copy. Every method is Freqtrade's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from freqtrade.persistence import LocalTrade

from tidegate.freqtrade.callbacks.figures import CHANGING, CONSTANT, WRITABLE, read_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.freqtrade.callbacks.book import Book
    from tidegate.freqtrade.callbacks.order import OrderView


class Figure:
    """An attribute read from the shared memory; the instance's own value goes first."""

    __slots__ = ("_default", "_name", "_read")

    def __init__(self, name: str, read: Callable[[Any], object]) -> None:
        """Take the attribute's name and what reads it of a view."""
        self._name = name
        self._read = read
        self._default = getattr(LocalTrade, name, None)

    def __get__(self, view: TradeView | None, owner: type | None = None) -> object:
        """Return the value, and keep it where it cannot change while the view is in use."""
        if view is None:
            return self._default
        value = self._read(view)
        if view.tide_keeps:
            view.__dict__[self._name] = value
        return value


class TradeView(LocalTrade):
    """What the two kinds of view have in common."""

    __slots__ = ("tide_book", "tide_index", "tide_keeps", "tide_orders", "tide_record")

    tide_book: Book
    tide_index: int
    tide_record: Any
    """The position in the shared memory; good until the memory grows."""
    tide_keeps: bool
    """Whether what was read may be kept: until the callback ends, or for good once closed."""
    tide_orders: dict[int, OrderView]
    """Orders that have filled, by their index: they change no more."""

    def __init__(self, book: Book, index: int, record: Any, *, keeps: bool) -> None:  # noqa: ANN401 - a ctypes structure
        """Look at a position of the walk."""
        self.__dict__.update(book.constants(record))
        _set = object.__setattr__
        _set(self, "tide_book", book)
        _set(self, "tide_index", index)
        _set(self, "tide_record", record)
        _set(self, "tide_keeps", keeps)
        _set(self, "tide_orders", {})

    def frozen(self) -> LocalTrade:
        """Return Freqtrade's own kind of trade with all that this one says now."""
        trade = LocalTrade.__new__(LocalTrade)
        trade.__dict__.update({name: getattr(self, name) for name in (*CONSTANT, *CHANGING)})
        trade.__dict__.update(self.__dict__)
        for name in _DERIVED:
            trade.__dict__.pop(name, None)
        trade.__dict__["orders"] = self.tide_book.orders_of(self, trade)
        return trade

    def __copy__(self) -> LocalTrade:
        return self.frozen()

    def __deepcopy__(self, memo: dict[int, object]) -> LocalTrade:
        return self.frozen()

    def __reduce__(self) -> tuple[object, ...]:
        return (_again, (self.frozen().__dict__,))


def _again(figures: dict[str, object]) -> LocalTrade:
    trade = LocalTrade.__new__(LocalTrade)
    trade.__dict__.update(figures)
    return trade


# Freqtrade works these out of other attributes; a plain trade has no room for them.
_DERIVED = tuple(
    name for name in (*CONSTANT, *CHANGING) if isinstance(vars(LocalTrade).get(name), property)
)

for _name in CONSTANT:
    # an instance's own value goes before a plain attribute of its class, but not before a property
    setattr(TradeView, _name, getattr(LocalTrade, _name, None))
for _name, _how in CHANGING.items():
    setattr(TradeView, _name, Figure(_name, _how))


class LentTrade(TradeView):
    """What a callback is handed: it stands still until the callback returns."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        """Let a strategy write what will be lost; remember if it wrote over what stays."""
        if name in CONSTANT:
            self.tide_book.spoil(self)
        self.__dict__[name] = value


class LiveTrade(TradeView):
    """A trade of the lists that all see: always as the walk has it, and writing changes it."""

    __slots__ = ()

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401 - whatever a strategy assigns
        """Write a figure into the walk; anything else stays with the trade."""
        field = WRITABLE.get(name)
        if field is None:
            self.__dict__[name] = value
        else:
            setattr(self.tide_record, field, read_value(value))
            self.__dict__.pop(name, None)
