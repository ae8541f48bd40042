"""What is left of a position and too little to be sold: nobody takes less than one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.engine.facts import Swept
from tidegate.model import ZERO, Direction, Pair

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.engine.engine import Engine
    from tidegate.engine.step import Step

_LONG: Final = Direction.LONG  # looked up once; it costs more to find than to compare


def is_dust(engine: Engine, pair: str, amount: Decimal) -> bool:
    """Tell whether an amount is less than the venue trades of a pair."""
    instrument = engine.instruments.get(pair)
    if instrument is None or not instrument.amount_step.is_finite():
        return False
    return ZERO < amount < instrument.amount_step


def sweep(engine: Engine, step: Step, position: str, now: int) -> None:
    """Let go of a position that nothing can be sold of any more, once no order of it waits."""
    state = engine.state
    held = state.account.positions.get(position) if state.account is not None else None
    if held is None or held.direction is not _LONG or not is_dust(engine, held.pair, held.amount):
        return
    if state.orders.of(position):
        return
    last = state.orders.last_reduction(position)
    fact = Swept(
        position=position,
        amount=held.amount,
        currency=Pair.parse(held.pair).base,
        reason=last.order.tag if last is not None else "",
    )
    engine.note(step, fact, now, position)


def sweep_all(engine: Engine, step: Step, now: int) -> None:
    """Let go of all such positions."""
    if engine.state.account is not None:
        for position in list(engine.state.account.positions):
            sweep(engine, step, position, now)
