"""A WebSocket connection, over which every channel is subscribed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from tidegate.exchange.coinbase import channels
from tidegate.exchange.coinbase.errors import ApiError
from tidegate.exchange.coinbase.shapes import iso
from tidegate.exchange.coinbase.tokens import checked, require_right
from tidegate.exchange.keys import Right
from tidegate.exchange.lines import ANSWER
from tidegate.exchange.views import listing_by_parts

if TYPE_CHECKING:
    from tidegate.exchange.coinbase.dialect import Coinbase
    from tidegate.exchange.coinbase.shapes import Shape
    from tidegate.exchange.dialect import Line
    from tidegate.exchange.listening import Feed

_ENCODE: Final = msgspec.json.encode
_SECOND_NS: Final = 1_000_000_000
PATHS: Final = frozenset({"/", "/ws"})


class Connection:
    """Subscribes to channels; its messages are numbered."""

    def __init__(self, coinbase: Coinbase, line: Line) -> None:
        """Listen to nothing yet."""
        self._coinbase = coinbase
        self._line = line
        self._number = 0
        self._feeds: dict[tuple[str, str], Feed | channels.Own] = {}
        self._beats = 0
        self._beat_ns = 0

    def received(self, text: str) -> None:
        """Subscribe or unsubscribe."""
        try:
            asked = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.MsgspecError:
            self._fail("failed to parse message")
            return
        kind, channel = asked.get("type"), str(asked.get("channel", ""))
        products = [str(one) for one in asked.get("product_ids") or []]
        try:
            if kind == "subscribe":
                self._subscribe(channel, products, asked)
            elif kind == "unsubscribe":
                self._unsubscribe(channel, products)
            else:
                raise ApiError("", "type is not known")  # noqa: TRY301 (answered like the others)
        except ApiError as error:
            self._fail("authentication failure" if error.status == 401 else error.message)  # noqa: PLR2004 (the status of it)
            return
        self._tell("subscriptions", {"subscriptions": self._listed()}, ANSWER)

    def _fail(self, message: str) -> None:
        self._line.send(_ENCODE({"type": "error", "message": message}), ANSWER)

    def _listed(self) -> dict[str, list[str]]:
        listed: dict[str, list[str]] = {}
        for channel, product in self._feeds:
            listed.setdefault(channel, []).append(product)
        if self._beat_ns:
            listed[channels.HEARTBEATS] = [channels.HEARTBEATS]
        return listed

    def _tell(self, channel: str, event: Shape, name: str) -> None:
        message = {
            "channel": channel,
            "client_id": "",
            "timestamp": iso(self._coinbase.world.told_ns()),
            "sequence_num": self._number,
            "events": [event],
        }
        self._number += 1
        self._line.send(_ENCODE(message), name)

    # subscriptions

    def _subscribe(self, channel: str, products: list[str], asked: dict[str, Any]) -> None:
        world = self._coinbase.world
        if channel == channels.USER:
            _, key = checked(str(asked.get("jwt", "")), world, self._coinbase.known)
            require_right(key, Right.READ)
            if (channel, key.account) not in self._feeds:
                self._feeds[channel, key.account] = channels.Own(
                    world,
                    world.venue.accounts[key.account],
                    self._coinbase.notes,
                    lambda event: self._tell(channel, event, channel),
                )
        elif channel == channels.HEARTBEATS:
            self._beat_ns = world.now_ns()
        elif channel in channels.CHANNELS:
            for product in products:
                self._listen(channel, product)
        else:
            raise ApiError("", f"channel {channel} is not known")

    def _listen(self, channel: str, product: str) -> None:
        world = self._coinbase.world
        listing = listing_by_parts(world, product)
        if listing is None:
            raise ApiError("", f"{product} is not a valid product")
        if (channel, product) in self._feeds:
            return
        told = channels.TOLD_AS.get(channel, channel)
        self._feeds[channel, product] = channels.CHANNELS[channel](
            world,
            listing.symbol,
            lambda event: self._tell(told, event, f"{channel}:{product}"),
        )

    def _unsubscribe(self, channel: str, products: list[str]) -> None:
        if channel == channels.HEARTBEATS:
            self._beat_ns = 0
        for key in list(self._feeds):
            if key[0] == channel and (key[1] in products or channel == channels.USER):
                self._feeds.pop(key).close()

    # life

    def pulse(self, now_ns: int) -> None:
        """Send what is due."""
        if self._beat_ns and now_ns >= self._beat_ns:
            self._beat_ns = now_ns - now_ns % _SECOND_NS + _SECOND_NS
            beat: Shape = {"current_time": iso(now_ns), "heartbeat_counter": self._beats}
            self._beats += 1
            self._tell(channels.HEARTBEATS, beat, channels.HEARTBEATS)
        for feed in list(self._feeds.values()):
            feed.pulse(now_ns)

    def closed(self) -> None:
        """Listen no more."""
        for feed in self._feeds.values():
            feed.close()
        self._feeds.clear()
        self._coinbase.connections.discard(self)
