"""Binance's spot interface over a world."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import msgspec

from tidegate.exchange.binance import snippets
from tidegate.exchange.binance.connections import CallConnection, StreamConnection
from tidegate.exchange.binance.errors import ApiError
from tidegate.exchange.binance.gate import carry_out
from tidegate.exchange.binance.limits import Limits
from tidegate.exchange.binance.routes import ROUTES, Route
from tidegate.exchange.binance.security import Security, known_key, signed_text
from tidegate.exchange.dialect import Answer, Trouble

if TYPE_CHECKING:
    from tidegate.exchange.binance.call import Call
    from tidegate.exchange.dialect import Line, Request, Stream
    from tidegate.exchange.keys import ApiKey
    from tidegate.exchange.world import World

_ENCODER: Final = msgspec.json.Encoder()
_LISTEN_KEY: Final = "/api/v3/userDataStream"
_UNKNOWN: Final = "Unknown error, please check your request or try again later."
_TIMEOUT: Final = (
    "Timeout waiting for response from backend server. Send status unknown; "
    "execution status unknown."
)
_JSON_STATUS: Final = {503: (-1000, _UNKNOWN), 504: (-1007, _TIMEOUT)}
_ADVICE: Final = "Please use WebSocket Streams for live updates to avoid polling the API."


class Binance:
    """Speaks as Binance's spot exchange does."""

    name = "binance"

    def __init__(self, world: World, *, limited: bool = True) -> None:
        """Speak about a world; unlimited, nobody is told that they ask too much."""
        self.world = world
        self.limits = Limits(enforced=limited)
        self.listen_keys: dict[str, ApiKey] = {}
        self.connections: set[StreamConnection] = set()

    # requests

    def answer(self, request: Request) -> Answer:
        """Carry out a request, or answer with a code."""
        headers: dict[str, str] = {}
        try:
            return Answer(_ENCODER.encode(self._do(request, headers)), 200, headers)
        except ApiError as error:
            if error.retry_after_s:
                headers["Retry-After"] = str(error.retry_after_s)
            return Answer(_ENCODER.encode(error.shape), error.status, headers)

    def _do(self, request: Request, headers: dict[str, str]) -> object:
        try:
            body = request.body.decode()
            params = _params(request.query, body)
        except UnicodeDecodeError:
            raise ApiError(-1100, "Illegal characters found in a parameter.") from None
        route = ROUTES.get((request.method, request.path))
        if route is None and request.path == _LISTEN_KEY:
            route = self._listen_key_route(request.method)
        if route is None:
            raise _no_route(request)
        used = self.limits.weigh(request.remote, route.weighed(params), self.world.told_ns())
        headers["X-MBX-USED-WEIGHT"] = headers["X-MBX-USED-WEIGHT-1M"] = str(used)
        signed = (
            signed_text(request.query, body) if route.security is not Security.NONE else ("", None)
        )
        key = request.headers.get("X-MBX-APIKEY")
        return carry_out(self.world, self.limits, route, params, key, signed, headers)

    def _listen_key_route(self, method: str) -> Route | None:
        if method not in {"POST", "PUT", "DELETE"}:
            return None
        return Route(lambda call, _limits: self._listen_key(method, call), 2, Security.KEY)

    def _listen_key(self, method: str, call: Call) -> object:
        key = known_key(self.world, call.key.key if call.key else None)
        if method == "POST":
            for name, owner in self.listen_keys.items():
                if owner is key:
                    return {"listenKey": name}
            name = secrets.token_hex(30)
            self.listen_keys[name] = key
            return {"listenKey": name}
        name = call.needed("listenKey")
        if name not in self.listen_keys:
            raise ApiError(-1125, "This listenKey does not exist.")
        if method == "DELETE":
            del self.listen_keys[name]
        return {}

    def refusal(self, trouble: Trouble, *, retry_after_s: int, status: int) -> Answer:
        """Word a trouble as Binance does."""
        headers = {"Retry-After": str(retry_after_s)}
        match trouble:
            case Trouble.RATE_LIMIT:
                most = "current limit is 6000 request weight per 1 MINUTE"
                words = f"Too much request weight used; {most}. {_ADVICE}"
                return _said(-1003, words, 429, headers)
            case Trouble.BAN:
                until = self.world.told_ns() // 1_000_000 + retry_after_s * 1000
                words = f"Way too much request weight used; IP banned until {until}. {_ADVICE}"
                return _said(-1003, words, 418, headers)
            case Trouble.MAINTENANCE:
                return _said(-1016, "This service is no longer available.", 503, {})
            case Trouble.SERVER_ERROR:
                if status in _JSON_STATUS:
                    return _said(*_JSON_STATUS[status], status, {})
                page = f"<html><head><title>{status}</title></head><body>{status}</body></html>"
                return Answer(page.encode(), status, content_type="text/html")

    # streams

    def connect(self, path: str, query: str, line: Line) -> Stream | None:
        """Take a connection for calls, or one for streams."""
        if path.startswith("/ws-api/v3"):
            return CallConnection(self, line, "stream")
        first, _, rest = path.strip("/").partition("/")
        if first not in {"ws", "stream"}:
            return None
        raw = first == "ws" or rest == "ws" or rest.startswith("ws/")
        names = [name for name in rest.removeprefix("ws").split("/") if name]
        names += dict(parse_qsl(query)).get("streams", "").split("/")
        connection = StreamConnection(self, line, wrapped=not raw)
        for name in names:
            if name and not name.isdigit():
                try:
                    connection.listen(name)
                except ApiError:
                    continue  # as Binance does: an unknown name in the address says nothing
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
        return snippets.ccxt_options(url)

    def freqtrade_config(self, url: str) -> dict[str, object]:
        """Return what Freqtrade's configuration has to be given."""
        return snippets.freqtrade_config(url, self.world)


def _params(query: str, body: str) -> dict[str, str]:
    """Return all parameters, those of the body too."""
    text = f"{query}&{body}" if query and body else query or body
    if not text:
        return {}
    if "%" in text or "+" in text:
        pairs = parse_qsl(text, keep_blank_values=True)
    else:  # most are plain, and a plain one is read in a fifth of the time
        split = (part.partition("=") for part in text.split("&") if part)
        pairs = [(name, value) for name, _, value in split]
    params = dict(pairs)
    if len(params) != len(pairs):
        raise ApiError(-1101, "Duplicate values for a parameter detected.")
    return params


def _no_route(request: Request) -> ApiError:
    if any(path == request.path for _, path in ROUTES):
        return ApiError(-1000, f"Request method '{request.method}' is not supported.", 405)
    return ApiError(-1000, f"There is no {request.path} here.", 404)


def _said(code: int, words: str, status: int, headers: dict[str, str]) -> Answer:
    return Answer(_ENCODER.encode({"code": code, "msg": words}), status, headers)
