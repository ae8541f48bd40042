"""What a strategy did on a day."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tidegate.errors import LedgerError
from tidegate.ledger import KEPT_DAYS, Daily, StrategyDay, day_of
from tidegate.model import DAY_NS, TradeRecord

from .facts import COIN, LONG, MONDAY, SHORT

if TYPE_CHECKING:
    from tidegate.model import Direction

TODAY = day_of(MONDAY)


def _trade(
    profit: str,
    *,
    closed_ns: int = MONDAY,
    strategy: str = "trend",
    direction: Direction = LONG,
    fees: str = "0.2",
) -> TradeRecord:
    return TradeRecord(
        account="main",
        position="p",
        strategy=strategy,
        pair=COIN,
        direction=direction,
        opened_ns=MONDAY - DAY_NS,
        closed_ns=closed_ns,
        amount=Decimal(1),
        open_rate=Decimal(100),
        close_rate=Decimal(100),
        cost=Decimal(100),
        leverage=Decimal(1),
        fees=Decimal(fees),
        funding=Decimal("0.1"),
        profit=Decimal(profit),
        profit_ratio=Decimal(0),
        enter_tag="",
        exit_reason="roi",
        orders=2,
    )


def test_a_day_counts_its_trades_and_sums_their_money() -> None:
    daily = Daily()
    for profit in ("5", "-1", "-2", "0", "-3"):
        row = daily.fold(_trade(profit))
    assert row == StrategyDay(
        strategy="trend",
        day=TODAY,
        trades=5,
        wins=1,
        losses=3,
        profit=Decimal(-1),
        fees=Decimal(1),
        volume=Decimal("1000.5"),  # 500 in; 500 - 1 + 1 + 0.5 out
        best=Decimal(5),
        worst=Decimal(-3),
        losing_run=1,
        longest_losing_run=2,
    )
    assert daily.rows() == [row]
    assert daily.row("trend", TODAY) is row
    assert daily.row("other", TODAY) is None


def test_a_shorts_volume_counts_what_it_was_bought_back_for() -> None:
    row = Daily().fold(_trade("10", direction=SHORT))
    assert row.volume == Decimal("189.7")  # sold at 100, bought at 100 - 10 - 0.2 - 0.1


def test_the_best_may_be_a_loss_and_the_worst_a_win() -> None:
    daily = Daily()
    assert daily.fold(_trade("-2")).best == -2
    assert daily.fold(_trade("3", strategy="other")).worst == 3


def test_each_strategy_and_each_day_has_its_own_row() -> None:
    daily = Daily()
    for strategy in ("b", "a"):
        for closed_ns in (MONDAY - 1, MONDAY):
            daily.fold(_trade("1", strategy=strategy, closed_ns=closed_ns))
    found = [(row.day - TODAY, row.strategy, row.trades) for row in daily.rows()]
    assert found == [(-1, "a", 1), (-1, "b", 1), (0, "a", 1), (0, "b", 1)]


def test_rows_are_kept_for_some_days_only() -> None:
    daily = Daily()
    for day in range(100):
        daily.fold(_trade("1", closed_ns=MONDAY + day * DAY_NS))
    assert [row.day - TODAY for row in daily.rows()] == list(range(100 - KEPT_DAYS, 100))
    oldest = MONDAY + (100 - KEPT_DAYS) * DAY_NS
    assert daily.fold(_trade("1", closed_ns=oldest)).trades == 2
    with pytest.raises(LedgerError, match="40 days before the latest"):
        daily.fold(_trade("1", closed_ns=oldest - 1))


TRADES = st.lists(
    st.builds(
        lambda profit, after, strategy: _trade(
            str(profit), closed_ns=MONDAY + after * DAY_NS // 3, strategy=strategy
        ),
        st.decimals(-9, 9, places=8),
        st.integers(0, 9),
        st.sampled_from(["a", "b"]),
    ),
    max_size=30,
)


@given(TRADES)
def test_the_rows_are_what_counting_from_scratch_gives(trades: list[TradeRecord]) -> None:
    daily = Daily()
    for trade in trades:
        daily.fold(trade)
    assert sum(row.trades for row in daily.rows()) == len(trades)
    for row in daily.rows():
        profits = [
            trade.profit
            for trade in trades
            if (trade.strategy, day_of(trade.closed_ns)) == (row.strategy, row.day)
        ]
        losing = [len(list(run)) for lost, run in groupby(profits, lambda p: p < 0) if lost]
        assert row.profit == sum(profits)
        assert (row.wins, row.losses) == (sum(p > 0 for p in profits), sum(p < 0 for p in profits))
        assert (row.best, row.worst) == (max(profits), min(profits))
        assert row.longest_losing_run == max(losing, default=0)


@given(TRADES, st.integers(0, 30))
def test_rows_that_were_restored_go_on_as_if_never_written_down(
    trades: list[TradeRecord], stop: int
) -> None:
    straight, stopped = Daily(), Daily()
    for number, trade in enumerate(trades):
        straight.fold(trade)
        if number == stop:
            stopped = Daily.restore(json.loads(json.dumps(stopped.snapshot())))
        stopped.fold(trade)
    assert stopped.snapshot() == straight.snapshot()


@pytest.mark.parametrize(
    ("name", "value"), [("profit", "NaN"), ("profit", 1.5), ("trades", "1"), ("colour", "blue")]
)
def test_rows_that_are_none_are_refused(name: str, value: object) -> None:
    daily = Daily()
    daily.fold(_trade("1"))
    raw = daily.snapshot()
    raw[0][name] = value
    with pytest.raises(LedgerError, match="this is no list of strategies' days"):
        Daily.restore(raw)


def test_rows_without_a_field_are_refused() -> None:
    daily = Daily()
    daily.fold(_trade("1"))
    for name in daily.snapshot()[0]:
        raw = daily.snapshot()
        del raw[0][name]
        with pytest.raises(LedgerError, match=name):
            Daily.restore(raw)


def test_restored_rows_forget_on_the_same_day() -> None:
    daily = Daily()
    daily.fold(_trade("1"))
    restored = Daily.restore(daily.snapshot())
    late = replace(_trade("1"), closed_ns=MONDAY - KEPT_DAYS * DAY_NS)
    with pytest.raises(LedgerError, match="days before"):
        restored.fold(late)
