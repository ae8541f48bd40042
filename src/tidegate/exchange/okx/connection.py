"""A WebSocket connection to one of OKX's three doors: public, private and business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from tidegate.exchange.keys import Right
from tidegate.exchange.lines import ANSWER
from tidegate.exchange.okx import channels
from tidegate.exchange.okx.call import Call
from tidegate.exchange.okx.errors import DONE, ApiError
from tidegate.exchange.okx.market import BARS
from tidegate.exchange.okx.orders import Reply
from tidegate.exchange.okx.routes import OPERATIONS, ROUTES, SINGLE
from tidegate.exchange.okx.security import logged_in, require_right
from tidegate.exchange.views import joined, listing_by_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tidegate.exchange.dialect import Line
    from tidegate.exchange.keys import ApiKey
    from tidegate.exchange.listening import Feed
    from tidegate.exchange.okx.dialect import Okx
    from tidegate.exchange.okx.shapes import Shape

_ENCODE: Final = msgspec.json.encode
_ADVICE: Final = "Please use the correct URL, channel and parameters referring to API document."
_DOORS: Final = ("public", "private", "business")
PATHS: Final = {f"/ws/v5/{door}": door for door in _DOORS}

Arg = dict[str, str]


class Connection:
    """Logs in, subscribes, and takes orders at the private door."""

    def __init__(self, okx: Okx, line: Line, door: str) -> None:
        """Listen to nothing yet."""
        self._okx = okx
        self._line = line
        self._door = door
        self._key: ApiKey | None = None
        self._name = f"{okx.world.next_name():08x}"
        self._feeds: dict[tuple[tuple[str, str], ...], Feed | channels.Own] = {}

    def received(self, text: str) -> None:
        """Carry out what a client asks."""
        if text == "ping":
            self._line.send(b"pong", ANSWER)
            return
        try:
            asked = msgspec.json.decode(text)
        except msgspec.MsgspecError:
            asked = None
        if not isinstance(asked, dict) or not isinstance(asked.get("args"), list):
            self._failed(ApiError("60012", f"Illegal request: {text}"), {})
            return
        try:
            self._do(asked)
        except ApiError as error:
            self._failed(error, asked)

    def _do(self, asked: dict[str, Any]) -> None:
        op = str(asked.get("op"))
        args = [one for one in asked["args"] if isinstance(one, dict)]
        if op == "login" and args:
            if self._door == "public":
                raise ApiError("60008", "Login is not supported for public channels.")
            self._key = logged_in(self._okx.world, args[0])
            self._say({"event": "login", "code": DONE, "msg": ""}, asked)
        elif op in {"subscribe", "unsubscribe"}:
            for arg in args:
                named = {str(name): str(value) for name, value in arg.items()}
                try:
                    self._change(op, named, asked)
                except ApiError as error:
                    self._failed(error, asked)
        elif op in OPERATIONS and self._door == "private":
            self._operate(op, args, asked)
        else:
            raise ApiError("60019", f"Invalid op: {op}")

    def _failed(self, error: ApiError, asked: dict[str, Any]) -> None:
        self._say({"event": "error", "code": error.code, "msg": error.msg}, asked)

    def _say(self, shape: Shape, asked: Mapping[str, object]) -> None:
        named = {"id": asked["id"]} if "id" in asked else {}
        self._line.send(_ENCODE({**named, **shape, "connId": self._name}), ANSWER)

    # subscriptions

    def _change(self, op: str, arg: Arg, asked: dict[str, Any]) -> None:
        key = tuple(sorted(arg.items()))
        if op == "subscribe":
            if key not in self._feeds:
                self._feeds[key] = self._made(arg)
        else:
            feed = self._feeds.pop(key, None)
            if feed is not None:
                feed.close()
        self._say({"event": op, "arg": arg}, asked)

    def _made(self, arg: Arg) -> Feed | channels.Own:
        channel = arg.get("channel", "")
        own = {"private": channels.PRIVATE, "business": channels.BUSINESS}.get(self._door, {})
        world = self._okx.world
        if channel in own:
            if self._key is None:
                raise ApiError("60011", "Please log in")
            account = world.venue.accounts[self._key.account]
            push = self._pusher({**arg, "uid": "1"}, channel)
            return own[channel](world, account, self._okx.notes, push)
        listing = listing_by_parts(world, arg.get("instId", ""))
        if listing is not None:
            push = self._pusher(arg, f"{channel}:{joined(listing)}")
            if self._door == "public" and channel in channels.PUBLIC:
                return channels.PUBLIC[channel](world, listing.symbol, push)
            if self._door == "business":
                if channel == channels.ALL_TRADES:
                    return channels.Trades(world, listing.symbol, push)
                bar = BARS.get(channel.removeprefix(channels.CANDLE))
                if channel.startswith(channels.CANDLE) and bar is not None:
                    return channels.Candles(world, listing.symbol, push, bar)
        named = ",".join(f"{name}:{value}" for name, value in arg.items())
        raise ApiError("60018", f"Wrong URL or {named} doesn't exist. {_ADVICE}")

    def _pusher(self, arg: Arg, name: str) -> Callable[..., None]:
        def push(data: list[object], **beside: object) -> None:
            self._line.send(_ENCODE({"arg": arg, **beside, "data": data}), name)

        return push

    # orders

    def _operate(self, op: str, args: list[dict[str, Any]], asked: dict[str, Any]) -> None:
        if self._key is None:
            raise ApiError("60011", "Please log in")
        require_right(self._key, Right.TRADE)
        okx, (method, path) = self._okx, OPERATIONS[op]
        route = ROUTES[method, path]
        call = Call(okx.world, okx.notes, args[0] if op in SINGLE and args else {}, self._key)
        if op not in SINGLE:
            call.items = list(args)
        try:
            okx.count(path, call, route, "stream")
            reply = route.handle(call)
        except ApiError as error:
            reply = Reply(error.code, error.msg, [])
        if not isinstance(reply, Reply):
            return
        words = (
            "" if reply.data else reply.msg
        )  # over a stream only each order's own words are sent
        shape = {"op": op, "code": reply.code, "msg": words, "data": reply.data}
        named = {"id": str(asked.get("id", ""))}
        self._line.send(_ENCODE({**named, **shape}), ANSWER)

    # life

    def pulse(self, now_ns: int) -> None:
        """Send what is due."""
        for feed in list(self._feeds.values()):
            feed.pulse(now_ns)

    def closed(self) -> None:
        """Listen no more."""
        for feed in self._feeds.values():
            feed.close()
        self._feeds.clear()
        self._okx.connections.discard(self)
