"""A broker that trades against candles: what paper trading and replay send their orders to.

An order is filled whole, at its own price, by the first candle that touches it: the rule is the
compiled loop's own. That it is open is said once it has to wait. Orders that no candle has touched
yet wait here, and are gone with the process; the journal has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tidegate.engine.keeper import SOURCE
from tidegate.model import EXACT, Fill, OrderKind, OrderState, OrderUpdate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from tidegate.guardrails import Approved
    from tidegate.model import Instrument, Order


_KEEPERS = f"{SOURCE}:"


class Range(msgspec.Struct, frozen=True, gc=False):
    """What a pair traded at for a while."""

    pair: str
    low: Decimal
    high: Decimal
    last: Decimal
    time_ns: int


class SimulatedBroker:
    """Keeps orders until they are filled or taken back."""

    volatile = True
    """Whether what it holds is gone with this process."""

    def __init__(self, instruments: Mapping[str, Instrument]) -> None:
        """Trade these instruments, at their fees."""
        self._instruments = instruments
        self._had: set[str] = set()
        self._waiting: dict[str, Order] = {}
        self._by_pair: dict[str, dict[str, Order]] = {}
        self._new: dict[str, int] = {}
        """Orders that have not had to wait yet, and when they came: most never have to."""
        self._said: list[OrderUpdate | Fill] = []

    def submit(self, approved: Approved, now_ns: int) -> None:
        """Take an order; a second one of the same id is the same order."""
        self._take(approved.order, now_ns)

    def take_again(self, orders: Sequence[Order], now_ns: int) -> None:
        """Take orders that it had before the process was started anew."""
        for order in orders:
            self._take(order, now_ns)

    def _take(self, order: Order, now_ns: int) -> None:
        if order.id in self._had:
            return
        self._had.add(order.id)
        self._waiting[order.id] = order
        self._by_pair.setdefault(order.pair, {})[order.id] = order
        self._new[order.id] = now_ns

    def cancel(self, order: str, now_ns: int) -> None:
        """Take an order back, if it is still there."""
        if order in self._waiting:
            self._forget(order)
            gone = OrderUpdate(order=order, state=OrderState.CANCELLED, time_ns=now_ns)
            self._said.append(gone)

    def knows(self, order: str) -> bool:
        """Tell whether it has had an order since the process was started."""
        return order in self._had

    def recall(self, waiting: Sequence[Order], ended: Sequence[Order], now_ns: int) -> None:  # noqa: ARG002 - it fills whole, and never late
        """Take orders again that are gone with the process that was before."""
        self.take_again(waiting, now_ns)

    def said(self) -> Sequence[OrderUpdate | Fill]:
        """Return what has happened since the last time, in order."""
        said, self._said = self._said, []
        return said

    def trade(self, order: str, price: Decimal, now_ns: int) -> None:
        """Fill an order that waits here, whole, at a price."""
        waiting = self._waiting[order]
        self._forget(order)
        value = EXACT.multiply(waiting.amount, price)
        fee = EXACT.multiply(value, self._instruments[waiting.pair].taker_fee)
        self._said.append(
            Fill(
                id=f"{order}-1",
                order=order,
                amount=waiting.amount,
                price=price,
                fee=fee,
                time_ns=now_ns,
            )
        )

    def see(self, seen: Range) -> None:
        """Fill what a pair's latest range has touched: market orders at the last price.

        Orders of position keepers are left alone: their walks say where a candle fills them.
        """
        for order in list(self._by_pair.get(seen.pair, {}).values()):
            if order.signal.startswith(_KEEPERS):
                continue
            if order.kind is OrderKind.MARKET:
                self.trade(order.id, seen.last, seen.time_ns)
            elif seen.low <= order.price <= seen.high:
                self.trade(order.id, order.price, seen.time_ns)
        self._open(seen.pair)

    def _open(self, pair: str) -> None:
        """Say of the orders that wait from now on that they do."""
        if not self._new:
            return
        for name in self._by_pair.get(pair, ()):
            came = self._new.pop(name, None)
            if came is not None:
                self._said.append(OrderUpdate(order=name, state=OrderState.OPEN, time_ns=came))

    def _forget(self, order: str) -> None:
        gone = self._waiting.pop(order)
        self._new.pop(order, None)
        of = self._by_pair[gone.pair]
        del of[order]
        if not of:
            del self._by_pair[gone.pair]
