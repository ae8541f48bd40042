"""In which days a pair, a strategy, or both together had orders: the short way to a few of them.

An index of orders by pair would cost every append a tenth more, as one page more changes each time.
This table gets a row once a day for each pair, each strategy and both together, so that appends do
not notice it. A name that means two things leads to days too many, and to no order too many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from tidegate.model import DAY_NS
from tidegate.registry.schema import ORDER_DAYS
from tidegate.registry.statements import insert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from tidegate.model import OrderRecord
    from tidegate.registry.line import Row, Step
    from tidegate.registry.wanted import Wanted

_REMEMBERED: Final = 10_000
_AT_ONCE: Final = 50  # days


class OrderDays:
    """Notes the days of one account's orders, each once."""

    def __init__(self, mark: str, account: int) -> None:
        """Begin with none known: what is noted twice is kept once."""
        self._account = account
        self._note = f"{insert(ORDER_DAYS, mark)} ON CONFLICT DO NOTHING"
        self._known: set[tuple[str, str, int]] = set()

    def steps(self, records: Sequence[OrderRecord]) -> list[Step]:
        """Return what notes the days of these orders, as far as it has to be done."""
        rows: list[Row] = []
        for record in records:
            order = record.order
            key = (order.pair, order.strategy, order.made_ns // DAY_NS)
            if key not in self._known:
                rows += self._new(*key)
        return [(self._note, rows)] if rows else []

    def _new(self, pair: str, strategy: str, day: int) -> Iterator[Row]:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known.add((pair, strategy, day))
        for name in (pair, strategy, _both(pair, strategy)):
            yield self._account, name, day


def _both(pair: str, strategy: str) -> str:
    return f"{strategy}/{pair}"


def spans(connection: Connection, account: int, wanted: Wanted) -> Iterator[tuple[int, int]]:
    """Give the spans of time (nanoseconds, the end not included) that a list has to look at.

    The newest comes first. Between them lies no order of the pair or the strategy.
    """
    pair, strategy = wanted.pair, wanted.strategy
    name = strategy if pair is None else pair if strategy is None else _both(pair, strategy)
    day = ORDER_DAYS.c.day
    query = select(day).where(ORDER_DAYS.c.account == account, ORDER_DAYS.c.name == name)
    if wanted.since_ns is not None:
        query = query.where(day >= wanted.since_ns // DAY_NS)
    below: int | None = _first_out(wanted)
    while True:
        part: Any = query if below is None else query.where(day < below)
        found = connection.scalars(part.order_by(day.desc()).limit(_AT_ONCE)).all()
        yield from _joined(found)
        if len(found) < _AT_ONCE:
            return
        below = found[-1]


def _first_out(wanted: Wanted) -> int | None:
    """Return the first day that is too late; None: there is none."""
    cursor = wanted.cursor(str)
    ends = [] if cursor is None else [cursor[0] + 1]
    if wanted.until_ns is not None:
        ends.append(wanted.until_ns)
    return -(-min(ends) // DAY_NS) if ends else None


def _joined(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give days that follow upon each other as one span."""
    first = last = None
    for day in days:
        if first is not None and day == first - 1:
            first = day
            continue
        if first is not None and last is not None:
            yield first * DAY_NS, (last + 1) * DAY_NS
        first = last = day
    if first is not None and last is not None:
        yield first * DAY_NS, (last + 1) * DAY_NS
