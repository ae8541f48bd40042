from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed
from tests.guardrails.asking import (
    BTC,
    ETH,
    INSTRUMENT,
    NOON,
    SECOND,
    D,
    ask,
    holding,
    market,
    outcome,
    signal,
    standing,
)

from tidegate.guardrails import Approved, Reason, Refused
from tidegate.model import Direction, Effect, OrderKind, Side, TradingState

if TYPE_CHECKING:
    from decimal import Decimal

SELL = signal(effect=Effect.REDUCE)
ALL = changed(SELL, amount=None)

amounts = st.decimals(min_value="0.00000001", max_value=1_000_000, places=8)
maybe = st.none() | st.decimals(allow_nan=True, allow_infinity=True)


def approved(result: Approved | Refused) -> Approved:
    assert isinstance(result, Approved), result
    return result


@given(
    wanted=st.none() | amounts,
    held=amounts,
    offered=st.just(D(0)) | amounts,
    direction=st.sampled_from(Direction),
    state=st.sampled_from(TradingState),
    words=st.sampled_from(["", "tripped"]),
    price=maybe,
    equity=maybe,
    age=st.integers(-(10**6), 10**6),
)
def test_a_reduction_is_never_refused_and_never_more_than_is_held(  # noqa: PLR0913, PLR0917
    wanted: Decimal | None,
    held: Decimal,
    offered: Decimal,
    direction: Direction,
    state: TradingState,
    words: str,
    price: Decimal | None,
    equity: Decimal | None,
    age: int,
) -> None:
    asked = changed(SELL, amount=wanted, direction=direction, leverage=D(99))
    where = holding(
        str(held), offered=offered, direction=direction, state=state, latched=words,
        breaker=words, equity=equity, free=D(-1), positions=99, losses_in_row=99,
        unresolved={BTC}, approvals_ns=[NOON] * 99, peak=D(10**9),
    )  # fmt: skip
    result = ask(asked, where, market(price=price), now=NOON + age * SECOND)
    left = held - offered
    if left <= 0:
        assert outcome(result) == Reason.NOTHING_TO_REDUCE
        return
    cut = left if wanted is None else min(wanted, left)
    whole = cut.quantize(INSTRUMENT.amount_step, "ROUND_DOWN")
    if not whole:
        assert outcome(result) == Reason.DUST
        return
    order = approved(result).order
    assert order.amount == whole
    assert order.effect is Effect.REDUCE
    assert order.side is (Side.SELL if direction is Direction.LONG else Side.BUY)


def test_a_reduction_without_an_amount_is_of_all_that_is_left() -> None:
    assert approved(ask(ALL, holding("2", offered=D("0.5")))).order.amount == D("1.5")


def test_a_reduction_is_cut_to_what_is_left() -> None:
    assert approved(ask(changed(SELL, amount=D(9)), holding("2"))).order.amount == D(2)


def test_a_reduction_of_nothing_is_refused() -> None:
    refused = ask(ALL, holding("2", offered=D(2)))
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NOTHING_TO_REDUCE
    assert (refused.observed, refused.limit) == ("2 held, 2 offered", "at least 0.001 left")
    assert outcome(ask(ALL, standing())) == Reason.NOTHING_TO_REDUCE


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": D("NaN")}, Reason.MALFORMED),
        ({"account": "other"}, Reason.UNKNOWN_ACCOUNT),
        ({"pair": ETH}, Reason.UNKNOWN_INSTRUMENT),
        ({"direction": Direction.SHORT}, Reason.WRONG_POSITION),
        ({"id": "1"}, Reason.DUPLICATE),
    ],
)
def test_a_reduction_still_has_to_be_one(changes: dict[str, object], reason: Reason) -> None:
    where = holding(seen=frozenset({"strategy:1"}))
    assert outcome(ask(changed(SELL, **changes), where)) == reason


def test_a_reduction_does_not_sell_another_pair_of_that_position() -> None:
    other = market(instrument=replace(INSTRUMENT, pair=replace(INSTRUMENT.pair, base="ETH")))
    assert outcome(ask(changed(SELL, pair=ETH), holding(), other)) == Reason.WRONG_POSITION


def test_a_reduction_bears_its_own_limit_or_the_price_it_was_judged_at() -> None:
    limit = approved(ask(changed(SELL, price=D("123.456789")), holding())).order
    assert (limit.kind, limit.price) == (OrderKind.LIMIT, D("123.456789"))
    at_market = approved(ask(SELL, holding())).order
    assert (at_market.kind, at_market.price) == (OrderKind.MARKET, D(100))
    for unknown in (None, D("NaN"), D(-1)):
        in_the_dark = approved(ask(SELL, holding(), market(price=unknown))).order
        assert (in_the_dark.kind, in_the_dark.price) == (OrderKind.MARKET, D(0))


def test_a_reduction_skips_the_least_sizes_of_the_exchange() -> None:
    little = changed(SELL, amount=D("0.001"))
    assert approved(ask(little, holding())).order.amount == D("0.001")


def test_a_reduction_is_cut_down_to_whole_steps() -> None:
    assert approved(ask(ALL, holding("0.00199"))).order.amount == D("0.001")
    part = changed(SELL, amount=D("0.0079999"))
    assert approved(ask(part, holding("2.0005"))).order.amount == D("0.007")


def test_what_is_less_than_a_step_cannot_be_reduced() -> None:
    refused = ask(ALL, holding("0.00223", offered=D("0.0015")))
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.DUST
    words = ("0.00223 held, 0.0015 offered", "at least 0.001 left")
    assert (refused.observed, refused.limit) == words


def test_without_a_step_everything_can_be_sold() -> None:
    stepless = market(instrument=replace(INSTRUMENT, amount_step=D(0)))
    assert approved(ask(ALL, holding("0.00000001"), stepless)).order.amount == D("0.00000001")
    assert outcome(ask(ALL, holding("2", offered=D(2)), stepless)) == Reason.NOTHING_TO_REDUCE
