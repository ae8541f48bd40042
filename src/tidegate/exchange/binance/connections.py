"""The two kinds of WebSocket connections: streams, and calls with the account's own events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from tidegate.exchange.binance.call_faults import Struck
from tidegate.exchange.binance.errors import ApiError
from tidegate.exchange.binance.feed import Feed
from tidegate.exchange.binance.gate import carry_out
from tidegate.exchange.binance.routes import METHODS, ROUTES
from tidegate.exchange.binance.security import (
    Security,
    known_key,
    require_in_time,
    require_right,
    require_signature,
)
from tidegate.exchange.binance.streams import feed_for
from tidegate.exchange.binance.user_stream import UserEvents
from tidegate.exchange.lines import ANSWER

if TYPE_CHECKING:
    from tidegate.exchange.binance.dialect import Binance
    from tidegate.exchange.binance.shapes import Shape
    from tidegate.exchange.dialect import Line

_ENCODE: Final = msgspec.json.encode
_MOST_STREAMS: Final = 1024


class StreamConnection:
    """Listens to streams, by its address or by subscribing."""

    def __init__(self, binance: Binance, line: Line, *, wrapped: bool) -> None:
        """Listen to nothing yet; wrapped messages say which stream they are of."""
        self._binance = binance
        self._line = line
        self._wrapped = wrapped
        self._feeds: dict[str, Feed | UserEvents] = {}

    def listen(self, name: str) -> None:
        """Listen to one stream more."""
        if name in self._feeds:
            return
        if len(self._feeds) >= _MOST_STREAMS:
            raise ApiError(2, "Invalid request: too many streams")
        key = self._binance.listen_keys.get(name)
        if key is not None:
            account = self._binance.world.venue.accounts[key.account]
            self._feeds[name] = UserEvents(
                self._binance.world, account, lambda event, about: self._tell(name, event, about)
            )
        else:
            self._feeds[name] = feed_for(
                self._binance.world, name, lambda message: self._tell(name, message, name)
            )

    def _tell(self, name: str, message: object, about: str) -> None:
        wrapped = {"stream": name, "data": message} if self._wrapped else message
        self._line.send(_ENCODE(wrapped), about)

    def received(self, text: str) -> None:
        """Subscribe, unsubscribe, or list."""
        number: object = None
        try:
            asked = _asked(text)
            number = asked.get("id")
            result = self._do(asked.get("method"), asked.get("params") or [])
        except ApiError as error:
            self._answer({"error": {"code": error.code, "msg": error.msg}, "id": number})
        else:
            self._answer({"result": result, "id": number})

    def _do(self, method: object, params: object) -> object:
        listed = params if isinstance(params, list) else []
        names = [str(name) for name in listed]
        match method:
            case "SUBSCRIBE":
                for name in names:
                    self.listen(name)
            case "UNSUBSCRIBE":
                for name in names:
                    feed = self._feeds.pop(name, None)
                    if feed is not None:
                        feed.close()
            case "LIST_SUBSCRIPTIONS":
                return list(self._feeds)
            case "SET_PROPERTY" if names[:1] == ["combined"]:
                self._wrapped = bool(listed[-1])
            case "GET_PROPERTY":
                return self._wrapped
            case _:
                raise ApiError(2, f"Invalid request: unknown variant `{method}`")
        return None

    def _answer(self, shape: Shape) -> None:
        self._line.send(_ENCODE(shape), ANSWER)

    def pulse(self, now_ns: int) -> None:
        """Send what is due."""
        for feed in list(self._feeds.values()):
            if isinstance(feed, Feed):
                feed.pulse(now_ns)

    def closed(self) -> None:
        """Listen no more."""
        for feed in self._feeds.values():
            feed.close()
        self._feeds.clear()
        self._binance.connections.discard(self)


class CallConnection:
    """Takes calls, and tells an account of itself where it was asked to."""

    def __init__(self, binance: Binance, line: Line, remote: str) -> None:
        """Wait for calls."""
        self._binance = binance
        self._line = line
        self._remote = remote
        self._events: dict[int, UserEvents] = {}
        self._next = 0

    def received(self, text: str) -> None:
        """Carry out a call, as the armed faults would have it."""
        number: object = None
        limits = True
        method = ""
        try:
            asked = _asked(text)
            number, method = asked.get("id"), str(asked.get("method"))
            params = asked.get("params") or {}
            if not isinstance(params, dict):
                raise ApiError(-1135, "Invalid JSON Request")  # noqa: TRY301 (answered like the others)
            limits = params.get("returnRateLimits", True) is not False
            answer = self._answer(method, params)
        except ApiError as error:
            answer = {"status": error.status, "error": error.shape}
        if answer is not None:
            shown = {"rateLimits": self._binance.limits.shape} if limits else {}
            self._line.send(_ENCODE({"id": number, **answer, **shown}), f"call@{method}")

    def _answer(self, method: str, params: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer, or None where a fault keeps it back."""
        struck = Struck(self._binance, method)
        if struck.unheard:
            return None
        instead = struck.before()
        if instead is not None:
            return instead
        answer = {"status": 200, "result": self._do(method, params)}
        return None if struck.unanswered else struck.after() or answer

    def _do(self, method: str, raw: dict[str, Any]) -> object:
        params = {name: _written(value) for name, value in raw.items() if value is not None}
        key = params.pop("apiKey", None)
        signature = params.pop("signature", None)
        signed = {**params, "apiKey": key} if key is not None else params
        text = "&".join(f"{name}={signed[name]}" for name in sorted(signed))
        if method == "userDataStream.subscribe.signature":
            return self._subscribe(params, key, text, signature)
        if method == "userDataStream.unsubscribe":
            return self._unsubscribe(params.get("subscriptionId"))
        known = METHODS.get(method)
        if known is None:
            raise ApiError(-1000, f"Unknown method '{method}'.")
        binance, route = self._binance, ROUTES[known]
        binance.limits.weigh(self._remote, route.weighed(params), binance.world.told_ns())
        return carry_out(binance.world, binance.limits, route, params, key, (text, signature), {})

    def _subscribe(
        self, params: dict[str, str], key_name: str | None, text: str, signature: str | None
    ) -> Shape:
        world = self._binance.world
        key = known_key(world, key_name)
        require_signature(key, text, signature)
        require_in_time(world, params)
        require_right(key, Security.READ)
        number, self._next = self._next, self._next + 1
        self._events[number] = UserEvents(
            world,
            world.venue.accounts[key.account],
            lambda event, about: self._line.send(
                _ENCODE({"subscriptionId": number, "event": event}), about
            ),
        )
        return {"subscriptionId": number}

    def _unsubscribe(self, number: str | None) -> Shape:
        for one in list(self._events) if number is None else [int(number)]:
            events = self._events.pop(one, None)
            if events is not None:
                events.close()
        return {}

    def closed(self) -> None:
        """Tell of nothing more."""
        self._unsubscribe(None)


def _asked(text: str) -> dict[str, Any]:
    try:
        asked = msgspec.json.decode(text)
    except msgspec.MsgspecError as error:
        raise ApiError(3, f"Invalid JSON: {error}") from None
    if not isinstance(asked, dict):
        raise ApiError(2, "Invalid request: expected a map")
    return asked


def _written(value: object) -> str:
    """Return a value as it is signed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return _ENCODE(value).decode()
    return str(value)
