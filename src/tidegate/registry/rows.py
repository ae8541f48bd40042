"""Records as rows: which table, in the order of its columns, and what a later one replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidegate.errors import DefectError
from tidegate.model import (
    EquityRecord,
    IncidentRecord,
    OrderRecord,
    PositionRecord,
    TradeRecord,
)
from tidegate.registry import schema
from tidegate.registry.amounts import decimal_text, finite
from tidegate.registry.daily import DailyTable
from tidegate.registry.order_days import OrderDays
from tidegate.registry.statements import ask, insert, upsert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from tidegate.registry.line import Line, Row, Step

Record = OrderRecord | PositionRecord | TradeRecord | EquityRecord | IncidentRecord

_ORDER_CHANGES: Final = ("state", "filled", "average", "fee", "changed_ns", "words")


class RecordRows:
    """Turns the records of one account into the steps of a transaction."""

    def __init__(self, line: Line, account: int, name: str) -> None:
        """Find out which trade and which incident come next."""
        self._account, self._name = account, name
        self._exact: Callable[[Decimal], Any] = finite if line.exact else decimal_text
        mark = line.mark
        self._orders = upsert(schema.ORDERS, mark, *_ORDER_CHANGES)
        self._positions = upsert(schema.POSITIONS, mark, *_but(schema.POSITIONS.columns.keys()))
        self._gone = ask("DELETE FROM positions WHERE account = ? AND position = ?", mark)
        self._trades = insert(schema.TRADES, mark)
        self._equity = upsert(schema.EQUITY, mark, "balance", "equity", "exposure", "positions")
        self._incidents = insert(schema.INCIDENTS, mark)
        self._daily = DailyTable(line, account)
        self._days = OrderDays(mark, account)
        self._last_trade, self._last_incident = (
            line.rows(
                ask(f"SELECT coalesce(max(number), 0) FROM {table} WHERE account = ?", mark),  # noqa: S608 - own names
                (account,),
            )[0][0]
            for table in ("trades", "incidents")
        )

    def steps(self, records: Sequence[Record]) -> list[Step]:
        """Return what writes the records; of two with one key the later counts."""
        steps: list[Step] = []
        by_type: dict[type, list[Any]] = {}
        for record in records:
            by_type.setdefault(type(record), []).append(record)
        for kind, found in by_type.items():
            write = self._writers.get(kind)
            if write is None:
                message = f"the database has no table for a {kind.__name__}"
                raise DefectError(message)
            self._require_own(found, kind)
            steps += write(self, found)
        return steps

    def _require_own(self, records: Sequence[Any], kind: type) -> None:
        for record in records:
            whose = record.order.account if kind is OrderRecord else record.account
            if whose != self._name:
                message = f'a record of account "{whose}" came to the journal of "{self._name}"'
                raise DefectError(message)

    def _of_orders(self, records: Sequence[OrderRecord]) -> list[Step]:
        exact, account = self._exact, self._account
        rows = []
        for record in {record.order.id: record for record in records}.values():
            order, average = record.order, record.average
            row = (
                *(account, order.made_ns, order.id, order.strategy, order.pair, order.position),
                *(str(order.direction), str(order.effect), str(order.side), str(order.kind)),
                *(exact(order.amount), exact(order.price), exact(order.leverage)),
                *(order.tag, order.signal, order.correlation, str(record.state)),
                *(exact(record.filled), None if average is None else exact(average)),
                *(exact(record.fee), record.changed_ns, record.words),
            )
            rows.append(row)
        return [(self._orders, rows), *self._days.steps(records)]

    def _of_positions(self, records: Sequence[PositionRecord]) -> list[Step]:
        exact, account = self._exact, self._account
        held: list[Row] = []
        closed: list[Row] = []
        for record in {record.position: record for record in records}.values():
            if not record.amount:
                closed.append((account, record.position))
                continue
            row = (
                *(account, record.position, record.strategy, record.pair, str(record.direction)),
                *(exact(record.amount), exact(record.average), exact(record.cost)),
                *(exact(record.leverage), exact(record.realised), exact(record.fees)),
                *(exact(record.funding), record.opened_ns, record.changed_ns, record.tag),
            )
            held.append(row)
        return [step for step in ((self._positions, held), (self._gone, closed)) if step[1]]

    def _of_trades(self, records: Sequence[TradeRecord]) -> list[Step]:
        exact, account = self._exact, self._account
        rows = []
        for number, record in enumerate(records, self._last_trade + 1):
            row = (
                *(account, number, record.position, record.strategy, record.pair),
                *(str(record.direction), record.opened_ns, record.closed_ns),
                *(exact(record.amount), exact(record.open_rate), exact(record.close_rate)),
                *(exact(record.cost), exact(record.leverage), exact(record.fees)),
                *(exact(record.funding), exact(record.profit), exact(record.profit_ratio)),
                *(record.enter_tag, record.exit_reason, record.orders),
            )
            rows.append(row)
        self._last_trade += len(rows)
        return [(self._trades, rows), self._daily.step(records, exact)]

    def _of_equity(self, records: Sequence[EquityRecord]) -> list[Step]:
        exact, account = self._exact, self._account
        rows = [
            (
                *(account, record.time_ns, exact(record.balance), exact(record.equity)),
                *(exact(record.exposure), record.positions),
            )
            for record in {record.time_ns: record for record in records}.values()
        ]
        return [(self._equity, rows)]

    def _of_incidents(self, records: Sequence[IncidentRecord]) -> list[Step]:
        rows = [
            (
                *(self._account, number, record.time_ns, record.severity, record.kind),
                *(record.words, record.correlation),
            )
            for number, record in enumerate(records, self._last_incident + 1)
        ]
        self._last_incident += len(rows)
        return [(self._incidents, rows)]

    _writers: Final[dict[type, Callable[[RecordRows, Any], list[Step]]]] = {
        OrderRecord: _of_orders,
        PositionRecord: _of_positions,
        TradeRecord: _of_trades,
        EquityRecord: _of_equity,
        IncidentRecord: _of_incidents,
    }


def _but(names: Sequence[str]) -> list[str]:
    """Return the columns that are no part of a position's key."""
    return [name for name in names if name not in {"account", "position"}]
