"""A fill costs the same however much happened before: counted in calls, not in time."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tidegate.ledger import Accounting

from .facts import MONDAY, Desk, account

if TYPE_CHECKING:
    from collections.abc import Callable


def _calls(function: Callable[[], object]) -> int:
    """Return how many functions were called on the way."""
    count = 0

    def note(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


def _trade(desk: Desk) -> None:
    desk.put("1", "100", time_ns=MONDAY)
    desk.put("1", "101", time_ns=MONDAY)
    desk.take("0.5", "102", time_ns=MONDAY)
    desk.take("1.5", "103", time_ns=MONDAY)


@pytest.mark.parametrize("accounting", list(Accounting))
def test_a_fill_does_not_look_at_past_trades(accounting: Accounting) -> None:
    desk = Desk(account(accounting=accounting))
    for _ in range(3):
        _trade(desk)
    early = _calls(lambda: _trade(desk))
    for _ in range(1000):
        _trade(desk)
    assert _calls(lambda: _trade(desk)) == early > 0


def test_a_fill_does_not_look_at_other_positions() -> None:
    desk = Desk(account("1000000"))
    _trade(desk)
    early = _calls(lambda: _trade(desk))
    for number in range(500):
        desk.put("1", "100", position=f"other{number}", pair=f"C{number % 20}/USDT")
    assert _calls(lambda: _trade(desk)) == early


def test_equity_costs_as_much_as_there_are_pairs_not_positions() -> None:
    desk = Desk(account("1000000"))
    prices = {}
    for number in range(20):
        pair = f"C{number}/USDT"
        prices[pair] = Decimal(100)
        desk.put("1", "100", position=f"first{number}", pair=pair)
    early = _calls(lambda: desk.account.equity(prices))
    for number in range(500):
        desk.put("1", "100", position=f"other{number}", pair=f"C{number % 20}/USDT")
    assert _calls(lambda: desk.account.equity(prices)) == early
    assert desk.account.equity(prices) == 1000000
