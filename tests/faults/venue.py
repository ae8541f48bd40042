"""A venue whose book is a file of its own: what was sent to it outlives whoever sent it.

What it does with an order follows from the order's name, so that a book read anew is the book.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from tidegate.model import ENDED, EXACT, Fill, Order, OrderKind, OrderUpdate
from tidegate.model import OrderState as State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tidegate.guardrails import Approved

D = Decimal


@dataclass
class Booked:
    order: Order
    state: State = State.OPEN
    fills: list[Fill] = field(default_factory=list)

    @property
    def filled(self) -> Decimal:
        return sum((fill.amount for fill in self.fills), D(0))


class FileVenue:
    """Writes down what it is sent, at once, and fills or refuses by the order's name."""

    def __init__(self, path: Path, pause: Callable[[str], None] = lambda _place: None) -> None:
        self.book: dict[str, Booked] = {}
        self.doubled: list[str] = []
        self._pause = pause
        self._words: list[OrderUpdate | Fill] = []
        if path.exists():
            for line in path.read_bytes().splitlines():
                self._take(line)
        self._words.clear()
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def close(self) -> None:
        os.close(self._file)

    # the port

    def submit(self, approved: Approved, now_ns: int) -> None:
        self._pause("before it is sent")
        self._write(b"submit %d " % now_ns + msgspec.json.encode(approved.order))
        self._pause("after it is sent")

    def cancel(self, order: str, now_ns: int) -> None:
        self._pause("before it is cancelled")
        self._write(b"cancel %d " % now_ns + order.encode())
        self._pause("after it is cancelled")

    def knows(self, order: str) -> bool | None:
        return order in self.book

    def recall(self, waiting: Sequence[Order], ended: Sequence[Order], now_ns: int) -> None:
        for order in waiting:
            booked = self.book.get(order.id)
            self._words += [] if booked is None else booked.fills
            state = State.CANCELLED if booked is None else booked.state
            self._words.append(OrderUpdate(order=order.id, state=state, time_ns=now_ns))
        for order in ended:
            if order.id in self.book:
                self._words += self.book[order.id].fills

    def said(self) -> Sequence[OrderUpdate | Fill]:
        said, self._words = self._words, []
        return said

    # the book

    def _write(self, line: bytes) -> None:
        os.write(self._file, line + b"\n")  # with the system, and safe from the process's end
        self._take(line)

    def _take(self, line: bytes) -> None:
        what, time, rest = line.split(b" ", 2)
        if what == b"submit":
            self._submitted(msgspec.json.decode(rest, type=Order), int(time))
        else:
            self._cancelled(rest.decode(), int(time))

    def _submitted(self, order: Order, now_ns: int) -> None:
        if order.id in self.book:
            self.doubled.append(order.id)
            return
        booked = self.book[order.id] = Booked(order)
        fate = int(order.id[-6:], 16) % 6
        if fate == 0:
            self._moves(booked, State.REJECTED, now_ns)
            return
        self._moves(booked, State.OPEN, now_ns)
        parts = {1: (), 2: ("0.5",), 3: ("0.25", "0.75")}.get(fate, ("1",))
        if order.kind is OrderKind.MARKET and not parts:
            parts = ("1",)
        for part in parts:
            self._fill(booked, EXACT.multiply(order.amount, D(part)), now_ns)
        if booked.filled == order.amount:
            self._moves(booked, State.FILLED, now_ns)

    def _cancelled(self, order: str, now_ns: int) -> None:
        booked = self.book.get(order)
        if booked is not None and booked.state not in ENDED:
            self._moves(booked, State.CANCELLED, now_ns)

    def _fill(self, booked: Booked, amount: Decimal, now_ns: int) -> None:
        order = booked.order
        fill = Fill(
            id=f"{order.id}-{len(booked.fills)}",
            order=order.id,
            amount=amount,
            price=order.price or D(100),
            fee=EXACT.multiply(amount, D("0.1")),
            time_ns=now_ns,
        )
        booked.fills.append(fill)
        self._words.append(fill)

    def _moves(self, booked: Booked, state: State, now_ns: int) -> None:
        booked.state = state
        self._words.append(OrderUpdate(order=booked.order.id, state=state, time_ns=now_ns))
