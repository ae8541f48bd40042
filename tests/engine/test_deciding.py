from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

import pytest
from tests.engine.making import BTC, DAY, ETH, MINUTE, Desk
from tests.engine.storm.wishes import NONSENSE

from tidegate.engine.events import Kept, TakeBack
from tidegate.engine.facts import Approval, Denied, Noted, Strange, TakenBack
from tidegate.guardrails import Reason, order_id
from tidegate.model import (
    CommandKind,
    Direction,
    Effect,
    IncidentRecord,
    OrderRecord,
    OrderState,
    Signal,
)

if TYPE_CHECKING:
    from tidegate.ledger import Account

D = Decimal


class Sizer:
    def __init__(self, amount: str | None) -> None:
        self.amount = None if amount is None else D(amount)
        self.asked = 0

    def propose(self, signal: Signal, account: Account, price: Decimal) -> Decimal | None:
        assert (signal.amount, account.name, price) == (None, "main", D(100))
        self.asked += 1
        return self.amount


def test_a_signal_that_passes_is_a_fact_a_row_and_an_order_at_the_broker() -> None:
    desk = Desk()
    step = desk.signal(id="one")
    assert step.verdict is not None
    assert step.verdict.order == order_id("main", "strategy", "one")
    assert desk.asked("submit") == [step.verdict.order]
    (approval,) = desk.facts(Approval)
    assert approval.order.id == step.verdict.order
    desk.driver.rest()
    (row,) = [row for row in desk.journal.records if isinstance(row, OrderRecord)]
    assert (row.order, row.state) == (approval.order, OrderState.APPROVED)
    desk.folds()


def test_a_refusal_is_a_fact_with_its_figures_and_nothing_goes_out() -> None:
    desk = Desk(max_order_notional=D(99))
    assert desk.refusal(correlation="thread") is Reason.ORDER_NOTIONAL
    (denied,) = desk.facts(Denied)
    assert (denied.reason, denied.observed, denied.limit) == ("order-notional", "100", "99")
    assert desk.journal.entries[-1].correlation == "thread"
    assert not desk.broker.asked
    assert not [row for row in desk.journal.records if isinstance(row, IncidentRecord)]
    desk.folds()


def test_a_refusal_that_an_operator_has_to_know_of_is_an_incident() -> None:
    desk = Desk()
    desk.held()
    assert desk.refusal(direction=Direction.SHORT) is Reason.WRONG_POSITION
    (row,) = [row for row in desk.journal.records if isinstance(row, IncidentRecord)]
    assert (row.severity, row.kind, row.account) == ("warning", "wrong-position", "main")


def test_what_runs_wild_is_told_once_a_minute_and_then_how_often() -> None:
    desk = Desk(max_orders_per_second=1)
    desk.held()
    desk.now += MINUTE

    def told() -> list[str]:
        rows = [row for row in desk.journal.records if isinstance(row, IncidentRecord)]
        return [f"{row.kind}: {row.words}" for row in rows]

    for _ in range(50):
        desk.refusal(direction=Direction.SHORT)
    assert len(told()) == 1
    desk.order(position="q")
    for _ in range(3):
        desk.refusal(position="r")
    assert [words.split(":")[0] for words in told()] == ["wrong-position", "order-rate"]
    desk.now += MINUTE
    desk.refusal(direction=Direction.SHORT)
    assert len(told()) == 3
    assert told()[-1].endswith("49 more like the last one came soon after it")
    assert len(desk.facts(Denied)) == 54
    desk.now += MINUTE
    desk.refusal(direction=Direction.SHORT)
    assert "more" not in told()[-1]


def test_the_same_signal_twice_is_one_order_whatever_else_it_says() -> None:
    desk = Desk()
    first = desk.order(id="one")
    step = desk.signal(id="one", amount=D(2), position="another")
    assert step.verdict is not None
    assert step.verdict.again
    assert desk.asked("submit") == [first.order.id]
    assert desk.signal(id="one", source="redis").verdict.order is not None  # type: ignore[union-attr]
    assert desk.refusal(id="two", amount=D("0.0001")) is Reason.AMOUNT_STEP
    assert desk.refusal(id="two") is Reason.DUPLICATE


@pytest.mark.parametrize(("field", "value"), NONSENSE)
def test_a_signal_that_makes_no_sense_is_refused_and_kept(field: str, value: Any) -> None:  # noqa: ANN401 - of any kind
    desk = Desk(sizer=Sizer(None))
    desk.held()
    reason = desk.refusal(**{field: value})
    assert reason is Reason.MALFORMED
    assert desk.facts(Denied)[-1].reason == "malformed"
    assert desk.refusal(**{"amount": None, field: value}) is Reason.MALFORMED
    desk.folds()


def test_the_sizing_is_asked_only_where_nothing_but_the_amount_is_missing() -> None:
    sizer = Sizer("2.5")
    desk = Desk(sizer=sizer)
    assert desk.order(amount=None).order.amount == D("2.5")
    desk.held(position="q")
    assert desk.order(position="q", amount=None, effect=Effect.REDUCE).order.amount == 1
    desk.command(CommandKind.HALT)
    assert desk.refusal(amount=None) is Reason.HALTED
    assert sizer.asked == 1


def test_what_the_sizing_proposes_is_judged_like_any_amount() -> None:
    assert Desk(sizer=Sizer("0.0001")).refusal(amount=None) is Reason.AMOUNT_STEP
    assert Desk(sizer=Sizer(None)).refusal(amount=None) is Reason.NO_SIZE
    assert Desk().refusal(amount=None) is Reason.NO_SIZE


def test_a_pair_in_another_currency_is_not_known_here() -> None:
    desk = Desk()
    desk.price("XRP/EUR", "1")
    assert desk.refusal(pair="XRP/EUR") is Reason.UNKNOWN_INSTRUMENT


def test_another_leverage_is_another_position() -> None:
    desk = Desk()
    waiting = desk.order(leverage=D(2))
    assert desk.refusal(leverage=D(3)) is Reason.WRONG_POSITION
    desk.fill(waiting)
    assert desk.refusal(leverage=D(1)) is Reason.WRONG_POSITION
    assert desk.order(leverage=D(2)).order.leverage == 2
    assert desk.order(effect=Effect.REDUCE, amount=None).order.amount == 1


def test_what_could_not_be_booked_is_not_ordered() -> None:
    desk = Desk()
    desk.price(ETH, "10")
    desk.held(pair=ETH, position="e")
    with localcontext(prec=60):
        finest = D("0.1") + D("1E-41")
    assert desk.refusal(pair=ETH, position="e", effect=Effect.REDUCE, amount=finest) is (
        Reason.MALFORMED
    )
    assert desk.refusal(pair=ETH, position="f", price=finest) is Reason.MALFORMED
    assert not desk.facts(Strange)


def test_a_name_means_no_other_position_while_a_late_fill_of_it_may_be_heard() -> None:
    desk = Desk()
    cut = desk.order(price=D(90))
    desk.update(cut, OrderState.CANCELLED)
    assert desk.refusal(direction=Direction.SHORT) is Reason.WRONG_POSITION
    assert desk.refusal(leverage=D(2)) is Reason.WRONG_POSITION
    again = desk.order(price=D(80))
    desk.fill(cut, "0.4")  # it came late, and can be booked
    assert desk.account.held("p") == D("0.4")
    desk.fill(desk.order(effect=Effect.REDUCE, amount=None))
    desk.update(again, OrderState.CANCELLED)
    assert desk.refusal(direction=Direction.SHORT) is Reason.WRONG_POSITION
    desk.driver.ask_broker(desk.now)  # which has nothing to tell
    assert desk.order(direction=Direction.SHORT).order.direction is Direction.SHORT
    desk.folds()


def test_without_an_account_everything_is_refused() -> None:
    desk = Desk()
    desk.journal.entries.clear()
    desk.driver = desk.start()
    assert desk.refusal() is Reason.UNKNOWN_ACCOUNT


def test_an_order_is_taken_back_once() -> None:
    desk = Desk()
    life = desk.order(price=D(90))
    for _ in range(2):
        desk.take(TakeBack(order=life.order.id, time_ns=desk.now, why="late"))
    assert desk.asked("cancel") == [life.order.id]
    assert [fact.why for fact in desk.facts(TakenBack)] == ["late"]
    desk.fill(life)
    desk.take(TakeBack(order=life.order.id, time_ns=desk.now))
    desk.take(TakeBack(order="nobody", time_ns=desk.now))
    assert len(desk.asked("cancel")) == 1


def test_what_a_strategy_keeps_outlives_a_restart() -> None:
    desk = Desk()
    for body in ("{}", '{"stop": 5}'):
        desk.take(Kept(strategy="trend", body=body, time_ns=desk.now))
    assert len(desk.facts(Noted)) == 2
    desk.restart()
    assert desk.engine.state.keepers == {"trend": '{"stop": 5}'}


# what is remembered of signals


def crowd(desk: Desk, count: int) -> None:
    """Have so many signals refused that those of long ago are forgotten."""
    for _ in range(count):
        desk.signal(pair=ETH)


def test_signals_are_remembered_for_a_day_past_their_end() -> None:
    desk = Desk()
    desk.refusal(id="old", pair=ETH)
    crowd(desk, 1500)
    assert desk.refusal(id="old") is Reason.DUPLICATE
    desk.now += DAY
    crowd(desk, 2500)
    assert f"strategy:{'old'}" in desk.engine.state.seen
    desk.now += 2 * MINUTE
    crowd(desk, 5000)
    assert len(desk.engine.state.seen) < 9000
    assert "strategy:old" not in desk.engine.state.seen
    desk.price(BTC, "100")
    desk.folds()
    desk.driver.snapshot_now()
    state = desk.engine.state
    desk.restart()
    assert desk.engine.state.seen == state.seen


def test_what_ended_before_the_last_forgotten_signal_may_have_been_dealt_with() -> None:
    desk = Desk()
    desk.held("5")
    begun = desk.now
    for name in ("one", "two"):
        desk.fill(desk.order(id=name, effect=Effect.REDUCE))
    crowd(desk, 1100)
    desk.now += DAY + 10 * MINUTE
    crowd(desk, 2000)
    assert not {"strategy:one", "strategy:two"} & desk.engine.state.seen.keys()
    late: dict[str, Any] = {"effect": Effect.REDUCE, "made_ns": begun}
    assert desk.refusal(id="one", expires_ns=begun + MINUTE, **late) is Reason.DUPLICATE
    # with a new end it is told by its order, which is still remembered
    assert desk.refusal(id="two", **late) is Reason.DUPLICATE
    assert desk.order(effect=Effect.REDUCE).order.amount == 1


def test_a_refused_signal_is_remembered_until_its_own_end() -> None:
    desk = Desk()
    end_ns = desk.now + 3 * DAY
    desk.refusal(id="long", pair=ETH, expires_ns=end_ns)
    desk.refusal(id="senseless", amount=D(0), expires_ns=end_ns)
    desk.now += 2 * DAY
    crowd(desk, 2500)
    assert desk.refusal(id="long", expires_ns=end_ns) is Reason.DUPLICATE
    assert "strategy:senseless" not in desk.engine.state.seen  # its end may be senseless too
