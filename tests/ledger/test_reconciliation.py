"""Reconciliation by its numbered promises, over random books and planted differences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tidegate.ledger.reconciliation import Fix, Verdict, halted, reconcile
from tidegate.ledger.sides import Before, FillSeen, OrderSeen, Ours, Theirs
from tidegate.model import OrderState, Side

if TYPE_CHECKING:
    from collections.abc import Callable

D = Decimal
PAIRS = ("BTC/USDT", "ETH/USDT")
ENOUGH = {"BTC": D(50), "ETH": D(50), "USDT": D(10**9), "BNB": D(100)}


@dataclass(frozen=True)
class Books:
    ours: Ours
    theirs: Theirs
    before: Before

    def found(self) -> list[tuple[Verdict, str]]:
        return [(one.verdict, one.kind) for one in reconcile(self.ours, self.theirs, self.before)]


@st.composite
def books(draw: st.DrawFn) -> Books:
    """Two books that say the same, with at least one order that is filled and one that waits."""
    orders: list[OrderSeen] = []
    fills: list[FillSeen] = []
    balances = dict(ENOUGH)
    held = dict.fromkeys(PAIRS, D(0))
    number = 0
    for n in range(draw(st.integers(2, 6))):
        pair = draw(st.sampled_from(PAIRS))
        base = pair.partition("/")[0]
        side = draw(st.sampled_from(Side))
        parts = draw(st.lists(st.integers(1, 500), max_size=3)) if n else [7]
        rest = draw(st.integers(1 if n == 1 else 0, 500))
        name = f"t{n}"
        for part in parts:
            number += 1
            amount, price = D(part) / 1000, D(draw(st.integers(1000, 9999))) / 100
            currency = draw(st.sampled_from([base, "USDT", "BNB"]))
            fee = D(draw(st.integers(0, 9))) / 10**6
            fills.append(FillSeen(id=str(number), order=name, pair=pair, side=side, amount=amount,
                                  price=price, fees=((currency, fee),)))  # fmt: skip
            sign = 1 if side is Side.BUY else -1
            balances[base] += sign * amount
            balances["USDT"] -= sign * amount * price
            balances[currency] -= fee
            held[pair] += sign * amount
        filled = sum((D(part) / 1000 for part in parts), D(0))
        waits = OrderState.OPEN if n == 1 or draw(st.booleans()) else OrderState.CANCELLED
        state = waits if rest else OrderState.FILLED
        orders.append(OrderSeen(id=name, pair=pair, side=side, amount=filled + D(rest) / 1000,
                                filled=filled, state=state))  # fmt: skip
    held = {pair: max(D(0), amount) for pair, amount in held.items()}
    return Books(
        Ours(orders=orders, fills=fills, held=held),
        Theirs(orders=orders, fills=fills, balances=balances),
        Before(balances=ENOUGH),
    )


@given(books())
def test_books_that_say_the_same_give_no_finding(same: Books) -> None:
    assert same.found() == []


# one thing that differs


def without_a_fill(side: Ours | Theirs) -> tuple[list[FillSeen], list[OrderSeen]]:
    """Take the first fill out of a book, and out of what its order says was filled."""
    gone = side.fills[0]
    orders = [
        replace(one, filled=one.filled - gone.amount) if one.id == gone.order else one
        for one in side.orders
    ]
    return list(side.fills[1:]), orders


def waiting(one: Books) -> OrderSeen:
    found = [order for order in one.ours.orders if order.state is OrderState.OPEN]
    assume(found)  # what was planted before may have ended the last of them
    return found[0]


def changed(book: Ours | Theirs, order: OrderSeen, **changes: Any) -> list[OrderSeen]:  # noqa: ANN401 - any field
    return [replace(one, **changes) if one.id == order.id else one for one in book.orders]


def a_fill_was_missed(same: Books) -> Books:
    fills, orders = without_a_fill(same.ours)
    return replace(same, ours=replace(same.ours, fills=fills, orders=orders))


def a_fill_was_missed_but_counted(same: Books) -> Books:
    return replace(same, ours=replace(same.ours, fills=same.ours.fills[1:]))


def a_fill_was_made_up(same: Books) -> Books:
    made_up = replace(same.ours.fills[0], id="made up")
    return replace(same, ours=replace(same.ours, fills=[*same.ours.fills, made_up]))


def a_fill_has_another_price(same: Books) -> Books:
    other = replace(same.ours.fills[0], price=D(1))
    return replace(same, ours=replace(same.ours, fills=[other, *same.ours.fills[1:]]))


def an_order_never_arrived(same: Books) -> Books:
    lost = replace(waiting(same), id="lost", filled=D(0))
    return replace(same, ours=replace(same.ours, orders=[*same.ours.orders, lost]))


def an_order_ended_unheard(same: Books) -> Books:
    orders = changed(same.theirs, waiting(same), state=OrderState.CANCELLED)
    return replace(same, theirs=replace(same.theirs, orders=orders))


def an_order_lives_on(same: Books) -> Books:
    orders = changed(same.ours, waiting(same), state=OrderState.CANCELLED)
    return replace(same, ours=replace(same.ours, orders=orders))


def somebody_else_placed_an_order(same: Books) -> Books:
    foreign = replace(waiting(same), id="by hand")
    return replace(same, theirs=replace(same.theirs, orders=[*same.theirs.orders, foreign]))


def an_order_is_doubled(same: Books) -> Books:
    again = [*same.theirs.orders, waiting(same)]
    return replace(same, theirs=replace(same.theirs, orders=again))


def an_order_is_another(same: Books) -> Books:
    orders = changed(same.theirs, waiting(same), amount=D(777))
    return replace(same, theirs=replace(same.theirs, orders=orders))


def more_is_booked_than_was_filled(same: Books) -> Books:
    order = same.ours.orders[0]
    orders = changed(same.ours, order, filled=order.filled + 1)
    return replace(same, ours=replace(same.ours, orders=orders))


def somebody_else_traded(same: Books) -> Books:
    foreign = FillSeen(id="f", order="by hand", pair=PAIRS[0], side=Side.BUY, amount=D(1),
                       price=D(10))  # fmt: skip
    assert same.theirs.balances is not None
    balances = dict(same.theirs.balances)
    balances["BTC"] += 1
    balances["USDT"] -= 10
    fills = [*same.theirs.fills, foreign]
    return replace(same, theirs=replace(same.theirs, fills=fills, balances=balances))


def money_is_gone(same: Books) -> Books:
    assert same.theirs.balances is not None
    balances = dict(same.theirs.balances) | {"USDT": same.theirs.balances["USDT"] - D("0.00000001")}
    return replace(same, theirs=replace(same.theirs, balances=balances))


def nobody_says_what_is_there(same: Books) -> Books:
    return replace(same, theirs=replace(same.theirs, balances=None))


def a_position_is_too_large(same: Books) -> Books:
    held = dict(same.ours.held) | {"ETH/USDT": D(1000)}
    return replace(same, ours=replace(same.ours, held=held))


SOME = 30 if settings().max_examples == 100 else 1000
U, F = Verdict.UNEXPLAINED, Verdict.FIXABLE
PLANTED: list[tuple[Callable[[Books], Books], Verdict, str]] = [
    (a_fill_was_missed, F, "order-behind"),
    (a_fill_was_missed_but_counted, F, "fill-missing"),
    (a_fill_was_made_up, U, "fill-unknown"),
    (a_fill_has_another_price, U, "fill-other"),
    (an_order_never_arrived, F, "order-missing"),
    (an_order_ended_unheard, F, "order-behind"),
    (an_order_lives_on, F, "order-alive"),
    (somebody_else_placed_an_order, U, "order-foreign"),
    (an_order_is_doubled, U, "order-doubled"),
    (an_order_is_another, U, "order-other"),
    (more_is_booked_than_was_filled, U, "order-overbooked"),
    (somebody_else_traded, U, "fill-foreign"),
    (money_is_gone, U, "balance-off"),
    (nobody_says_what_is_there, U, "balances-unknown"),
    (a_position_is_too_large, U, "holding-short"),
]


@settings(max_examples=SOME)
@pytest.mark.parametrize(("plant", "verdict", "kind"), PLANTED)
@given(same=books())
def test_one_thing_that_differs_is_found_and_nothing_else_is(
    same: Books, plant: Callable[[Books], Books], verdict: Verdict, kind: str
) -> None:
    assert plant(same).found() == [(verdict, kind)]


@given(same=books(), chosen=st.sets(st.sampled_from([row[0] for row in PLANTED]), max_size=4))
def test_the_order_in_which_things_are_told_does_not_matter(
    same: Books, chosen: set[Callable[[Books], Books]]
) -> None:
    last = nobody_says_what_is_there  # the others change what is there
    for plant in sorted(chosen, key=lambda one: (one is last, one.__name__)):
        same = plant(same)
    assert reconcile(same.ours, same.theirs, same.before) == reconcile(
        replace(same.ours, orders=same.ours.orders[::-1], fills=same.ours.fills[::-1]),
        replace(same.theirs, orders=same.theirs.orders[::-1], fills=same.theirs.fills[::-1]),
        same.before,
    )


@given(same=books(), plant=st.sampled_from([row[0] for row in PLANTED if row[1] is F]))
def test_what_is_fixable_gives_no_finding_once_it_is_fixed(
    same: Books, plant: Callable[[Books], Books]
) -> None:
    off = plant(same)
    there = {one.id: one for one in off.theirs.orders}
    orders, theirs = {one.id: one for one in off.ours.orders}, dict(there)
    fills = {one.id: one for one in off.ours.fills}
    for one in reconcile(off.ours, off.theirs, off.before):
        name = one.about if one.about in orders else next(
            fill.order for fill in off.theirs.fills if fill.id == one.about
        )  # fmt: skip
        if one.fix is Fix.CANCEL:
            theirs[name] = replace(there[name], state=OrderState.CANCELLED)
            continue
        assert one.fix is Fix.RECALL
        gone = replace(orders[name], state=OrderState.CANCELLED)
        orders[name] = there.get(name, gone)
        fills |= {fill.id: fill for fill in off.theirs.fills if fill.order == name}
    again = Books(
        replace(off.ours, orders=list(orders.values()), fills=list(fills.values())),
        replace(off.theirs, orders=list(theirs.values())),
        off.before,
    )
    assert again.found() == []


@given(same=books(), row=st.sampled_from(PLANTED))
def test_unexplained_findings_halt_their_pairs_and_no_others(
    same: Books, row: tuple[Callable[[Books], Books], Verdict, str]
) -> None:
    plant, verdict, _ = row
    off = plant(same)
    findings = reconcile(off.ours, off.theirs, off.before)
    assert bool(halted(findings)) == (verdict is U)
    about = {pair for one in findings for pair in one.pairs}
    assert halted(findings) <= about <= set(PAIRS)


def test_a_deposit_that_somebody_tells_of_explains_a_balance() -> None:
    theirs = Theirs(orders=[], fills=[], balances={"USDT": D(150)})
    ours = Ours(orders=[], fills=[], held={})
    assert reconcile(ours, theirs, Before(balances={"USDT": D(100)})) != ()
    told = Before(balances={"USDT": D(100)}, moved={"USDT": D(50)})
    assert reconcile(ours, theirs, told) == ()


def test_fees_taken_out_of_what_was_bought_explain_that_less_is_there() -> None:
    bought = FillSeen(id="1", order="t", pair="BTC/USDT", side=Side.BUY, amount=D(1), price=D(10),
                      fees=(("BTC", D("0.001")),))  # fmt: skip
    order = OrderSeen(id="t", pair="BTC/USDT", side=Side.BUY, amount=D(1), filled=D(1),
                      state=OrderState.FILLED)  # fmt: skip
    unfelt = replace(bought, fees=())
    ours = Ours(orders=[order], fills=[unfelt], held={"BTC/USDT": D(1)})
    balances = {"BTC": D("0.999"), "USDT": D(90)}
    theirs = Theirs(orders=[order], fills=[bought], balances=balances)
    (found,) = reconcile(ours, theirs, Before(balances={"USDT": D(100)}))
    assert (found.verdict, found.kind) == (Verdict.EXPLAINED, "holding-fees")
    assert "0.001 of it is not at the venue" in found.words
    accounted = replace(ours, fills=[bought])
    (found,) = reconcile(accounted, theirs, Before(balances={"USDT": D(100)}))
    assert (found.verdict, found.kind) == (Verdict.UNEXPLAINED, "holding-short")
    exact = replace(accounted, held={"BTC/USDT": D("0.999")})
    assert reconcile(exact, theirs, Before(balances={"USDT": D(100)})) == ()


def test_dust_is_to_be_there_beside_what_positions_hold() -> None:
    ours = Ours(orders=[], fills=[], held={"BTC/USDT": D(1)}, dust={"BTC": D("0.5")})
    balances = {"BTC": D("1.5")}
    theirs = Theirs(orders=[], fills=[], balances=balances)
    assert reconcile(ours, theirs, Before(balances=balances)) == ()
    less = {"BTC": D("1.4")}
    (found,) = reconcile(ours, replace(theirs, balances=less), Before(balances=less))
    assert (found.kind, found.pairs) == ("holding-short", ("BTC/USDT",))


def test_money_that_is_gone_halts_every_pair_that_is_paid_in_it() -> None:
    ours = Ours(orders=[], fills=[], held={}, pairs=(*PAIRS, "BTC/EUR"))
    theirs = Theirs(orders=[], fills=[], balances={"USDT": D(99)})
    assert halted(reconcile(ours, theirs, Before(balances={"USDT": D(100)}))) == set(PAIRS)


def test_a_trade_between_two_orders_of_ours_counts_on_both_sides() -> None:
    bought = FillSeen(id="1", order="t0", pair="BTC/USDT", side=Side.BUY, amount=D(1), price=D(10),
                      fees=(("USDT", D(2)),))  # fmt: skip
    sold = replace(bought, order="t1", side=Side.SELL)
    orders = [
        OrderSeen(id=one.order, pair=one.pair, side=one.side, amount=D(1), filled=D(1),
                  state=OrderState.FILLED) for one in (bought, sold)
    ]  # fmt: skip
    ours = Ours(orders=orders, fills=[bought, sold], held={})
    theirs = Theirs(orders=orders, fills=[bought, sold], balances={"USDT": D(96)})
    assert reconcile(ours, theirs, Before(balances={"USDT": D(100)})) == ()
    one_sided = replace(ours, fills=[bought])
    (found,) = reconcile(one_sided, theirs, Before(balances={"USDT": D(100)}))
    assert (found.kind, found.about) == ("fill-missing", "1")
