"""`tidegate trade` with Freqtrade's strategies beside one of ours, stopped and started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from tests.cli.test_trade import COMMAND
from tests.runtime import freqtrade_worlds as made
from tests.runtime.worlds import WIDE

from tidegate.registry import Reader, Wanted, open_database

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import FrontDoor


def config(folder: Path, name: str, **candles: object) -> Path:
    """Write a configuration with an account of that name."""
    document = {
        "account": {"name": name, "wallet": "9000"},
        "database": "paper.sqlite",
        "limits": WIDE,
        "candles": {"source": "replay", "datadir": "data", **candles},
        "strategies": made.parts(),
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def books(folder: Path, account: str) -> list[tuple[object, ...]]:
    """Return what was traded."""
    with open_database(folder / "paper.sqlite") as database:
        if account not in database.accounts():
            return []
        found = Reader(database, account).trades(Wanted(limit=1000)).rows
    return [
        (each.position, each.opened_ns, each.closed_ns, each.amount, each.profit, each.exit_reason)
        for each in found
    ]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_in_the_middle_and_started_again_it_trades_as_if_it_had_not_been(
    tidegate: FrontDoor, tmp_path: Path, how: signal.Signals
) -> None:
    made.strategies(tmp_path)
    made.put(tmp_path / "data", made.market(days=2))
    done = tidegate("trade", "-c", config(tmp_path, "whole"), "--start")
    assert done.code == 0, done.err
    slowly = config(tmp_path, "stopped", speed=7200)
    words = [*COMMAND, "trade", "-c", str(slowly), "--start"]
    with subprocess.Popen(  # noqa: S603 - our own command
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        while process.poll() is None:
            if books(tmp_path, "stopped"):
                break
            time.sleep(0.1)
        process.send_signal(how)
        _, complaints = process.communicate()
    assert process.returncode == (0 if how == signal.SIGINT else -how), complaints
    half = books(tmp_path, "stopped")
    again = tidegate("trade", "-c", config(tmp_path, "stopped"))
    assert again.code == 0, again.err
    whole = books(tmp_path, "whole")
    assert 0 < len(half) < len(whole)
    assert books(tmp_path, "stopped") == whole
    strategies = {str(trade[0]).partition("/")[0] for trade in whole}
    assert strategies == {"Swing", "Dips", "ema-crossover"}
