"""Processes that run epochs: however they are started, the same epochs come of them."""

from __future__ import annotations

import json
import multiprocessing
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tidegate.errors import Code, InputError
from tidegate.freqtrade.hyperopt import Recipe, jobs_of, swift
from tidegate.freqtrade.hyperopt.crew import Alone, Workers
from tidegate.freqtrade.hyperopt.epoch import Bench
from tidegate.freqtrade.markets import ASSUMED

from .conftest import options

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.freqtrade.hyperopt import Epoch

FIRST: dict[str, Any] = {
    "buy_calm": True,
    "buy_fall": -0.004,
    "buy_window": 5,
    "sell_line": "fast",
    "sell_rise": 0.01,
}
SECOND = FIRST | {"buy_fall": -0.008, "sell_line": "slow"}


def said(epoch: Epoch) -> dict[str, Any]:
    """Return what is written of an epoch, but for the clock."""
    line: dict[str, Any] = json.loads(epoch.line + "}")
    for name in ("backtest_run_start_ts", "backtest_run_end_ts"):
        line["results_metrics"].pop(name)
    return line


def ask(workers: Workers) -> list[Epoch]:
    """Run an epoch here and one in the other process."""
    workers.begin([dict(FIRST), dict(FIRST)], 100.0)
    return workers.epochs()


def wait_for(workers: Workers) -> None:
    """Let all processes load."""
    patience = threading.Event()
    while not workers.ready:
        patience.wait(0.05)


def test_a_process_runs_the_epoch_that_this_one_would(desk: Path) -> None:
    recipe = Recipe(options(desk, "Tuned"), ASSUMED, swift)
    laboratory = recipe.laboratory()
    laboratory.prepare()
    alone = Alone(Bench(laboratory))
    alone.begin([dict(FIRST), dict(SECOND)], 100.0)
    wanted = [said(epoch) for epoch in alone.epochs()]
    assert wanted[0]["results_metrics"]["total_trades"] > 0
    assert wanted[0]["loss"] != wanted[1]["loss"]
    workers = Workers(laboratory, recipe, 1)
    try:
        workers.begin([dict(FIRST), dict(SECOND)], 100.0)
        assert [said(epoch) for epoch in workers.epochs()] == wanted, "before the other is ready"
        wait_for(workers)
        for _ in range(2):
            workers.begin([dict(FIRST), dict(SECOND)], 100.0)
            assert [said(epoch) for epoch in workers.epochs()] == wanted
            workers.begin([dict(SECOND), dict(FIRST)], 100.0)
            assert [said(epoch) for epoch in workers.epochs()] == wanted[::-1]
        workers.begin([dict(SECOND)], 100.0)
        assert [said(epoch) for epoch in workers.epochs()] == wanted[1:]
    finally:
        workers.dismiss()


def test_what_a_process_refuses_is_refused_here(desk: Path) -> None:
    recipe = Recipe(options(desk, "Failing"), ASSUMED, swift)
    laboratory = recipe.laboratory()
    laboratory.prepare()
    workers = Workers(laboratory, recipe, 1)
    try:
        wait_for(workers)
        workers.begin([dict(FIRST), FIRST | {"buy_window": 20}], 100.0)
        with pytest.raises(InputError) as refused:
            workers.epochs()
    finally:
        workers.dismiss()
    assert refused.value.code == Code.STRATEGY_FAILED
    assert "tuned.py:" in refused.value.where


def test_a_process_that_is_ended_from_outside_is_missed(desk: Path) -> None:
    recipe = Recipe(options(desk, "Tuned"), ASSUMED, swift)
    laboratory = recipe.laboratory()
    laboratory.prepare()
    workers = Workers(laboratory, recipe, 1)
    try:
        wait_for(workers)
        for child in multiprocessing.active_children():
            child.kill()
            child.join()
        with pytest.raises(InputError, match="ended from outside"):
            ask(workers)
    finally:
        workers.dismiss()


def test_the_number_of_processes_is_counted_from_the_cores_down() -> None:
    cores = jobs_of({"hyperopt_jobs": -1})
    assert cores >= 1
    assert jobs_of({}) == cores
    assert jobs_of({"hyperopt_jobs": -2}) == max(cores - 1, 1)
    assert jobs_of({"hyperopt_jobs": -1000}) == 1
    assert jobs_of({"hyperopt_jobs": 3}) == 3
