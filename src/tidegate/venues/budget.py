"""How much a venue may be asked in all, and who goes first: orders, then prices, history last."""

from __future__ import annotations

import asyncio
import heapq
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_RESERVE: Final = 0.2
_FILLED: Final = 0.9
"""How much of what a venue allows may be used by all at one address."""


class Urgency(IntEnum):
    """What a request is for; the lower goes first. The first four are about orders."""

    ASK = 0
    """What became of an order of which nobody knows."""
    CANCEL = 1
    REDUCE = 2
    ORDER = 3
    LOOK = 4
    """At orders and balances, now and then."""
    PRICE = 5
    HISTORY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a budget stands, for whoever watches."""

    left: float
    burst: float
    waiting: int
    closed_s: float
    """For how long the venue has asked for quiet."""
    taken: float
    """Weight that was let out since the start."""
    requests: int
    closings: int


@dataclass(order=True, slots=True)
class _Ticket:
    urgency: int
    number: int
    weight: float = field(compare=False)
    loop: asyncio.AbstractEventLoop = field(compare=False)
    called: asyncio.Event = field(compare=False)


class Budget:
    """Weight that comes back at a steady rate, shared by whoever asks one venue, in any thread.

    In any minute at most `burst + 60 * per_second` is let out. The last part of it, `reserve`,
    is kept for orders: they never wait for what candles have used up.
    """

    def __init__(
        self,
        per_second: float,
        burst: float,
        *,
        reserve: float = _RESERVE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with all of it."""
        self._rate, self._burst, self._clock = per_second, burst, clock
        self._kept = reserve * burst
        self._left, self._at = burst, clock()
        self._closed_until = clock()
        self._waiting: list[_Ticket] = []
        self._lock = threading.Lock()
        self._count = self._closings = 0
        self._taken = 0.0
        self._requests = 0

    async def take(self, urgency: Urgency, weight: float = 1.0) -> None:
        """Wait until it is this request's turn."""
        with self._lock:
            first = not self._waiting or urgency < self._waiting[0].urgency
            if first and self._wait_s(urgency, weight) <= 0:
                self._let_out(weight)
                return
            self._count += 1
            loop = asyncio.get_running_loop()
            ticket = _Ticket(urgency, self._count, weight, loop, asyncio.Event())
            heapq.heappush(self._waiting, ticket)
        try:
            while (wait_s := self._try(ticket)) != 0.0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await ticket.called.wait()
        except BaseException:
            self._give_up(ticket)
            raise

    def close_for(self, seconds: float) -> None:
        """Let nothing out for a while: the venue has asked for quiet."""
        with self._lock:
            self._closed_until = max(self._closed_until, self._clock() + seconds)
            self._closings += 1

    def told(self, used: float, most: float) -> None:
        """Take in what the venue says was used this minute, by others at this address too."""
        with self._lock:
            self._refill()
            self._left = min(self._left, _FILLED * most - used)

    def standing(self) -> Standing:
        """Return how it stands."""
        with self._lock:
            self._refill()
            return Standing(
                left=self._left,
                burst=self._burst,
                waiting=len(self._waiting),
                closed_s=max(0.0, self._closed_until - self._clock()),
                taken=self._taken,
                requests=self._requests,
                closings=self._closings,
            )

    def _try(self, ticket: _Ticket) -> float | None:
        """Let a ticket out if it is its turn: 0; else how long to wait, None: until called."""
        with self._lock:
            ticket.called.clear()
            if self._waiting[0] is not ticket:
                return None
            wait_s = self._wait_s(ticket.urgency, ticket.weight)
            if wait_s > 0:
                return wait_s
            heapq.heappop(self._waiting)
            self._let_out(ticket.weight)
            self._call_first()
            return 0.0

    def _give_up(self, ticket: _Ticket) -> None:
        with self._lock:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                heapq.heapify(self._waiting)
            self._call_first()

    def _call_first(self) -> None:
        if self._waiting:
            first = self._waiting[0]
            with suppress(RuntimeError):  # its loop has ended, and nobody waits there
                first.loop.call_soon_threadsafe(first.called.set)

    def _let_out(self, weight: float) -> None:
        self._left -= weight
        self._taken += weight
        self._requests += 1

    def _refill(self) -> None:
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now

    def _wait_s(self, urgency: int, weight: float) -> float:
        self._refill()
        kept = self._kept if urgency > Urgency.ORDER else 0.0
        wanted = min(weight + kept, self._burst)
        return max((wanted - self._left) / self._rate, self._closed_until - self._at)
