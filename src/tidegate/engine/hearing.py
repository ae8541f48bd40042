"""The outside speaks: prices, and what a broker says of orders. What cannot be is not acted on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.engine import dust
from tidegate.engine.facts import Deposited, Funded, Strange
from tidegate.errors import LedgerError
from tidegate.model import ENDED, EXACT, FOLLOWS, OrderState

if TYPE_CHECKING:
    from tidegate.engine.engine import Engine
    from tidegate.engine.events import Deposit, Funding, Price
    from tidegate.engine.step import Step
    from tidegate.model import Fill, OrderUpdate


def price(engine: Engine, seen: Price, _step: Step) -> None:
    """Note what a pair trades at; the journal does not keep it."""
    engine.quotes.see(seen)


def fill(engine: Engine, filled: Fill, step: Step) -> None:
    """Book a fill once; one that cannot have happened is written down as strange."""
    life = engine.state.orders.get(filled.order)
    if life is None:
        words = f"fill {filled.id} of order {filled.order}, which was never approved"
        _strange(engine, step, "unknown-order", words, filled.time_ns, filled.order)
        return
    if filled.id in life.fills:
        return  # said twice
    thread = life.order.correlation
    sound = filled.amount.is_finite()  # what is not, the ledger refuses
    if sound and EXACT.add(filled.amount, life.filled) > life.order.amount:
        words = (
            f"fill {filled.id} of order {filled.order} takes {filled.amount}, "
            f"where {life.filled} of {life.order.amount} was filled before"
        )
        _strange(engine, step, "overfilled", words, filled.time_ns, thread)
    try:
        engine.note(step, filled, filled.time_ns, thread)
    except LedgerError as error:
        _strange(engine, step, "impossible-fill", str(error), filled.time_ns, thread)
    dust.sweep(engine, step, life.order.position, filled.time_ns)


def update(engine: Engine, said: OrderUpdate, step: Step) -> None:
    """Move an order on, where that is a step it can take."""
    life = engine.state.orders.get(said.order)
    if life is None:
        words = f"order {said.order} is said to be {said.state}, and was never approved"
        _strange(engine, step, "unknown-order", words, said.time_ns, said.order)
        return
    if said.state is life.state or (said.state is OrderState.OPEN and life.state in ENDED):
        return  # said twice, or overtaken by a later word
    thread = life.order.correlation
    if said.state not in FOLLOWS[life.state]:
        words = f"order {said.order} was {life.state} and is said to be {said.state}"
        _strange(engine, step, "impossible-update", words, said.time_ns, thread)
        return
    if said.state is OrderState.FILLED and life.filled < life.order.amount:
        words = (
            f"order {said.order} is said to be filled; "
            f"fills of {life.filled} of {life.order.amount} have come"
        )
        _strange(engine, step, "fills-missing", words, said.time_ns, thread)
        return
    engine.note(step, said, said.time_ns, thread)
    dust.sweep(engine, step, life.order.position, said.time_ns)


def funding(engine: Engine, paid: Funding, step: Step) -> None:
    """Book what a position paid for being held."""
    if paid.position in engine.state.opened.positions:  # else it was closed before
        fact = Funded(position=paid.position, amount=paid.amount)
        book(engine, step, fact, paid.time_ns, paid.position)


def deposit(engine: Engine, money: Deposit, step: Step) -> None:
    """Take money in, or (negative) out."""
    book(engine, step, Deposited(amount=money.amount), money.time_ns, "deposit")


def book(engine: Engine, step: Step, fact: Funded | Deposited, now: int, thread: str) -> None:
    """Book money that came or went; what cannot be kept is written down as strange."""
    try:
        engine.note(step, fact, now, thread)
    except LedgerError as error:
        _strange(engine, step, "impossible-booking", str(error), now, thread)


def _strange(engine: Engine, step: Step, kind: str, words: str, now: int, thread: str) -> None:
    engine.note(step, Strange(kind=kind, words=words), now, thread)
