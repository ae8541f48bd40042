"""Strategies that change their own rules while they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable


WATCHED: Final = (
    "stoploss",
    "trailing_stop",
    "trailing_stop_positive",
    "trailing_stop_positive_offset",
    "trailing_only_offset_is_reached",
    "use_custom_stoploss",
    "use_custom_roi",
    "minimal_roi",
    "use_exit_signal",
    "exit_profit_only",
    "exit_profit_offset",
    "ignore_roi_if_entry_signal",
    "position_adjustment_enable",
    "max_entry_position_adjustment",
    "max_open_trades",
    "ignore_buying_expired_candle_after",
    "order_types",
)
"""The attributes that Freqtrade reads anew at every candle."""

_BITS: Final = {name: 1 << place for place, name in enumerate(WATCHED)}
_TABLES: Final = ("minimal_roi", "order_types")


class _Table(dict[Any, Any]):
    """A table of rules that tells when it is written to, and writes through to the strategy's."""

    tell: Callable[[], None]
    source: dict[Any, Any]


def _telling(name: str) -> Any:  # noqa: ANN401 - a method of dict
    method = getattr(dict, name)

    def write(self: _Table, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - dict's own
        found = method(self, *arguments, **named)
        method(self.source, *arguments, **named)
        self.tell()
        return found

    return write


for _name in (
    "__setitem__",
    "__delitem__",
    "__ior__",
    "clear",
    "pop",
    "popitem",
    "setdefault",
    "update",
):
    setattr(_Table, _name, _telling(_name))


def _heed_nothing(_mask: int) -> None:
    """Take no notice."""


class Watch:
    """Notices when a strategy's rules are not what they were.

    For the time of a walk the strategy's class and its tables are such as tell what is written
    to them. A property cannot tell; it is compared.
    """

    def __init__(
        self,
        strategy: Any,  # noqa: ANN401 - an IStrategy, which has no types
        changed: Callable[[int], None],
        unsettled: list[Callable[[], None]],
    ) -> None:
        """Watch a strategy; `changed` is told the bits of what changed, in `WATCHED`'s order."""
        self._strategy = strategy
        self._changed = changed
        self._unsettled = unsettled
        self._mask = 0
        self._own_class: Any = type(strategy)
        self._properties = {
            name: getattr(strategy, name)
            for name in WATCHED
            if isinstance(getattr(self._own_class, name, None), property)
        }

    @property
    def is_restless(self) -> bool:
        """Whether it has to look after every callback."""
        return bool(self._properties)

    def begin(self) -> None:
        """Put what tells in place of what does not."""
        strategy = self._strategy
        for name in _TABLES:
            if name not in self._properties:
                self._place(name)
        strategy.__class__ = self._telling_class()

    def end(self) -> None:
        """Give the strategy its own class and tables back."""
        strategy = self._strategy
        strategy.__class__ = self._own_class
        # the class that told lives on for a while, and must not keep a walk alive
        self._changed, self._unsettled = _heed_nothing, []
        for name in _TABLES:
            table = getattr(strategy, name)
            if isinstance(table, _Table):
                setattr(strategy, name, table.source)

    def look(self) -> None:
        """Tell what has changed since the last look."""
        for name, before in self._properties.items():
            now = getattr(self._strategy, name)
            if now != before:
                self._properties[name] = now
                self._mask |= _BITS[name]
        mask, self._mask = self._mask, 0
        if mask:
            self._changed(mask)

    def _note(self, name: str) -> None:
        self._mask |= _BITS[name]
        self._unsettled.append(self.look)

    def _place(self, name: str) -> None:
        source = getattr(self._strategy, name)
        if not isinstance(source, dict) or isinstance(source, _Table):
            return
        table = _Table(source)
        table.source = source
        table.tell = lambda: self._note(name)
        object.__setattr__(self._strategy, name, table)

    def _telling_class(self) -> Any:  # noqa: ANN401 - a subclass of the strategy's class
        watch, own = self, self._own_class

        def set_and_tell(strategy: Any, name: str, value: object) -> None:  # noqa: ANN401 - the strategy
            own.__setattr__(strategy, name, value)
            if name in _BITS and name not in watch._properties:
                if name in _TABLES:
                    watch._place(name)
                watch._note(name)

        names = {
            "__setattr__": set_and_tell,
            "__module__": own.__module__,
            "__qualname__": own.__qualname__,
            "__doc__": own.__doc__,
        }
        make: Any = type(own)
        return make(own.__name__, (own,), names)
