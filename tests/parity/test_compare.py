"""What is compared: planted differences are found and told, and equal results have none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from freqtrade.optimize.backtesting import Backtesting
from tests.parity.cases import OPTIONS, SPOT, ZOO
from tests.parity.running import Case, play

from tidegate.freqtrade.parity import Part, compare, compare_figures, same
from tidegate.freqtrade.parity.rules import rule_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.parity.conftest import Folders
    from tests.parity.running import Played

BRIEF = replace(SPOT, days=0.75)
ONE_ULP = 1 + 2.0**-52


@pytest.fixture(scope="module")
def played(folders: Folders, tmp_path_factory: pytest.TempPathFactory) -> Played:
    return _play(folders, tmp_path_factory.mktemp("once"))


def _play(folders: Folders, scratch: Path) -> Played:
    case = Case(strategy="Cooldown", market=BRIEF, options=OPTIONS["guards"])
    return play(
        Backtesting, case, data=folders(BRIEF), strategies=ZOO, scratch=scratch, figures=True
    )


@pytest.fixture
def changed(played: Played) -> dict[str, Any]:
    """Give a copy that may be spoilt."""
    content = dict(played.content)
    content["results"] = content["results"].copy()
    content["results"]["orders"] = [
        [dict(order) for order in orders] for orders in content["results"]["orders"]
    ]
    content["wallet_summary"] = content["wallet_summary"].copy()
    content["locks"] = list(content["locks"])
    return content


def test_two_runs_of_one_program_are_equal(
    played: Played, folders: Folders, tmp_path: Path
) -> None:
    again = _play(folders, tmp_path)
    assert len(played.content["results"]) > 10
    assert len(played.content["locks"]) > 10
    assert compare(played.content, again.content) == []
    assert compare_figures(played.stats, again.stats) == []
    assert played.seen == again.seen


@pytest.mark.parametrize(
    ("column", "spoil", "rule"),
    [
        ("profit_abs", lambda value: value * ONE_ULP, "profit"),
        ("close_rate", lambda value: value * ONE_ULP, "exit"),
        ("open_rate", lambda value: value + 0.01, "entry price"),
        ("stop_loss_abs", lambda value: value + 0.01, "stop"),
        ("funding_fees", lambda _: -0.0, "funding"),
        ("enter_tag", lambda value: f"{value}x", "entry tag"),
        ("min_rate", lambda value: value * ONE_ULP, "extremes"),
        ("amount", lambda value: value + 1e-8, "stake"),
        ("leverage", lambda value: value * 2, "leverage"),
        ("trade_duration", lambda value: value + 1, "exit"),
        ("fee_close", lambda value: value * ONE_ULP, "form"),
    ],
)
def test_the_last_bit_of_each_column_counts(
    played: Played,
    changed: dict[str, Any],
    column: str,
    spoil: Callable[[Any], Any],
    rule: str,
) -> None:
    frame = changed["results"]
    kind = frame[column].dtype
    values = frame[column].tolist()
    values[7] = spoil(values[7])
    frame[column] = pd.Series(values, index=frame.index).astype(kind)
    found = compare(played.content, changed)
    assert [(one.field, one.number) for one in found] == [(column, 8)]
    assert rule in rule_of(found[0]).name


def test_each_column_of_the_results_is_compared(played: Played) -> None:
    for column in played.content["results"].columns:
        frame = played.content["results"].copy()
        values = frame[column].tolist()
        values[3] = "spoilt"
        frame[column] = pd.Series(values, index=frame.index, dtype=object)
        if column in ("pair", "open_timestamp", "close_timestamp", "is_short", "orders"):
            continue
        found = compare(played.content, {**played.content, "results": frame})
        assert column in {one.field for one in found}, column


def test_a_missing_and_an_extra_trade_are_told_apart(
    played: Played, changed: dict[str, Any]
) -> None:
    changed["results"] = changed["results"].drop(index=4).reset_index(drop=True)
    gone = compare(played.content, changed)
    assert [(one.part, one.number) for one in gone] == [(Part.MISSING, 5)]
    more = compare(changed, played.content)
    assert [(one.part, one.number) for one in more] == [(Part.EXTRA, 5)]
    assert rule_of(gone[0]).name == rule_of(more[0]).name == "entry"


def test_the_earliest_difference_comes_first_wherever_it_stands(
    played: Played, changed: dict[str, Any]
) -> None:
    frame = changed["results"]
    places = frame["open_timestamp"].sort_values().index
    first, last = int(places[1]), int(places[-2])
    for place in (first, last):
        frame.loc[place, "enter_tag"] = "spoilt"
    found = compare(played.content, changed)
    assert [one.number for one in found] == [first + 1, last + 1]


def test_orders_are_compared_one_by_one(played: Played, changed: dict[str, Any]) -> None:
    changed["results"].loc[2, "orders"][1]["safe_price"] *= ONE_ULP
    found = compare(played.content, changed)
    assert [(one.part, one.field) for one in found] == [(Part.ORDER, "orders[1].safe_price")]
    changed["results"].loc[2, "orders"].pop()
    found = compare(played.content, changed)
    assert [(one.field, one.freqtrade, one.tidegate) for one in found] == [
        ("number of orders", 2, 1)
    ]


def test_the_order_of_trades_counts(played: Played, changed: dict[str, Any]) -> None:
    frame = changed["results"]
    swapped = [1, 0, *range(2, len(frame))]
    changed["results"] = frame.iloc[swapped].reset_index(drop=True)
    assert [one.part for one in compare(played.content, changed)] == [Part.SEQUENCE]


def test_locks_counters_balance_and_wallet_are_compared(
    played: Played, changed: dict[str, Any]
) -> None:
    changed["locks"].pop()
    changed["rejected_signals"] += 1
    changed["final_balance"] *= ONE_ULP
    changed["wallet_summary"].loc[9, "balance"] += 1e-9
    assert [one.part for one in compare(played.content, changed)] == [
        Part.WALLET,
        Part.LOCK,
        Part.COUNTER,
        Part.BALANCE,
    ]


def test_the_types_of_columns_count_but_for_those_of_numbers(
    played: Played, changed: dict[str, Any]
) -> None:
    changed["results"]["stake_amount"] = 7
    changed["wallet_summary"]["rate"] = changed["wallet_summary"]["rate"].astype(object)
    even = {**played.content, "results": played.content["results"].assign(stake_amount=7.0)}
    found = compare(even, changed)
    assert [one.field for one in found] == ["type of rate in wallet records"]


def test_figures_are_compared_by_their_path(played: Played) -> None:
    name = next(iter(played.stats["strategy"]))
    figures = {**played.stats["strategy"][name], "sharpe": 0.5}
    spoilt = {**played.stats, "strategy": {name: figures}}
    assert [one.field for one in compare_figures(played.stats, spoilt)] == [
        f"strategy.{name}.sharpe"
    ]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (float("nan"), float("nan"), True),
        (0.0, -0.0, False),
        (1, 1.0, True),
        (2**53 + 1, float(2**53), False),
        (True, 1, False),
        (None, float("nan"), False),
        ([1.0, {"a": 2}], [1.0, {"a": 2}], True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, False),
        ([1.0], [1.0, 2.0], False),
    ],
)
def test_what_is_the_same(one: object, other: object, alike: bool) -> None:  # noqa: FBT001 - a column of the table
    assert same(one, other) is alike
