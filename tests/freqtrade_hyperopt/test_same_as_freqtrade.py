"""For the same seed, the same epochs: parameters, trades, figures and losses of real Freqtrade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Line, Program, Searched

SECONDS = ("backtest_run_start_ts", "backtest_run_end_ts")
FEW = ("pair", "close_date", "profit_ratio", "profit_abs")


def told(line: Line) -> Line:
    """Leave out the clock."""
    metrics = {key: value for key, value in line["results_metrics"].items() if key not in SECONDS}
    return line | {"results_metrics": metrics}


def short(line: Line) -> Line:
    """Leave of each trade what is kept of epochs that were not the best."""
    trades = [{key: trade[key] for key in FEW} for trade in line["results_metrics"]["trades"]]
    return line | {"results_metrics": line["results_metrics"] | {"trades": trades}}


def whole(line: Line) -> bool:
    """Tell whether an epoch's trades are all there; without any they are."""
    return all("orders" in trade for trade in line["results_metrics"]["trades"])


def require_same(ours: Searched, theirs: Searched) -> None:
    assert len(ours.lines) == len(theirs.lines) > 0
    for own, other in zip(ours.lines, theirs.lines, strict=True):
        wanted = other if whole(own) else short(other)
        assert whole(own) or not own["is_best"]
        require_equal(told(own), told(wanted), f"epoch {own['current_epoch']}")
        assert list(own) == list(other)
        assert list(own["results_metrics"]) == list(other["results_metrics"])
    if ours.exported is None or theirs.exported is None:
        assert ours.exported is theirs.exported
        return
    assert ours.exported["params"] == theirs.exported["params"]
    assert ours.exported["strategy_name"] == theirs.exported["strategy_name"]


def require_equal(own: Any, other: Any, where: str) -> None:  # noqa: ANN401 - any JSON
    """Compare value by value, and say where they part; a NaN is equal to a NaN."""
    if isinstance(own, dict) and isinstance(other, dict):
        assert own.keys() == other.keys(), where
        for key in own:
            require_equal(own[key], other[key], f"{where}/{key}")
    elif isinstance(own, list) and isinstance(other, list):
        assert len(own) == len(other), where
        for number, (one, two) in enumerate(zip(own, other, strict=True)):
            require_equal(one, two, f"{where}/{number}")
    else:
        same = own == other or (own != own and other != other)  # noqa: PLR0124 - NaN
        assert same, f"{where}: {own!r} and {other!r}"
        assert isinstance(own, bool) == isinstance(other, bool), where


def require_traded(searched: Searched, *, least: int = 100) -> None:
    """Refuse a comparison that compared nothing."""
    assert sum(line["results_metrics"]["total_trades"] for line in searched.lines) > least
    assert any(line["is_best"] for line in searched.lines)


def test_the_epochs_of_two_generations_are_freqtrades(
    desk: Path, tidegate_search: Program, freqtrade_search: Program
) -> None:
    theirs = freqtrade_search(desk, "Tuned", epochs=36)
    ours = tidegate_search(desk, "Tuned", epochs=36)
    require_same(ours, theirs)
    require_traded(ours)
    assert not ours.lines[-1]["is_initial_point"]


@pytest.mark.parametrize(
    "loss",
    ["SortinoHyperOptLossDaily", "MaxDrawDownPerPairHyperOptLoss", "MultiMetricHyperOptLoss"],
)
def test_epochs_are_judged_as_freqtrade_judges_them(
    desk: Path, tidegate_search: Program, freqtrade_search: Program, loss: str
) -> None:
    theirs = freqtrade_search(desk, "Tuned", epochs=4, hyperopt_loss=loss)
    ours = tidegate_search(desk, "Tuned", epochs=4, hyperopt_loss=loss)
    require_same(ours, theirs)
    assert len({line["loss"] for line in ours.lines}) > 1


@pytest.mark.parametrize(
    ("strategy", "spaces"),
    [
        ("Tuned", ["all"]),
        ("Tuned", ["taste"]),
        ("Guarded", ["all"]),
        ("Guarded", ["default"]),
        ("Guarded", ["trailing", "trades"]),
        ("Guarded", ["protection", "roi"]),
    ],
    ids=str,
)
def test_each_space_is_searched_as_freqtrade_searches_it(
    desk: Path,
    tidegate_search: Program,
    freqtrade_search: Program,
    strategy: str,
    spaces: list[str],
) -> None:
    ignored = {"hyperopt_ignore_missing_space": True}
    theirs = freqtrade_search(desk, strategy, epochs=6, spaces=spaces, **ignored)
    ours = tidegate_search(desk, strategy, epochs=6, spaces=spaces, **ignored)
    require_same(ours, theirs)
    require_traded(ours, least=20)


def test_what_was_tried_before_is_left_out_as_freqtrade_leaves_it_out(
    desk: Path, tidegate_search: Program, freqtrade_search: Program
) -> None:
    theirs = freqtrade_search(desk, "Narrow", epochs=12, spaces=["buy"])
    ours = tidegate_search(desk, "Narrow", epochs=12, spaces=["buy"])
    require_same(ours, theirs)
    assert len(ours.lines) == 6  # 3 windows, calm or not
    assert ours.found is not None
    assert ours.found.skipped == 6


def test_indicators_are_computed_for_each_epoch_where_that_is_asked_for(
    desk: Path, tidegate_search: Program, freqtrade_search: Program
) -> None:
    theirs = freqtrade_search(desk, "Anew", epochs=5, analyze_per_epoch=True)
    ours = tidegate_search(desk, "Anew", epochs=5, analyze_per_epoch=True)
    require_same(ours, theirs)
    once = tidegate_search(desk, "Anew", epochs=5)
    trades = [line["results_metrics"]["total_trades"] for line in ours.lines]
    assert trades != [line["results_metrics"]["total_trades"] for line in once.lines]


def test_callbacks_read_the_parameters_of_their_epoch(
    desk: Path, tidegate_search: Program, freqtrade_search: Program
) -> None:
    theirs = freqtrade_search(desk, "Calling", epochs=5)
    ours = tidegate_search(desk, "Calling", epochs=5)
    require_same(ours, theirs)
    require_traded(ours, least=30)
    reasons = {
        line["key"] for one in ours.lines for line in one["results_metrics"]["exit_reason_summary"]
    }
    assert {"old", "trailing_stop_loss"} <= reasons


def test_one_worker_carries_what_a_strategy_keeps_from_epoch_to_epoch(
    desk: Path, tidegate_search: Program, freqtrade_search: Program
) -> None:
    theirs = freqtrade_search(desk, "Keeping", epochs=5)
    ours = tidegate_search(desk, "Keeping", epochs=5)
    require_same(ours, theirs)


def test_several_workers_begin_each_epoch_with_a_fresh_strategy(
    desk: Path, tidegate_search: Program, freqtrade_search: Program
) -> None:
    theirs = freqtrade_search(desk, "Keeping", epochs=7, hyperopt_jobs=2)
    ours = tidegate_search(desk, "Keeping", epochs=7, hyperopt_jobs=2)
    require_same(ours, theirs)
    alone = tidegate_search(desk, "Keeping", epochs=7)
    assert [line["loss"] for line in alone.lines] != [line["loss"] for line in ours.lines]


def test_too_few_trades_are_the_worst_there_is(
    desk: Path, tidegate_search: Program, freqtrade_search: Program
) -> None:
    theirs = freqtrade_search(desk, "Tuned", epochs=8, hyperopt_min_trades=20)
    ours = tidegate_search(desk, "Tuned", epochs=8, hyperopt_min_trades=20)
    require_same(ours, theirs)
    assert 1 <= sum(line["loss"] == 100_000 for line in ours.lines) < 8


def test_epochs_without_trades_are_written_as_freqtrade_writes_them(
    desk: Path, tidegate_search: Program, freqtrade_search: Program
) -> None:
    theirs = freqtrade_search(desk, "Idle", epochs=3)
    ours = tidegate_search(desk, "Idle", epochs=3)
    require_same(ours, theirs)
    assert ours.found is not None
    assert ours.found.best is None


def test_it_stops_early_where_freqtrade_does(
    desk: Path, tidegate_search: Program, freqtrade_search: Program
) -> None:
    theirs = freqtrade_search(desk, "Tuned", epochs=40, early_stop=20, spaces=["sell"])
    ours = tidegate_search(desk, "Tuned", epochs=40, early_stop=20, spaces=["sell"])
    require_same(ours, theirs)
    assert ours.found is not None
    assert ours.found.stopped_early
    assert len(ours.lines) < 40
