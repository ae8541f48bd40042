"""Rows as the records they were made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidegate.engine.entry import Entry
from tidegate.model import (
    DAY_NS,
    Direction,
    Effect,
    EquityRecord,
    IncidentRecord,
    Order,
    OrderKind,
    OrderRecord,
    OrderState,
    PositionRecord,
    Side,
    TradeRecord,
)
from tidegate.registry.wanted import DailySums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import RowMapping

_IN_ORDER: Final = (
    *("id", "strategy", "pair", "position", "amount", "price", "leverage"),
    *("tag", "signal", "correlation", "made_ns"),
)
_OF_ORDER: Final = ("filled", "average", "fee", "changed_ns", "words")


def order_of(row: RowMapping, account: str) -> OrderRecord:
    """Return where an order stands."""
    order = Order(
        account=account,
        direction=Direction(row["direction"]),
        effect=Effect(row["effect"]),
        side=Side(row["side"]),
        kind=OrderKind(row["kind"]),
        **{name: row[name] for name in _IN_ORDER},
    )
    kept = {name: row[name] for name in _OF_ORDER}
    return OrderRecord(order=order, state=OrderState(row["state"]), **kept)


def position_of(row: RowMapping, account: str) -> PositionRecord:
    """Return a position that is held."""
    kept = _named(row, account=account, direction=Direction(row["direction"]))
    return PositionRecord(**kept)


def trade_of(row: RowMapping, account: str) -> TradeRecord:
    """Return a trade that has closed."""
    kept = _named(row, account=account, direction=Direction(row["direction"]))
    del kept["number"]
    return TradeRecord(**kept)


def equity_of(row: RowMapping, account: str) -> EquityRecord:
    """Return what the account was worth at a time."""
    return EquityRecord(**_named(row, account=account))


def incident_of(row: RowMapping, account: str) -> IncidentRecord:
    """Return an incident."""
    kept = _named(row, account=account)
    del kept["number"]
    return IncidentRecord(**kept)


def daily_of(row: Sequence[Any]) -> DailySums:
    """Return the sums of a day; there may be thousands of them, so without detours."""
    _, day, strategy, trades, wins, losses, profit, fees, funding = row
    return DailySums(
        day_ns=day * DAY_NS,
        strategy=strategy,
        trades=trades,
        wins=wins,
        losses=losses,
        profit=profit,
        fees=fees,
        funding=funding,
    )


def entry_of(row: RowMapping) -> tuple[int, Entry]:
    """Return an entry and its number."""
    return row["seq"], Entry(row["time_ns"], row["kind"], row["correlation"], bytes(row["body"]))


def _named(row: RowMapping, **changed: object) -> dict[str, Any]:
    """Return a row by the names of its columns, some of them changed or added."""
    return {str(name): value for name, value in row.items()} | changed
