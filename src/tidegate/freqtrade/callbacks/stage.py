"""What Freqtrade keeps once for a whole process, kept for each of several strategies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from freqtrade.mixins import LoggingMixin
from freqtrade.persistence import CustomDataWrapper, LocalTrade, PairLocks, Trade

if TYPE_CHECKING:
    from types import TracebackType

_PLACES: Final[tuple[tuple[Any, str], ...]] = (
    (LocalTrade, "bt_trades"),
    (LocalTrade, "bt_trades_open"),
    (LocalTrade, "bt_trades_open_pp"),
    (LocalTrade, "bt_open_open_trade_count"),
    (LocalTrade, "bt_total_profit"),
    (Trade, "use_db"),
    (PairLocks, "use_db"),
    (PairLocks, "timeframe"),
    (PairLocks, "locks"),
    (CustomDataWrapper, "use_db"),
    (CustomDataWrapper, "custom_data"),
    (CustomDataWrapper, "get_custom_data"),
    (LoggingMixin, "show_output"),
)


class Stage:
    """One strategy's trades, locks and notes, in Freqtrade's places while it is on stage.

    Whoever comes on first finds what was there before; what it leaves, it finds again.
    """

    def __init__(self) -> None:
        """Begin with nothing of its own."""
        self._own: list[Any] | None = None
        self._before: list[Any] = []
        self._depth = 0

    def __enter__(self) -> Self:
        """Come on."""
        self._depth += 1
        if self._depth == 1:
            self._before = _taken()
            if self._own is not None:
                _put(self._own)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Go off, and leave everything as it was."""
        self._depth -= 1
        if not self._depth:
            self._own = _taken()
            _put(self._before)


def _taken() -> list[Any]:
    # not by `getattr`, which would unwrap a static method
    return [vars(owner)[name] for owner, name in _PLACES]


def _put(values: list[Any]) -> None:
    for (owner, name), value in zip(_PLACES, values, strict=True):
        setattr(owner, name, value)
