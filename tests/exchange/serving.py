"""An exchange in a thread of its own, as another process would be."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import urllib.error
import urllib.request
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from tidegate.exchange.house import ExchangeSpec, build

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from tidegate.exchange.server import ExchangeServer
    from tidegate.exchange.world import World

KEYS = {"apiKey": "simkey", "secret": "simsecret"}
PATIENCE_S = 60.0


class Exchange:
    """Runs until it is left."""

    def __init__(self, *, pairs: tuple[str, ...] = ("BTC/USDT", "ETH/USDT"), **other: Any) -> None:  # noqa: ANN401 - what a spec takes
        balances: Mapping[str, Decimal] = other.pop("balances", {"USDT": Decimal(100_000)})
        self._spec = ExchangeSpec(pairs=pairs, balances=balances, **other)
        self._server: ExchangeServer | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._stop: asyncio.Event | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._up.wait(PATIENCE_S)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        self._server = build(self._spec, time.time_ns)
        self._stop, self._loop = asyncio.Event(), asyncio.get_running_loop()
        await self._server.start()
        self._up.set()
        try:
            await self._stop.wait()
        finally:
            await self._server.stop()

    @property
    def server(self) -> ExchangeServer:
        assert self._server is not None
        return self._server

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def world(self) -> World:
        """Only for looking at; it lives in the other thread."""
        return self.server.world

    def client(self, **other: Any) -> dict[str, Any]:  # noqa: ANN401 - what ccxt takes
        """Return what ccxt's constructor takes."""
        return {
            **KEYS,
            "enableRateLimit": False,
            **self.server.dialect.ccxt_options(self.url),
            **other,
        }

    def control(self, method: str, path: str, what: object = None) -> Any:  # noqa: ANN401 - any JSON
        """Press a button."""
        return ask(
            f"{self.url}/_control/{path}", method, None if what is None else json.dumps(what)
        )

    def arm(self, fault: str, **fields: object) -> None:
        """Arm a fault."""
        self.control("POST", "faults", {"fault": fault, **fields})


def ask(url: str, method: str = "GET", body: str | None = None, **headers: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the JSON of an answer, whatever its status."""
    data = None if body is None else body.encode()
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 - loopback
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)


def until(what: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:  # noqa: ANN401 - what it returns
    """Ask until the answer is true, for a bounded time; the answer."""
    end = time.monotonic() + patience_s
    while True:
        found = what()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.05)
