"""The same words typed for both programs, against one venue: the same archive comes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from freqtrade.data.btanalysis import load_backtest_data, load_backtest_stats
from tests.freqtrade.conftest import ROOT, process
from tests.freqtrade.venue import venue

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = ROOT / "examples" / "freqtrade"
WHEN = {"backtest_run_start_ts", "backtest_run_end_ts"}
"""What tells when a backtest was made, not what came of it."""


def archive(folder: Path, name: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the trades and the other figures of a result."""
    stats = load_backtest_stats(folder)["strategy"][name]
    figures = {key: value for key, value in stats.items() if key not in {"trades", *WHEN}}
    return load_backtest_data(folder), figures


@pytest.mark.parametrize(
    "words",
    [
        ("--timerange", "20240103-20240109", "--enable-protections"),
        ("--stake-amount", "150", "--max-open-trades", "2", "--eps", "--fee", "0.0004"),
    ],
    ids=["protected", "stacked"],
)
def test_both_programs_write_the_same_result(desk: Path, words: tuple[str, ...]) -> None:
    (desk / "user_data" / "theirs").mkdir()  # Freqtrade takes another name for a file's
    with venue() as here:
        (desk / "here.json").write_text(json.dumps({"exchange": here.exchange()}), encoding="utf-8")
        common = (
            *("-c", str(EXAMPLE / "config.json"), "-c", "here.json"),
            *("--strategy-path", str(EXAMPLE / "strategies"), "--userdir", "user_data"),
            *("--breakdown", "week", "--cache", "none", "--export", "trades", *words),
        )
        theirs = subprocess.run(  # noqa: S603 - Freqtrade's own command
            [
                *(sys.executable, "-m", "freqtrade", "backtesting", "-s", "PullbackRider"),
                *(*common, "--backtest-directory", "user_data/theirs"),
            ],
            cwd=desk,
            capture_output=True,
            check=False,
            text=True,
            env=os.environ | {"COLUMNS": "200"},
        )
        assert theirs.returncode == 0, theirs.stderr
        ours = process(
            *("backtest", "PullbackRider", *common, "--backtest-directory", "user_data/ours"),
            cwd=desk,
        )
        assert ours.code == 0, ours.err
    their_trades, their_figures = archive(desk / "user_data" / "theirs", "PullbackRider")
    our_trades, our_figures = archive(desk / "user_data" / "ours", "PullbackRider")
    assert len(their_trades) > 5
    pd.testing.assert_frame_equal(our_trades, their_trades, check_exact=True)
    assert our_figures == their_figures
