"""OKX's spot interface over a world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import msgspec

from tidegate.exchange.dialect import Answer, Request, Trouble
from tidegate.exchange.okx import snippets
from tidegate.exchange.okx.call import Call, Notes
from tidegate.exchange.okx.connection import PATHS, Connection
from tidegate.exchange.okx.errors import DONE, ApiError
from tidegate.exchange.okx.limits import Limits
from tidegate.exchange.okx.orders import Reply
from tidegate.exchange.okx.routes import ROUTES
from tidegate.exchange.okx.security import signed_by

if TYPE_CHECKING:
    from tidegate.exchange.dialect import Line, Stream
    from tidegate.exchange.okx.routes import Route
    from tidegate.exchange.world import World

_ENCODE: Final = msgspec.json.encode
_MAKER_FEE: Final = 800
_TAKER_FEE: Final = 1000
_TIMED_OUT: Final = 504
_UNAVAILABLE: Final = 503


class Okx:
    """Speaks as OKX does in spot."""

    name = "okx"

    def __init__(self, world: World, *, limited: bool = True) -> None:
        """Speak about a world; unlimited, nobody is told that they ask too much."""
        self.world = world
        self.limits = Limits(enforced=limited)
        self.notes = Notes()
        self.connections: set[Connection] = set()
        for account in world.venue.accounts.values():
            account.maker_fee, account.taker_fee = _MAKER_FEE, _TAKER_FEE

    # requests

    def answer(self, request: Request) -> Answer:
        """Carry out a request, or answer with a code."""
        try:
            reply = self._do(request)
        except ApiError as error:
            return _said(error.code, error.msg, error.status)
        if isinstance(reply, Reply):
            return Answer(_ENCODE({"code": reply.code, "msg": reply.msg, "data": reply.data}))
        return Answer(_ENCODE({"code": DONE, "msg": "", "data": reply}))

    def _do(self, request: Request) -> object:
        route = ROUTES.get((request.method, request.path))
        if route is None:
            if any(path == request.path for _, path in ROUTES):
                raise ApiError("50115", "Invalid request method.", 405)
            raise ApiError("404", "Not Found", 404)
        call = self.call(request)
        if route.right is not None:
            call.key = signed_by(request, self.world, route.right)
        self.count(request.path, call, route, request.remote)
        return route.handle(call)

    def call(self, request: Request) -> Call:
        """Read what a request asks."""
        call = Call(self.world, self.notes, dict(parse_qsl(request.query)))
        if request.method == "POST" and request.body:
            try:
                body = msgspec.json.decode(request.body)
            except msgspec.MsgspecError:
                raise ApiError("50002", "JSON syntax error", 400) from None
            _fill(call, body)
        return call

    def count(self, path: str, call: Call, route: Route, remote: str) -> None:
        """Count a call, by its account or else by its address."""
        who = call.key.account if call.key is not None else remote
        amount = max(len(call.items), 1)
        self.limits.count(path, who, route.most, self.world.told_ns(), amount)

    def refusal(self, trouble: Trouble, *, retry_after_s: int, status: int) -> Answer:
        """Word a trouble as OKX does."""
        match trouble:
            case Trouble.RATE_LIMIT:
                answer = _said("50011", "Too Many Requests", 429)
            case Trouble.BAN:  # OKX has no code for it: its edge closes the door
                page = b"<html><head><title>403 Forbidden</title></head><body>403</body></html>"
                answer = Answer(page, 403, content_type="text/html")
            case Trouble.MAINTENANCE:
                return _said("50001", "Service temporarily unavailable. Try again later", 503)
            case Trouble.SERVER_ERROR if status == _TIMED_OUT:
                words = (
                    "API endpoint request timeout (does not mean that the request was successful "
                    "or failed, please check the request result)."
                )
                return _said("50004", words, status)
            case Trouble.SERVER_ERROR if status == _UNAVAILABLE:
                return _said("50013", "Systems are busy. Please try again later.", status)
            case Trouble.SERVER_ERROR:
                return _said("50026", "System error. Try again later", status)
        answer.headers["Retry-After"] = str(retry_after_s)
        return answer

    # streams

    def connect(self, path: str, query: str, line: Line) -> Stream | None:  # noqa: ARG002 (the same for every dialect)
        """Take a connection to one of the three doors."""
        door = PATHS.get(path.rstrip("/"))
        if door is None:
            return None
        connection = Connection(self, line, door)
        self.connections.add(connection)
        return connection

    def pulse(self) -> None:
        """Send what is due to every connection."""
        now = self.world.now_ns()
        for connection in list(self.connections):
            connection.pulse(now)

    # clients

    def ccxt_options(self, url: str) -> dict[str, object]:
        """Return what ccxt's constructor has to be given."""
        return snippets.ccxt_options(url, self.world)

    def freqtrade_config(self, url: str) -> dict[str, object]:
        """Return what Freqtrade's configuration has to be given."""
        return snippets.freqtrade_config(url, self.world)


def _fill(call: Call, body: object) -> None:
    if isinstance(body, dict):
        call.params = body
    elif isinstance(body, list) and all(isinstance(one, dict) for one in body):
        call.items = body
    else:
        raise ApiError("50002", "JSON syntax error", 400)


def _said(code: str, msg: str, status: int) -> Answer:
    return Answer(_ENCODE({"code": code, "msg": msg, "data": []}), status)
