"""An order of the walk as the record that Freqtrade keeps of it."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any
from weakref import ref

from freqtrade.persistence import Order

from tidegate.freqtrade.callbacks.instants import instant, instant_or_none
from tidegate.freqtrade.callbacks.twins import light_twin
from tidegate.kernel.walk.layout import LIMIT, MARKET

if TYPE_CHECKING:
    from freqtrade.persistence import LocalTrade

    from tidegate.freqtrade.callbacks.book import Book

_LightOrder: Any = light_twin(Order)


class OrderView(_LightOrder):
    """An order as a strategy sees it."""

    __slots__ = ("_book", "_home", "_index", "at")

    at: int
    """Its place in the walk's memory."""

    def __init__(self, book: Book, at: int, trade: LocalTrade, *, homeless: bool = False) -> None:
        """Read an order of a trade; one without a home belongs to the trade that all see."""
        record = book.memory.orders[at]
        side = "buy" if (record.entry != 0) is not trade.is_short else "sell"
        open_ = record.is_open != 0
        placed = instant(record.placed_ns, book.epoch)
        number = int(record.id)
        put = object.__setattr__
        put(self, "_book", book)
        put(self, "_index", int(record.position))
        put(self, "at", at)
        # a trade held by nobody but its orders is held by nobody
        put(self, "_home", _nobody if homeless else ref(trade))
        self.__dict__.update(
            {
                "id": number,
                "ft_trade_id": trade.id,
                "ft_order_side": side,
                "ft_pair": trade.pair,
                "ft_is_open": open_,
                "ft_price": record.price,
                "order_id": str(number),
                "status": "open" if open_ else "closed",
                "symbol": trade.pair,
                "order_type": _kind(book, record),
                "side": side,
                "price": record.price,
                "average": record.price,
                "amount": record.amount,
                "filled": 0 if open_ else record.filled,
                "remaining": record.remaining if open_ else 0,
                "cost": record.cost,
                "order_date": placed,
                "order_filled_date": instant_or_none(record.filled_ns, book.epoch),
                "order_update_date": placed,
                "funding_fee": None if isnan(record.funding) else record.funding + 0.0,
                "ft_order_tag": book.tag_of(record.tag),
            }
        )

    def __setattr__(self, name: str, value: object) -> None:
        """Let a strategy write to an order; on that of a lent trade it will be lost."""
        self.__dict__[name] = value
        if self._home is _nobody:
            self._book.adopt(self, self._index)
        else:
            self._book.spoil(self._home())

    @property
    def _trade_bt(self) -> LocalTrade:
        return self._home() or self._book.live(self._index)


def _nobody() -> None:
    """Return no trade."""


def _kind(book: Book, record: Any) -> str:  # noqa: ANN401 - a ctypes structure
    if record.kind == LIMIT:
        return "limit"
    if record.kind == MARKET:
        return "market"
    return str(book.strategy.order_types["entry" if record.entry else "exit"])
