"""HTTP and WebSocket on loopback: one dialect, one world, and the faults between them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from aiohttp import WSMsgType, web

from tidegate.exchange.control import PREFIX, Control
from tidegate.exchange.dialect import Answer, Request, Trouble
from tidegate.exchange.faults import Family, Fault, Kind
from tidegate.exchange.lines import SocketLine, new_socket

if TYPE_CHECKING:
    from tidegate.exchange.dialect import Dialect
    from tidegate.exchange.world import World

HOST: Final = "127.0.0.1"
_PULSE_S: Final = 0.05
_KEEP_ALIVE_S: Final = 3600.0  # clients poll every few seconds and keep their connections

_TROUBLE: Final = {
    Kind.RATE_LIMIT: Trouble.RATE_LIMIT,
    Kind.BAN: Trouble.BAN,
    Kind.MAINTENANCE: Trouble.MAINTENANCE,
    Kind.SERVER_ERROR: Trouble.SERVER_ERROR,
    Kind.SERVER_ERROR_AFTER: Trouble.SERVER_ERROR,
}
_NOTHING_DONE: Final = (Kind.TIMEOUT_BEFORE, Kind.RESET_BEFORE)
_NOTHING_SAID: Final = (Kind.TIMEOUT_AFTER, Kind.RESET_AFTER)
_PAGE: Final = b"<html><head><title>200 OK</title></head><body>It works.</body></html>"


class ExchangeServer:
    """Serves until it is stopped."""

    def __init__(self, world: World, dialect: Dialect) -> None:
        """Speak a dialect about a world."""
        self.world = world
        self.dialect = dialect
        self.port = 0
        self._control = Control(world)
        self._http: web.Server | None = None
        self._listener: asyncio.Server | None = None
        self._pump: asyncio.Task[None] | None = None
        self._lines: set[SocketLine] = set()

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://{HOST}:{self.port}"

    async def start(self, port: int = 0) -> None:
        """Listen on a port of loopback; 0 takes a free one."""
        loop = asyncio.get_running_loop()
        self._http = web.Server(
            self._handle, access_log=None, keepalive_timeout=_KEEP_ALIVE_S, tcp_keepalive=True
        )
        self._listener = await loop.create_server(self._http, HOST, port, backlog=1024)
        self.port = int(self._listener.sockets[0].getsockname()[1])
        self._pump = asyncio.create_task(self._pulse())

    async def stop(self) -> None:
        """End every connection, and listen no more."""
        if self._pump is not None:
            self._pump.cancel()
            with suppress(asyncio.CancelledError):
                await self._pump
        if self._listener is not None:
            self._listener.close()
        for line in list(self._lines):
            line.break_off()
        if self._http is not None:
            await self._http.shutdown(timeout=1.0)
        if self.world.keeper is not None:
            self.world.keeper.close()
            self.world.keeper = None

    async def failed(self) -> None:
        """Wait until the pump ends, which it only does by a defect, and raise that."""
        if self._pump is not None:
            await asyncio.shield(self._pump)

    async def _pulse(self) -> None:
        while True:
            self.world.pulse()
            self.dialect.pulse()
            await asyncio.sleep(_PULSE_S)

    async def _handle(self, raw: web.BaseRequest) -> web.StreamResponse:
        if raw.headers.get("Upgrade", "").lower() == "websocket":
            return await self._stream(raw)
        path, _, query = raw.raw_path.partition("?")
        request = Request(
            raw.method,
            path,
            query,
            raw.headers,
            await raw.read(),
            raw.remote or "",
        )
        if request.path.startswith(PREFIX):
            return _response(self._control.answer(request))
        if self.world.faults.armed:
            return await self._with_faults(raw, request)
        return _response(self.dialect.answer(request))

    # faults

    async def _with_faults(self, raw: web.BaseRequest, request: Request) -> web.StreamResponse:
        world = self.world
        found = world.faults.striking(Family.REQUEST, world.now_ns(), request.method, request.path)
        struck = {fault.fault: fault for fault in found}
        late = struck.pop(Kind.LATENCY, None)
        if late is not None:
            drawn = world.faults.drawn(late) if late.jitter_ms else 0.0
            await asyncio.sleep((late.delay_ms + late.jitter_ms * drawn) / 1000)
        for kind in _NOTHING_DONE:
            if kind in struck:
                return await _hang_up(raw, struck[kind])
        for kind in (Kind.MAINTENANCE, Kind.BAN, Kind.RATE_LIMIT, Kind.SERVER_ERROR):
            if kind in struck:
                return self._refused(struck[kind])
        answer = self.dialect.answer(request)
        for kind in _NOTHING_SAID:
            if kind in struck:
                return await _hang_up(raw, struck[kind])
        if Kind.SERVER_ERROR_AFTER in struck:
            return self._refused(struck[Kind.SERVER_ERROR_AFTER])
        if Kind.CUT_BODY in struck:
            return await _cut(raw, answer)
        return _response(_spoilt(answer, struck))

    def _refused(self, fault: Fault) -> web.StreamResponse:
        answer = self.dialect.refusal(
            _TROUBLE[fault.fault], retry_after_s=fault.retry_after_s, status=fault.status
        )
        return _response(answer)

    # streams

    async def _stream(self, raw: web.BaseRequest) -> web.StreamResponse:
        socket = new_socket()
        line = SocketLine(socket, self.world)
        path, _, query = raw.raw_path.partition("?")
        stream = self.dialect.connect(path, query, line)
        if stream is None:
            return web.Response(status=404)
        self._lines.add(line)
        writer: asyncio.Task[None] | None = None
        try:
            await socket.prepare(raw)
            line.transport = raw.transport
            writer = asyncio.create_task(line.write())
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    stream.received(message.data)
        finally:
            stream.closed()
            self._lines.discard(line)
            if writer is not None:
                line.close()
                with suppress(ConnectionError):
                    await writer
        return socket


def _response(answer: Answer) -> web.Response:
    headers = answer.headers
    headers["Content-Type"] = answer.content_type
    return web.Response(body=answer.body, status=answer.status, headers=headers)


def _spoilt(answer: Answer, struck: dict[Kind, Fault]) -> Answer:
    if Kind.MALFORMED_JSON in struck:
        return Answer(_PAGE, 200, answer.headers, "text/html")
    if Kind.TRUNCATED_JSON in struck:
        return Answer(answer.body[: len(answer.body) // 2], answer.status, answer.headers)
    if Kind.EMPTY_BODY in struck:
        return Answer(b"", 200, answer.headers)
    return answer


async def _hang_up(raw: web.BaseRequest, fault: Fault) -> web.StreamResponse:
    """Leave a request without an answer, for a while or not at all, and break the connection."""
    if fault.fault in {Kind.TIMEOUT_BEFORE, Kind.TIMEOUT_AFTER}:
        await asyncio.sleep(fault.hold_s)
    if raw.transport is not None:
        raw.transport.abort()
    return web.Response(status=500)  # nobody is there to read it


async def _cut(raw: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Send half of an answer, and break the connection."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_type = "application/json"
    response.content_length = len(answer.body)
    await response.prepare(raw)
    await response.write(answer.body[: len(answer.body) // 2])
    await asyncio.sleep(0.05)  # so that the half is read as such
    if raw.transport is not None:
        raw.transport.abort()
    return response
