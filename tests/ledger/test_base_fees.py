"""A fee that is taken out of what was bought, and what is too little to be sold."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tidegate.errors import LedgerError
from tidegate.ledger import Accounting
from tidegate.model import EXACT, Fill

from .facts import INCREASE, LONG, MONDAY, REDUCE, SHORT, Desk, account, these

if TYPE_CHECKING:
    from tidegate.model import Order

D = Decimal


def fill(order: Order, amount: str, price: str, kept: str, **changes: object) -> Fill:
    """Return a fill of which the venue has kept a part, at the fill's own price."""
    made = Fill(
        id="x", order=order.id, amount=D(amount), price=D(price), fee=D(kept) * D(price),
        time_ns=MONDAY, fee_base=D(kept),
    )  # fmt: skip
    return replace(made, **changes)


@pytest.mark.parametrize("accounting", list(Accounting))
def test_what_the_venue_kept_is_not_held(accounting: Accounting) -> None:
    desk = Desk(account(accounting=accounting))
    order = desk.order(INCREASE)
    desk.account.fill(order, fill(order, "2", "100", "0.002"))
    held = desk.account.positions["p"]
    assert these(held.amount, held.cost, held.fees) == (D("1.998"), D("199.8"), D("0.2"))
    assert these(desk.account.free, desk.account.balance) == (9800, D("9999.8"))
    assert desk.account.amounts() == {order.pair: D("1.998")}
    trade = desk.take("1.998", "100").trade
    assert trade is not None
    assert these(trade.amount, trade.profit) == (D("1.998"), D("-0.2"))
    assert desk.account.balance == D("9999.8")


WHOLE = st.integers(1, 10**12)
SHARE = st.integers(0, 999)


@given(
    st.lists(st.tuples(WHOLE, WHOLE, SHARE), min_size=1, max_size=8), st.sampled_from(Accounting)
)
def test_cash_fees_and_cost_always_add_up(
    bought: list[tuple[int, int, int]], accounting: Accounting
) -> None:
    desk = Desk(account(accounting=accounting))
    paid = got = D(0)
    for number, (units, cents, share) in enumerate(bought):
        amount, price = D(units) / 10**8, D(cents) / 100
        kept = amount * share / 1000
        order = desk.order(INCREASE)
        fact = fill(order, str(amount), str(price), str(kept), id=str(number))
        desk.account.fill(order, replace(fact, fee=EXACT.multiply(kept, price)))
        paid = EXACT.add(paid, EXACT.multiply(amount, price))
        got = EXACT.add(got, EXACT.subtract(amount, kept))
        held = desk.account.positions["p"]
        assert desk.account.free == EXACT.subtract(D(10_000), paid)
        assert EXACT.add(held.cost, desk.account.fees) == paid
        assert held.amount == got == held.put_in


@pytest.mark.parametrize("kept", ["1", "1.5", "NaN", "sNaN", "Infinity", "-Infinity", "1E-37"])
def test_a_fee_that_leaves_nothing_is_no_fee(kept: str) -> None:
    desk = Desk(account())
    order = desk.order(INCREASE)
    before = desk.account.snapshot()
    with pytest.raises(LedgerError, match="leaves nothing"):
        desk.account.fill(order, replace(fill(order, "1", "100", "0"), fee_base=D(kept)))
    assert desk.account.snapshot() == before


def test_only_a_purchase_pays_out_of_what_was_bought() -> None:
    desk = Desk(account())
    desk.put("1", "100")
    desk.put("1", "100", position="s", direction=SHORT)
    before = desk.account.snapshot()
    for order in (
        desk.order(REDUCE),
        desk.order(REDUCE, position="s", direction=SHORT),
        desk.order(INCREASE, position="s", direction=SHORT),
    ):
        with pytest.raises(LedgerError, match="only a purchase pays its fee out of"):
            desk.account.fill(order, fill(order, "1", "100", "0.001"))
    assert desk.account.snapshot() == before


def test_a_fill_of_before_reads_and_one_without_such_a_fee_is_written_as_before() -> None:
    old = b'{"id":"f","order":"o","amount":"1","price":"2","fee":"0.1","time_ns":5}'
    read = msgspec.json.decode(old, type=Fill)
    assert these(read.fee_base, read.kept) == (0, 1)
    assert msgspec.json.encode(read) == old
    new = replace(read, fee_base=D("0.25"))
    assert msgspec.json.decode(msgspec.json.encode(new), type=Fill) == new
    assert new.kept == D("0.75")


# dust


def test_what_is_too_little_to_be_sold_is_lost_and_kept_in_mind() -> None:
    desk = Desk(account())
    desk.put("0.00123", "100000")
    desk.take("0.00122", "110000", tag="stop_loss")
    swept = desk.account.sweep("p", D("0.00001"), MONDAY + 5, "stop_loss")
    trade = swept.trade
    assert trade is not None
    assert these(trade.profit, trade.exit_reason) == (D("11.2"), "stop_loss")
    assert these(trade.close_rate, trade.closed_ns) == (110000, MONDAY + 5)
    assert swept.position is not None
    assert these(swept.position.amount, swept.realised) == (0, -1)
    assert these(desk.account.balance, desk.account.tied) == (D("10011.2"), 0)
    assert these(desk.account.positions, desk.account.amounts()) == ({}, {})
    assert desk.account.dust == {"BTC": D("0.00001")}
    assert desk.account.tally.last_stop_ns == {"BTC/USDT": MONDAY + 5}
    assert desk.account.tally.day_gain == D("11.2")


def test_dust_of_one_currency_adds_up_and_nothing_sold_has_no_price() -> None:
    desk = Desk(account())
    for name in ("a", "b"):
        desk.put("0.5", "10", position=name)
        swept = desk.account.sweep(name, D("0.5"), MONDAY, "")
        assert swept.trade is not None
        assert these(swept.trade.close_rate, swept.trade.profit) == (0, -5)
    assert desk.account.dust == {"BTC": 1}
    assert desk.account.equity({}) == 9990


def test_only_what_a_long_position_holds_can_be_swept() -> None:
    desk = Desk(account())
    desk.put("1", "100")
    desk.put("1", "100", position="s", direction=SHORT)
    before = desk.account.snapshot()
    for name, amount in (("p", "0.5"), ("s", "1"), ("none", "1")):
        with pytest.raises(LedgerError, match="is no dust"):
            desk.account.sweep(name, D(amount), MONDAY, "")
    assert desk.account.snapshot() == before
    assert desk.account.positions["p"].direction is LONG
