"""Entries and records to write, by what a test wants to say of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tidegate.engine.entry import Entry
from tidegate.model import (
    ZERO,
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

ACCOUNT = "paper"
DAY = 86_400_000_000_000
NOON = 1_704_110_400_000_000_000  # 2024-01-01 12:00


def entry(number: int = 1, *, kind: str = "noted", correlation: str = "c", body: str = "") -> Entry:
    return Entry(NOON + number, kind, correlation, (body or f'{{"n":{number}}}').encode())


def order(
    name: str = "o1",
    *,
    state: OrderState = OrderState.APPROVED,
    **changes: Any,  # noqa: ANN401
) -> OrderRecord:
    of_record: dict[str, Any] = {
        "state": state,
        "filled": ZERO,
        "average": None,
        "fee": ZERO,
        "changed_ns": NOON,
        "words": "",
    }
    of_order: dict[str, Any] = {
        "id": name,
        "account": ACCOUNT,
        "strategy": "trend",
        "pair": "BTC/USDT",
        "position": "trend BTC/USDT",
        "direction": Direction.LONG,
        "effect": Effect.INCREASE,
        "side": Side.BUY,
        "kind": OrderKind.LIMIT,
        "amount": Decimal("0.12345678"),
        "price": Decimal("42000.1"),
        "leverage": Decimal(1),
        "tag": "cross",
        "signal": f"strategy:{name}",
        "correlation": name,
        "made_ns": NOON,
    }
    for key, value in changes.items():
        (of_order if key in of_order else of_record)[key] = value
    return OrderRecord(order=Order(**of_order), **of_record)


def position(name: str = "p1", **changes: Any) -> PositionRecord:  # noqa: ANN401
    values: dict[str, Any] = {
        "account": ACCOUNT,
        "position": name,
        "strategy": "trend",
        "pair": "BTC/USDT",
        "direction": Direction.LONG,
        "amount": Decimal("0.5"),
        "average": Decimal(42000),
        "cost": Decimal(21000),
        "leverage": Decimal(1),
        "realised": ZERO,
        "fees": Decimal(21),
        "funding": ZERO,
        "opened_ns": NOON,
        "changed_ns": NOON,
        "tag": "cross",
    }
    return PositionRecord(**values | changes)


def trade(number: int = 1, **changes: Any) -> TradeRecord:  # noqa: ANN401
    values: dict[str, Any] = {
        "account": ACCOUNT,
        "position": f"p{number}",
        "strategy": "trend",
        "pair": "BTC/USDT",
        "direction": Direction.SHORT,
        "opened_ns": NOON + number,
        "closed_ns": NOON + 10 * number,
        "amount": Decimal("0.5"),
        "open_rate": Decimal(42000),
        "close_rate": Decimal(41000),
        "cost": Decimal(21000),
        "leverage": Decimal(1),
        "fees": Decimal("41.5"),
        "funding": Decimal("-0.25"),
        "profit": Decimal("458.25"),
        "profit_ratio": Decimal("0.0217"),
        "enter_tag": "cross",
        "exit_reason": "roi",
        "orders": 2,
    }
    return TradeRecord(**values | changes)


def equity(number: int = 1, **changes: Any) -> EquityRecord:  # noqa: ANN401
    values: dict[str, Any] = {
        "account": ACCOUNT,
        "time_ns": NOON + number,
        "balance": Decimal(1000),
        "equity": Decimal(1000 + number),
        "exposure": Decimal(10),
        "positions": 1,
    }
    return EquityRecord(**values | changes)


def incident(number: int = 1, **changes: Any) -> IncidentRecord:  # noqa: ANN401
    values: dict[str, Any] = {
        "account": ACCOUNT,
        "time_ns": NOON + number,
        "severity": "warning",
        "kind": "stale-data",
        "words": f"number {number}",
        "correlation": f"c{number}",
    }
    return IncidentRecord(**values | changes)
