"""Freqtrade's result files, read by Freqtrade itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

from freqtrade.data.btanalysis import load_backtest_data, load_backtest_stats
from tests.freqtrade.conftest import strategy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.freqtrade.conftest import FrontDoor

RUN = ("backtest", "Mean", "--markets", "assumed")


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_written_where_nothing_is_asked_for(desk: Path, tidegate: FrontDoor) -> None:
    assert tidegate(*RUN).code == 0
    assert not (desk / "user_data" / "backtest_results").exists()


def test_freqtrade_shows_a_result_of_ours(desk: Path, tidegate: FrontDoor) -> None:
    done = tidegate(*RUN, "--export", "trades", "--notes", "a note", "--json", "result.json")
    assert done.code == 0, done.err
    folder = desk / "user_data" / "backtest_results"
    archive, meta = (next(folder.glob(f"*.{ending}")) for ending in ("zip", "meta.json"))
    assert f"written: {archive}" in done.out
    assert written(folder) == sorted([".last_result.json", archive.name, meta.name])
    shown = subprocess.run(
        [sys.executable, "-m", "freqtrade", "backtesting-show", "--userdir", "user_data"],
        cwd=desk,
        capture_output=True,
        check=False,
        text=True,
        env=os.environ | {"COLUMNS": "200"},
    )
    assert shown.returncode == 0, shown.stderr
    assert "Result for strategy Mean" in shown.stdout
    document = json.loads((desk / "result.json").read_text(encoding="utf-8"))
    trades = document["trades"]
    assert f"{len(trades)} / " in shown.stdout
    assert f"{document['metrics']['total_return']:.2%}" in shown.stdout
    assert json.loads(meta.read_text(encoding="utf-8"))["Mean"]["notes"] == "a note"


def test_freqtrade_loads_the_trades_of_a_result_of_ours(desk: Path, tidegate: FrontDoor) -> None:
    assert tidegate(*RUN, "--backtest-directory", "mine", "--json", "result.json").code == 0
    trades = load_backtest_data(desk / "mine")
    ours = json.loads((desk / "result.json").read_text(encoding="utf-8"))["trades"]
    assert len(trades) == len(ours) > 0
    key = ["pair", "open_rate", "profit_abs"]
    theirs = sorted(trades[key].itertuples(index=False, name=None))
    assert theirs == sorted(tuple(one[name] for name in key) for one in ours)
    stats = load_backtest_stats(desk / "mine")
    assert stats["strategy"]["Mean"]["total_trades"] == len(ours)
    assert stats["metadata"]["Mean"]["run_id"]


def test_an_archive_holds_the_strategy_and_its_configuration(
    desk: Path, tidegate: FrontDoor
) -> None:
    assert tidegate(*RUN, "--export", "trades").code == 0
    (archive,) = (desk / "user_data" / "backtest_results").glob("*.zip")
    with zipfile.ZipFile(archive) as opened:
        names = {name.removeprefix(archive.stem) for name in opened.namelist()}
        kept = opened.read(f"{archive.stem}_Mean.py").decode()
    assert {".json", "_config.json", "_Mean.py", "_market_change.feather"} <= names
    assert "_Mean_wallet.feather" in names
    assert kept == strategy()


def test_signals_are_exported_too_where_they_are_asked_for(desk: Path, tidegate: FrontDoor) -> None:
    done = tidegate(*RUN, "--export", "signals")
    assert done.code == 0, done.err
    assert "Freqtrade's own loop: rejected signals are to be exported" in done.out
    (archive,) = (desk / "user_data" / "backtest_results").glob("*.zip")
    with zipfile.ZipFile(archive) as opened:
        assert f"{archive.stem}_signals.pkl" in opened.namelist()


def test_a_result_is_taken_over_only_where_that_is_asked_for(
    desk: Path, tidegate: FrontDoor
) -> None:
    words = (*RUN, "--timerange", "20240102-20240105", "--cache", "day", "--export", "trades")
    first, again = tidegate(*words), tidegate(*words)
    assert first.code == again.code == 0
    assert "taken over from an earlier result" not in first.out
    assert "taken over from an earlier result" in again.out
    assert len(list((desk / "user_data" / "backtest_results").glob("*.zip"))) == 1
    file = desk / "user_data" / "strategies" / "mean.py"
    file.write_text(file.read_text(encoding="utf-8") + "\n# another\n", encoding="utf-8")
    assert "taken over from an earlier result" not in tidegate(*words).out


def test_several_strategies_share_one_archive(desk: Path, tidegate: FrontDoor) -> None:
    other = desk / "user_data" / "strategies" / "other.py"
    other.write_text(strategy("Other"), encoding="utf-8")
    words = ("--strategy-list", "Mean", "Other", "--export", "trades", "--markets", "assumed")
    assert tidegate("backtest", *words).code == 0
    stats = load_backtest_stats(desk / "user_data" / "backtest_results")
    assert list(stats["strategy"]) == ["Mean", "Other"]
    assert [one["key"] for one in stats["strategy_comparison"]] == ["Mean", "Other"]


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_run(
    desk: Path, tidegate: FrontDoor
) -> None:
    (desk / "taken").write_text("", encoding="utf-8")
    done = tidegate(*RUN, "--backtest-directory", "taken")
    assert done.code == 2
    assert "--backtest-directory cannot be written" in done.err
    assert done.out == ""
