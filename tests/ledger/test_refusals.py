"""A fact that cannot be leaves everything as it was."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from tidegate.errors import DefectError, LedgerError
from tidegate.ledger import REMEMBERED
from tidegate.model import Fill, Side

from .facts import COIN, INCREASE, LONG, MONDAY, REDUCE, SHORT, Desk, account, these

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.model import Effect


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Give a desk that holds two coins; whatever a test does to it must change nothing."""
    desk = Desk(account())
    desk.put("2", "100", fee="0.2", leverage="2")
    before = desk.account.snapshot()
    yield desk
    assert desk.account.snapshot() == before


def _fill(desk: Desk, **changes: Any) -> None:  # noqa: ANN401 - any field of an order
    order = replace(desk.order(REDUCE), **changes)
    desk.fill(order, "1", "100")


def test_a_ledger_error_is_a_defect() -> None:
    assert issubclass(LedgerError, DefectError)


def test_more_than_is_held_cannot_be_taken(desk: Desk) -> None:
    with pytest.raises(LedgerError, match=r"takes 2\.00000001 of the 2 that are held"):
        desk.take("2.00000001", "100")


def test_nothing_can_be_taken_of_a_position_that_is_not_held(desk: Desk) -> None:
    with pytest.raises(LedgerError, match="nothing is held to be reduced"):
        desk.take("1", "100", position="other")


@pytest.mark.parametrize("effect", [INCREASE, REDUCE])
def test_a_position_has_one_direction(desk: Desk, effect: Effect) -> None:
    with pytest.raises(LedgerError, match="what is held is long of BTC/USDT"):
        desk.fill(desk.order(effect, direction=SHORT), "1", "100")


@pytest.mark.parametrize("effect", [INCREASE, REDUCE])
def test_a_position_has_one_pair(desk: Desk, effect: Effect) -> None:
    with pytest.raises(LedgerError, match="what is held is long of BTC/USDT"):
        desk.fill(desk.order(effect, pair="ETH/USDT"), "1", "100")


def test_a_position_has_one_leverage(desk: Desk) -> None:
    with pytest.raises(LedgerError, match="has leverage 2, not 3"):
        desk.put("1", "100", leverage="3")


def test_what_takes_out_may_name_any_leverage() -> None:
    desk = Desk(account())
    desk.put("2", "100", leverage="2")
    desk.take("1", "100")
    assert desk.account.tied == 50


@pytest.mark.parametrize("leverage", ["0", "-1", "NaN", "Infinity"])
def test_leverage_is_above_nothing(desk: Desk, leverage: str) -> None:
    with pytest.raises(LedgerError, match="leverage"):
        desk.put("1", "100", leverage=leverage, position="new")


def test_a_sale_does_not_increase_a_long_position(desk: Desk) -> None:
    with pytest.raises(LedgerError, match="a buy does not reduce a long position"):
        _fill(desk, side=Side.BUY)
    with pytest.raises(LedgerError, match="a sell does not increase a long position"):
        _fill(desk, effect=INCREASE)
    with pytest.raises(LedgerError, match="a sell does not reduce a short position"):
        _fill(desk, direction=SHORT)


def test_an_order_of_another_account_is_not_booked(desk: Desk) -> None:
    with pytest.raises(LedgerError, match="of account other, not main"):
        _fill(desk, account="other")


def test_a_fill_of_another_order_is_not_booked(desk: Desk) -> None:
    stray = Fill(
        id="f",
        order="else",
        amount=Decimal(1),
        price=Decimal(1),
        fee=Decimal(0),
        time_ns=MONDAY,
    )
    with pytest.raises(LedgerError, match="it is of order else"):
        desk.account.fill(desk.order(REDUCE), stray)


def test_a_pair_in_another_currency_is_not_booked(desk: Desk) -> None:
    with pytest.raises(LedgerError, match="BTC/EUR is not paid in USDT"):
        desk.put("1", "100", position="euro", pair="BTC/EUR")
    with pytest.raises(LedgerError, match="no pair"):
        desk.put("1", "100", position="odd", pair="bitcoin")


def test_a_perpetual_is_paid_in_what_it_settles_in() -> None:
    desk = Desk(account())
    desk.put("1", "100", pair="BTC/USDT:USDT")
    with pytest.raises(LedgerError, match="not paid in USDT"):
        desk.put("1", "100", pair="BTC/USDT:BTC", position="coin")


@pytest.mark.parametrize("bad", ["0", "-1", "NaN", "sNaN", "Infinity", "1E18", "1E-37"])
def test_amounts_and_prices_are_numbers_above_nothing_that_can_be_kept(
    desk: Desk, bad: str
) -> None:
    for amount, price in ((bad, "100"), ("1", bad)):
        for order in (desk.order(INCREASE), desk.order(REDUCE), desk.order(INCREASE, position="n")):
            with pytest.raises(LedgerError, match="cannot be kept"):
                desk.fill(order, amount, price)


@pytest.mark.parametrize("bad", ["NaN", "sNaN", "-Infinity", "1E18", "1E-61"])
def test_money_is_a_number_that_can_be_kept(desk: Desk, bad: str) -> None:
    with pytest.raises(LedgerError, match="cannot be kept"):
        desk.put("1", "100", fee=bad)
    with pytest.raises(LedgerError, match="cannot be kept"):
        desk.account.deposit(Decimal(bad), MONDAY)
    with pytest.raises(LedgerError, match="cannot be kept"):
        desk.account.funding("p", Decimal(bad), MONDAY)


def test_funding_of_what_is_not_held_is_refused(desk: Desk) -> None:
    with pytest.raises(LedgerError, match='"gone", which is not held'):
        desk.account.funding("gone", Decimal(1), MONDAY)


def test_the_largest_and_the_smallest_that_are_kept_are_kept_exactly() -> None:
    desk = Desk(account(accounting="fifo"))
    large, small = "999999999999999999", "0.000000000000000000000000000000000001"
    desk.put(large, small, position="a", fee="1E-60")
    desk.put(small, large, position="b", leverage="3")
    desk.put(large, large, position="c", pair="ETH/USDT")
    for position, amount, price, pair in (
        ("a", large, large, COIN),
        ("b", small, small, COIN),
        ("c", small, large, "ETH/USDT"),
    ):
        desk.take(amount, price, position=position, pair=pair)
    held = desk.account
    one, tiny = Fraction(int(large)), Fraction(1, 10**36)
    assert Fraction(held.positions["c"].cost) == (one - tiny) * one
    earned = (one - tiny) * one + (tiny - one) * tiny
    assert Fraction(held.balance) == 10000 + earned - Fraction(1, 10**60)


def test_a_fill_that_was_booked_changes_nothing() -> None:
    desk = Desk(account())
    order = desk.order(INCREASE, direction=LONG)
    fill = Fill(
        id="x", order=order.id, amount=Decimal(1), price=Decimal(9), fee=Decimal(1), time_ns=MONDAY
    )
    desk.account.fill(order, fill)
    before = desk.account.snapshot()
    again = desk.account.fill(order, fill)
    assert again.duplicate
    assert these(again.realised, again.trade, again.position) == (0, None, None)
    assert desk.account.snapshot() == before


def test_a_fill_that_closed_its_position_is_known_again_too() -> None:
    desk = Desk(account())
    desk.put("1", "9")
    order = desk.order(REDUCE)
    fill = Fill(
        id="x", order=order.id, amount=Decimal(1), price=Decimal(9), fee=Decimal(1), time_ns=MONDAY
    )
    assert desk.account.fill(order, fill).trade is not None
    assert desk.account.fill(order, fill).duplicate
    assert desk.account.balance == 9999


def test_one_trade_at_the_venue_may_fill_two_orders() -> None:
    """A buy of one strategy that meets the sale of another is one trade with one number."""
    desk = Desk(account())
    for order in (desk.order(INCREASE), desk.order(INCREASE, position="q", direction=SHORT)):
        fill = Fill(
            id="x",
            order=order.id,
            amount=Decimal(1),
            price=Decimal(9),
            fee=Decimal(0),
            time_ns=MONDAY,
        )
        assert not desk.account.fill(order, fill).duplicate
    assert desk.account.amounts() == {COIN: 2}


def test_the_latest_fills_are_remembered_and_no_more() -> None:
    desk = Desk(account("1000000"))
    order = desk.order(INCREASE)
    first = desk.fill(order, "1", "1")
    for _ in range(REMEMBERED - 1):
        desk.fill(order, "1", "1")
    assert not first.duplicate

    def again(number: int) -> bool:
        fill = Fill(
            id=f"f{number}",
            order=order.id,
            amount=Decimal(1),
            price=Decimal(1),
            fee=Decimal(0),
            time_ns=MONDAY,
        )
        return desk.account.fill(order, fill).duplicate

    assert again(2)  # the oldest that is remembered
    desk.fill(order, "1", "1")
    assert again(3)
    assert len(desk.account.snapshot()["seen"]) == REMEMBERED
    assert not again(2)
