"""Rows that make a run readable without folding its journal: written with it, in one go."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tidegate.model.order import Order, OrderState
from tidegate.model.signal import Direction


class OrderRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where an order stands; the latest one for an order id counts."""

    order: Order
    state: OrderState
    filled: Decimal
    average: Decimal | None
    """Average price of what was filled; None: nothing was."""
    fee: Decimal
    changed_ns: int
    words: str


class PositionRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A position that is held; the latest one for a name counts; amount 0: it is gone."""

    account: str
    position: str
    strategy: str
    pair: str
    direction: Direction
    amount: Decimal
    average: Decimal
    """Average entry price of what is held."""
    cost: Decimal
    """What is held, at its entry prices; quote currency."""
    leverage: Decimal
    realised: Decimal
    fees: Decimal
    funding: Decimal
    opened_ns: int
    changed_ns: int
    tag: str


class TradeRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A position from its first fill to its last; never changes. Money is net of fees."""

    account: str
    position: str
    strategy: str
    pair: str
    direction: Direction
    opened_ns: int
    closed_ns: int
    amount: Decimal
    """All that was ever put in, base currency."""
    open_rate: Decimal
    """Average price of the increases."""
    close_rate: Decimal
    """Average price of the reductions; 0 where nothing of it could be sold."""
    cost: Decimal
    """All that was put in at its prices, quote currency."""
    leverage: Decimal
    fees: Decimal
    funding: Decimal
    profit: Decimal
    profit_ratio: Decimal
    """Profit over what was put in with its fees, times leverage."""
    enter_tag: str
    exit_reason: str
    orders: int


class EquityRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What an account is worth at a time: cash basis plus what open positions would bring."""

    account: str
    time_ns: int
    balance: Decimal
    equity: Decimal
    exposure: Decimal
    positions: int


class IncidentRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that an operator has to know of."""

    account: str
    time_ns: int
    severity: str
    """"warning" or "critical"."""
    kind: str
    words: str
    correlation: str
