"""An order and its life: which state may follow which."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from tidegate.model.signal import Direction, Effect


class Side(StrEnum):
    """What an order does at the exchange."""

    BUY = "buy"
    SELL = "sell"


class OrderKind(StrEnum):
    """How an order is to be filled."""

    MARKET = "market"
    LIMIT = "limit"


class OrderState(StrEnum):
    """Where an order is in its life."""

    APPROVED = "approved"
    """Journalled; the broker may or may not have it."""
    OPEN = "open"
    """The venue has it; part of it may have been filled."""
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    """The venue would not have it."""
    UNRESOLVED = "unresolved"
    """It was sent and no certain word came back: the venue has to be asked."""


ENDED: Final = frozenset({OrderState.FILLED, OrderState.CANCELLED, OrderState.REJECTED})

FOLLOWS: Final[dict[OrderState, frozenset[OrderState]]] = {
    OrderState.APPROVED: frozenset(OrderState) - {OrderState.APPROVED},
    OrderState.OPEN: frozenset(
        {
            OrderState.FILLED,
            OrderState.CANCELLED,
            OrderState.REJECTED,  # some venues accept first and think later
            OrderState.UNRESOLVED,
        }
    ),
    OrderState.UNRESOLVED: frozenset(OrderState) - {OrderState.APPROVED, OrderState.UNRESOLVED},
    OrderState.FILLED: frozenset(),
    OrderState.CANCELLED: frozenset({OrderState.FILLED}),  # a fill that raced the cancellation
    OrderState.REJECTED: frozenset(),
}
"""The states that may follow each one."""


class Order(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An order as the gate let it through; nothing of it changes any more."""

    id: str
    """The client order id: a hash of the signal, so that sending twice is one order."""
    account: str
    strategy: str
    pair: str
    position: str
    direction: Direction
    effect: Effect
    side: Side
    kind: OrderKind
    amount: Decimal
    """Base currency."""
    price: Decimal
    """A limit order's worst price; for a market order, the price it was judged at."""
    leverage: Decimal
    tag: str
    signal: str
    """`source:id` of the signal it comes from."""
    correlation: str
    made_ns: int
