"""Whatever is learnt of an order, in whatever order: what is said of it is in order and once."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tidegate.brokers.tracked import Tracked
from tidegate.model import ENDED, FOLLOWS, Fill, OrderState, OrderUpdate
from tidegate.testing.contract import approved

D = Decimal
ORDER = approved(amount="1").order
ENDS = (OrderState.FILLED, OrderState.CANCELLED, OrderState.REJECTED)


def fill(number: int, amount: Decimal) -> Fill:
    return Fill(
        id=f"f{number}", order=ORDER.id, amount=amount, price=D(100), fee=D(0), time_ns=number
    )


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[Fill], OrderState, list[tuple[int, list[int], bool]]]:
    """What truly happened, and glances at it: how far it was, which trades were shown, its end."""
    parts = draw(st.lists(st.integers(1, 40), max_size=4))
    whole = draw(st.booleans()) and bool(parts)
    shares = [D(part) / 200 for part in parts]
    if whole:
        shares[-1] += 1 - sum(shares, D(0))
    fills = [fill(number, share) for number, share in enumerate(shares)]
    end = OrderState.FILLED if whole else OrderState.CANCELLED
    glance = st.tuples(
        st.integers(0, len(fills)),
        st.lists(st.integers(0, max(0, len(fills) - 1)), max_size=4) if fills else st.just([]),
        st.booleans(),
    )
    return fills, end, draw(st.lists(glance, max_size=8))


@given(lives())
def test_it_opens_then_fills_then_ends_and_says_each_thing_once(
    life: tuple[list[Fill], OrderState, list[tuple[int, list[int], bool]]],
) -> None:
    fills, end, glances = life
    one, said = Tracked(ORDER), list[OrderUpdate | Fill]()
    total = sum((each.amount for each in fills), D(0))
    for far, shown, at_end in glances:
        executed = total if at_end else sum((each.amount for each in fills[:far]), D(0))
        state = end if at_end else OrderState.OPEN
        said += one.learn(state, executed, [fills[n] for n in shown], 1)
    said += one.learn(end, total, [], 2)
    said += one.learn(None, D(0), fills, 3)

    heard = [word.id for word in said if isinstance(word, Fill)]
    assert sorted(heard) == [each.id for each in fills]
    states = [word.state for word in said if isinstance(word, OrderUpdate)]
    assert states == [OrderState.OPEN, end]
    assert isinstance(said[0], OrderUpdate)
    assert isinstance(said[-1], OrderUpdate)
    assert one.is_over
    assert not one.lacks_trades


@given(st.lists(st.sampled_from([*ENDS, OrderState.OPEN, OrderState.UNRESOLVED]), max_size=6))
def test_only_states_are_said_that_may_follow(wishes: list[OrderState]) -> None:
    one, before = Tracked(ORDER), OrderState.APPROVED
    for wish in wishes:
        if wish is OrderState.UNRESOLVED:
            said = one.give_up(wish, 1, "nobody knows")
        else:
            executed = D(1) if wish is OrderState.FILLED else D(0)
            fills = [fill(0, D(1))] if wish is OrderState.FILLED else []
            said = one.learn(wish, executed, fills, 1)
        for word in said:
            if isinstance(word, OrderUpdate):
                assert word.state in FOLLOWS[before], (before, word.state)
                before = word.state


def test_an_order_that_never_arrived_and_turns_up_is_noticed_and_its_fill_is_said() -> None:
    one = Tracked(ORDER)
    one.give_up(OrderState.UNRESOLVED, 1, "no answer")
    one.give_up(OrderState.CANCELLED, 2, "it never reached the venue")
    assert one.learn(OrderState.OPEN, D(0), [], 3) == []
    assert one.risen
    said = one.learn(OrderState.CANCELLED, D("0.4"), [fill(0, D("0.4"))], 4)
    assert [word for word in said if isinstance(word, OrderUpdate)] == []
    assert [word.id for word in said if isinstance(word, Fill)] == ["f0"]
    said = one.learn(None, D(1), [fill(1, D("0.6"))], 5)
    (last,) = (word for word in said if isinstance(word, OrderUpdate))
    assert last.state is OrderState.FILLED


def test_a_report_that_is_older_than_what_is_known_brings_nothing_back() -> None:
    one = Tracked(ORDER)
    one.learn(OrderState.CANCELLED, D(0), [], 1)
    assert one.learn(OrderState.OPEN, D(0), [], 2, fresh=False) == []
    stale = one.risen
    assert one.learn(OrderState.OPEN, D(0), [], 3) == []
    assert (stale, one.risen) == (False, True)
    filled = Tracked(ORDER)
    filled.learn(OrderState.FILLED, D(1), [fill(0, D(1))], 1)
    assert filled.learn(OrderState.OPEN, D(0), [], 2) == []
    assert not filled.risen


def test_a_venue_that_ends_an_order_early_is_not_said_to_have_filled_it() -> None:
    one = Tracked(ORDER)
    said = one.learn(OrderState.FILLED, D("0.5"), [fill(0, D("0.5"))], 1)
    (last,) = (w for w in said if isinstance(w, OrderUpdate) and w.state in ENDED)
    assert last.state is OrderState.CANCELLED
    assert "filled less" in last.words


def test_no_more_is_said_to_be_filled_than_was_ordered_whatever_its_trades_are_called() -> None:
    one = Tracked(ORDER)
    whole = one.learn(OrderState.FILLED, D(1), [fill(1, D(1))], 1)
    assert [word.id for word in whole if isinstance(word, Fill)] == ["f1"]
    assert one.learn(OrderState.FILLED, D(1), [fill(2, D(1))], 2) == []
    for odd in (D("NaN"), D("Infinity"), D(-1), D(0)):
        assert one.learn(OrderState.FILLED, D(1), [fill(3, odd)], 3) == []


def test_what_cannot_have_been_filled_is_not_waited_for() -> None:
    for odd in (D("NaN"), D("Infinity"), D(2), D(-1)):
        one = Tracked(ORDER)
        one.learn(OrderState.OPEN, odd, [], 1)
        assert not one.lacks_trades, odd
