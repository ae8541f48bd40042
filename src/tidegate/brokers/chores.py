"""What runs beside everything else in the network thread; what fails there is not lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Coroutine

LEFT_ALONE: Final = "an order was left alone"
_AGAIN_S: Final = 0.5


class Chores:
    """Tasks that are held on to until they are done."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Have something done. If it fails, the loop's handler of exceptions is told."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def stop(self) -> None:
        """Leave everything as it is."""
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            # ccxt swallows a cancellation that meets it while it closes a connection: once more.
            await asyncio.wait(set(self._tasks), timeout=_AGAIN_S)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            asyncio.get_running_loop().call_exception_handler(
                {"message": LEFT_ALONE, "exception": task.exception(), "task": task}
            )
