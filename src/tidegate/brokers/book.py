"""The orders of an account that something may still be heard of, and what is learnt of each."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from tidegate.brokers.reading import Seen, Traded, fee_in_base, fee_in_quote, others
from tidegate.brokers.tracked import Tracked
from tidegate.brokers.wire import Failed
from tidegate.model import EXACT, ZERO, Effect, Fill, OrderState, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from decimal import Decimal
    from typing import Any

    from tidegate.brokers.chores import Chores
    from tidegate.brokers.pace import Pace
    from tidegate.brokers.tracked import Word
    from tidegate.brokers.wire import Wire
    from tidegate.model import Instrument, Order

_ASIDE: Final = 1000
_PRICE_GOOD_S: Final = 60.0
_MS_NS: Final = 1_000_000
_AHEAD_NS: Final = 60_000_000_000  # how much later than now a trade may be said to be


class Book:
    """Takes in what anybody saw of an order, and says what is new of it."""

    def __init__(
        self,
        wire: Wire,
        chores: Chores,
        pace: Pace,
        say: Callable[[Sequence[Word]], None],
        clock: Callable[[], int],
    ) -> None:
        """Begin empty; `say` is told what is to be heard of orders."""
        self.wire, self._chores, self._pace = wire, chores, pace
        self._say, self.now_ns = say, clock
        self.instruments: Mapping[str, Instrument] = {}
        self._orders: dict[str, Tracked] = {}
        self._by_name: dict[str, Tracked] = {}
        self._by_venue_id: dict[str, Tracked] = {}
        self._aside: OrderedDict[str, Traded] = OrderedDict()
        """Trades of orders whose number is not known yet."""
        self._prices: dict[str, tuple[float, Decimal]] = {}
        self.answered: dict[str, Future[None]] = {}
        """Who waits until the venue has answered an order, or has not."""
        self.risen: Callable[[Tracked], Coroutine[Any, Any, None]] | None = None
        """What is done about an order that is there although it was said to be over."""

    def __iter__(self) -> Iterator[Tracked]:
        return iter(list(self._orders.values()))

    def get(self, order: str) -> Tracked | None:
        """Return an order by its id."""
        return self._orders.get(order)

    def tracked(self, order: Order) -> Tracked:
        """Return an order, and follow it from now on."""
        one = self._orders.get(order.id)
        if one is None:
            one = self._orders[order.id] = Tracked(order)
            self._by_name[self.name_of(order)] = one
        return one

    def name_of(self, order: Order) -> str:
        """Return what the venue calls an order by our own id."""
        return str(self.wire.venue.trading.named(order.id))

    def forget(self, one: Tracked) -> None:
        """Follow an order no more."""
        del self._orders[one.order.id]
        self._by_name.pop(self.name_of(one.order), None)
        self._by_venue_id.pop(one.venue_id, None)

    # what is learnt

    async def take(self, one: Tracked, seen: Seen, *, fresh: bool = True) -> None:
        """Take in what a glance at an order showed, whoever had it."""
        if not one.venue_id:
            one.venue_id = seen.venue_id
            self._by_venue_id[seen.venue_id] = one
        early = [each for each in self._aside.values() if each.venue_order == seen.venue_id]
        for each in early:
            del self._aside[each.id]
        new = [each for each in (*seen.trades, *early) if not one.knows(each.id)]
        fills = [await self._fill(one, each) for each in new]
        now, words = self.now_ns(), seen.words
        self._tell(one, one.learn(seen.state, seen.filled, fills, now, words, fresh=fresh))
        if one.lacks_trades:
            self._chores.begin(self.fetch_trades(one))
        if one.risen and self.risen is not None:
            self._chores.begin(self.risen(one))

    async def take_told(self, name: str, seen: Seen) -> None:
        """Take in what the venue has told of an order by itself; one of somebody else's is not."""
        one = self._by_name.get(name) or self._by_venue_id.get(seen.venue_id)
        if one is not None:
            await self.take(one, seen, fresh=False)

    async def take_trade(self, trade: Traded) -> None:
        """Take in a trade that the venue has told of by itself."""
        one = self._by_venue_id.get(trade.venue_order)
        if one is not None:
            await self._learn(one, [trade])
            return
        self._aside[trade.id] = trade
        while len(self._aside) > _ASIDE:
            self._aside.popitem(last=False)

    async def fetch_trades(self, one: Tracked, *, at_once: bool = False) -> None:
        """Ask for the trades of an order until there are as many as were filled."""
        if one.fetching:
            return
        one.fetching = True
        pause_s = self._pace.first_pause_s
        try:
            if not at_once:
                await asyncio.sleep(pause_s)  # the answer or the stream may bring them by then
            while one.lacks_trades:
                came = await self.wire.trades(one)
                if not isinstance(came, Failed):
                    await self._learn(one, came)
                if one.lacks_trades:
                    await asyncio.sleep(pause_s)
                    pause_s = self._pace.longer(pause_s)
        finally:
            one.fetching = False

    def give_up(self, one: Tracked, state: OrderState, words: str) -> None:
        """Say what was found out here: that an order is over, or that nobody knows."""
        self._tell(one, one.give_up(state, self.now_ns(), words))

    # inside

    async def _learn(self, one: Tracked, trades: Sequence[Traded]) -> None:
        fills = [await self._fill(one, each) for each in trades if not one.knows(each.id)]
        self._tell(one, one.learn(None, ZERO, fills, self.now_ns()))

    async def _fill(self, one: Tracked, trade: Traded) -> Fill:
        prices = {}
        for currency in others(trade, one.base, one.quote):
            price = await self._price(currency, one.quote)
            if price is not None:
                prices[currency] = price
        fee = fee_in_quote(trade, one.base, one.quote, prices)
        if fee is None:  # nobody says what its currency is worth: the usual fee stands for it
            rate = self._usual_fee(one.order.pair)
            fee = EXACT.multiply(EXACT.multiply(trade.amount, trade.price), rate)
        return Fill(
            id=trade.id,
            order=one.order.id,
            amount=trade.amount,
            price=trade.price,
            fee=fee,
            time_ns=self._time(trade.time_ns),
            fee_base=fee_in_base(trade, one.base) if _purchase(one.order) else ZERO,
        )

    def _time(self, told_ns: int) -> int:
        """Return when a trade was: now, where the venue does not say, or says what cannot be."""
        latest_ns = max(self.now_ns(), self.wire.venue_ms() * _MS_NS)
        return told_ns if 0 < told_ns <= latest_ns + _AHEAD_NS else latest_ns

    def _usual_fee(self, pair: str) -> Decimal:
        known = self.instruments.get(pair)
        return known.taker_fee if known else self.wire.usual_fee(pair) or ZERO

    async def _price(self, currency: str, quote: str) -> Decimal | None:
        at, price = self._prices.get(f"{currency}/{quote}", (0.0, None))
        now = asyncio.get_running_loop().time()
        if price is None or now - at > _PRICE_GOOD_S:
            fresh = await self.wire.price(currency, quote)
            if fresh is None:
                return price  # an old price is nearer than none
            price = fresh
            self._prices[f"{currency}/{quote}"] = (now, fresh)
        return price

    def _tell(self, one: Tracked, words: Sequence[Word]) -> None:
        if one.is_over and one.over_at is None:
            one.over_at = asyncio.get_running_loop().time()
        if not words:
            return
        self._say(words)
        waiting = self.answered.pop(one.order.id, None) if self.answered else None
        if waiting is not None:
            waiting.set_result(None)


def _purchase(order: Order) -> bool:
    """Tell whether an order puts what it buys into a position."""
    return order.side is Side.BUY and order.effect is Effect.INCREASE
