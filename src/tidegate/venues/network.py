"""A thread of its own for everything that waits for a network."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future

T = TypeVar("T")


class NetworkThread:
    """An event loop that runs beside whoever trades or reads prices, and is handed work."""

    def __init__(self, name: str = "network") -> None:
        """Start it."""
        self._loop = _new_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def post(self, work: Callable[..., object], *about: object) -> None:
        """Have something done there, and do not wait."""
        self._loop.call_soon_threadsafe(work, *about)

    def ask(self, work: Coroutine[Any, Any, T], patience_s: float) -> T:
        """Have something done there, and wait for what comes of it; TimeoutError if it is long."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(patience_s)
        except BaseException:
            future.cancel()
            raise

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Have something done there, and look later what came of it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def stop(self, patience_s: float = 30.0) -> None:
        """End what runs there, and the thread."""
        asyncio.run_coroutine_threadsafe(_end_all(), self._loop).result(patience_s)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(patience_s)
        self._loop.close()


async def _end_all() -> None:
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop
