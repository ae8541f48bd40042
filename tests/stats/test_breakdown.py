from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import DefectError
from tidegate.stats.breakdown import breakdowns
from tidegate.stats.monthly import month_rows
from tidegate.stats.readings import read

if TYPE_CHECKING:
    from .conftest import MakeOutcome, MakeTrades

FLAT = [1000.0] * 60  # days, from Monday the 1st of January 2024 to the 29th of February

# hours 0-6: Monday 00; 25-26: Tuesday 01; 167-170: Sunday 23; 743-745: January 31st 23, out in
# February
ROWS = (
    {"profit_abs": 10, "pair": 0, "enter_tag": 1, "exit_reason": 0, "fees_paid": 1,
     "opened_h": 0, "closed_h": 6},
    {"profit_abs": -4, "pair": 0, "enter_tag": -1, "exit_reason": 1, "fees_paid": 2,
     "opened_h": 25, "closed_h": 26, "is_short": True},
    {"profit_abs": 0, "pair": 0, "enter_tag": 1, "exit_reason": 0, "fees_paid": 3,
     "opened_h": 167, "closed_h": 170},
    {"profit_abs": 20, "pair": 0, "enter_tag": 1, "exit_reason": 0, "fees_paid": 4,
     "opened_h": 743, "closed_h": 745},
)  # fmt: skip


def test_a_row_by_hand(make_outcome: MakeOutcome, make_trades: MakeTrades) -> None:
    row = breakdowns(read(make_outcome(FLAT, trades=make_trades(*ROWS))))["pair"][0]
    assert (row.key, row.trades, row.wins, row.losses, row.draws) == ("BTC/USDT", 4, 2, 1, 1)
    assert row.win_rate.value == 0.5
    assert row.profit_abs == 26
    assert row.profit_ratio_sum == pytest.approx(0.26)  # stakes of 100
    assert row.profit_ratio_mean.value == pytest.approx(0.065)
    assert row.profit_factor.value == 7.5  # 30 / 4
    assert row.average_duration_s.value == 3 * 3600  # 6 + 1 + 3 + 2 hours, over 4
    assert row.largest_win.value == 20
    assert row.largest_loss.value == -4
    assert row.fees == 10


def test_a_pair_without_trades_is_shown_without_figures(
    make_outcome: MakeOutcome, make_trades: MakeTrades
) -> None:
    row = breakdowns(read(make_outcome(FLAT, trades=make_trades(*ROWS))))["pair"][1]
    assert (row.key, row.trades, row.profit_abs, row.fees) == ("ETH/USDT", 0, 0.0, 0.0)
    for figure in (row.win_rate, row.profit_ratio_mean, row.profit_factor, row.largest_win):
        assert figure.why == "no trades"
    assert row.largest_loss.why == "no trades"
    assert row.average_duration_s.why == "no trades"


def test_what_a_row_lacks_has_its_reason(
    make_outcome: MakeOutcome, make_trades: MakeTrades
) -> None:
    rows = breakdowns(read(make_outcome(FLAT, trades=make_trades(*ROWS))))["side"]
    assert [row.key for row in rows] == ["long", "short"]
    assert rows[0].profit_factor.why == "no losing trade"
    assert rows[0].largest_loss.why == "no losing trade"
    assert rows[1].largest_win.why == "no winning trade"
    assert rows[1].profit_factor.value == 0.0


@pytest.mark.parametrize(
    ("name", "profits"),
    [
        ("enter_tag", {"break": 30, "(no tag)": -4}),
        ("exit_reason", {"exit_signal": 30, "stop_loss": -4}),
        ("side", {"long": 30, "short": -4}),
        ("weekday", {"Monday": 10, "Tuesday": -4, "Sunday": 0, "Wednesday": 20}),
        ("hour", {"00": 10, "01": -4, "23": 20}),
    ],
)
def test_trades_fall_under_their_own_key(
    name: str, profits: dict[str, float], make_outcome: MakeOutcome, make_trades: MakeTrades
) -> None:
    rows = breakdowns(read(make_outcome(FLAT, trades=make_trades(*ROWS))))[name]
    assert {row.key: row.profit_abs for row in rows if row.trades} == profits


def test_every_weekday_and_hour_is_listed_in_order(make_outcome: MakeOutcome) -> None:
    split = breakdowns(read(make_outcome(FLAT)))
    assert [row.key[:2] for row in split["weekday"]] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    assert [int(row.key) for row in split["hour"]] == list(range(24))
    assert split["enter_tag"] == split["exit_reason"] == split["side"] == ()


def test_months_are_those_of_the_exit_and_carry_the_return_of_the_equity(
    make_outcome: MakeOutcome, make_trades: MakeTrades
) -> None:
    # January ends at 1100, February at 990
    equity = [1000.0] * 30 + [1100.0] + [990.0] * 29
    rows = month_rows(read(make_outcome(equity, trades=make_trades(*ROWS))))
    assert [(row.key, row.trades, row.profit_abs) for row in rows] == [
        ("2024-01", 3, 6.0),
        ("2024-02", 1, 20.0),
    ]
    gains = [row.month_return.value for row in rows if row.month_return is not None]
    assert gains == pytest.approx([0.1, -0.1])


def test_an_exit_as_the_data_ends_belongs_to_its_last_month(
    make_outcome: MakeOutcome, make_trades: MakeTrades
) -> None:
    last = {"profit_abs": 5, "opened_h": 700, "closed_h": 31 * 24}
    rows = month_rows(read(make_outcome([1000.0] * 31, trades=make_trades(last))))
    assert [(row.key, row.trades) for row in rows] == [("2024-01", 1)]


def test_no_candles_have_no_months(make_outcome: MakeOutcome) -> None:
    assert month_rows(read(make_outcome([]))) == ()


def test_a_trade_of_no_known_pair_is_a_defect(
    make_outcome: MakeOutcome, make_trades: MakeTrades
) -> None:
    trades = make_trades({"profit_abs": 1, "pair": 2})
    with pytest.raises(DefectError, match="but there are 2 names"):
        breakdowns(read(make_outcome(FLAT, trades=trades)))


@given(st.data())
def test_every_split_holds_every_trade_once_and_their_order_changes_no_sum(
    make_outcome: MakeOutcome, make_trades: MakeTrades, data: st.DataObject
) -> None:
    row = st.fixed_dictionaries(
        {
            "profit_abs": st.integers(-50, 50),
            "pair": st.integers(0, 1),
            "enter_tag": st.integers(-1, 1),
            "exit_reason": st.integers(0, 2),
            "is_short": st.booleans(),
            "opened_h": st.integers(0, 700),
            "closed_h": st.integers(700, 1400),
        }
    )
    trades = make_trades(*data.draw(st.lists(row, max_size=12)))
    mixed = trades[data.draw(st.permutations(range(len(trades))))] if len(trades) else trades
    here, there = read(make_outcome(FLAT, trades=trades)), read(make_outcome(FLAT, trades=mixed))
    splits = breakdowns(here) | {"month": month_rows(here)}
    for name, rows in (breakdowns(there) | {"month": month_rows(there)}).items():
        assert sum(row.trades for row in rows) == len(trades)
        assert sum(row.profit_abs for row in rows) == trades["profit_abs"].sum()
        assert all(row.trades == row.wins + row.losses + row.draws for row in rows)
        assert [(row.key, row.trades, row.profit_abs, row.largest_win) for row in rows] == [
            (row.key, row.trades, row.profit_abs, row.largest_win) for row in splits[name]
        ]
