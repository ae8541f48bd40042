"""Orders that wait for the last price to reach theirs."""

from __future__ import annotations

import heapq

from tidegate.exchange.venue.order import Kind, NewOrder, Order, Status


def waits_for_rise(order: Order | NewOrder) -> bool:
    """Tell whether an order is triggered by a price at or above its stop."""
    return order.buys == (order.kind in {Kind.STOP_LOSS, Kind.STOP_LOSS_LIMIT})


class Stops:
    """The waiting stops of one pair; those that were cancelled are passed over."""

    __slots__ = ("_falling", "_rising")

    def __init__(self) -> None:
        """Begin empty."""
        self._rising: list[tuple[int, int, Order]] = []
        self._falling: list[tuple[int, int, Order]] = []

    def add(self, order: Order) -> None:
        """Let an order wait."""
        if waits_for_rise(order):
            heapq.heappush(self._rising, (order.stop, order.id, order))
        else:
            heapq.heappush(self._falling, (-order.stop, order.id, order))

    def next(self, last: int) -> Order | None:
        """Take out an order that this last price triggers, the nearest first."""
        for heap, price in ((self._rising, last), (self._falling, -last)):
            while heap:
                key, _, order = heap[0]
                gone = order.status is not Status.NEW or order.working
                if not gone and key > price:
                    break
                heapq.heappop(heap)
                if not gone:
                    return order
        return None
