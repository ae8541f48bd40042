"""The requests that a venue is sent, each in its turn, and what came of each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tidegate.brokers.reading import Seen, Traded, read_order, read_trade
from tidegate.brokers.trouble import Meaning, NoAnswerError, meaning_of, pause_of, words_of
from tidegate.brokers.turns import Turn, Turns
from tidegate.model import EXACT, Direction, Effect, OrderKind

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tidegate.brokers.tracked import Tracked
    from tidegate.brokers.venues import Venue
    from tidegate.model import Order

_MARGIN_MS: Final = 500
_PAGE: Final = 1000
_BACK_MS: Final = 60_000
_PRICE_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Failed:
    """A request that brought nothing, and what is known of it all the same."""

    meaning: Meaning
    words: str
    pause_s: float = 0.0


class Wire:
    """One venue, one account."""

    def __init__(self, venue: Venue, client: Any, *, window_ms: int, fast: bool) -> None:  # noqa: ANN401 - ccxt has no types
        """Speak to a venue through a client; `fast`: place orders over its WebSocket."""
        self.venue, self.client = venue, client
        self.turns = Turns(venue.per_second, venue.burst)
        self.window_ms = window_ms
        if venue.window:  # over a WebSocket ccxt goes by this, whatever an order says
            client.options[venue.window] = window_ms
        self._fast = fast
        self._rules: dict[str, tuple[Decimal, Decimal, bool]] = {}
        self._place = client.create_order_ws if fast and venue.fast else client.create_order

    # time

    async def sync(self) -> Failed | None:
        """Measure how far the venue's clock is off."""
        failed: Failed | None = await self._tried(
            self.client.load_time_difference(), Turn.ASK, _nothing
        )
        return failed

    def venue_ms(self) -> int:
        """Return what the venue's clock shows, as far as it was measured."""
        return int(self.client.milliseconds() - (self.client.options.get("timeDifference") or 0))

    def sign_off(self, one: Tracked) -> None:
        """Note that a request for an order may be under way from now on."""
        one.sent, one.sent_at = True, asyncio.get_running_loop().time()
        one.good_until_ms = self.venue_ms() + self._window_ms()

    def _window_ms(self) -> int:
        return self.window_ms if self.venue.window else int(self.venue.safe_s * 1000)

    async def is_past(self, one: Tracked) -> bool:
        """Tell whether the venue surely takes no request for an order any more.

        By our clock, and by the venue's own as it says now.
        """
        passed_s = asyncio.get_running_loop().time() - one.sent_at
        if passed_s * 1000 < self._window_ms() + _MARGIN_MS:
            return False
        if await self.sync() is not None:
            return False
        return self.venue_ms() > one.good_until_ms + _MARGIN_MS

    # orders

    def refusal(self, order: Order) -> str:
        """Return why an order cannot be said to this venue exactly; empty if it can."""
        rules = self._rules.get(order.pair) or self._learn_rules(order.pair)
        if rules is None:
            return f"{self.venue.name} does not trade {order.pair}"
        amount_step, price_step, is_spot = rules
        if is_spot and order.direction is Direction.SHORT:
            return f"{order.pair} is spot, where nothing can be sold short"
        if EXACT.remainder(order.amount, amount_step):
            return f"amount {order.amount} is not on the venue's steps of {amount_step}"
        if order.kind is OrderKind.LIMIT and EXACT.remainder(order.price, price_step):
            return f"price {order.price} is not on the venue's steps of {price_step}"
        return ""

    def _learn_rules(self, pair: str) -> tuple[Decimal, Decimal, bool] | None:
        """Return a pair's steps as the venue has told them; every venue of the table has steps."""
        market = self.client.markets.get(pair)
        if market is None:
            return None
        steps = market["precision"]
        rules = Decimal(steps["amount"]), Decimal(steps["price"]), bool(market.get("spot"))
        self._rules[pair] = rules
        return rules

    async def place(self, one: Tracked) -> Seen | Failed:
        """Send an order."""
        order, name = one.order, self.venue.named(one.order.id)
        params: dict[str, Any] = {self.venue.client_id: name}
        if self.venue.window:
            params[self.venue.window] = self.window_ms
        is_limit = order.kind is OrderKind.LIMIT
        call = self._place(
            order.pair,
            "limit" if is_limit else "market",
            str(order.side),
            str(order.amount),
            str(order.price) if is_limit else None,
            params,
        )
        return await self._answered(call, name)

    async def ask(self, one: Tracked, turn: Turn = Turn.ASK) -> Seen | Failed:
        """Ask for an order, by its own name if that can be."""
        name = self.venue.named(one.order.id)
        params = {self.venue.asked_by: name} if self.venue.asked_by else {}
        if not params and not one.venue_id:
            return await self._picked_out(one)
        await self.turns.take(turn)
        call = self.client.fetch_order(one.venue_id, one.order.pair, params)
        return await self._answered(call, name)

    async def ask_by_id(self, order: str, pair: str) -> Seen | Failed:
        """Ask for an order of which no more is known than its id and a pair it may be in."""
        name = self.venue.named(order)
        if not self.venue.asked_by:
            return Failed(Meaning.UNKNOWN, "the venue is not asked by our ids")
        await self.turns.take(Turn.ASK)
        return await self._answered(
            self.client.fetch_order("", pair, {self.venue.asked_by: name}), name
        )

    async def _picked_out(self, one: Tracked) -> Seen | Failed:
        listed = await self.listed(one.order.pair, one.order.made_ns)
        if isinstance(listed, Failed):
            return listed
        missing = Failed(Meaning.MISSING, "it is not in the venue's list")
        return listed.get(str(self.venue.named(one.order.id)), missing)

    async def cancel(self, one: Tracked) -> Seen | Failed:
        """Take an order back."""
        await self.turns.take(Turn.CANCEL)
        name = self.venue.named(one.order.id)
        params = {self.venue.asked_by: name} if self.venue.asked_by else {}
        call = self.client.cancel_order(one.venue_id, one.order.pair, params)
        return await self._answered(call, None)

    async def trades(self, one: Tracked, turn: Turn = Turn.ASK) -> list[Traded] | Failed:
        """Ask for all trades of an order."""
        params = {self.venue.trades_by: one.venue_id} if self.venue.trades_by else {}
        since = None if params else max(0, one.order.made_ns // 1_000_000 - _BACK_MS)
        call = self.client.fetch_my_trades(one.order.pair, since, _PAGE, params)
        came = await self._tried(call, turn, lambda answer: answer)
        if isinstance(came, Failed):
            return came
        read = [read_trade(each) for each in came or ()]
        return [each for each in read if each is not None and each.venue_order == one.venue_id]

    async def listed(self, pair: str, since_ns: int) -> dict[str, Seen] | Failed:
        """Return the orders of a pair since a time, by their own names."""
        found: dict[str, Seen] = {}
        since = max(0, since_ns // 1_000_000 - _BACK_MS)
        while True:
            call = self.client.fetch_orders(pair, since, _PAGE)
            came = await self._tried(call, Turn.ASK, lambda answer: answer)
            if isinstance(came, Failed):
                return came
            for answer in came or ():
                seen = read_order(answer, None)
                if seen is not None:
                    found[str(answer.get("clientOrderId"))] = seen
            latest = max((int(answer["timestamp"] or 0) for answer in came or ()), default=0)
            if len(came or ()) < _PAGE or latest <= since:
                return found
            since = latest

    # prices

    async def price(self, currency: str, quote: str) -> Decimal | None:
        """Return what a currency trades at now; None if nobody says."""
        for _ in range(_PRICE_TRIES):
            call = self.client.fetch_ticker(f"{currency}/{quote}")
            came = await self._tried(call, Turn.LOOK, lambda answer: answer)
            if not isinstance(came, Failed) and came.get("last"):
                return Decimal(str(came["last"]))
        return None

    # inside

    async def _answered(self, call: Awaitable[Any], name: str | int | None) -> Seen | Failed:
        try:
            seen = read_order(await self._in_time(call), name)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is judged
            return await self._failed(error)
        if seen is None:
            return Failed(Meaning.UNKNOWN, "the answer is not about the order")
        return seen

    async def _tried(self, call: Awaitable[Any], turn: Turn, read: Any) -> Any:  # noqa: ANN401 - what was asked for
        await self.turns.take(turn)
        try:
            return read(await self._in_time(call))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is judged
            return await self._failed(error)

    async def _in_time(self, call: Awaitable[Any]) -> Any:  # noqa: ANN401 - what was asked for
        """Wait for an answer, and not for ever, as ccxt would over a WebSocket."""
        if not self._fast:
            return await call  # with a time-out of its own
        try:
            async with asyncio.timeout(self.client.timeout / 1000 + 1.0):
                return await call
        except TimeoutError as error:
            message = "nothing came in time"
            raise NoAnswerError(message) from error

    async def _failed(self, error: Exception) -> Failed:
        meaning = meaning_of(error, self.venue)
        if meaning is Meaning.CLOCK:
            await self.sync()
        pause = pause_of(error) if meaning is Meaning.LATER else 0.0
        if meaning is Meaning.LATER:
            self.turns.close_for(pause)
        return Failed(meaning, words_of(error), pause)


def turn_of(order: Order) -> Turn:
    """Return how urgent it is to send an order."""
    return Turn.REDUCE if order.effect is Effect.REDUCE else Turn.ORDER


def _nothing(_answer: object) -> None:
    return None
