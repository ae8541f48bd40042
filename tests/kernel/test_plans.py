"""Walks over plans: the same to the last bit as the lean loop, in all that a plan can say."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import event, example, given
from hypothesis import strategies as st
from tests.kernel.brokering import ENGINE_BITS, Desk, check_books
from tests.kernel.cases import Size, case
from tests.kernel.walks import never

from tidegate.kernel import SPOT_VENUE, Simulation, Wallet
from tidegate.kernel.walk import asking
from tidegate.kernel.walk.layout import CLOSED, SHORT
from tidegate.kernel.walk.plans import outcome_of, walk_of_plans
from tidegate.model import Outcome, Rules, Sizing, SizingKind

if TYPE_CHECKING:
    from tests.kernel.conftest import MakePlan

SIZES = st.builds(
    Size, seed=st.integers(0, 10**6), pairs=st.integers(1, 4), rows=st.integers(2, 60)
)


def same_outcome(one: Outcome, other: Outcome) -> None:
    """Hold two outcomes against each other, field by field, reasons by their words."""
    reasons = [
        [outcome.exit_reasons[code] for code in outcome.trades["exit_reason"].tolist()]
        for outcome in (one, other)
    ]
    assert reasons[0] == reasons[1]
    assert len(one.trades) == len(other.trades)
    for name in one.trades.dtype.names or ():
        if name != "exit_reason":
            np.testing.assert_array_equal(one.trades[name], other.trades[name], err_msg=name)
    for field in dataclasses.fields(Outcome):
        if field.name not in {"trades", "exit_reasons"}:
            here, there = getattr(one, field.name), getattr(other, field.name)
            np.testing.assert_array_equal(here, there, err_msg=field.name)


@given(SIZES)
@example(Size(seed=851, pairs=4, rows=46))  # a stop tighter than the distance it trails at
@example(Size(seed=1827, pairs=3, rows=54))  # the same, and it is hit
@example(Size(seed=27, pairs=3, rows=60))  # Kelly's window goes round many times
def test_walk_of_plans_is_the_lean_loop(size: Size) -> None:
    simulation = case(size)
    lean = simulation.run().outcome()
    walk = walk_of_plans(simulation)
    assert walk.run(never)
    found = outcome_of(walk, simulation)
    event(f"sizing {simulation.rules.sizing.kind.name}")
    event("trades" if len(lean.trades) else "no trades")
    same_outcome(found, lean)


def test_short_that_jumps_past_its_stake_loses_the_stake(make_plan: MakePlan) -> None:
    plan = make_plan([10.0, 10.0, 10.0, 31.0, 31.0])
    simulation = Simulation(
        plans=[replace(plan, enter_short=np.array([True, False, False, False, False]))],
        rules=Rules(can_short=True, sizing=Sizing(kind=SizingKind.FIXED, value=60.0)),
        currency="USD",
        wallet=Wallet(1000.0, 1.0, 1),
        venue=SPOT_VENUE._replace(maintenance=-1.0),
    )
    walk = walk_of_plans(simulation)
    assert walk.run(never)
    found = outcome_of(walk, simulation)
    same_outcome(found, simulation.run().outcome())
    assert found.trades["profit_abs"].tolist() == [-60.0]


@given(SIZES)
def test_desk_between_a_plan_and_its_fills_changes_nothing(size: Size) -> None:
    simulation = case(size)
    walk = walk_of_plans(simulation, callbacks=ENGINE_BITS)
    desk = Desk(walk.memory)
    assert walk.run(desk)
    same_outcome(outcome_of(walk, simulation), simulation.run().outcome())
    check_books(walk.memory, desk)


@given(SIZES)
def test_desk_knows_what_an_order_will_pay_and_may_say_better(size: Size) -> None:
    simulation = case(size)
    walk = walk_of_plans(simulation, callbacks=ENGINE_BITS)
    memory, mail = walk.memory, walk.memory.mail
    desk = Desk(memory)
    paid: dict[int, float] = {}

    def better(code: int) -> int:
        answer = desk(code)
        if code == asking.MATCH and mail.verdict:
            order = memory.orders[mail.order]
            buying = (memory.positions[order.position].side == SHORT) != bool(order.entry)
            mail.known, mail.number = 1, mail.proposed * (0.999 if buying else 1.001)
            paid[int(order.id)] = mail.number
        return answer

    assert walk.run(better)
    assert paid.keys() == set(desk.matched)
    for order in memory.orders_now():
        if not order["is_open"]:
            assert order["price"] == paid[int(order["id"])]
    for position in memory.positions[: memory.tally.positions]:
        if position.state == CLOSED:
            assert position.close_rate == paid[int(memory.orders[position.last_order].id)]
            entry = paid[int(memory.orders[position.first_order].id)]
            gained = position.side * (position.close_rate - entry) * position.amount
            fees = (position.close_rate + entry) * position.amount * position.fee
            assert np.isclose(position.close_profit_abs, gained - fees, rtol=1e-6, atol=1e-6)
