"""Which part of a position is sold first, and what that changes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tidegate.ledger import Accounting, Tranche

from .facts import INCREASE, MONDAY, SHORT, Desk, account, these


def _left(desk: Desk) -> list[tuple[object, object]]:
    return [(one.amount, one.price) for one in desk.account.positions["p"].tranches]


def _filled(accounting: Accounting) -> Desk:
    desk = Desk(account(accounting=accounting))
    desk.put("1", "100", time_ns=MONDAY)
    desk.put("2", "130", time_ns=MONDAY + 1)
    return desk


def test_each_purchase_is_a_tranche_with_its_price_time_and_order() -> None:
    desk = _filled(Accounting.FIFO)
    assert desk.account.positions["p"].tranches == [
        Tranche(amount=Decimal(1), price=Decimal(100), time_ns=MONDAY, order="o1"),
        Tranche(amount=Decimal(2), price=Decimal(130), time_ns=MONDAY + 1, order="o3"),
    ]


def test_fifo_sells_the_oldest_first_at_its_own_price() -> None:
    desk = _filled(Accounting.FIFO)
    assert desk.take("0.5", "150").realised == 25  # 0.5 * (150 - 100)
    assert _left(desk) == [(Decimal("0.5"), 100), (2, 130)]
    assert desk.take("1", "150").realised == 35  # 0.5 * 50 + 0.5 * 20
    assert _left(desk) == [(Decimal("1.5"), 130)]
    assert desk.account.positions["p"].cost == 195
    assert desk.take("1.5", "150").realised == 30


def test_a_tranche_that_is_used_up_is_gone() -> None:
    desk = _filled(Accounting.FIFO)
    assert desk.take("1", "150").realised == 50
    assert _left(desk) == [(2, 130)]


def test_two_orders_at_one_price_are_two_tranches() -> None:
    desk = Desk(account())
    desk.put("1", "100")
    desk.put("2", "100")
    found = [these(one.amount, one.order) for one in desk.account.positions["p"].tranches]
    assert found == [
        (1, "o1"),
        (2, "o3"),
    ]


def test_average_sells_of_all_in_proportion_at_the_average_price() -> None:
    desk = _filled(Accounting.AVERAGE)
    assert desk.take("0.75", "150").realised == Decimal("22.5")  # 0.75 * (150 - 120)
    assert _left(desk) == [(Decimal("0.75"), 100), (Decimal("1.5"), 130)]
    assert desk.account.positions["p"].cost == 270
    assert desk.take("2.25", "150").realised == Decimal("67.5")


@pytest.mark.parametrize("accounting", list(Accounting))
def test_a_short_earns_the_mirror_of_a_long(accounting: Accounting) -> None:
    desk = Desk(account(accounting=accounting))
    desk.put("1", "130", direction=SHORT)
    desk.put("1", "100", direction=SHORT)
    first, second = (desk.take("1", "90", direction=SHORT).realised for _ in range(2))
    assert these(first, second) == ((40, 10) if accounting is Accounting.FIFO else (25, 25))


def test_both_accountings_give_a_whole_trade_the_same_profit() -> None:
    profits = []
    for accounting in Accounting:
        desk = _filled(accounting)
        desk.take("0.7", "140", fee="0.1")
        trade = desk.take("2.3", "125", fee="0.2").trade
        assert trade is not None
        profits.append(trade.profit)
    assert profits == [Decimal("25.2")] * 2  # 98 + 287.5 - 360 - 0.3


def test_fills_of_one_order_at_one_price_are_one_tranche() -> None:
    desk = Desk(account())
    order = desk.order(INCREASE)
    for price in ("100", "100", "101", "100"):
        desk.fill(order, "1", price)
    assert _left(desk) == [(2, 100), (1, 101), (1, 100)]
    assert list(desk.account.positions["p"].orders) == [order.id]


def test_thirds_that_no_decimal_can_hold_still_add_up() -> None:
    desk = Desk(account())
    for price in ("1", "2", "4"):
        desk.put("1", price)
    desk.take("1", "5")
    position = desk.account.positions["p"]
    assert [one.amount for one in position.tranches] == [
        Decimal("0.666666666666666666666666"),
        Decimal("0.666666666666666666666667"),
        Decimal("0.666666666666666666666667"),
    ]
    assert sum(one.amount for one in position.tranches) == position.amount == 2
    trade = desk.take("2", "5").trade
    assert trade is not None
    assert trade.profit == 8
    assert desk.account.balance == 10008


def test_a_tranche_of_which_nothing_is_left_is_gone() -> None:
    desk = Desk(account())
    desk.put("0.000000000000000000000001", "1")
    desk.put("1", "1")
    desk.take("0.5", "1")
    assert _left(desk) == [(Decimal("0.500000000000000000000001"), 1)]


def test_a_position_that_is_opened_again_begins_anew() -> None:
    desk = _filled(Accounting.FIFO)
    desk.take("3", "150")
    desk.put("1", "200", time_ns=MONDAY + 9, tag="again")
    row = desk.account.records()[0]
    assert these(row.amount, row.average, row.realised, row.opened_ns) == (1, 200, 0, MONDAY + 9)
    assert row.tag == "again"
