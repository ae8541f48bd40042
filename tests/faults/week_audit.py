"""Holds an account that was traded through a storm against the exchange's own books."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from tidegate.engine.engine import Engine
from tidegate.engine.facts import Approval, Strange, Swept, fact_of
from tidegate.exchange.keeping import read_memory
from tidegate.guardrails import Gate
from tidegate.model import ENDED, EXACT, Effect, Fill, Instrument, Pair
from tidegate.registry import Owner, open_database
from tidegate.runtime.config import read_config

from .week_exchange import PAIRS, WALLET

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.engine.entry import Entry
    from tidegate.exchange.keeping import Memory
    from tidegate.model import Order

UNITS = Decimal(10) ** 8


@dataclass
class Found:
    """What a journal has told."""

    engine: Engine
    approved: dict[str, Order] = field(default_factory=dict)
    booked: Counter[str] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    strays: int = 0
    swept: Counter[str] = field(default_factory=Counter)
    """By currency, in the exchange's units: what was too little to be sold."""


def audit(folder: Path) -> Found:
    """Nothing doubled, nothing forgotten, every limit kept, the ledger is the exchange's."""
    found = _folded(folder)
    memory = read_memory(folder / "exchange.jsonl")
    assert memory is not None
    _orders(found, memory)
    _fills(found, memory)
    _balances(found, memory)
    assert not found.engine.state.agreement.halted
    assert not found.strange, found.strange
    return found


def _folded(folder: Path) -> Found:
    config = read_config(folder / "trade.json")
    instruments = {
        pair: Instrument(pair=Pair.parse(pair), price_step=Decimal(0), amount_step=Decimal(0))
        for pair in PAIRS
    }
    found = Found(Engine(gate=Gate(config.limits), instruments=instruments))
    owner = Owner(pid=2, host="here", since_ns=0)
    with open_database(config.database) as database:
        journal = database.journal("main", owner)
        try:
            for _, entry in journal.read_from(1):
                found.engine.fold(entry)
                _look_at(found, entry)
        finally:
            journal.close()
    return found


def _look_at(found: Found, entry: Entry) -> None:
    state = found.engine.state
    match fact_of(entry):
        case Approval(order=order):
            assert order.id not in found.approved, "an order was approved twice"
            found.approved[order.id] = order
            found.strays += order.tag == "stray"
            if order.effect is Effect.INCREASE:
                _limits(found, order)
        case Fill(id=name, order=order):
            found.booked[f"{found.approved[order].pair} {name}"] += 1
        case Swept(amount=amount, currency=currency):
            found.swept[currency] += int(amount * UNITS)
        case Strange(words=words):
            found.strange.append(words)
    positions = state.account.positions if state.account is not None else {}
    assert all(position.amount > 0 for position in positions.values())


def _limits(found: Found, order: Order) -> None:
    """Hold what the gate let through against the limits, by what was held or waited then."""
    state, limits = found.engine.state, found.engine.gate.limits
    assert order.amount * order.price <= limits.max_order_notional
    names = set(state.opened.positions) | set(state.orders.opening)
    assert len(names) <= limits.max_positions, names


def _orders(found: Found, memory: Memory) -> None:
    ours = [order for order in memory.orders.values() if order.client_id]
    there = Counter(order.client_id for order in ours)
    assert set(there.values()) <= {1}, "an order is there twice"
    assert there.keys() <= found.approved.keys(), "an order is there that was not approved"
    waiting = [order.client_id for order in ours if order.numbers[3] and str(order.status) in _OPEN]
    assert not waiting, "an order waits there that nobody knows of"
    for life in found.engine.state.orders.remembered():
        assert life.state in ENDED, life
        assert life.order.id in there or not life.filled, "an order is filled that is not there"


_OPEN = {"NEW", "PARTIALLY_FILLED", "PENDING_NEW", "PENDING_CANCEL"}


def _fills(found: Found, memory: Memory) -> None:
    mine = {number for number, order in memory.orders.items() if order.client_id}
    symbols = {pair.replace("/", ""): pair for pair in PAIRS}
    told = {
        f"{symbols[trade.symbol]} {trade.id}"
        for trade in memory.trades
        if trade.buyer in mine or trade.seller in mine
    }
    assert set(found.booked.values()) <= {1}, "a fill is booked twice"
    assert set(found.booked) == told, "the journal has not what the exchange filled"


def _balances(found: Found, memory: Memory) -> None:
    """Compare to the last digit: quote by the ledger's sums, the rest by what is left of it."""
    account, there = found.engine.state.opened, memory.accounts["main"]
    assert not account.positions, list(account.positions)
    assert not any(there.locked.values()), there.locked
    has = {asset: units for asset, units in there.free.items() if units}
    gained = EXACT.subtract(account.balance, account.deposits)
    assert Decimal(has.pop("USDT")) == (WALLET + gained) * UNITS
    assert has == found.swept
