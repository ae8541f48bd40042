"""A broker that trades at an exchange: what it is handed goes out at once, in a thread of its own.

A submission ends confirmed, rejected or unresolved, and unresolved until the venue was asked.
Nothing is sent twice that may have arrived.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from tidegate.brokers.book import Book
from tidegate.brokers.books import VenueBooks
from tidegate.brokers.chores import LEFT_ALONE, Chores
from tidegate.brokers.client import reading
from tidegate.brokers.desk import Desk
from tidegate.brokers.listing import instruments_of
from tidegate.brokers.lookout import Lookout
from tidegate.brokers.pace import Pace
from tidegate.brokers.stream import Listener
from tidegate.brokers.trouble import Meaning, meaning_of, silent
from tidegate.brokers.wire import Wire
from tidegate.errors import DefectError
from tidegate.venues.budget import Urgency
from tidegate.venues.client import new_client
from tidegate.venues.network import NetworkThread
from tidegate.venues.sharing import budget_for
from tidegate.venues.trouble import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal

    from tidegate.brokers.books import Wanted
    from tidegate.brokers.tracked import Word
    from tidegate.guardrails import Approved
    from tidegate.ledger.sides import Theirs
    from tidegate.model import Instrument, Order
    from tidegate.model.credentials import Credentials
    from tidegate.venues.budget import Budget
    from tidegate.venues.venue import Venue

_PATIENCE_S: Final = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Which account of which venue, and how it is reached."""

    venue: Venue
    credentials: Credentials = field(repr=False)
    url: str | None = None
    """Of a venue on this machine."""
    sandbox: bool = False
    timeout_s: float = 10.0
    """For an answer."""
    greet_s: float = 30.0
    """For how long a venue may fail to say what it trades before there is no use in it."""
    fast: bool = False
    """Whether orders go over the venue's WebSocket, where ccxt can."""
    wait: bool = False
    """Whether `submit` and `cancel` return only once the venue has answered, or has not."""
    stream: bool = True
    budget: Budget | None = None
    """What requests are spent from; left out: the one of all who ask this venue from here."""
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How well a venue could be spoken to, counted from the start."""

    troubles: Mapping[str, int]
    """Requests that failed: refused, missing, to be tried later, clocks apart, unknown."""
    connections: int
    """Of the account's stream."""
    spoilt: int
    """Messages of it that were none."""
    closings: int
    """How often the venue has asked for quiet."""


class LiveBroker:
    """Hands orders to a network thread, and what is heard of them back."""

    volatile = False
    """Whether what it holds is gone with this process."""

    def __init__(
        self,
        connection: Connection,
        instruments: Mapping[str, Instrument] = MappingProxyType({}),
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        """Connect, and find out what the venue trades and what time it has.

        What is to be traded may be given, or asked for by `instruments`.
        """
        self._connection = connection
        self.budget = connection.budget or budget_for(
            connection.venue, connection.url, sandbox=connection.sandbox
        )
        """Shared with whoever else asks this venue: for prices, or for candles."""
        self._words: deque[Word] = deque()
        self._had: set[str] = set()
        self.heard = threading.Event()
        """Set while there is something to be heard: wait for it, then call `said`."""
        self._failed: BaseException | None = None
        self._chores = Chores()
        self.listener: Listener | None = None
        """Of the account's stream."""
        self._thread = NetworkThread()
        try:
            self._desk, self._lookout, self._client = self._thread.ask(
                self._connect(instruments, clock), connection.greet_s + 4 * connection.timeout_s
            )
        except BaseException:
            self._thread.stop()
            raise
        self._books = VenueBooks(self._desk.book.wire, connection.pace)

    async def _connect(
        self, instruments: Mapping[str, Instrument], clock: Callable[[], int]
    ) -> tuple[Desk, Lookout, Any]:
        asyncio.get_running_loop().set_exception_handler(self._defect)
        connection = self._connection
        client = self._new_client()
        client.waits_for_answers = True
        try:
            await self._greet(client)
        except BaseException:
            await client.close()
            raise
        window_ms = int(connection.pace.window_s * 1000)
        wire = Wire(
            connection.venue,
            client,
            self.budget,
            window_ms=window_ms,
            fast=connection.fast,
            clock=clock,
        )
        book = Book(wire, self._chores, connection.pace, self._say, clock)
        book.instruments = instruments
        lookout = Lookout(book, connection.pace)
        self._chores.begin(lookout.run())
        if connection.stream and connection.venue.trading.stream:
            self.listener = Listener(book, lookout, lambda: self._listening(client))
            self._chores.begin(self.listener.run())
        return Desk(book, self._chores, connection.pace), lookout, client

    async def _greet(self, client: Any) -> None:  # noqa: ANN401 - ccxt has no types
        """Ask for markets and time, and again for a while: a venue may have a bad moment."""
        connection, loop = self._connection, asyncio.get_running_loop()
        end, pause_s = loop.time() + connection.greet_s, connection.pace.first_pause_s
        weight = connection.venue.weight
        while True:
            try:
                await self.budget.take(Urgency.ASK, weight("load_markets") + 1)
                await client.load_markets()
                await client.load_time_difference()
            except Exception as error:  # noqa: BLE001 - whatever it is, there is no trading there
                refused = meaning_of(error, connection.venue) is Meaning.REFUSED
                if refused or loop.time() > end:
                    raise silent(  # without its traceback: that names signed addresses
                        connection.venue, connection.credentials, connection.url, error
                    ) from None
                await asyncio.sleep(pause_s)
                pause_s = connection.pace.longer(pause_s)
            else:
                return

    def _new_client(self) -> Any:  # noqa: ANN401 - ccxt has no types
        connection = self._connection
        client = new_client(
            connection.venue,
            connection.credentials,
            url=connection.url,
            sandbox=connection.sandbox,
            timeout_s=connection.timeout_s,
            kind=reading(connection.venue),
        )
        client.budget = self.budget
        return client

    def _listening(self, trading: Any) -> Any:  # noqa: ANN401 - ccxt has no types
        """Return another client for the stream: one that breaks takes no order with it."""
        client = self._new_client()
        client.set_markets(list(trading.markets.values()), trading.currencies)
        return client

    # the port

    def submit(self, approved: Approved, now_ns: int) -> None:  # noqa: ARG002 - the venue has its own time
        """Take an order; a second one of the same id is the same order."""
        order = approved.order
        if order.id in self._had:
            return
        self._had.add(order.id)
        if not self._connection.wait:
            self._thread.post(self._desk.submit, order)
            return
        answered: Future[None] = Future()
        self._thread.post(self._submit, order, answered)
        wait_for([answered], _PATIENCE_S)  # after that, it is heard of later

    def _submit(self, order: Order, answered: Future[None]) -> None:
        self._desk.book.answered[order.id] = answered
        self._desk.submit(order)

    def cancel(self, order: str, now_ns: int) -> None:  # noqa: ARG002 - the venue has its own time
        """Take an order back, if it is still there."""
        if self._connection.wait:
            self._thread.ask(self._cancelled(order), 2 * _PATIENCE_S)
        else:
            self._thread.post(self._desk.cancel, order)

    async def _cancelled(self, order: str) -> None:
        leaving = self._desk.cancel(order)
        if leaving is not None:
            await asyncio.wait({leaving}, timeout=_PATIENCE_S)

    def knows(self, order: str) -> bool | None:
        """Tell whether it has ever had an order; None: it cannot say now."""
        if order in self._had:
            return True
        try:
            return self._thread.ask(self._desk.knows(order), _PATIENCE_S)
        except TimeoutError:
            return None

    def recall(self, waiting: Sequence[Order], ended: Sequence[Order], now_ns: int) -> None:  # noqa: ARG002 - as above
        """Say again, through `said`, where orders stand and what of them was filled.

        Returns once that is said; of orders whose venue does not answer, that it is not known.
        """
        self._had.update(order.id for order in waiting)
        self._had.update(order.id for order in ended)
        self._thread.ask(self._recall(waiting, ended), 2 * _PATIENCE_S)

    async def _recall(self, waiting: Sequence[Order], ended: Sequence[Order]) -> None:
        asking = self._chores.begin(self._desk.recall(waiting, ended))
        await asyncio.wait({asking}, timeout=_PATIENCE_S)
        self._desk.unsure(waiting)

    def said(self) -> Sequence[Word]:
        """Return what has happened since the last time, in order."""
        if self._failed is not None:
            message = f"the network thread has failed: {words_of(self._failed)}"
            raise DefectError(message) from self._failed
        self.heard.clear()
        words: list[Word] = []
        while self._words:
            words.append(self._words.popleft())
        return words

    # beside it

    def instruments(
        self, pairs: Iterable[str], halted: set[str] | None = None
    ) -> dict[str, Instrument]:
        """Return what the venue lets some pairs be traded in; ConfigError if one cannot be.

        Those that cannot for a while are put into `halted` where it is given. From then on all of
        them are among those in which an order is looked for, and fees go by theirs.
        """
        client, book = self._client, self._desk.book
        venue = self._connection.venue.name
        found = instruments_of(venue, client.markets, client.precisionMode, pairs, halted)
        book.instruments = {**book.instruments, **found}
        return found

    def balances(self, patience_s: float = _PATIENCE_S) -> dict[str, Decimal]:
        """Return what there is of each currency, free and locked together; UnreadError if none."""
        return self._thread.begin(self._books.within(patience_s, self._books.balances())).result()

    def books(self, wanted: Wanted, patience_s: float = _PATIENCE_S) -> Theirs:
        """Return the venue's side of the books; UnreadError if they cannot be read for certain."""
        return self.begin_books(wanted, patience_s).result()

    def begin_books(self, wanted: Wanted, patience_s: float = _PATIENCE_S) -> Future[Theirs]:
        """Have the books read while something else is done."""
        return self._thread.begin(self._books.within(patience_s, self._books.read(wanted)))

    def look(self, patience_s: float = _PATIENCE_S) -> None:
        """Look at every order that waits now; what was found has been said when this returns."""
        self._thread.ask(self._lookout.look_through(patience_s / 2), patience_s)

    def health(self) -> Health:
        """Return what went wrong between us and the venue so far."""
        listener = self.listener
        return Health(
            troubles={str(kind): n for kind, n in self._desk.book.wire.troubles.items()},
            connections=listener.connected if listener else 0,
            spoilt=listener.spoilt if listener else 0,
            closings=self.budget.standing().closings,
        )

    def close(self) -> None:
        """Hang up. Orders that wait at the venue go on waiting there."""
        try:
            self._thread.ask(self._hang_up(), _PATIENCE_S)
        finally:
            self._thread.stop()

    async def _hang_up(self) -> None:
        await self._chores.stop()
        if self.listener is not None:
            await self.listener.close()
        await self._client.close()

    def _say(self, words: Sequence[Word]) -> None:
        self._words.extend(words)
        self.heard.set()

    def _defect(self, _loop: asyncio.AbstractEventLoop, about: dict[str, Any]) -> None:
        """Keep a defect of ours until somebody listens; what ccxt leaves lying is its own."""
        if about.get("message") == LEFT_ALONE:
            self._failed = about["exception"]
            self.heard.set()
