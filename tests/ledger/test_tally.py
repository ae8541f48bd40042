"""What is counted since midnight, since Monday, since the last win."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tidegate.ledger import Account, day_of, week_of
from tidegate.model import DAY_NS

from .facts import COIN, HOUR, MONDAY, SHORT, Desk, account, these

SUNDAY = MONDAY + 6 * DAY_NS


def _trade(desk: Desk, gain: str, time_ns: int, *, tag: str = "roi", pair: str = COIN) -> None:
    desk.put("1", "100", time_ns=time_ns, position=tag, pair=pair)
    price = str(100 + Decimal(gain))
    desk.take("1", price, time_ns=time_ns, position=tag, pair=pair, tag=tag)


def test_days_begin_at_midnight_utc_and_weeks_on_monday() -> None:
    assert day_of(0) == 0
    assert day_of(MONDAY - 1) + 1 == day_of(MONDAY) == 19723
    assert week_of(SUNDAY + DAY_NS - 1) == week_of(MONDAY)
    assert week_of(MONDAY - 1) + 1 == week_of(MONDAY) == week_of(SUNDAY)
    assert week_of(SUNDAY + DAY_NS) == week_of(MONDAY) + 1


def test_gains_of_the_day_and_the_week_are_net_of_fees_and_funding() -> None:
    desk = Desk(account())
    desk.put("1", "100", fee="0.1", time_ns=MONDAY)
    desk.account.funding("p", Decimal("0.2"), MONDAY + HOUR)
    desk.take("1", "105", fee="0.3", time_ns=MONDAY + 2 * HOUR)
    assert desk.account.tally.gained_today(MONDAY + 3 * HOUR) == Decimal("4.4")
    assert desk.account.tally.gained_this_week(MONDAY + 3 * HOUR) == Decimal("4.4")


def test_a_deposit_is_no_gain() -> None:
    held = account("500")
    assert held.tally.gained_today(MONDAY) == 0


def test_a_new_day_begins_at_nothing_and_the_week_goes_on() -> None:
    desk = Desk(account())
    _trade(desk, "5", MONDAY)
    tuesday = MONDAY + DAY_NS
    assert desk.account.tally.gained_today(tuesday - 1) == 5
    assert desk.account.tally.gained_today(tuesday) == 0
    assert desk.account.tally.entries_today(tuesday - 1) == 1
    assert desk.account.tally.entries_today(tuesday) == 0
    _trade(desk, "-2", tuesday)
    assert desk.account.tally.gained_today(tuesday) == -2
    assert desk.account.tally.gained_this_week(tuesday) == 3
    assert desk.account.tally.entries_today(tuesday) == 1


def test_a_new_week_begins_at_nothing() -> None:
    desk = Desk(account())
    _trade(desk, "5", SUNDAY)
    assert desk.account.tally.gained_this_week(SUNDAY + DAY_NS - 1) == 5
    assert desk.account.tally.gained_this_week(SUNDAY + DAY_NS) == 0
    _trade(desk, "1", SUNDAY + DAY_NS)
    assert desk.account.tally.gained_this_week(SUNDAY + DAY_NS) == 1


def test_a_fact_that_comes_late_counts_where_it_belongs() -> None:
    desk = Desk(account())
    _trade(desk, "5", SUNDAY)
    _trade(desk, "-1", SUNDAY - DAY_NS)
    _trade(desk, "-3", MONDAY - 1)
    assert desk.account.tally.gained_today(SUNDAY) == 5
    assert desk.account.tally.gained_this_week(SUNDAY) == 4
    assert desk.account.tally.entries_today(SUNDAY) == 1


def test_a_clock_that_runs_backwards_forgives_no_loss() -> None:
    desk = Desk(account())
    _trade(desk, "-5", SUNDAY)
    for now in (SUNDAY - DAY_NS, MONDAY - 1):
        assert desk.account.tally.gained_today(now) == -5
        assert desk.account.tally.gained_this_week(now) == -5
        assert desk.account.tally.entries_today(now) == 1


def test_before_anything_happened_there_is_nothing() -> None:
    tally = Account("main", "USDT").tally
    assert these(tally.gained_today(0), tally.gained_this_week(0), tally.entries_today(0)) == (
        0,
        0,
        0,
    )
    assert (tally.losses_in_row, tally.last_exit_ns, tally.last_stop_ns) == (0, {}, {})


def test_losses_in_a_row_end_with_a_trade_that_does_not_lose() -> None:
    desk = Desk(account())
    seen = []
    for gain in ("-1", "-1", "0", "-1", "-1", "-1", "2", "-1"):
        _trade(desk, gain, MONDAY)
        seen.append(desk.account.tally.losses_in_row)
    assert seen == [1, 2, 0, 1, 2, 3, 0, 1]


def test_a_trade_that_its_fees_turn_into_a_loss_is_one() -> None:
    desk = Desk(account())
    desk.put("1", "100", fee="0.1")
    desk.take("1", "100.1", fee="0.1")
    assert desk.account.tally.losses_in_row == 1


def test_a_part_that_is_sold_is_no_end_of_a_trade() -> None:
    desk = Desk(account())
    desk.put("2", "100")
    desk.take("1", "90", tag="stop_loss")
    assert desk.account.tally.losses_in_row == 0
    assert desk.account.tally.last_exit_ns == {}
    assert desk.account.tally.last_stop_ns == {}


def test_adding_to_a_position_is_no_entry() -> None:
    desk = Desk(account())
    for _ in range(3):
        desk.put("2", "100")
    desk.put("2", "100", position="q", direction=SHORT)
    assert desk.account.tally.entries_today(MONDAY) == 2


def test_the_last_exit_and_the_last_stop_of_each_pair_are_known() -> None:
    desk = Desk(account())
    _trade(desk, "-1", MONDAY + 1, tag="stop_loss")
    _trade(desk, "1", MONDAY + 2)
    _trade(desk, "1", MONDAY + 3, pair="ETH/USDT")
    _trade(desk, "1", MONDAY, tag="trailing_stop_loss")
    assert desk.account.tally.last_exit_ns == {COIN: MONDAY + 2, "ETH/USDT": MONDAY + 3}
    assert desk.account.tally.last_stop_ns == {COIN: MONDAY + 1}


@pytest.mark.parametrize(("tag", "stopped"), [("mine", True), ("stop_loss", False)])
def test_which_tags_are_stops_is_the_owners_to_say(tag: str, stopped: bool) -> None:  # noqa: FBT001 - a parameter
    own = Account("main", "USDT", stop_tags=frozenset({"mine"}))
    _trade(Desk(own), "-1", MONDAY, tag=tag)
    assert bool(own.tally.last_stop_ns) is stopped
