"""WebSocket connections: what is sent waits in a short queue, and faults have a hand in it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp import web

from tidegate.exchange.faults import Family, Fault, Kind

if TYPE_CHECKING:
    from tidegate.exchange.world import World

ANSWER: Final = "answer"
_MOST_WAITING: Final = 100_000
_HEARTBEAT_S: Final = 180.0


class SocketLine:
    """One connection. A client that does not read is let go before it costs memory."""

    def __init__(self, socket: web.WebSocketResponse, world: World) -> None:
        """Send on this socket."""
        self._socket = socket
        self._world = world
        self._queue: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue()
        self._kept: bytes | None = None
        self._broken = False
        self.transport: asyncio.Transport | None = None

    def send(self, message: bytes, name: str) -> None:
        """Send a message, or what the armed faults make of it."""
        if self._broken:
            return
        if not self._world.faults.armed or name == ANSWER:
            self._put(message)
            return
        now = self._world.now_ns()
        struck = self._world.faults.striking(Family.STREAM, now, "SEND", name)
        self._send_struck(message, {fault.fault: fault for fault in struck})

    def _send_struck(self, message: bytes, struck: dict[Kind, Fault]) -> None:
        if Kind.DISCONNECT in struck:
            self.break_off()
            return
        if struck.keys() & {Kind.STREAM_DROP, Kind.STREAM_SILENCE}:
            return
        if Kind.STREAM_GARBAGE in struck:
            message = message[: len(message) // 2]
        if Kind.STREAM_REORDER in struck and self._kept is None:
            self._kept = message
            return
        late = struck.get(Kind.STREAM_LATENCY)
        delay = 0.0
        if late is not None:
            delay = (late.delay_ms + late.jitter_ms * self._world.faults.drawn(late)) / 1000
        self._put(message, delay)
        if Kind.STREAM_DUPLICATE in struck:
            self._put(message, delay)
        if self._kept is not None:
            kept, self._kept = self._kept, None
            self._put(kept, delay)

    def _put(self, message: bytes, delay: float = 0.0) -> None:
        if self._queue.qsize() >= _MOST_WAITING:
            self.break_off()
            return
        due = asyncio.get_running_loop().time() + delay if delay else 0.0
        self._queue.put_nowait((due, message))

    def close(self) -> None:
        """End the connection once all is sent."""
        self._queue.put_nowait(None)

    def break_off(self) -> None:
        """End the connection as a broken wire does: without a word."""
        self._broken = True
        self._queue.put_nowait(None)
        if self.transport is not None:
            self.transport.abort()

    async def write(self) -> None:
        """Send what waits, until there is nothing more to come."""
        while (entry := await self._queue.get()) is not None:
            due, message = entry
            if due:
                await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            try:
                await self._socket.send_str(message.decode())
            except ConnectionError:
                self._broken = True
                return
        await self._socket.close()


def new_socket() -> web.WebSocketResponse:
    """Return a connection that is not open yet."""
    return web.WebSocketResponse(heartbeat=_HEARTBEAT_S, compress=False)
