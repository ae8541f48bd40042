"""A venue's side of the books: what waits there, what was traded, and what the account has.

It is whole or it is none: whatever cannot be read for certain is asked for again, and in the end
an error. An account that changes while it is read is read again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tidegate.brokers.reading import number, read_order, read_trade
from tidegate.brokers.trouble import Meaning
from tidegate.brokers.wire import Failed
from tidegate.ledger.sides import FillSeen, OrderSeen, Theirs
from tidegate.model import Side
from tidegate.venues.budget import Urgency

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from decimal import Decimal

    from tidegate.brokers.pace import Pace
    from tidegate.brokers.wire import Wire

T = TypeVar("T")
_Found = dict[tuple[str, str], dict[str, Any]]

_TRIES: Final = 5  # readings of an account that goes on changing
_PAGE: Final = 1000
_LEAST_PAGE: Final = 100  # of all venues: what holds less than that is whole
_DAY_MS: Final = 86_400_000 - 1  # lists reach no further at once
_MS: Final = 1_000_000


class UnreadError(Exception):
    """The venue's books could not be read for certain; nothing is known of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which part of the books is asked for."""

    pairs: tuple[str, ...]
    since_ns: int
    """From when on trades are told, by the venue's clock."""
    orders_since_ns: int
    """The same of orders that wait no more."""
    known: tuple[str, ...] = ()
    """Ids of ours that may occur in them, for venues that have other names for orders."""


class VenueBooks:
    """Reads one account's books. Lives in the network thread."""

    def __init__(self, wire: Wire, pace: Pace) -> None:
        """Ask through a wire."""
        self._wire, self._pace = wire, pace
        self.trouble = ""
        """What the venue last failed with."""

    async def read(self, wanted: Wanted) -> Theirs:
        """Return the books; UnreadError if that cannot be."""
        ours = {str(self._wire.venue.trading.named(order)): order for order in wanted.known}
        before = await self.balances()
        for _ in range(_TRIES):
            at_ms = self._wire.venue_ms()
            told = await asyncio.gather(*(self._pair(pair, wanted, ours) for pair in wanted.pairs))
            after = await self.balances()
            if before == after:
                return Theirs(
                    orders=[order for orders, _ in told for order in orders],
                    fills=[fill for _, fills in told for fill in fills],
                    balances=after,
                    at_ns=at_ms * _MS,
                )
            before = after
        message = "the account goes on changing while its books are read"
        raise UnreadError(message)

    async def within(self, patience_s: float, reading: Coroutine[Any, Any, T]) -> T:
        """Read for so long, and no longer."""
        self.trouble = ""
        try:
            async with asyncio.timeout(patience_s):
                return await reading
        except TimeoutError:
            message = f"the books could not be read within {patience_s:g} s"
            raise UnreadError(f"{message}: {self.trouble}" if self.trouble else message) from None

    async def balances(self) -> dict[str, Decimal]:
        """Return what there is of each currency, free and locked together."""
        found: dict[str, Decimal] = await self._asked("fetch_balance", read=_balances)
        return found

    async def _pair(
        self, pair: str, wanted: Wanted, ours: Mapping[str, str]
    ) -> tuple[list[OrderSeen], list[FillSeen]]:
        listed: dict[str, OrderSeen] = {}
        waiting = await self._asked("fetch_open_orders", pair, read=_rows)
        past = await self._orders(pair, wanted.orders_since_ns)
        for raw in (*waiting, *past):  # what is told later is truer
            self._list(raw, pair, ours, listed)
        trades = await self._paged("fetch_my_trades", pair, wanted.since_ns)
        for raw in trades:
            if str(raw.get("order")) not in listed:  # it was sent before the time asked for
                answer = await self._asked(
                    "fetch_order", str(raw.get("order")), pair, read=_one_order
                )
                self._list(answer, pair, ours, listed)
        fills = [_fill(raw, pair, listed[str(raw["order"])].id) for raw in trades]
        return list(listed.values()), fills

    async def _orders(self, pair: str, since_ns: int) -> list[dict[str, Any]]:
        if self._wire.client.has.get("fetchOrders"):
            return await self._paged("fetch_orders", pair, since_ns)
        closed = await self._paged("fetch_closed_orders", pair, since_ns)
        return closed + await self._paged("fetch_canceled_orders", pair, since_ns)

    def _list(
        self, raw: dict[str, Any], pair: str, ours: Mapping[str, str], listed: dict[str, OrderSeen]
    ) -> None:
        """Take in an order, under our id of it if it is ours."""
        seen = read_order(raw, None)
        if seen is None or seen.state is None:
            message = f"an order of {pair} that makes no sense was told of"
            raise UnreadError(message)
        name = str(raw.get("clientOrderId") or "")
        listed[seen.venue_id] = OrderSeen(
            id=ours.get(name, name) or f"number {seen.venue_id}",
            pair=pair,
            side=Side(raw["side"]),
            amount=_certain(raw.get("amount")),
            filled=seen.filled,
            state=seen.state,
        )

    async def _paged(self, method: str, pair: str, since_ns: int) -> list[dict[str, Any]]:
        """Return all rows of a list since a time: by days, and page by page."""
        found: _Found = {}
        start = max(0, since_ns // _MS)
        while True:
            end = start + _DAY_MS
            is_last = end >= self._wire.venue_ms()
            await self._rows(method, pair, start, None if is_last else end, found)
            if is_last:
                return list(found.values())
            start = end

    async def _rows(
        self, method: str, pair: str, start: int, until: int | None, found: _Found
    ) -> None:
        """Find all rows of a span, whether a venue's page holds the oldest of it or the newest."""
        params = {} if until is None else {"until": until}
        rows = await self._asked(method, pair, start, _PAGE, params, read=_rows)
        fresh = [row for row in rows if _name(row) not in found]
        found.update((_name(row), row) for row in rows)
        if not fresh or len(rows) < min(_PAGE, _LEAST_PAGE):
            return
        times = [int(row["timestamp"]) for row in rows]
        first, last = min(times), max(times)
        if len(rows) >= _PAGE and first == last:
            message = f"{pair} may have more than {_PAGE} rows in a thousandth of a second"
            raise UnreadError(message)
        await self._rows(method, pair, start, first + 1, found)
        await self._rows(method, pair, max(start, last - 1), until, found)

    async def _asked(self, method: str, *words: object, read: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - what was asked for
        """Ask until there is an answer that makes sense; the caller says for how long."""
        pause_s = self._pace.first_pause_s
        while True:
            came = await self._wire.tried(method, *words, urgency=Urgency.LOOK)
            if isinstance(came, Failed):
                self.trouble = came.words
                if came.meaning is Meaning.REFUSED:
                    raise UnreadError(came.words)
            else:
                try:
                    return read(came)
                except (TypeError, ValueError, KeyError, AttributeError, UnreadError):
                    self.trouble = f"{method} brought something that makes no sense"
            await asyncio.sleep(pause_s)
            pause_s = self._pace.longer(pause_s)


def _balances(answer: Any) -> dict[str, Decimal]:  # noqa: ANN401 - whatever came
    there = {str(name): _certain(total) for name, total in answer["total"].items()}
    if not there:
        message = "no account has nothing at all"
        raise UnreadError(message)
    return {name: total for name, total in there.items() if total}


def _rows(answer: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - whatever came
    if not isinstance(answer, list):
        raise TypeError
    for row in answer:
        Side(row["side"])
        _certain(row["amount"])
        _name(row)
        int(row["timestamp"])
    return answer


def _one_order(answer: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever came
    return _rows([answer])[0]


def _name(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return what tells a row from others: a trade with ourselves is told of on both sides."""
    if not row["id"]:
        raise ValueError
    return str(row["id"]), str(row["side"])


def _fill(raw: dict[str, Any], pair: str, order: str) -> FillSeen:
    trade = read_trade(raw)
    if trade is None:
        message = f"a trade of {pair} that makes no sense was told of"
        raise UnreadError(message)
    return FillSeen(
        id=trade.id,
        order=order,
        pair=pair,
        side=Side(raw["side"]),
        amount=trade.amount,
        price=trade.price,
        fees=trade.fees,
        time_ns=trade.time_ns,
    )


def _certain(value: object) -> Decimal:
    found = number(value)
    if found is None:
        raise ValueError
    return found
