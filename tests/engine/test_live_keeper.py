"""Orders that others fill late, in parts or not at all: walk and ledger hold the same, always."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from hypothesis import event, given
from hypothesis import strategies as st
from tests.engine.live_desk import ORDERLY, Crash, LiveDesk, instrument

from tidegate.engine import facts
from tidegate.engine.facts import Approval, Strange
from tidegate.engine.state import NUMBERED
from tidegate.model import ZERO, CommandKind, Effect, Fill, OrderKind, OrderState, OrderUpdate, down
from tidegate.testing import Chances

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.engine.orders import Life
    from tidegate.model import Order

STEPS = st.sampled_from([("0.001", "0.01"), ("0.00025", "0.05"), ("0.1", "0.5")])
SEEDS = st.integers(0, 10**9)
_CALM = 100
_CRASHES = 0.05
_FLATTENS = 0.3


def played(seed: int, chances: Chances, steps: tuple[str, str], *, keeps_base: bool) -> LiveDesk:
    """Trade for some minutes, see that all fits together at each turn, and close everything."""
    random = Random(seed)  # noqa: S311 - test data
    desk = LiveDesk(random, chances, instrument(*steps))
    desk.venue.keeps_base = keeps_base
    orderly = chances is ORDERLY
    for _ in range(80):
        desk.journal.left = random.randrange(1, 12) if random.random() < _CRASHES else 0
        try:
            desk.turn(random.uniform(0.2, 15.0))
        except Crash:
            desk.crashes += 1
            desk.start()
            orderly = False  # what was under way may be nobody's any more
        require_sound(desk, equal=orderly)
    desk.journal.left = 0
    assert not (orderly and any("does not hold" in words for words in desk.said))
    desk.command(CommandKind.HALT)
    desk.venue.chances = Chances.none()
    calm(desk, lambda: fits(desk))
    assert fits(desk)
    if random.random() < _FLATTENS:
        desk.command(CommandKind.FLATTEN)
    else:
        desk.see(-0.1)  # beyond every stop
    calm(desk, lambda: not desk.ledger() and not desk.walk())
    return desk


def calm(desk: LiveDesk, over: Callable[[], bool]) -> None:
    """Let time pass on a good day, until something has come about or has failed to."""
    for _ in range(_CALM):
        if over() and not any(desk.driver.engine.state.orders.live()):
            return
        desk.turn(15.0)
        desk.driver.ask_broker(desk.now)
        desk.settle()


def fits(desk: LiveDesk) -> bool:
    """Tell whether walk and ledger hold the same positions; what was filled late is on top."""
    return desk.walk().keys() == desk.ledger().keys()


def require_sound(desk: LiveDesk, *, equal: bool) -> None:
    """Hold what the walk has against what the ledger has, and orders against both."""
    ledger, state = desk.ledger(), desk.driver.engine.state
    for name, (amount, waiting) in desk.walk().items():
        there = down(ledger.get(name, ZERO), desk.instrument.amount_step)
        leaving = [life for life in state.orders.of(name) if life.order.effect is Effect.REDUCE]
        if leaving:
            assert sum((life.left for life in leaving), ZERO) <= ledger[name]
        else:
            assert amount <= there or nearly(amount, there)
            if equal and not waiting:
                assert nearly(amount, there)
    if equal:
        assert set(ledger) <= set(desk.walk()) | closing(desk)


def closing(desk: LiveDesk) -> set[str]:
    """Return the positions that the walk has left already, and whose rest is being closed."""
    orders = desk.driver.engine.state.orders
    return {name for name in desk.ledger() if orders.of(name)} | {
        name for name in desk.ledger() if any(name in words for words in desk.said)
    }


def nearly(amount: float | Decimal, other: float | Decimal) -> bool:
    return abs(float(amount) - float(other)) <= 1e-9 * max(float(amount), float(other))


def approved(desk: LiveDesk) -> list[Order]:
    found = [facts.fact_of(entry) for entry in desk.journal.entries]
    return [fact.order for fact in found if isinstance(fact, Approval)]


def require_over(desk: LiveDesk) -> None:
    """See that nothing is left anywhere, and that nothing was asked for twice."""
    state = desk.driver.engine.state
    assert (desk.ledger(), desk.walk(), list(state.orders.live())) == ({}, {}, [])
    assert not desk.venue.repeated
    for order in approved(desk):
        assert order.amount % desk.instrument.amount_step == 0
        assert order.kind is OrderKind.MARKET or order.price % desk.instrument.price_step == 0
    numbers = [
        int(order.signal.rpartition(NUMBERED)[2])
        for order in approved(desk)
        if NUMBERED in order.signal
    ]
    assert numbers == sorted(set(numbers))
    strange = {
        fact.kind for fact in map(facts.fact_of, desk.journal.entries) if isinstance(fact, Strange)
    }
    assert not strange & {"unknown-order", "overfilled", "impossible-fill"}


@given(seed=SEEDS, steps=STEPS, keeps_base=st.booleans())
def test_at_a_venue_that_fills_as_it_likes_walk_and_ledger_hold_the_same(
    seed: int, steps: tuple[str, str], *, keeps_base: bool
) -> None:
    desk = played(seed, ORDERLY, steps, keeps_base=keeps_base)
    require_over(desk)
    event(f"{len(approved(desk)) // 10 * 10} orders or more")
    event(f"{min(desk.crashes, 3)} crashes or more")


@given(seed=SEEDS, steps=STEPS, keeps_base=st.booleans())
def test_at_a_venue_whose_words_get_lost_nothing_is_left_in_the_end(
    seed: int, steps: tuple[str, str], *, keeps_base: bool
) -> None:
    desk = played(seed, Chances(), steps, keeps_base=keeps_base)
    require_over(desk)
    event("strays" if any("does not hold" in words for words in desk.said) else "no strays")


# one thing at a time


def entered(steps: tuple[str, str]) -> tuple[LiveDesk, Life]:
    """Have an entry wait at a venue that has not filled any of it yet."""
    desk = LiveDesk(Random(1), Chances.none(), instrument(*steps))  # noqa: S311 - test data
    orders = desk.driver.engine.state.orders
    while not any(orders.live()):
        desk.turn(12.0)
    return desk, next(orders.live())


def fill(desk: LiveDesk, life: Life, amount: str, fee_base: str = "0") -> None:
    """Have some of an order filled."""
    desk.number += 1
    told = Fill(
        id=f"f{desk.number}", order=life.order.id, amount=Decimal(amount), price=life.order.price,
        fee=ZERO, fee_base=Decimal(fee_base), time_ns=desk.now,
    )  # fmt: skip
    desk.driver.take(told, desk.now)
    desk.settle()


def cancel(desk: LiveDesk, life: Life) -> None:
    """Have an order be over."""
    over = OrderUpdate(order=life.order.id, state=OrderState.CANCELLED, time_ns=desk.now)
    desk.driver.take(over, desk.now)
    desk.settle()


def test_an_entry_that_comes_to_less_than_a_step_is_no_position() -> None:
    desk, life = entered(("0.1", "0.01"))
    fill(desk, life, "0.1", "0.0001")
    assert desk.walk() == {life.order.position: (ZERO, 1)}
    cancel(desk, life)
    assert (desk.walk(), desk.ledger()) == ({}, {})


def test_what_fills_late_is_sold_with_the_rest() -> None:
    desk, life = entered(("0.001", "0.01"))
    fill(desk, life, "2.5")
    cancel(desk, life)
    fill(desk, life, "1.125")
    assert desk.walk() == {life.order.position: (Decimal("2.5"), 0)}
    desk.see(-0.1)
    desk.hear_price()
    desk.trader.look(desk.now + 1)
    desk.settle()
    assert [order.amount for order in approved(desk)[1:]] == [Decimal("3.625")]
    assert (desk.walk(), desk.ledger()) == ({}, {})
