"""The venue by properties: against a plain one, and by what may never be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.reference import LOT, TICK, Plain, PlainVenue

from tidegate.errors import OptionError
from tidegate.exchange.venue import (
    OPEN,
    PRICED,
    STOPS,
    UNIT,
    Account,
    Handling,
    Kind,
    Life,
    Listing,
    NewOrder,
    Order,
    Prevention,
    Reason,
    RefusedError,
    Status,
    TooFineError,
    Venue,
    What,
    decimal,
    text,
    units,
)
from tidegate.model import Pair

D = Decimal
SECOND = 1_000_000_000
NOON = 1_795_000_000 * SECOND
SOME = max(40, settings().max_examples // 5)
OWNERS = ("ann", "bob", "cyd")
LISTING = Listing(
    pair=Pair("TID", "USDT"), tick=int(TICK * UNIT), lot=int(LOT * UNIT), max_stops=99
)


@st.composite
def orders(draw: st.DrawFn) -> tuple[str, NewOrder]:
    kind = draw(st.sampled_from([Kind.LIMIT] * 6 + list(Kind)))
    timed = kind in PRICED and kind is not Kind.LIMIT_MAKER
    return draw(st.sampled_from(OWNERS)), NewOrder(
        symbol="TIDUSDT",
        buys=draw(st.booleans()),
        kind=kind,
        lots=draw(st.integers(50, 600)),
        price=draw(st.integers(9_997, 10_003)) if kind in PRICED else 0,
        stop=draw(st.integers(9_997, 10_003)) if kind in STOPS else 0,
        life=draw(st.sampled_from([Life.GTC, Life.GTC, *Life])) if timed else Life.GTC,
        client_id=f"n{draw(st.integers(0, 30))}",
        prevention=draw(st.sampled_from(Prevention)),
    )


# Mostly orders; a number takes one back. Long enough that levels fill and empty again.
FLOWS = st.lists(
    st.one_of(orders(), orders(), orders(), st.integers(0, 40)), min_size=25, max_size=60
)
Flow = list[Any]


class Both:
    """The two venues side by side."""

    def __init__(self) -> None:
        self.venue = Venue([LISTING])
        self.book = self.venue.books["TIDUSDT"]
        begin = {"TID": 5 * UNIT, "USDT": 500 * UNIT}
        self.accounts = {name: self.venue.open_account(name, begin) for name in OWNERS}
        self.plain = PlainVenue(dict.fromkeys(OWNERS, D(5)), dict.fromkeys(OWNERS, D(500)))
        self.pairs: list[tuple[Order, Plain]] = []
        self.now_ns = NOON

    def step(self, what: tuple[str, NewOrder] | int) -> None:
        self.now_ns += SECOND // 7
        if isinstance(what, int):
            self._cancel(what)
            return
        owner, new = what
        answer = self.plain.submit(owner, new)
        if isinstance(answer, Plain):
            order = self.venue.submit(self.accounts[owner], new, self.now_ns)
            self.pairs.append((order, answer))
            return
        with pytest.raises(RefusedError) as refused:
            self.venue.submit(self.accounts[owner], new, self.now_ns)
        assert refused.value.reason is answer

    def _cancel(self, number: int) -> None:
        if number >= len(self.pairs):
            return
        order, plain = self.pairs[number]
        if self.plain.cancel(plain):
            self.venue.cancel(order, self.now_ns)
        else:
            with pytest.raises(RefusedError):
                self.venue.cancel(order, self.now_ns)

    def check(self) -> None:
        for order, plain in self.pairs:
            assert order.status is plain.status
            assert order.left * LOT == plain.left
            assert decimal(order.quote) == plain.quote
        for name, account in self.accounts.items():
            assert decimal(account.total("TID")) == self.plain.base[name]
            assert decimal(account.total("USDT")) == self.plain.money[name]
            assert decimal(account.locked["TID"]) == self.plain.locked(name, "base")
            assert decimal(account.locked["USDT"]) == self.plain.locked(name, "money")
        for buys in (True, False):
            levels: dict[Decimal, Decimal] = {}
            for one in self.plain.waiting(buys=buys):
                levels[one.price] = levels.get(one.price, D(0)) + one.left
            ranked = self.book.side(buys=buys).ranked(100)
            assert [(price * TICK, lots * LOT) for price, lots in ranked] == list(levels.items())


@settings(max_examples=SOME)
@given(FLOWS)
def test_it_does_what_a_plain_venue_does(flow: Flow) -> None:
    both = Both()
    for what in flow:
        both.step(what)
        both.check()
    _, tape = both.venue.drain()
    assert [
        (one.price * TICK, one.lots * LOT, one.buyer.account.name, one.seller.account.name)
        for one in tape
    ] == both.plain.trades


@settings(max_examples=SOME)
@given(FLOWS)
def test_no_money_is_made_or_lost_and_the_book_is_never_crossed(flow: Flow) -> None:
    both = Both()
    for what in flow:
        both.step(what)
        for asset, begun in (("TID", 15 * UNIT), ("USDT", 1500 * UNIT)):
            held = sum(account.total(asset) for account in both.accounts.values())
            assert held + both.venue.matcher.fees.get(asset, 0) == begun
        for account in both.accounts.values():
            assert min([0, *account.free.values(), *account.locked.values()]) == 0
        bid, ask = both.book.bids.best, both.book.asks.best
        assert bid is None or ask is None or bid < ask


@settings(max_examples=SOME)
@given(FLOWS)
def test_reports_tell_the_whole_story_in_order(flow: Flow) -> None:
    both = Both()
    for what in flow:
        both.step(what)
    reports, _ = both.venue.drain()
    told: dict[int, tuple[Status, int, int]] = {}
    for report in reports:
        before = told.get(report.order.id)
        assert (before is None) == (report.what is What.ACCEPTED)
        assert before is None or before[0] in OPEN
        filled = 0 if before is None else before[1]
        traded = 0 if report.trade is None else report.trade.lots
        assert report.filled == filled + traded <= report.order.lots
        told[report.order.id] = (report.status, report.filled, report.quote)
    for order, _plain in both.pairs:
        assert told[order.id] == (order.status, order.filled, order.quote)


@settings(max_examples=SOME)
@given(FLOWS)
def test_the_same_flow_gives_the_same_story(flow: Flow) -> None:
    stories = []
    for _ in range(2):
        both = Both()
        for what in flow:
            both.step(what)
        reports, tape = both.venue.drain()
        story = [(one.what, one.order.id, one.status, one.filled, one.quote) for one in reports]
        stories.append((story, [(one.id, one.price, one.lots) for one in tape]))
    assert stories[0] == stories[1]


# by hand


def desk(**balances: int) -> tuple[Venue, Account]:
    venue = Venue([LISTING])
    held = {name: amount * UNIT for name, amount in balances.items()}
    return venue, venue.open_account("ann", held)


def new(kind: Kind = Kind.LIMIT, **other: Any) -> NewOrder:  # noqa: ANN401 - what it takes
    usual = {"symbol": "TIDUSDT", "buys": True, "lots": 1000, "client_id": "one"}
    return NewOrder(kind=kind, **{**usual, **other})


def test_makers_and_takers_pay_in_what_they_receive() -> None:
    venue, ann = desk(USDT=1000)
    ann.maker_fee = 200
    venue.submit(ann, new(price=10_000), NOON)
    assert (ann.free["USDT"], ann.locked["USDT"]) == (900 * UNIT, 100 * UNIT)
    venue.take("TIDUSDT", buys=False, price=10_000, lots=400, now_ns=NOON)
    assert ann.free["TID"] == units("0.39992")
    assert ann.locked["USDT"] == 60 * UNIT
    order = next(iter(ann.orders.values()))
    assert order.status is Status.PARTIALLY_FILLED
    venue.cancel(order, NOON)
    assert ann.free["USDT"] == 960 * UNIT


def test_a_better_price_gives_back_what_was_locked_for_a_worse_one() -> None:
    venue, ann = desk(USDT=1000)
    venue.place("TIDUSDT", buys=False, price=9_000, lots=600, now_ns=NOON)
    venue.submit(ann, new(price=10_000), NOON)
    assert ann.locked["USDT"] == 40 * UNIT
    assert ann.total("USDT") == 946 * UNIT


def test_a_market_order_by_budget_spends_no_more_than_that() -> None:
    venue, ann = desk(USDT=1000)
    venue.place("TIDUSDT", buys=False, price=10_000, lots=300, now_ns=NOON)
    venue.place("TIDUSDT", buys=False, price=10_100, lots=900, now_ns=NOON)
    order = venue.submit(ann, new(Kind.MARKET, lots=0, budget=50 * UNIT), NOON)
    assert order.status is Status.FILLED
    assert (order.lots, order.quote) == (498, 30 * UNIT + units("19.998"))


def test_a_market_order_ends_where_the_book_ends() -> None:
    venue, ann = desk(USDT=1000)
    venue.place("TIDUSDT", buys=False, price=10_000, lots=300, now_ns=NOON)
    order = venue.submit(ann, new(Kind.MARKET), NOON)
    assert (order.status, order.filled) == (Status.EXPIRED, 300)
    assert ann.locked["USDT"] == 0


def test_a_stop_waits_for_its_price_and_keeps_its_funds() -> None:
    venue, ann = desk(TID=2)
    venue.place("TIDUSDT", buys=True, price=9_000, lots=5000, now_ns=NOON)
    venue.place("TIDUSDT", buys=True, price=10_000, lots=1, now_ns=NOON)
    venue.take("TIDUSDT", buys=False, price=10_000, lots=1, now_ns=NOON)
    stop = new(Kind.STOP_LOSS, buys=False, stop=9_500)
    order = venue.submit(ann, stop, NOON)
    assert (order.working, ann.locked["TID"]) == (False, UNIT)
    venue.take("TIDUSDT", buys=False, price=9_000, lots=1, now_ns=NOON)
    assert (order.status, order.quote) == (Status.FILLED, 90 * UNIT)
    assert ann.locked["TID"] == 0
    with pytest.raises(RefusedError) as refused:
        venue.submit(ann, new(Kind.STOP_LOSS, buys=False, stop=9_500), NOON)
    assert refused.value.reason is Reason.WOULD_TRIGGER


def test_an_order_may_fill_late_and_in_part() -> None:
    venue, ann = desk(USDT=1000)
    venue.place("TIDUSDT", buys=False, price=10_000, lots=5000, now_ns=NOON)
    order = venue.submit(ann, new(price=10_000), NOON, Handling(2 * SECOND, 0.25))
    assert (order.status, order.filled) == (Status.PARTIALLY_FILLED, 250)
    venue.advance(NOON + SECOND)
    assert order.filled == 250
    venue.advance(NOON + 3 * SECOND)
    assert (order.status, order.trades[-1].time_ns) == (Status.FILLED, NOON + 2 * SECOND)
    late = venue.submit(ann, new(price=10_000, client_id="two"), NOON, Handling(SECOND, 0.0))
    assert late.filled == 0
    venue.cancel(late, NOON)
    venue.advance(NOON + 9 * SECOND)
    assert late.status is Status.CANCELED


def test_an_order_can_be_filled_after_it_was_taken_back() -> None:
    venue, ann = desk(USDT=1000)
    order = venue.submit(ann, new(price=9_000), NOON)
    venue.cancel(order, NOON)
    assert venue.fill_anyway(order, NOON + SECOND)
    assert (order.status, order.quote) == (Status.FILLED, 90 * UNIT)
    assert (ann.free["USDT"], ann.locked["USDT"]) == (910 * UNIT, 0)
    poor = venue.submit(ann, new(price=10_000, lots=9_000), NOON)
    venue.cancel(poor, NOON)
    ann.free["USDT"] = 0
    assert not venue.fill_anyway(poor, NOON)


def test_all_or_nothing_does_not_count_on_an_order_that_was_taken_back() -> None:
    venue, ann = desk(TID=5)
    bob = venue.open_account("bob", {"USDT": 1000 * UNIT})
    venue.place("TIDUSDT", buys=True, price=10_000, lots=400, now_ns=NOON)
    gone = venue.submit(bob, new(price=10_000, lots=400), NOON)
    venue.place("TIDUSDT", buys=True, price=10_000, lots=300, now_ns=NOON)
    venue.cancel(gone, NOON)
    much = venue.submit(ann, new(buys=False, price=10_000, life=Life.FOK), NOON)
    assert (much.status, much.filled) == (Status.EXPIRED, 0)
    all_of_it = new(buys=False, price=10_000, lots=700, life=Life.FOK, client_id="two")
    assert venue.submit(ann, all_of_it, NOON).status is Status.FILLED


def test_a_level_lets_go_of_orders_that_were_taken_back() -> None:
    venue, ann = desk(USDT=1000)
    venue.place("TIDUSDT", buys=True, price=9_000, lots=1, now_ns=NOON)
    venue.place("TIDUSDT", buys=True, price=9_000, lots=7, now_ns=NOON)
    for number in range(1000):
        order = venue.submit(ann, new(price=9_000, client_id=f"n{number}"), NOON)
        venue.place("TIDUSDT", buys=True, price=9_000, lots=1, now_ns=NOON)
        venue.cancel(order, NOON)
    level = venue.books["TIDUSDT"].bids.levels[9_000]
    assert (level.lots, level.count) == (1008, 1002)
    assert len(level.queue) <= 2 * level.count + 40


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"price": 10**12}, Reason.PRICE_FILTER),
        ({"price": 10_000, "lots": 10**13}, Reason.LOT_SIZE),
        ({"kind": Kind.MARKET, "lots": 2 * 10**11}, Reason.MARKET_LOT_SIZE),
        ({"price": 10_000, "lots": 1}, Reason.NOTIONAL),
        ({"price": 60_000}, Reason.PERCENT_PRICE),
        ({"price": 10_000, "lots": 50_000}, Reason.BALANCE),
    ],
)
def test_filters_refuse(wrong: dict[str, Any], reason: Reason) -> None:
    venue, ann = desk(USDT=1000)
    venue.place("TIDUSDT", buys=True, price=10_000, lots=1, now_ns=NOON)
    venue.take("TIDUSDT", buys=False, price=10_000, lots=1, now_ns=NOON)
    with pytest.raises(RefusedError) as refused:
        venue.submit(ann, new(**wrong), NOON)
    assert refused.value.reason is reason
    assert not ann.orders


def test_only_so_many_orders_may_wait() -> None:
    few = Listing(pair=Pair("TID", "USDT"), tick=10**6, lot=10**5, max_orders=2, max_stops=1)
    venue = Venue([few])
    ann = venue.open_account("ann", {"USDT": 10**6 * UNIT})
    venue.submit(ann, new(Kind.STOP_LOSS, stop=10_000), NOON)
    with pytest.raises(RefusedError) as refused:
        venue.submit(ann, new(Kind.STOP_LOSS, stop=10_000, client_id="two"), NOON)
    assert refused.value.reason is Reason.MAX_STOPS
    venue.submit(ann, new(price=9_000, client_id="two"), NOON)
    with pytest.raises(RefusedError) as refused:
        venue.submit(ann, new(price=9_000, client_id="three"), NOON)
    assert refused.value.reason is Reason.MAX_ORDERS


@given(st.integers(0, 10**27))
def test_amounts_are_written_and_read_without_loss(amount: int) -> None:
    assert units(text(amount)) == amount
    assert decimal(amount) == D(text(amount)) == -D(text(-amount))


@pytest.mark.parametrize(
    "wrong", ["", "-1", "1e5", "1.", ".5", "0x1", "1_0", " 1", "NaN", "\u0661"]
)
def test_what_is_no_plain_number_is_no_amount(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        units(wrong)


def test_what_is_finer_than_a_unit_is_refused_unless_it_is_zeroes() -> None:
    assert units("1.0000000000") == UNIT
    with pytest.raises(TooFineError):
        units("0.000000001")


def test_steps_finer_than_money_is_counted_cannot_be_listed() -> None:
    with pytest.raises(OptionError, match="small steps"):
        Listing(pair=Pair("A", "B"), tick=1, lot=1)
