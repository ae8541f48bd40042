"""What always holds, whatever happened: the numbers are those of `ledger/account.py`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tidegate.errors import LedgerError
from tidegate.ledger import Account, Accounting
from tidegate.model import DAY_NS, Direction, Fill, Order, OrderKind, Side, TradeRecord

from .facts import INCREASE, LONG, MONDAY, REDUCE, SHORT, these
from .naive import Held, Naive

if TYPE_CHECKING:
    from collections.abc import Sequence

# name -> pair, direction, leverage: three of one pair, both ways
POSITIONS: dict[str, tuple[str, Direction, str]] = {
    "a": ("BTC/USDT", LONG, "1"),
    "b": ("BTC/USDT", LONG, "3"),
    "c": ("BTC/USDT", SHORT, "2"),
    "d": ("PEPE/USDT", LONG, "1"),
    "e": ("PEPE/USDT", SHORT, "7"),
}
PRICES = {"BTC/USDT": Decimal("65432.1"), "PEPE/USDT": Decimal("0.0000081234567")}
CLOSE = Fraction(1, 10**18)
"""Average accounting rounds each part it takes out at the 24th place."""


@dataclass(frozen=True)
class Fact:
    kind: str
    position: str
    amount: Decimal
    """Of a take: the share of what is held, or more than 1 for all of it."""
    price: Decimal
    money: Decimal
    after_ns: int


def decimals(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), allow_nan=False, places=places)


FACT = st.builds(
    Fact,
    kind=st.sampled_from(
        [
            "put",
            "put",
            "put-less",
            "take",
            "take",
            "take",
            "sweep",
            "again",
            "fund",
            "deposit",
            "cannot",
        ]
    ),
    position=st.sampled_from(sorted(POSITIONS)),
    amount=decimals("0.00000001", "1.5", 8),
    price=st.one_of(
        decimals("0.000000000001", "0.0001", 12),
        decimals("0.01", "99999.99", 2),
        st.sampled_from([Decimal(3), Decimal(7)]),
    ),
    money=decimals("-2", "9", 10),
    after_ns=st.integers(-DAY_NS, 3 * DAY_NS),
)
FACTS = st.lists(FACT, max_size=40)
ACCOUNTING = st.sampled_from(list(Accounting))


class Run:
    """Facts told to an account and to the naive one, in step."""

    def __init__(self, accounting: Accounting, name: str = "main") -> None:
        self.account = Account(name, "USDT", accounting)
        self.naive = Naive(fifo=accounting is Accounting.FIFO)
        self.trades: list[TradeRecord] = []
        self.told: list[tuple[Order, Fill]] = []
        self.time_ns = MONDAY
        self.deposit(Decimal(100_000))

    def deposit(self, amount: Decimal) -> None:
        self.account.deposit(amount, self.time_ns)
        self.naive.cash += Fraction(amount)

    def tell(self, fact: Fact) -> None:
        self.time_ns += fact.after_ns
        held = self.account.held(fact.position)
        match fact.kind:
            case "put":
                self.put(fact)
            case "put-less":
                self.put_less(fact)
            case "sweep" if held:
                self.sweep(fact, held)
            case "take" if held:
                part = min(fact.amount, Decimal(1))
                self.take(fact, min((held * part).quantize(Decimal("1e-9")), held) or held)
            case "again" if self.told:
                before = self.account.snapshot()
                number = int(fact.amount * 10**8) % len(self.told)
                assert self.account.fill(*self.told[number]).duplicate
                assert self.account.snapshot() == before  # 7
            case "fund" if held:
                self.account.funding(fact.position, fact.money, self.time_ns)
                self.naive.cash -= Fraction(fact.money)
            case "deposit":
                self.deposit(fact.money)
            case "cannot":
                self.cannot(fact, held)

    def put(self, fact: Fact) -> None:
        order, fill = self.made(fact, fact.amount, increase=True)
        self.account.fill(order, fill)
        self.told.append((order, fill))
        pair, direction, leverage = POSITIONS[fact.position]
        sign = 1 if direction is LONG else -1
        self.naive.put(
            fact.position,
            Held(sign, pair, Fraction(leverage)),
            Fraction(fact.amount),
            Fraction(fact.price),
            Fraction(fact.money),
        )

    def put_less(self, fact: Fact) -> None:
        """Put in a purchase of which the venue keeps a part."""
        if POSITIONS[fact.position][1] is not LONG:
            self.put(fact)
            return
        order, fill = self.made(fact, fact.amount, increase=True)
        kept = fact.amount / 1000
        fill = replace(fill, fee=kept * fact.price, fee_base=kept)
        self.account.fill(order, fill)
        self.told.append((order, fill))
        pair, _, leverage = POSITIONS[fact.position]
        self.naive.put(
            fact.position,
            Held(1, pair, Fraction(leverage)),
            Fraction(fact.amount) - Fraction(kept),
            Fraction(fact.price),
            Fraction(kept) * Fraction(fact.price),
        )

    def sweep(self, fact: Fact, held: Decimal) -> None:
        if POSITIONS[fact.position][1] is not LONG:
            return
        swept = self.account.sweep(fact.position, held, self.time_ns, "roi")
        assert swept.trade is not None
        self.trades.append(swept.trade)
        self.naive.sweep(fact.position)

    def take(self, fact: Fact, amount: Decimal) -> None:
        order, fill = self.made(fact, amount, increase=False)
        booked = self.account.fill(order, fill)
        self.told.append((order, fill))
        if booked.trade is not None:
            self.trades.append(booked.trade)
        self.naive.take(fact.position, Fraction(amount), Fraction(fact.price), Fraction(fact.money))

    def cannot(self, fact: Fact, held: Decimal) -> None:
        """Tell of what cannot be; nothing may change."""
        before = self.account.snapshot()
        order, fill = self.made(fact, held + Decimal("1e-8"), increase=False)
        with pytest.raises(LedgerError):
            self.account.fill(order, fill)
        assert self.account.snapshot() == before  # 8

    def made(self, fact: Fact, amount: Decimal, *, increase: bool) -> tuple[Order, Fill]:
        pair, direction, leverage = POSITIONS[fact.position]
        number = f"{self.account.name}{len(self.told)}"
        order = Order(
            id=f"o{number}",
            account=self.account.name,
            strategy="trend",
            pair=pair,
            position=fact.position,
            direction=direction,
            effect=INCREASE if increase else REDUCE,
            side=Side.BUY if increase is (direction is LONG) else Side.SELL,
            kind=OrderKind.MARKET,
            amount=amount,
            price=fact.price,
            leverage=Decimal(leverage),
            tag="stop_loss" if fact.money > 5 else "roi",
            signal="",
            correlation="",
            made_ns=self.time_ns,
        )
        fill = Fill(
            id=f"f{number}",
            order=order.id,
            amount=amount,
            price=fact.price,
            fee=fact.money,
            time_ns=self.time_ns,
        )
        return order, fill

    def flatten(self) -> None:
        for name in list(self.account.positions):
            fact = Fact("take", name, Decimal(2), Decimal("12.34"), Decimal("0.01"), 0)
            self.take(fact, self.account.held(name))


def ran(accounting: Accounting, facts: Sequence[Fact]) -> Run:
    run = Run(accounting)
    for fact in facts:
        run.tell(fact)
    return run


@given(ACCOUNTING, FACTS)
def test_1_tranches_add_up_to_what_is_held(accounting: Accounting, facts: list[Fact]) -> None:
    run = Run(accounting)
    for fact in facts:
        run.tell(fact)
        for position in run.account.positions.values():
            amounts = [Fraction(one.amount) for one in position.tranches]
            assert sum(amounts) == Fraction(position.amount)
            assert all(amount > 0 for amount in amounts)
            if accounting is Accounting.FIFO:
                cost = sum(Fraction(one.amount) * Fraction(one.price) for one in position.tranches)
                assert cost == Fraction(position.cost)


@given(ACCOUNTING, FACTS)
def test_2_the_balance_is_what_went_in_was_earned_and_paid(
    accounting: Accounting, facts: list[Fact]
) -> None:
    run = Run(accounting)
    for fact in facts:
        run.tell(fact)
        held = run.account
        parts = [held.deposits, held.realised, -held.fees, -held.funding_paid]
        assert Fraction(held.balance) == sum(map(Fraction, parts))
        tied = sum((Fraction(one.tied) for one in held.positions.values()), Fraction(0))
        assert Fraction(held.tied) == tied
        assert Fraction(held.free) == Fraction(held.balance) - tied
        assert abs(Fraction(held.balance) - run.naive.cash) < CLOSE
        assert abs(tied - run.naive.tied) < CLOSE
        if accounting is Accounting.FIFO:
            assert Fraction(held.balance) == run.naive.cash


@given(ACCOUNTING, FACTS)
def test_3_equity_is_the_balance_and_every_position_by_itself(
    accounting: Accounting, facts: list[Fact]
) -> None:
    run = ran(accounting, facts)
    equity = run.account.equity(PRICES)
    assert equity is not None
    unrealised = Fraction(0)
    exposure = dict.fromkeys(run.account.amounts(), Fraction(0))
    for one in run.account.positions.values():
        worth = Fraction(one.amount) * Fraction(PRICES[one.pair])
        gain = worth - Fraction(one.cost)
        unrealised += gain if one.direction is LONG else -gain
        exposure[one.pair] += worth
    assert Fraction(equity) == Fraction(run.account.balance) + unrealised
    assert {
        pair: Fraction(each)
        for pair, each in run.account.exposure(PRICES).items()
        if each is not None
    } == exposure
    prices = {pair: Fraction(price) for pair, price in PRICES.items()}
    assert abs(Fraction(equity) - run.naive.worth(prices)) < CLOSE


@given(ACCOUNTING, FACTS)
def test_4_profits_of_trades_and_of_what_is_held_add_up_to_the_gain(
    accounting: Accounting, facts: list[Fact]
) -> None:
    run = Run(accounting)
    ended = Fraction(0)
    for fact in facts:
        before = dict(run.account.positions)
        trades = len(run.trades)
        run.tell(fact)
        if len(run.trades) > trades:
            closed = before[run.trades[-1].position]
            ended += Fraction(closed.net)
            assert abs(Fraction(closed.net) - Fraction(run.trades[-1].profit)) <= Fraction(
                1, 2 * 10**8
            )
        held = sum((Fraction(one.net) for one in run.account.positions.values()), Fraction(0))
        gain = Fraction(run.account.balance) - Fraction(run.account.deposits)
        assert ended + held == gain


@given(FACTS)
def test_5_when_nothing_is_held_both_accountings_agree(facts: list[Fact]) -> None:
    fifo, average = ran(Accounting.FIFO, facts), ran(Accounting.AVERAGE, facts)
    fifo.flatten()
    average.flatten()
    assert fifo.account.balance == average.account.balance
    assert Fraction(fifo.account.balance) == fifo.naive.cash == average.naive.cash
    assert fifo.trades == average.trades
    for flat in (fifo.account, average.account):
        assert these(flat.tied, flat.positions, flat.amounts()) == (0, {}, {})
        assert flat.equity({}) == flat.balance


@given(ACCOUNTING, FACTS, st.permutations(sorted(POSITIONS)))
def test_6_facts_of_different_positions_may_come_in_any_order(
    accounting: Accounting, facts: list[Fact], names: list[str]
) -> None:
    timed = []
    time_ns = 0
    for fact in facts:
        time_ns += fact.after_ns
        timed.append((fact, time_ns))
    regrouped = sorted(timed, key=lambda one: names.index(one[0].position))
    runs = []
    for order in (timed, regrouped):
        run = Run(accounting)
        for fact, at in order:
            run.time_ns = MONDAY + at - fact.after_ns
            run.tell(fact)
        runs.append(run)
    one, other = (run.account for run in runs)
    for name in ("balance", "tied", "free", "realised", "fees", "funding_paid", "deposits"):
        assert getattr(one, name) == getattr(other, name)
    assert one.amounts() == other.amounts()
    assert one.equity(PRICES) == other.equity(PRICES)
    assert one.tally.last_exit_ns == other.tally.last_exit_ns
    assert one.tally.last_stop_ns == other.tally.last_stop_ns
    for name in ("day", "week", "day_gain", "week_gain", "day_entries"):
        assert getattr(one.tally, name) == getattr(other.tally, name)
    assert {r.position: r for r in one.records()} == {r.position: r for r in other.records()}


@given(ACCOUNTING, FACTS, st.integers(0, 40))
def test_9_an_account_that_was_restored_is_the_one_that_never_stopped(
    accounting: Accounting, facts: list[Fact], stop: int
) -> None:
    straight = ran(accounting, facts)
    stopped = Run(accounting)
    for number, fact in enumerate(facts):
        if number == stop:
            stopped.account = Account.restore(json.loads(json.dumps(stopped.account.snapshot())))
        stopped.tell(fact)
    assert stopped.account.snapshot() == straight.account.snapshot()
    assert stopped.trades == straight.trades
    assert stopped.account.equity(PRICES) == straight.account.equity(PRICES)
    assert stopped.account.exposure(PRICES) == straight.account.exposure(PRICES)


@given(ACCOUNTING, FACTS)
def test_the_same_facts_give_the_same_account_to_the_last_digit(
    accounting: Accounting, facts: list[Fact]
) -> None:
    one, other = ran(accounting, facts), ran(accounting, facts)
    assert json.dumps(one.account.snapshot()) == json.dumps(other.account.snapshot())
