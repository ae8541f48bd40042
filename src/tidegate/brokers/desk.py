"""What is done about each order: send it once, find out what became of it, take it back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from tidegate.brokers.reading import Seen
from tidegate.brokers.trouble import Meaning
from tidegate.brokers.wire import Failed
from tidegate.model import ENDED, Effect, OrderState
from tidegate.venues.budget import Urgency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.brokers.book import Book
    from tidegate.brokers.chores import Chores
    from tidegate.brokers.pace import Pace
    from tidegate.brokers.tracked import Tracked
    from tidegate.model import Order

_CLOCK_TRIES: Final = 3
_MISSES: Final = 2
_SEEN_TO: Final = 3  # looks that need not be had at an order that was just looked at
_TOO_LATE: Final = "not sent: the venue took no orders for too long"


class Desk:
    """All orders of one account. Lives in the network thread, and nowhere else."""

    def __init__(self, book: Book, chores: Chores, pace: Pace) -> None:
        """Keep what is known of orders in a book."""
        self.book, self._wire = book, book.wire
        self._chores, self._pace = chores, pace
        book.risen = self._take_back

    # sending

    def submit(self, order: Order) -> None:
        """Send an order, and see to it that it is known what became of that."""
        self._chores.begin(self._send(self.book.tracked(order)))

    async def _send(self, one: Tracked) -> None:
        refusal = self._wire.refusal(one.order)
        if refusal:
            self.book.give_up(one, OrderState.REJECTED, refusal)
            return
        begun, clocks = asyncio.get_running_loop().time(), 0
        while await self._may_go(one, begun):
            self._wire.sign_off(one)
            one.busy = True
            came = await self._wire.place(one)
            one.busy = False
            if isinstance(came, Seen):
                if came.state is None:
                    await self._find_out(one, "")
                else:
                    await self.book.take(one, came)
                return
            clocks += came.meaning is Meaning.CLOCK
            if came.meaning is Meaning.REFUSED or clocks > _CLOCK_TRIES:
                self.book.give_up(one, OrderState.REJECTED, came.words)
                return
            if came.meaning not in {Meaning.LATER, Meaning.CLOCK}:
                self._wire.sign_off(one)  # whenever it was signed, it was before now
                await self._find_out(one, came.words)
                return
            one.sent = False

    async def _may_go(self, one: Tracked, begun: float) -> bool:
        """Wait for an order's turn; whether it is still wanted then."""
        await self._wire.turn(one.order)
        if one.is_over:
            return False
        if one.leaving:
            self.book.give_up(one, OrderState.CANCELLED, "taken back before it was sent")
            return False
        waited_s = asyncio.get_running_loop().time() - begun
        if waited_s > self._pace.stale_s and one.order.effect is not Effect.REDUCE:
            self.book.give_up(one, OrderState.REJECTED, _TOO_LATE)
            return False
        return True

    async def _find_out(self, one: Tracked, why: str) -> None:
        """Ask what became of an order until that is known: a time-out is a question."""
        if one.busy:
            return
        one.busy = True
        if why:
            self.book.give_up(one, OrderState.UNRESOLVED, why)
        pause_s, misses = self._pace.first_pause_s, 0
        try:
            while not one.is_over:
                past = await self._wire.is_past(one)
                came = await self._wire.ask(one)
                if isinstance(came, Seen) and came.state is not None:
                    await self.book.take(one, came)
                    return
                if isinstance(came, Failed) and came.meaning is Meaning.MISSING and past:
                    misses += 1
                    if misses >= _MISSES and await self._is_nowhere(one):
                        words = "it never reached the venue"
                        self.book.give_up(one, OrderState.CANCELLED, words)
                        return
                await asyncio.sleep(pause_s)
                pause_s = self._pace.longer(pause_s)
        finally:
            one.busy = False

    async def _is_nowhere(self, one: Tracked) -> bool:
        """Tell whether a list of all orders does not have it either: queries have been wrong."""
        listed = await self._wire.listed(one.order.pair, one.order.made_ns)
        if isinstance(listed, Failed):
            return listed.meaning is Meaning.REFUSED  # a venue without such lists
        seen = listed.get(self.book.name_of(one.order))
        if seen is not None:
            await self.book.take(one, seen)
        return seen is None

    # taking back

    def cancel(self, name: str) -> asyncio.Task[None] | None:
        """Take an order back, as soon as it is known to be there."""
        one = self.book.get(name)
        if one is None or one.is_over or one.leaving:
            return None
        one.leaving = True
        return self._chores.begin(self._take_back(one))

    async def _take_back(self, one: Tracked) -> None:
        pause_s = self._pace.first_pause_s
        while not one.has_ended or one.risen:
            if one.venue_id and not one.busy:
                came = await self._wire.cancel(one)
                if isinstance(came, Failed) or came.state not in ENDED:
                    came = await self._wire.ask(one, Urgency.CANCEL)
                if isinstance(came, Seen):
                    await self.book.take(one, came)
                    if came.state in ENDED:
                        one.risen = False
                        return
            await asyncio.sleep(pause_s)
            pause_s = self._pace.longer(pause_s)

    # asking anew

    async def knows(self, order: str) -> bool | None:
        """Ask for an order of which only the id is known, in every pair; None: nobody can say."""
        missing = bool(self.book.instruments)
        for pair in self.book.instruments:
            came = await self._wire.ask_by_id(order, pair)
            if isinstance(came, Seen):
                return True
            missing = missing and came.meaning is Meaning.MISSING
        return False if missing else None

    async def recall(self, waiting: Sequence[Order], ended: Sequence[Order]) -> None:
        """Say again where orders stand: all that can be said at once; the rest as it is found."""
        await asyncio.gather(
            *(self._recall_one(order) for order in waiting),
            *(self._recall_ended(pair, ended) for pair in {order.pair for order in ended}),
        )

    def unsure(self, waiting: Sequence[Order]) -> None:
        """Say of those of which nothing was said yet that it is not known what became of them."""
        for order in waiting:
            one = self.book.tracked(order)
            if one.said is None:
                words = "the venue has not answered yet"
                self.book.give_up(one, OrderState.UNRESOLVED, words)

    async def _recall_one(self, order: Order) -> None:
        one = self.book.tracked(order)
        one.again()
        if not one.sent:  # another process may have sent it, a moment ago
            self._wire.sign_off(one)
        came = await self._wire.ask(one)
        if isinstance(came, Seen) and came.state is not None:
            await self.book.take(one, came)
            await self.book.fetch_trades(one, at_once=True)
        elif not one.busy:
            words = came.words if isinstance(came, Failed) else "the venue does not say"
            self.book.give_up(one, OrderState.UNRESOLVED, words)
            self._chores.begin(self._find_out(one, words))

    async def _recall_ended(self, pair: str, ended: Sequence[Order]) -> None:
        """Look for fills of orders that were cancelled, all of a pair at once."""
        orders = [order for order in ended if order.pair == pair]
        earliest = min(order.made_ns for order in orders)
        pause_s = self._pace.first_pause_s
        while isinstance(listed := await self._wire.listed(pair, earliest), Failed):
            if listed.meaning is Meaning.REFUSED:  # a venue without such lists
                listed = await self._asked(orders)
                break
            await asyncio.sleep(pause_s)
            pause_s = self._pace.longer(pause_s)
        for order in orders:
            seen = listed.get(self.book.name_of(order))
            if seen is None or not (seen.filled or seen.state not in ENDED or self._is_late(order)):
                continue
            one = self.book.tracked(order)
            one.again()
            one.sent, one.said = True, OrderState.CANCELLED
            one.over_at, one.late_looks = asyncio.get_running_loop().time(), _SEEN_TO
            await self.book.take(one, seen)
            await self.book.fetch_trades(one, at_once=True)

    async def _asked(self, orders: Sequence[Order]) -> dict[str, Seen]:
        """Ask for orders one by one."""
        found = {}
        for order in orders:
            came = await self._wire.ask(self.book.tracked(order))
            if isinstance(came, Seen):
                found[self.book.name_of(order)] = came
        return found

    def _is_late(self, order: Order) -> bool:
        """Tell whether a cancelled order is so young that it may fill all the same."""
        return self.book.now_ns() - order.made_ns < self._pace.late_s * 1e9
