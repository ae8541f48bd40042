"""What an account says after a few fills, worked out with a pencil."""

from __future__ import annotations

from decimal import Context, Decimal, getcontext, localcontext
from typing import TYPE_CHECKING

import pytest

from tidegate.errors import LedgerError
from tidegate.ledger import Account
from tidegate.model import EquityRecord, PositionRecord, TradeRecord

from .facts import COIN, HOUR, INCREASE, LONG, MONDAY, SHORT, Desk, account, these

if TYPE_CHECKING:
    from tidegate.model import Direction


def test_buying_ties_up_the_cost_and_the_fee_is_gone_at_once() -> None:
    desk = Desk(account("1000"))
    booked = desk.put("2", "100", fee="0.2", tag="dip")
    held = desk.account
    assert these(held.balance, held.tied, held.free) == (Decimal("999.8"), 200, Decimal("799.8"))
    assert these(held.deposits, held.realised, held.fees) == (1000, 0, Decimal("0.2"))
    assert booked.realised == 0
    assert booked.trade is None
    assert not booked.duplicate
    assert booked.position == PositionRecord(
        account="main",
        position="p",
        strategy="trend",
        pair=COIN,
        direction=LONG,
        amount=Decimal(2),
        average=Decimal(100),
        cost=Decimal(200),
        leverage=Decimal(1),
        realised=Decimal(0),
        fees=Decimal("0.2"),
        funding=Decimal(0),
        opened_ns=MONDAY,
        changed_ns=MONDAY,
        tag="dip",
    )


def test_a_long_trade_from_its_first_fill_to_its_last() -> None:
    desk = Desk(account("1000"))
    entry = desk.order(INCREASE, tag="dip")
    desk.fill(entry, "1", "100", fee="0.1", time_ns=MONDAY)
    desk.fill(entry, "1", "104", fee="0.104", time_ns=MONDAY + 1)
    first = desk.take("0.5", "110", fee="0.055", time_ns=MONDAY + HOUR)
    assert first.realised == Decimal("4.00000000")  # 0.5 * (110 - 102)
    assert first.trade is None
    desk.account.funding("p", Decimal("0.3"), MONDAY + HOUR)
    last = desk.take("1.5", "106", fee="0.159", time_ns=MONDAY + 2 * HOUR, tag="roi")
    assert last.realised == 6  # 1.5 * (106 - 102)
    assert last.position is not None
    assert these(last.position.amount, last.position.cost) == (0, 0)
    assert last.trade == TradeRecord(
        account="main",
        position="p",
        strategy="trend",
        pair=COIN,
        direction=LONG,
        opened_ns=MONDAY,
        closed_ns=MONDAY + 2 * HOUR,
        amount=Decimal(2),
        open_rate=Decimal(102),
        close_rate=Decimal(107),  # (55 + 159) / 2
        cost=Decimal(204),
        leverage=Decimal(1),
        fees=Decimal("0.418"),
        funding=Decimal("0.3"),
        profit=Decimal("9.282"),  # 214 - 204 - 0.418 - 0.3
        profit_ratio=Decimal("0.04545455"),  # 9.282 / (204 + 0.204), to eight places
        enter_tag="dip",
        exit_reason="roi",
        orders=3,
    )
    assert desk.account.positions == {}
    assert these(desk.account.balance, desk.account.tied) == (Decimal("1009.282"), 0)
    assert desk.account.funding_paid == Decimal("0.3")


def test_a_short_earns_when_the_price_falls_and_its_ratio_is_over_what_it_brought_in() -> None:
    desk = Desk(account("1000"))
    desk.put("2", "100", fee="0.2", direction=SHORT)
    assert desk.account.balance == Decimal("999.8")
    trade = desk.take("2", "90", fee="0.18", direction=SHORT).trade
    assert trade is not None
    assert trade.profit == Decimal("19.62")
    assert trade.profit_ratio == Decimal("0.09819820")  # 19.62 / (200 - 0.2)


def test_a_ratio_is_counted_without_fees_that_are_as_large_as_the_trade() -> None:
    desk = Desk(account("1000"))
    desk.put("1", "1", fee="1", direction=SHORT)
    trade = desk.take("1", "0.5", direction=SHORT).trade
    assert trade is not None
    assert these(trade.profit, trade.profit_ratio) == (Decimal("-0.5"), Decimal("-0.5"))


def test_leverage_ties_up_less_and_multiplies_the_ratio() -> None:
    desk = Desk(account("1000"))
    desk.put("3", "100", leverage="3", fee="0.3")
    assert desk.account.tied == 100
    assert desk.account.free == Decimal("899.7")
    trade = desk.take("3", "90", fee="0.27").trade
    assert trade is not None
    assert trade.profit == Decimal("-30.57")
    assert trade.profit_ratio == Decimal("-0.30539461")  # -30.57 / 300.3 * 3
    assert desk.account.tied == 0


def test_funding_received_is_negative_and_raises_the_balance() -> None:
    desk = Desk(account("1000"))
    desk.put("1", "100")
    row = desk.account.funding("p", Decimal("-0.5"), MONDAY)
    assert row.funding == Decimal("-0.5")
    assert desk.account.balance == Decimal("1000.5")
    trade = desk.take("1", "100").trade
    assert trade is not None
    assert trade.profit == Decimal("0.5")


def test_a_fee_that_is_a_rebate_adds_to_the_balance() -> None:
    desk = Desk(account("1000"))
    desk.put("1", "100", fee="-0.01")
    assert desk.account.balance == Decimal("1000.01")


def test_a_withdrawal_is_a_negative_deposit() -> None:
    held = account("1000")
    held.deposit(Decimal(-300), MONDAY)
    assert these(held.deposits, held.balance) == (700, 700)


@pytest.mark.parametrize(("direction", "worth"), [(LONG, "1020"), (SHORT, "980")])
def test_equity_is_balance_and_what_the_open_position_would_bring(
    direction: Direction, worth: str
) -> None:
    desk = Desk(account("1000"))
    desk.put("2", "100", direction=direction)
    assert desk.account.equity({COIN: Decimal(110)}) == Decimal(worth)


def test_the_exposure_of_a_pair_counts_long_and_short_together() -> None:
    desk = Desk(account("1000"))
    desk.put("2", "100", position="a")
    desk.put("1", "100", position="b", direction=SHORT)
    desk.put("5", "10", position="c", pair="ETH/USDT")
    prices = {COIN: Decimal(110), "ETH/USDT": Decimal(9)}
    assert desk.account.exposure(prices) == {COIN: 330, "ETH/USDT": 45}
    assert desk.account.amounts() == {COIN: 3, "ETH/USDT": 5}
    assert desk.account.unrealised(prices) == 5  # 20 - 10 - 5
    assert desk.account.sample(prices, MONDAY + 7) == EquityRecord(
        account="main",
        time_ns=MONDAY + 7,
        balance=Decimal(1000),
        equity=Decimal(1005),
        exposure=Decimal(375),
        positions=3,
    )


@pytest.mark.parametrize("price", [None, "NaN", "0", "-1", "Infinity"])
def test_a_pair_without_a_price_makes_the_equity_unknown(price: str | None) -> None:
    desk = Desk(account("1000"))
    desk.put("2", "100")
    prices = {} if price is None else {COIN: Decimal(price)}
    assert desk.account.equity(prices) is None
    assert desk.account.unrealised(prices) is None
    assert desk.account.sample(prices, MONDAY) is None
    assert desk.account.exposure(prices) == {COIN: None}


def test_an_account_with_nothing_held_needs_no_prices() -> None:
    held = account("1000")
    assert held.equity({}) == 1000
    assert held.exposure({}) == {}
    assert held.held("p") == 0


def test_a_pair_is_no_longer_asked_for_once_nothing_of_it_is_held() -> None:
    desk = Desk(account("1000"))
    desk.put("2", "100", position="a")
    desk.put("1", "100", position="b")
    desk.take("2", "100", position="a")
    assert desk.account.amounts() == {COIN: 1}
    assert these(desk.account.held("a"), desk.account.held("b")) == (0, 1)
    desk.take("1", "100", position="b")
    assert desk.account.equity({}) == 1000


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        (("1", "33"), ("2", "34"), "33.6666666667"),
        (("1", "66666"), ("2", "66667"), "66666.66666667"),
        (("1", "0.000006"), ("2", "0.000007"), "0.00000666666666667"),
        (("1", "1"), ("1", "1"), "1.00000000000"),
    ],
)
def test_an_average_shows_eight_places_and_at_least_twelve_digits(
    first: tuple[str, str], second: tuple[str, str], shown: str
) -> None:
    """A coin that costs a hundred-thousandth has more of a price than eight places hold."""
    desk = Desk(account("1000000"))
    desk.put(*first)
    desk.put(*second)
    assert str(desk.account.records()[0].average) == shown


def test_money_in_rows_has_eight_places_and_the_account_keeps_the_rest() -> None:
    desk = Desk(account("1000"))
    booked = desk.put("0.123456789", "1.000000001", fee="0.0000000004")
    assert booked.position is not None
    assert str(booked.position.cost) == "0.12345679"
    assert str(booked.position.fees) == "0E-8"
    assert str(booked.position.amount) == "0.123456789"
    assert desk.account.balance == Decimal("999.9999999996")
    assert desk.account.tied == Decimal("0.123456789123456789")


def test_the_account_is_the_same_whatever_precision_the_caller_works_in() -> None:
    with localcontext(Context(prec=3)):
        desk = Desk(account("1000"))
        desk.put("1.23456", "98765.4321", fee="0.00000001")
        desk.account.funding("p", Decimal("1000.00000001"), MONDAY)
        assert str(desk.account.positions["p"].net) == "-1000.00000002"
        desk.account.funding("p", Decimal("-1000.00000002"), MONDAY)
        desk.take("1.23456", "98765.4322")
        assert str(desk.account.balance) == "1000.000123456"
        assert desk.account.free == Decimal("1000.000123456")
        with pytest.raises(LedgerError):
            desk.take("1", "1")
        assert getcontext().prec == 3  # and leaves the caller's as it was


def test_an_unknown_accounting_is_refused() -> None:
    with pytest.raises(ValueError, match="lifo"):
        Account("main", "USDT", "lifo")
