"""The requests that a venue is sent, each in its turn, and what came of each."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tidegate.brokers.listing import steps_of, taker_fee_of
from tidegate.brokers.reading import Seen, Traded, number, read_order, read_trade
from tidegate.brokers.trouble import Meaning, meaning_of
from tidegate.model import EXACT, ZERO, Direction, Effect, OrderKind
from tidegate.venues.budget import Budget, Urgency
from tidegate.venues.trouble import NoAnswerError, NotNowError, words_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from decimal import Decimal

    from tidegate.brokers.reports import Told
    from tidegate.brokers.tracked import Tracked
    from tidegate.model import Order
    from tidegate.venues.venue import Venue

_MARGIN_MS: Final = 500
_PAGE: Final = 1000
_BACK_MS: Final = 60_000
_PRICE_TRIES: Final = 3
_PAUSE_S: Final = 1.0
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Failed:
    """A request that brought nothing, and what is known of it all the same."""

    meaning: Meaning
    words: str


class Wire:
    """One venue, one account."""

    def __init__(
        self,
        venue: Venue,
        client: Any,  # noqa: ANN401 - ccxt has no types
        budget: Budget,
        *,
        window_ms: int,
        fast: bool,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        """Speak to a venue through a client; `fast`: place orders over its WebSocket."""
        self._clock = clock
        self.venue, self.client, self.budget = venue, client, budget
        self._way = way = venue.trading
        self._orders = Budget(way.orders_per_second, way.orders_burst, reserve=0.0)
        self.window_ms = window_ms
        if way.window:  # over a WebSocket ccxt goes by this, whatever an order says
            client.options[way.window] = window_ms
        self._fast = fast and way.fast
        self._rules: dict[str, tuple[Decimal, Decimal, bool]] = {}
        self.troubles: Counter[Meaning] = Counter()
        """How often a request has failed, by what that meant."""
        self._place = client.create_order_ws if self._fast else client.create_order

    # time

    async def sync(self) -> Failed | None:
        """Measure how far the venue's clock is off."""
        options = self.client.options
        before = options.get("timeDifference")
        came = await self._tried("load_time_difference", urgency=Urgency.ASK)
        if isinstance(came, Failed):
            return came
        found = options.get("timeDifference") or 0
        if not (isinstance(found, int | float) and self._is_sane(found)):
            options["timeDifference"] = before  # nothing that is signed by that would be taken
            return Failed(Meaning.UNKNOWN, "the venue's clock is more than a day off")
        return None

    def _is_sane(self, difference_ms: float) -> bool:
        """Tell whether a venue's clock that differs so much shows a time like ours."""
        venue_ms = self.client.milliseconds() - difference_ms
        return bool(abs(venue_ms - self._clock() // 1_000_000) < _DAY_MS)

    def venue_ms(self) -> int:
        """Return what the venue's clock shows, as far as it was measured."""
        return int(self.client.milliseconds() - (self.client.options.get("timeDifference") or 0))

    def sign_off(self, one: Tracked) -> None:
        """Note that a request for an order may be under way from now on."""
        one.sent, one.sent_at = True, asyncio.get_running_loop().time()
        one.good_until_ms = self.venue_ms() + self._window_ms()

    def _window_ms(self) -> int:
        return self.window_ms if self._way.window else int(self._way.safe_s * 1000)

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
        """Return a pair's steps as the venue has told them; None: it has not."""
        market = self.client.markets.get(pair)
        if market is None:
            return None
        amount_step, price_step = steps_of(market, self.client.precisionMode)
        if not amount_step or not price_step:
            return None
        rules = amount_step, price_step, bool(market.get("spot"))
        self._rules[pair] = rules
        return rules

    def usual_fee(self, pair: str) -> Decimal | None:
        """Return the fraction of its cost that a trade usually pays; None: nobody has said."""
        return taker_fee_of(self.client.markets.get(pair) or {})

    async def turn(self, order: Order) -> None:
        """Wait until an order may be sent: as far as the account may, and the address may."""
        urgency = Urgency.REDUCE if order.effect is Effect.REDUCE else Urgency.ORDER
        await self._orders.take(urgency)
        await self.budget.take(urgency, self.venue.weight("create_order"))

    async def place(self, one: Tracked) -> Seen | Failed:
        """Send an order, whose turn it is."""
        order, name = one.order, self._way.named(one.order.id)
        params: dict[str, Any] = {self._way.client_id: name}
        if self._way.window:
            params[self._way.window] = self.window_ms
        is_limit = order.kind is OrderKind.LIMIT
        if not is_limit and self._way.at_market is not None:
            params |= self._way.at_market(str(order.amount))
        call = self._place(
            order.pair,
            "limit" if is_limit else "market",
            str(order.side),
            str(order.amount),
            str(order.price) if is_limit else None,
            params,
        )
        return await self._answered(call, name)

    async def ask(self, one: Tracked, urgency: Urgency = Urgency.ASK) -> Seen | Failed:
        """Ask for an order, by its own name if that can be."""
        params = self._named(one.order.id)
        if not params and not one.venue_id:
            return await self._picked_out(one)
        if self._way.repeats:
            params |= {"side": str(one.order.side), "amount": one.order.amount}
        return await self._asked("fetch_order", one, params, urgency)

    async def ask_by_id(self, order: str, pair: str) -> Seen | Failed:
        """Ask for an order of which no more is known than its id and a pair it may be in."""
        params, name = self._named(order), self._way.named(order)
        if not params:
            return await self._picked_out_of_all(str(name), pair)
        await self.budget.take(Urgency.ASK, self.venue.weight("fetch_order"))
        return await self._answered(self.client.fetch_order("", pair, params), name)

    async def cancel(self, one: Tracked) -> Seen | Failed:
        """Take an order back."""
        return await self._asked("cancel_order", one, self._named(one.order.id), Urgency.CANCEL)

    def _named(self, order: str) -> dict[str, Any]:
        """Return the parameter that an order is asked for by; none where only its number does."""
        return {self._way.asked_by: self._way.named(order)} if self._way.asked_by else {}

    async def _asked(
        self, method: str, one: Tracked, params: dict[str, Any], urgency: Urgency
    ) -> Seen | Failed:
        await self.budget.take(urgency, self.venue.weight(method))
        call = getattr(self.client, method)(one.venue_id, one.order.pair, params)
        # A cancellation has a name of its own.
        name = self._way.named(one.order.id) if method == "fetch_order" else None
        return await self._answered(call, name)

    async def _picked_out(self, one: Tracked) -> Seen | Failed:
        listed = await self.listed(one.order.pair, one.order.made_ns)
        if isinstance(listed, Failed):
            return listed
        missing = Failed(Meaning.MISSING, "it is not in the venue's list")
        return listed.get(str(self._way.named(one.order.id)), missing)

    async def _picked_out_of_all(self, name: str, pair: str) -> Seen | Failed:
        came = await self._tried("fetch_orders", pair, None, _PAGE)
        if isinstance(came, Failed):
            return came
        for answer in came or ():
            seen = read_order(answer, None) if answer.get("clientOrderId") == name else None
            if seen is not None:
                return seen
        if len(came or ()) < _PAGE:
            return Failed(Meaning.MISSING, "it is not in the venue's list")
        return Failed(Meaning.UNKNOWN, "the venue's list is longer than what it has told")

    async def trades(self, one: Tracked) -> list[Traded] | Failed:
        """Ask for all trades of an order."""
        params = {self._way.trades_by: one.venue_id} if self._way.trades_by else {}
        since = None if params else max(0, one.order.made_ns // 1_000_000 - _BACK_MS)
        came = await self._tried("fetch_my_trades", one.order.pair, since, _PAGE, params)
        if isinstance(came, Failed):
            return came
        read = [read_trade(each) for each in came or ()]
        return [each for each in read if each is not None and each.venue_order == one.venue_id]

    async def listed(self, pair: str, since_ns: int) -> dict[str, Seen] | Failed:
        """Return the orders of a pair since a time, by their own names."""
        found: dict[str, Seen] = {}
        since = max(0, since_ns // 1_000_000 - _BACK_MS)
        while True:
            came = await self._tried("fetch_orders", pair, since, _PAGE)
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
            came = await self._tried("fetch_ticker", f"{currency}/{quote}", urgency=Urgency.LOOK)
            last = None if isinstance(came, Failed) else number(came.get("last"))
            if last is not None and last > ZERO:
                return last
        return None

    async def tried(self, method: str, *words: object, urgency: Urgency) -> Any:  # noqa: ANN401 - what was asked for
        """Ask for anything; Failed if nothing came."""
        return await self._tried(method, *words, urgency=urgency)

    # inside

    async def _answered(self, call: Awaitable[Any], name: str | int | None) -> Seen | Failed:
        try:
            answer = await self._in_time(call)
            seen = _told(answer, name) if isinstance(answer, tuple) else read_order(answer, name)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is judged
            return await self._failed(error)
        if seen is None:
            return Failed(Meaning.UNKNOWN, "the answer is not about the order")
        return seen

    async def _tried(self, method: str, *words: object, urgency: Urgency = Urgency.ASK) -> Any:  # noqa: ANN401 - what was asked for
        await self.budget.take(urgency, self.venue.weight(method))
        try:
            return await self._in_time(getattr(self.client, method)(*words))
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
        self.troubles[meaning] += 1
        if meaning is Meaning.CLOCK:
            await self.sync()
        if meaning is Meaning.LATER and not isinstance(error, NotNowError):
            self.budget.close_for(_PAUSE_S)  # the other has said for how long, and was heard
        return Failed(meaning, words_of(error))


def _told(told: Told, name: str | int | None) -> Seen | None:
    """Return what was read already; None if it is about another order."""
    return told[1] if told[0] == str(name) else None
