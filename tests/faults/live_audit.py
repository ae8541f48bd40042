"""Holds an account that was traded live against the venue's own books."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from tidegate.engine import snapshot
from tidegate.engine.engine import Engine
from tidegate.engine.facts import Approval, Strange, Swept, fact_of
from tidegate.exchange.venue import Status, decimal
from tidegate.guardrails import Gate
from tidegate.model import EXACT, ZERO, Effect, Fill, OrderState, OrderUpdate

from .live import BTC, INSTRUMENTS, LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.engine.state import State
    from tidegate.exchange.venue import Account
    from tidegate.exchange.venue import Order as VenueOrder
    from tidegate.model import Order

    from .live import LiveDesk

_IMPOSSIBLE = re.compile(r"fill (?P<fill>\S+) of order (?P<order>\w+), .* cannot be booked")
_ENDS = {
    Status.FILLED: OrderState.FILLED,
    Status.CANCELED: OrderState.CANCELLED,
    Status.EXPIRED: OrderState.CANCELLED,
    Status.EXPIRED_IN_MATCH: OrderState.CANCELLED,
}


def audit(desk: LiveDesk, venue: Account) -> Counter[str]:
    """Nothing doubled, nothing forgotten, every fill booked once, the ledger is the venue's.

    Where a venue fills a reduction whose cancellation it has confirmed, the same may have been
    sold twice by then. No one can book that; it has to be written down, and for no other reason.
    """
    state = desk.driver.engine.state
    engine = Engine(gate=Gate(LIMITS), instruments=INSTRUMENTS)
    approved: dict[str, Order] = {}
    booked: Counter[str] = Counter()
    unbookable: dict[str, str] = {}
    swept: dict[str, Decimal] = defaultdict(Decimal)
    cancelled, lacking, unbookable_orders = set[str](), set[str](), set[str]()
    for _, entry in desk.journal.read_from(1):
        engine.fold(entry)
        match fact_of(entry):
            case Approval(order=order):
                approved[order.id] = order
            case Swept(position=position, amount=amount):  # less than can be sold
                assert amount < INSTRUMENTS[BTC].amount_step
                swept[position] += amount
            case Fill(id=name):
                booked[name] += 1
            case OrderUpdate(order=name, state=OrderState.CANCELLED):
                cancelled.add(name)
            case Strange(kind="fills-missing", words=words):  # since one of them is not bookable
                lacking.add(words.split()[1])
            case Strange(words=words) as strange:
                found = _IMPOSSIBLE.match(words)
                assert found is not None, strange
                unbookable_orders.add(found["order"])
                unbookable[found["fill"]] = approved[found["order"]].position
    assert lacking <= unbookable_orders, "an order is said to be filled before its fills"
    assert snapshot.written(engine.state) == snapshot.written(state), "the fold is not the state"

    there = {order.client_id: order for order in venue.history["BTCUSDT"]}
    assert len(there) == len(venue.history["BTCUSDT"]), "an order is there twice"
    assert there.keys() <= approved.keys(), "an order is there that was not approved"
    assert not venue.open["BTCUSDT"], "an order waits there that nobody knows of"
    assert set(booked.values()) <= {1}, "a fill is booked twice"
    told = {str(trade.id) for trade in venue.trades["BTCUSDT"]}
    assert set(booked) | set(unbookable) == told, "the journal has not what the venue filled"
    sold_twice = {
        approved[name].position
        for name in cancelled
        if name in there and there[name].status is Status.FILLED
        and approved[name].effect is Effect.REDUCE
    }  # fmt: skip
    assert set(unbookable.values()) <= sold_twice, "what was filled was not booked"

    held = _held(state, approved, venue, set(unbookable.values()))
    for position, amount in swept.items():
        held[position] -= amount
    positions = {name: one.amount for name, one in state.opened.positions.items()}
    assert {name: amount for name, amount in held.items() if amount} == {
        name: amount for name, amount in positions.items() if name not in unbookable.values()
    }
    never = len(approved.keys() - there.keys())
    return Counter(orders=len(approved), filled=len(booked), never=never)


def _held(
    state: State, approved: Mapping[str, Order], venue: Account, unbookable: set[str]
) -> dict[str, Decimal]:
    """Return what positions hold by the venue's own books, where every order ended as it says."""
    there = {order.client_id: order for order in venue.history["BTCUSDT"]}
    kept_as_fees: Counter[str] = Counter()
    for trade in venue.trades["BTCUSDT"]:
        kept_as_fees[trade.buyer.client_id] += trade.buyer_fee
    held = dict.fromkeys((one.position for one in approved.values()), ZERO)
    for name, order in approved.items():
        if order.position in unbookable:
            continue
        life, at_venue = state.orders.get(name), there.get(name)
        assert life is not None
        if at_venue is None:
            assert life.state in {OrderState.CANCELLED, OrderState.REJECTED}, (name, life.state)
            continue
        assert life.state is _ENDS[at_venue.status], (name, life.state, at_venue.status)
        amount = filled(at_venue)
        assert life.filled == amount
        bought = EXACT.subtract(amount, decimal(kept_as_fees[name]))
        held[order.position] += bought if order.effect is Effect.INCREASE else -amount
    return held


def filled(order: VenueOrder) -> Decimal:
    done = (order.lots - order.left) * order.listing.lot
    return decimal(done).normalize(EXACT)
