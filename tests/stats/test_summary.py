from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegate.stats import METRICS, Unit, as_document, figures, measure
from tidegate.stats.monte_carlo import monte_carlo

if TYPE_CHECKING:
    from tidegate.model import Outcome

    from .conftest import MakeOutcome, MakeTrades

NAMES = [metric.name for metric in METRICS]
HELD = [0.001 + day for day in [0.01, -0.01, 0.01] + [0.0] * 17]  # a tenth of the account + 0.1 %


@pytest.fixture
def pencil(make_outcome: MakeOutcome, make_trades: MakeTrades) -> Outcome:
    """Twenty days: +10 %, -10 %, +10 %, and nothing after the third."""
    equity = [1100.0, 990.0] + [1089.0] * 18
    trades = make_trades(
        {"profit_abs": 100, "profit_ratio": 0.10, "fees_paid": 1, "slippage_paid": 0.5,
         "opened_h": 0, "closed_h": 1, "amount": 2, "open_rate": 100, "close_rate": 150,
         "dubious": True},
        {"profit_abs": -110, "profit_ratio": -0.11, "fees_paid": 2, "slippage_paid": 0.5,
         "opened_h": 24, "closed_h": 28, "is_short": True},
        {"profit_abs": 99, "profit_ratio": 0.099, "fees_paid": 3, "slippage_paid": 0.5,
         "opened_h": 48, "closed_h": 51},
        {"profit_abs": 0, "profit_ratio": 0.0, "fees_paid": 4, "slippage_paid": 0.5,
         "opened_h": 50, "closed_h": 58, "is_short": True},
    )  # fmt: skip
    return make_outcome(
        equity,
        trades=trades,
        hold=1000 * np.cumprod(1 + np.array(HELD)),
        exposure=np.array([550.0, 495.0] + [544.5] * 8 + [0.0] * 10),  # half, for half the time
        rejected_signals=3,
        unaffordable_signals=2,
        timed_out_exits=4,
        lost_at_end=1,
    )


# Daily returns 0.1 -0.1 0.1 and 17 zeros: mean 0.005, squares sum to 0.03.
DAY_S, MEAN = 86400, 0.005
DEVIATION = math.sqrt((0.03 - 20 * MEAN**2) / 19)
HELD_RETURN = 1.011 * 0.991 * 1.011 * 1.001**17 - 1
# Trade profits 100 -110 99 0: mean 22.25, squared deviations sum to 29920.75.
T = 22.25 / math.sqrt(29920.75 / 3) * math.sqrt(4)
ROOT = T / math.sqrt(3)  # Student's t of three degrees of freedom has a closed form in it

BY_HAND: dict[str, float] = {
    "starting_balance": 1000,
    "final_balance": 1089,
    "net_profit": 89,
    "total_return": 0.089,
    "annualised_return": 1.089 ** (365 / 20) - 1,
    "best_day": 0.1,
    "worst_day": -0.1,
    "best_day_abs": 100,
    "worst_day_abs": -110,
    "winning_days": 2,
    "losing_days": 1,
    "flat_days": 17,
    "volatility": DEVIATION * math.sqrt(365),
    "max_drawdown": 0.1,
    "max_drawdown_abs": 110,
    "max_drawdown_duration": 19 * DAY_S,  # from the end of day 1 to the end of the data
    "longest_drawdown": 19 * DAY_S,
    "ulcer_index": math.sqrt((0.1**2 + 18 * 0.01**2) / 20),  # 10 % once, 1089 of 1100 after
    "var_95": -0.005,  # 0.95 of the way from -0.1 to 0
    "cvar_95": -0.1,
    "sharpe": MEAN / DEVIATION * math.sqrt(365),
    "sortino": MEAN / math.sqrt(0.01 / 20) * math.sqrt(365),
    "calmar": (1.089 ** (365 / 20) - 1) / 0.1,
    "omega": 2,
    "recovery_factor": 89 / 110,
    "trades": 4,
    "wins": 2,
    "losses": 1,
    "draws": 1,
    "win_rate": 0.5,
    "profit_factor": 199 / 110,
    "payoff_ratio": 99.5 / 110,
    "expectancy": 22.25,
    "expectancy_ratio": 22.25 / 110,
    "average_profit_ratio": 0.02225,
    "median_profit_ratio": 0.0495,
    "average_win": 99.5,
    "average_loss": -110,
    "largest_win": 100,
    "largest_loss": -110,
    "average_win_ratio": 0.0995,
    "average_loss_ratio": -0.11,
    "largest_win_ratio": 0.1,
    "largest_loss_ratio": -0.11,
    "longest_winning_run": 1,
    "longest_losing_run": 1,
    "long_trades": 2,
    "short_trades": 2,
    "long_profit": 199,
    "short_profit": -110,
    "average_duration": 4 * 3600,  # 1 4 3 8 hours
    "median_duration": 3.5 * 3600,
    "longest_duration": 8 * 3600,
    "average_win_duration": 2 * 3600,
    "average_loss_duration": 4 * 3600,
    "trades_per_day": 0.2,
    "time_in_market": (1 + 4 + 10) / 480,  # the last two overlap
    "average_exposure": 0.25,
    "turnover": 500 / ((1100 + 990 + 18 * 1089) / 20),  # 2 bought at 100 and sold at 150
    "fees_paid": 10,
    "slippage_paid": 2,
    "hold_return": HELD_RETURN,
    "outperformance": 0.089 - HELD_RETURN,
    "alpha": (MEAN - 10 * (MEAN / 10 + 0.001)) * 365,
    "beta": 10,
    "sqn": T,
    "p_value": 1 - 2 / math.pi * (math.atan(ROOT) + ROOT / (1 + ROOT**2)),
    "dubious_trades": 1,
    "rejected_signals": 3,
    "unaffordable_signals": 2,
    "timed_out_exits": 4,
    "lost_at_end": 1,
}


def test_every_metric_of_the_pencil_outcome(pencil: Outcome) -> None:
    found = {name: figure.value for name, figure in figures(pencil).items()}
    assert found == pytest.approx(BY_HAND)
    assert list(found) == NAMES == list(BY_HAND)


def test_measuring_everything_includes_the_figures_alone(pencil: Outcome) -> None:
    assert measure(pencil, paths=10).figures == figures(pencil)


def test_the_trades_drawn_again_are_those_of_the_outcome(pencil: Outcome) -> None:
    profits, stakes = pencil.trades["profit_abs"].copy(), pencil.trades["stake"].copy()
    drawn = monte_carlo(profits, stakes, wallet=1000.0, paths=20, seed=9)
    assert measure(pencil, paths=20, seed=9).monte_carlo == drawn


def test_measuring_twice_gives_the_same_document(pencil: Outcome) -> None:
    assert as_document(measure(pencil, seed=5)) == as_document(measure(pencil, seed=5))


def test_without_trades_or_movement_every_gap_has_its_own_reason(make_outcome: MakeOutcome) -> None:
    document: Any = as_document(measure(make_outcome([1000.0] * 30)))
    reasons = document["undefined"]
    assert reasons["sharpe"] == "the equity never moved"
    assert reasons["sortino"] == reasons["omega"] == "no losing day"
    assert reasons["calmar"] == reasons["recovery_factor"] == "no drawdown"
    assert reasons["win_rate"] == reasons["sqn"] == reasons["average_duration"] == "no trades"
    assert reasons["beta"] == "the benchmark does not move"
    assert reasons["long_profit"] == "no long trade"
    assert document["monte_carlo"]["undefined"] == "no trades"
    # what is nothing in fact stays a number
    for name in ("total_return", "max_drawdown", "volatility", "fees_paid", "time_in_market"):
        assert document["metrics"][name] == 0.0


def test_without_candles_there_is_a_document_all_the_same(make_outcome: MakeOutcome) -> None:
    document: Any = as_document(measure(make_outcome([])))
    assert document["undefined"]["max_drawdown"] == "no candles"
    assert document["undefined"]["sharpe"] == "fewer than two days"
    assert document["drawdowns"] == document["monthly"] == []
    assert document["equity"]["equity"] == [1000.0]
    json.dumps(document, allow_nan=False)


def test_the_document_by_hand(pencil: Outcome) -> None:
    document: Any = as_document(measure(pencil, seed=3, paths=50))
    assert list(document) == [
        "currency", "metrics", "undefined", "breakdowns", "drawdowns", "monthly",
        "distribution", "monte_carlo", "equity",
    ]  # fmt: skip
    assert document["currency"] == "USDT"
    assert document["undefined"] == {}
    assert document["drawdowns"] == [
        {
            "start": "2024-01-02T00:00:00Z",
            "trough": "2024-01-03T00:00:00Z",
            "recovery": None,
            "depth": pytest.approx(0.1),
            "depth_abs": pytest.approx(110.0),
            "length_s": 19 * DAY_S,
            "to_trough_s": DAY_S,
        }
    ]
    (year,) = document["monthly"]
    assert year["year"] == 2024
    assert year["return"] == pytest.approx(0.089)
    assert year["months"] == [pytest.approx(0.089)] + [None] * 11
    assert year["undefined"] == {str(month): "outside the test" for month in range(2, 13)}
    (month,) = document["breakdowns"]["month"]
    assert month == {
        "key": "2024-01", "trades": 4, "wins": 2, "losses": 1, "draws": 1, "win_rate": 0.5,
        "profit_abs": 89.0, "profit_ratio_sum": pytest.approx(0.089),
        "profit_ratio_mean": pytest.approx(0.02225), "profit_factor": pytest.approx(199 / 110),
        "average_duration_s": 14400.0, "largest_win": 100.0, "largest_loss": -110.0,
        "fees": 10.0, "return": pytest.approx(0.089), "undefined": {},
    }  # fmt: skip
    assert document["breakdowns"]["pair"][1]["undefined"]["win_rate"] == "no trades"
    assert "return" not in document["breakdowns"]["pair"][0]
    assert document["monte_carlo"]["paths"] == 50
    assert document["monte_carlo"]["seed"] == 3
    assert len(document["monte_carlo"]["fan"]["p50"]) == len(
        document["monte_carlo"]["fan"]["trade"]
    )
    assert document["equity"]["time_s"][:2] == [1704067200, 1704067200 + DAY_S]


def test_a_benchmark_with_gaps_is_drawn_with_gaps(make_outcome: MakeOutcome) -> None:
    outcome = make_outcome([1000, 1100], hold=np.array([np.nan, 1200.0]))
    document: Any = as_document(measure(outcome))
    assert document["equity"]["hold"] == [1000.0, None, 1200.0]
    assert document["undefined"]["beta"] == "the benchmark has no value on some days"


def every_value(part: object) -> list[object]:
    """Unfold a document into its leaves."""
    if isinstance(part, dict):
        return [leaf for value in part.values() for leaf in every_value(value)]
    if isinstance(part, list):
        return [leaf for value in part for leaf in every_value(value)]
    return [part]


profit_rows = st.lists(
    st.fixed_dictionaries(
        {
            "profit_abs": st.integers(-400, 400),
            "pair": st.integers(0, 1),
            "opened_h": st.integers(0, 40),
            "closed_h": st.integers(40, 90),
            "is_short": st.booleans(),
        }
    ),
    max_size=8,
)
equities = st.lists(st.integers(-50, 3000), max_size=60)


@settings(max_examples=150)
@given(rows=profit_rows, equity=equities)
def test_a_document_holds_plain_values_only_and_a_reason_for_every_gap(
    make_outcome: MakeOutcome,
    make_trades: MakeTrades,
    rows: list[dict[str, float]],
    equity: list[float],
) -> None:
    outcome = make_outcome(equity, trades=make_trades(*rows))
    document: Any = as_document(measure(outcome, paths=20))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert {type(leaf) for leaf in every_value(document)} <= {int, float, str, bool, type(None)}
    assert list(document["metrics"]) == NAMES
    gaps = {name for name, value in document["metrics"].items() if value is None}
    assert gaps == set(document["undefined"])
    for rows_of in document["breakdowns"].values():
        for row in rows_of:
            assert {name for name, value in row.items() if value is None} == set(row["undefined"])


CURRENCY = {metric.name for metric in METRICS if metric.unit is Unit.CURRENCY}


@given(
    rows=profit_rows,
    equity=st.lists(st.integers(100, 3000), min_size=1, max_size=60),
    factor=st.sampled_from([0.001, 0.5, 7.0, 1e6]),
)
def test_other_money_scales_what_is_in_currency_and_leaves_the_rest(
    make_outcome: MakeOutcome,
    make_trades: MakeTrades,
    rows: list[dict[str, float]],
    equity: list[float],
    factor: float,
) -> None:
    held = 1000.0 + 50 * (np.arange(len(equity)) % 7)
    small = figures(make_outcome(equity, trades=make_trades(*rows), hold=held))
    trades = make_trades(*rows)
    trades["profit_abs"] *= factor
    trades["stake"] *= factor
    values = [value * factor for value in equity]
    large = figures(make_outcome(values, wallet=1000 * factor, trades=trades, hold=held * factor))
    for name, figure in small.items():
        assert large[name].why == figure.why
        if figure.value is not None:
            scaled = figure.value * (factor if name in CURRENCY else 1.0)
            close = pytest.approx(scaled, rel=1e-6, abs=1e-9 * min(factor, 1.0))
            assert large[name].value == close, name


@given(equity=st.lists(st.integers(600, 1500), min_size=30, max_size=60))
def test_calmar_agrees_with_a_plain_reading_of_its_formula(
    make_outcome: MakeOutcome, equity: list[int]
) -> None:
    high, deepest = 1000.0, 0.0
    for value in equity:
        high = max(high, value)
        deepest = max(deepest, (high - value) / high)
    growth = (equity[-1] / 1000) ** (365 / len(equity)) - 1
    found = figures(make_outcome([float(value) for value in equity]))["calmar"]
    if deepest:
        assert found.value == pytest.approx(growth / deepest)
    else:
        assert found.why == "no drawdown"


def test_names_are_unique_and_every_meaning_is_a_sentence() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert len({metric.title for metric in METRICS}) == len(METRICS)
    for metric in METRICS:
        assert metric.meaning[0].isupper()
        assert metric.meaning.endswith(".")
        assert metric.meaning.count(". ") == 0


def test_a_group_is_shown_in_one_piece() -> None:
    shown = [metric.group for metric in METRICS]
    starts = [group for n, group in enumerate(shown) if n == 0 or shown[n - 1] is not group]
    assert len(starts) == len(set(starts))
