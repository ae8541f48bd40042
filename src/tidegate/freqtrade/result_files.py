"""Freqtrade's own result files, written by Freqtrade, so that its tools and FreqUI read them."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from freqtrade.data.metrics import combined_dataframes_with_rel_mean
from freqtrade.optimize.optimize_reports import store_backtest_results

from tidegate.freqtrade.quiet import heard

if TYPE_CHECKING:
    from tidegate.freqtrade.running import Run

__all__ = ["store"]


def store(run: Run) -> Path | None:
    """Write a run's result as Freqtrade does; the path of the archive, None without a run.

    The files are written aside and moved into place, the archive last but for the note of
    which one is the latest.
    """
    if run.span is None:
        return None
    backtesting = run.backtesting
    folder: Path = backtesting.config["exportdirectory"]
    folder.mkdir(parents=True, exist_ok=True)
    contents = backtesting.all_bt_content
    with heard(), tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as aside:
        archive = store_backtest_results(
            backtesting.config | {"exportdirectory": Path(aside)},
            run.results,
            datetime.now(UTC).strftime("%Y-%m-%d_%H-%M-%S"),
            market_change_data=combined_dataframes_with_rel_mean(run.candles, *run.span),
            analysis_results=backtesting.analysis_results,
            wallet_summary={
                name: content["wallet_summary"]
                for name, content in contents.items()
                if "wallet_summary" in content
            },
            strategy_files={ran.name: ran.strategy.__file__ for ran in run.strategies},
        )
        parts = sorted(Path(aside).iterdir(), key=lambda path: path.name.startswith(".last"))
        for part in parts:
            part.replace(folder / part.name)
    return folder / Path(archive).name
