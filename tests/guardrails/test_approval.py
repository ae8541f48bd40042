from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.guardrails.asking import NOON, D, ask, signal, standing

from tidegate.errors import DefectError
from tidegate.guardrails import Approved, order_id
from tidegate.model import Direction, Effect, Order, OrderKind, Side

names = st.text(max_size=12)


def approved(**changes: object) -> Approved:
    result = ask(signal(**changes))
    assert isinstance(result, Approved)
    return result


def test_an_approval_bears_the_order_of_its_signal() -> None:
    asked = signal(price=D("99.5"), leverage=D(2), correlation="thread")
    result = ask(asked)
    assert isinstance(result, Approved)
    assert result.order == Order(
        id=order_id("paper", "strategy", "17"),
        account="paper",
        strategy="ema",
        pair="BTC/USDT",
        position="ema:BTC",
        direction=Direction.LONG,
        effect=Effect.INCREASE,
        side=Side.BUY,
        kind=OrderKind.LIMIT,
        amount=D(1),
        price=D("99.5"),
        leverage=D(2),
        tag="crossed",
        signal="strategy:17",
        correlation="thread",
        made_ns=NOON,
    )


def test_an_order_without_a_thread_of_its_own_has_the_signals_name() -> None:
    assert approved().order.correlation == "strategy:17"


def test_a_short_is_opened_by_selling() -> None:
    assert approved(direction=Direction.SHORT).order.side is Side.SELL


def test_an_amount_that_the_signal_leaves_open_is_the_proposed_one() -> None:
    result = ask(signal(amount=None), proposed=D("1.5"))
    assert isinstance(result, Approved)
    assert result.order.amount == D("1.5")
    own = ask(signal(amount=D(2)), proposed=D("1.5"))
    assert isinstance(own, Approved)
    assert own.order.amount == D(2)


def test_nobody_else_can_make_an_approval() -> None:
    order = approved().order
    with pytest.raises(DefectError, match="only the gate"):
        Approved(order, object())
    with pytest.raises(TypeError):
        Approved(order)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        replace(approved(), order=order)


def test_an_approval_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        approved().order = approved().order  # type: ignore[misc]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_an_approval_cannot_be_kept_or_copied(copied: object) -> None:
    assert callable(copied)
    with pytest.raises(DefectError, match="not stored"):
        copied(approved())


def test_the_order_id_is_known_in_advance_and_any_exchange_takes_it() -> None:
    known = order_id("paper", "strategy", "17")
    assert known == "tea82df749df2e87c97b2eb6272b23c5"
    assert len(known) == 32
    assert known[0] == "t"
    assert set(known) <= set("abcdefghijklmnopqrstuvwxyz0123456789")


@given(one=st.tuples(names, names, names), other=st.tuples(names, names, names))
def test_two_signals_never_share_an_order_id(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert (order_id(*one) == order_id(*other)) is (one == other)


def test_names_that_run_together_do_not_share_an_order_id() -> None:
    ids = {order_id(*names) for names in (("ab", "c", "d"), ("a", "bc", "d"), ("a", "b", "cd"))}
    assert len(ids) == 3


def test_the_same_signal_has_the_same_id_at_any_time_and_for_any_amount() -> None:
    later = ask(signal(amount=D(2)), standing(equity=D(20_000)), now=NOON + 1)
    assert isinstance(later, Approved)
    assert later.order.id == approved().order.id
