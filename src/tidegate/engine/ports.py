"""What an engine needs of the outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from tidegate.engine.entry import Entry
    from tidegate.guardrails import Approved
    from tidegate.ledger import Account
    from tidegate.model import (
        EquityRecord,
        Fill,
        IncidentRecord,
        Order,
        OrderRecord,
        OrderUpdate,
        PositionRecord,
        Signal,
        TradeRecord,
    )

    Record = OrderRecord | PositionRecord | TradeRecord | EquityRecord | IncidentRecord


class Journal(Protocol):
    """Keeps facts in order. What `append` has returned for survives."""

    def append(self, entries: Sequence[Entry], records: Sequence[Record]) -> int:
        """Keep facts and the rows that show them, all or none; the last sequence number."""
        ...

    def read_from(self, seq: int) -> Iterator[tuple[int, Entry]]:
        """Go through the facts from a sequence number on, in order, none left out."""
        ...

    def snapshot(self) -> tuple[int, bytes] | None:
        """Return the latest snapshot and the sequence number it stands after."""
        ...

    def keep_snapshot(self, seq: int, body: bytes) -> None:
        """Keep a snapshot of the state after a sequence number."""
        ...


class Broker(Protocol):
    """Where approved orders go. What it says comes back through `said`."""

    def submit(self, approved: Approved, now_ns: int) -> None:
        """Take an order; a second one of the same id is the same order."""
        ...

    def cancel(self, order: str, now_ns: int) -> None:
        """Take an order back, if it is still there."""
        ...

    def knows(self, order: str) -> bool | None:
        """Tell whether it has ever had an order; None: it cannot say now."""
        ...

    def recall(self, waiting: Sequence[Order], ended: Sequence[Order], now_ns: int) -> None:
        """Say again, through `said`, where orders stand and what of them was filled.

        `waiting` are over as far as nobody has heard, `ended` were cancelled: a fill of theirs
        may not have been heard of. One of `waiting` that never arrived is cancelled, or, where
        the broker itself was started anew with us, taken again; one of which it cannot say
        what became is unresolved.
        """
        ...

    def said(self) -> Sequence[OrderUpdate | Fill]:
        """Return what has happened since the last time, in order.

        The end of a reduction comes after its fills, or what is sold would be sold again.
        """
        ...


class Sizer(Protocol):
    """Proposes an amount for a signal that brings none."""

    def propose(self, signal: Signal, account: Account, price: Decimal) -> Decimal | None:
        """Return an amount in base currency; None: none can be proposed."""
        ...


class CandleBroker(Protocol):
    """A broker that fills an order where a candle says so."""

    def trade(self, order: str, price: Decimal, now_ns: int) -> None:
        """Fill an order that waits there."""
        ...

    def take_again(self, orders: Sequence[Order], now_ns: int) -> None:
        """Take orders that it had before the process was started anew."""
        ...

    def knows(self, order: str) -> bool:
        """Tell whether an order waits there."""
        ...
