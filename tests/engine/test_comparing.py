"""Our side of the books is what was booked since they last agreed, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from msgspec.structs import replace as changed
from tests.engine.making import BTC, ETH, MINUTE, D, Desk

from tidegate.engine.comparing import asked_from, compare, found_alike, pairs_in
from tidegate.engine.events import Deposit
from tidegate.ledger.sides import FillSeen, OrderSeen, Theirs
from tidegate.model import Effect, Fill, OrderState, Side

PAIRS = (BTC,)


class Books:
    """A desk, and a venue that has what the desk has; a test changes one of them."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.theirs = Theirs(
            orders=[], fills=[], balances={"USDT": D(10_000), "DOGE": D(7)}, at_ns=self.desk.now
        )

    def trade(self, kept: str = "0", effect: Effect = Effect.INCREASE) -> None:
        """Trade one BTC at 100 on both sides, but for what the venue keeps of it."""
        desk = self.desk
        life = desk.order(effect=effect, amount=D(1) if effect is Effect.INCREASE else None)
        amount = life.order.amount
        desk.now += 1_000_000
        fill = Fill(
            id=f"t{desk.number}", order=life.order.id, amount=amount, price=D(100),
            fee=D(kept) * 100, fee_base=D(kept), time_ns=desk.now,
        )  # fmt: skip
        desk.take(fill)
        side = life.order.side
        seen = OrderSeen(
            id=life.order.id, pair=BTC, side=side, amount=amount, filled=amount,
            state=OrderState.FILLED,
        )  # fmt: skip
        traded = FillSeen(
            id=fill.id, order=life.order.id, pair=BTC, side=side, amount=amount, price=D(100),
            fees=(("BTC", D(kept)),), time_ns=fill.time_ns,
        )  # fmt: skip
        balances = dict(self.theirs.balances or {})
        sign = 1 if side is Side.BUY else -1
        balances["BTC"] = balances.get("BTC", D(0)) + sign * amount - D(kept)
        balances["USDT"] -= sign * amount * 100
        self.theirs = replace(
            self.theirs,
            orders=[*self.theirs.orders, seen],
            fills=[*self.theirs.fills, traded],
            balances=balances,
            at_ns=desk.now,
        )

    def agree(self) -> None:
        desk = self.desk
        state = desk.engine.state
        desk.take(found_alike(state, self.theirs, PAIRS, desk.driver.seq, desk.now))

    def found(self) -> list[str]:
        found = compare(self.desk.engine.state, self.desk.journal, self.theirs, PAIRS)
        return [one.kind for one in found]


def test_trades_before_and_after_are_each_counted_once() -> None:
    books = Books()
    books.trade()
    books.agree()
    for _ in range(3):
        books.trade("0.001")
        assert books.found() == []
    books.agree()
    assert books.found() == []
    books.trade(effect=Effect.REDUCE)
    assert books.found() == []
    last = books.desk.engine.state.agreement.last
    assert last is not None
    assert {name for _, name, _ in last.counted} == {one.id for one in books.theirs.fills[:-1]}


def test_the_first_fact_after_the_books_agreed_counts() -> None:
    books = Books()
    books.agree()
    assert books.desk.engine.state.agreement.last is not None
    books.desk.take(Deposit(amount=D(5), time_ns=books.desk.now))
    assert books.found() == ["balance-off"]
    told = dict(books.theirs.balances or {})
    books.theirs = replace(books.theirs, balances=told | {"USDT": told["USDT"] + 5})
    assert books.found() == []
    books.agree()
    assert books.found() == [], "what came before is counted again"


def test_a_fee_that_we_have_taken_off_explains_nothing_twice() -> None:
    books = Books()
    books.agree()
    books.trade("0.001")
    held = books.desk.account.positions["p"]
    books.desk.engine.state.opened.dust["BTC"] = D("0.001")  # more than there is
    assert held.amount == D("0.999")
    assert books.found() == ["holding-short"]


def test_other_money_does_not_matter() -> None:
    books = Books()
    books.agree()
    balances = dict(books.theirs.balances or {}) | {"DOGE": D(0), "XRP": D(9)}
    books.theirs = replace(books.theirs, balances=balances)
    assert books.found() == []
    books.theirs = replace(books.theirs, balances=balances | {"BTC": D(1)})
    assert books.found() == ["balance-off"]


def test_a_fill_of_before_that_is_heard_of_later_is_in_the_balances_already() -> None:
    books = Books()
    desk = books.desk
    life = desk.order()
    books.agree()  # an operator has taken the venue's side: it has the trade
    last = desk.engine.state.agreement.last
    assert last is not None
    late = Fill(
        id="late", order=life.order.id, amount=D(1), price=D(100), fee=D(0),
        time_ns=last.since_ns - 1,
    )  # fmt: skip
    desk.take(late)
    assert "fill-unknown" not in books.found()
    other = desk.order(position="q")
    desk.take(changed(late, id="new", order=other.order.id, time_ns=last.since_ns))
    assert "fill-unknown" in books.found()


def test_where_nothing_was_ever_compared_only_orders_and_holdings_are() -> None:
    books = Books()
    books.desk.held()
    assert books.found() == ["holding-short"]


def test_what_is_asked_for_reaches_back_to_what_waits() -> None:
    desk = Desk()
    state = desk.engine.state
    assert asked_from(state, desk.now) == (desk.now - MINUTE, desk.now - 2 * MINUTE)
    first = desk.now
    desk.price(ETH, "10")
    desk.order(pair=ETH, position="e")
    desk.now += 60 * MINUTE
    assert asked_from(state, desk.now) == (desk.now - MINUTE, first - MINUTE)
    assert pairs_in(state, PAIRS) == (BTC, ETH)
