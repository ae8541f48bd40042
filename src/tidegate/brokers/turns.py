"""Whose request goes next: questions about lost orders first, looking around last."""

from __future__ import annotations

import asyncio
import heapq
import time
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Turn(IntEnum):
    """What a request is for; the lower goes first."""

    ASK = 0
    """What became of an order of which nobody knows."""
    CANCEL = 1
    REDUCE = 2
    ORDER = 3
    LOOK = 4


class Turns:
    """Lets requests out at a steady rate, and none while the venue has asked for quiet."""

    def __init__(
        self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Let out so many a second on average, and so many at once after a while of quiet."""
        self._rate, self._burst, self._clock = per_second, float(burst), clock
        self._left, self._at = float(burst), clock()
        self._closed_until = 0.0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._count = 0
        self._pump: asyncio.TimerHandle | None = None

    def close_for(self, seconds: float) -> None:
        """Let nothing out for a while."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    async def take(self, turn: Turn) -> None:
        """Wait until it is this request's turn."""
        if not self._waiting and self._wait_s() <= 0.0:
            self._left -= 1.0
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._waiting, (turn, self._count, future))
        self._go_on()
        await future

    def _wait_s(self) -> float:
        """Return how long until the next may go."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        lacking = (1.0 - self._left) / self._rate
        return max(lacking, self._closed_until - now)

    def _go_on(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
            self._pump = None
        while self._waiting:
            wait_s = self._wait_s()
            if wait_s > 0.0:
                loop = asyncio.get_running_loop()
                self._pump = loop.call_later(wait_s, self._go_on)
                return
            future = heapq.heappop(self._waiting)[2]
            if not future.done():
                self._left -= 1.0
                future.set_result(None)
