"""One search in one of the two programs: its seconds, and what each epoch came to.

Both get the same command line, candles, seed and answer about the markets. Loading and
indicators are timed by themselves. Prints one JSON line.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from freqtrade.enums import RunMode
from freqtrade.optimize.hyperopt import Hyperopt
from freqtrade.resolvers import ExchangeResolver

from tidegate.freqtrade.configuration import Options, load_configuration
from tidegate.freqtrade.hyperopt import Recipe, search, swift
from tidegate.freqtrade.markets import ASSUMED, offered
from tidegate.kernel import make_ready

HERE = Path(__file__).parent


def options(scratch: Path, datadir: str, epochs: int, jobs: int, pairs: list[str]) -> Options:
    """Return what both programs are asked for."""
    return Options(
        strategy="Tuned",
        strategy_path=HERE / "strategies",
        user_data_dir=scratch,
        datadir=Path(datadir),
        pairs=tuple(pairs),
        stake_amount="100",
        max_open_trades=3,
        fee=0.001,
        dry_run_wallet=1000.0,
        extra={
            "epochs": epochs,
            "spaces": ["buy", "sell"],
            "hyperopt_loss": "SharpeHyperOptLoss",
            "hyperopt_jobs": jobs,
            "hyperopt_random_state": 42,
            "hyperopt_min_trades": 1,
            "disableparamexport": True,
        },
    )


def ours(asked: Options) -> dict[str, Any]:
    """Search with Tidegate."""
    recipe = Recipe(asked, ASSUMED, swift)
    begun = time.perf_counter()
    laboratory = recipe.laboratory()
    laboratory.prepare()
    ready = time.perf_counter()
    found = search(laboratory, recipe, lambda _epoch, _place: None)
    done = time.perf_counter()
    return {"prepare": ready - begun, "epochs": done - ready, "path": str(found.path)}


def theirs(asked: Options) -> dict[str, Any]:
    """Search with Freqtrade."""
    config = load_configuration(asked, runmode=RunMode.HYPEROPT)
    exchange = offered(config, ASSUMED)
    ExchangeResolver.load_exchange = lambda *_, **__: exchange
    begun = time.perf_counter()
    hyperopt = Hyperopt(config)
    ready = 0.0
    prepare = hyperopt.hyperopter.prepare_hyperopt

    def prepared() -> None:
        nonlocal ready
        prepare()
        ready = time.perf_counter()

    hyperopt.hyperopter.prepare_hyperopt = prepared
    hyperopt.start()
    done = time.perf_counter()
    return {"prepare": ready - begun, "epochs": done - ready, "path": str(hyperopt.results_file)}


def main(program: str, datadir: str, epochs: int, jobs: int, pairs: list[str]) -> None:
    """Search, and read what was written."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    make_ready()
    with TemporaryDirectory() as scratch:
        for folder in ("hyperopt_results", "hyperopts", "strategies"):
            (Path(scratch) / folder).mkdir()
        asked = options(Path(scratch), datadir, epochs, jobs, pairs)
        said = ours(asked) if program == "tidegate" else theirs(asked)
        lines = Path(said.pop("path")).read_text(encoding="utf-8").splitlines()
    seen = []
    for line in lines:
        epoch = json.loads(line)
        trades = epoch["results_metrics"]["total_trades"]
        seen.append([epoch["params_dict"], epoch["loss"], trades, epoch["total_profit"]])
    print(json.dumps({**said, "seen": seen}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])
