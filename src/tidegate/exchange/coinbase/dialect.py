"""Coinbase's Advanced Trade interface over a world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

import msgspec

from tidegate.errors import Code, OptionError
from tidegate.exchange.coinbase import routes, snippets
from tidegate.exchange.coinbase.call import Call, Notes
from tidegate.exchange.coinbase.connection import PATHS, Connection
from tidegate.exchange.coinbase.errors import ApiError, OrderError, invalid
from tidegate.exchange.coinbase.fees import Fees
from tidegate.exchange.coinbase.tokens import bearer
from tidegate.exchange.dialect import Answer, Request, Trouble

if TYPE_CHECKING:
    from tidegate.exchange.coinbase.credentials import Credential
    from tidegate.exchange.dialect import Line, Stream
    from tidegate.exchange.keys import ApiKey
    from tidegate.exchange.world import World

_ENCODE: Final = msgspec.json.encode
_PUBLIC_A_SECOND: Final = 10
_PRIVATE_A_SECOND: Final = 30


class Coinbase:
    """Speaks as Coinbase's Advanced Trade does in spot."""

    name = "coinbase"

    def __init__(self, world: World, *, limited: bool = True) -> None:
        """Speak about a world; unlimited, nobody is told that they ask too much."""
        self.world = world
        self.notes = Notes(Fees(world))
        self.shown = {name: _credentials_of(key) for name, key in world.keys.items()}
        self.known: dict[str, Credential] = {
            one.name: one for several in self.shown.values() for one in several
        }
        self.connections: set[Connection] = set()
        self._limited = limited
        self._counts: dict[str, tuple[int, int]] = {}

    # requests

    def answer(self, request: Request) -> Answer:
        """Carry out a request, or answer with what is wrong with it."""
        try:
            return Answer(_ENCODE(self._do(request)))
        except OrderError as error:
            return _said(ApiError(error.code, error.message))
        except ApiError as error:
            return _said(error)

    def _do(self, request: Request) -> object:
        found = routes.found(request.method, request.path)
        if found is None:
            raise ApiError("NOT_FOUND", "route not found", 404)
        route, named = found
        call = Call(self.world, self.notes, parse_qs(request.query), named=named)
        if request.body and request.method == "POST":
            try:
                call.body = msgspec.json.decode(request.body, type=dict[str, object])
            except msgspec.MsgspecError:
                raise invalid("body") from None
        if route.right is not None:
            call.key = bearer(request, self.world, self.known, route.right)
            self._count(f"account {call.key.account}", _PRIVATE_A_SECOND)
        else:
            self._count(request.remote, _PUBLIC_A_SECOND)
        return route.handle(call)

    def _count(self, who: str, most: int) -> None:
        if not self._limited:
            return
        second = self.world.told_ns() // 10**9
        since, used = self._counts.get(who, (second, 0))
        used = used + 1 if since == second else 1
        self._counts[who] = second, used
        if used > most:
            raise _too_many()

    def refusal(self, trouble: Trouble, *, retry_after_s: int, status: int) -> Answer:
        """Word a trouble as Coinbase does."""
        match trouble:
            case Trouble.RATE_LIMIT:
                answer = _said(_too_many())
            case Trouble.BAN:  # Coinbase has no code for it: its edge closes the door
                page = b"<html><head><title>403 Forbidden</title></head><body>403</body></html>"
                answer = Answer(page, 403, content_type="text/html")
            case Trouble.MAINTENANCE:
                return Answer(b"Service Unavailable\n", 503, content_type="text/plain")
            case Trouble.SERVER_ERROR:
                return _said(ApiError("INTERNAL", "internal server error", status))
        answer.headers["Retry-After"] = str(retry_after_s)
        return answer

    # streams

    def connect(self, path: str, query: str, line: Line) -> Stream | None:  # noqa: ARG002 (the same for every dialect)
        """Take a connection; one door leads to every channel."""
        if path not in PATHS:
            return None
        connection = Connection(self, line)
        self.connections.add(connection)
        return connection

    def pulse(self) -> None:
        """Send what is due to every connection."""
        now = self.world.now_ns()
        for connection in list(self.connections):
            connection.pulse(now)

    # clients

    def ccxt_options(self, url: str) -> dict[str, object]:
        """Return what ccxt's constructor has to be given, other keys among it."""
        return snippets.ccxt_options(url, self._first())

    def freqtrade_config(self, url: str) -> dict[str, object]:
        """Return what Freqtrade's configuration has to be given."""
        return snippets.freqtrade_config(url, self._first(), self.world)

    def _first(self) -> Credential:
        return next(iter(self.shown.values()))[0]


def _credentials_of(key: ApiKey) -> list[Credential]:
    try:
        from tidegate.exchange.coinbase.credentials import (  # noqa: PLC0415 (a package that no other dialect needs)
            credentials_of,
        )
    except ImportError as error:
        raise OptionError(
            Code.BAD_OPTION,
            "the dialect coinbase checks signatures with a package that is not installed",
            where="--dialect",
            expected="the package cryptography",
            found=str(error),
            remedy="pip install 'tidegate[live]'",
        ) from error
    return credentials_of(key)


def _too_many() -> ApiError:
    return ApiError("rate_limit_exceeded", "too many requests", 429)


def _said(error: ApiError) -> Answer:
    if not error.code:
        return Answer(error.message.encode(), error.status, content_type="text/plain")
    body = {"error": error.code, "error_details": error.message, "message": error.message}
    return Answer(_ENCODE(body), error.status)
