"""`tidegate trade`, and another process that steers it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from tests.runtime.worlds import WIDE

from tidegate.guardrails.breaker import enable, status

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from .conftest import FrontDoor

COMMAND = [sys.executable, "-c", "from tidegate.cli import main; main()"]


def config(desk: Path, **candles: object) -> Path:
    """Write a configuration over the market that lies there."""
    document: dict[str, Any] = {
        "account": {"wallet": "10000"},
        "database": "paper.sqlite",
        "limits": WIDE,
        "candles": {
            "source": "replay",
            "datadir": "user_data/data/sim",
            "timerange": "20240201-20240205",
            **candles,
        },
        "strategies": [
            {"strategy": "ema-crossover", "pairs": ["BTC/USDT", "ETH/USDT"], "timeframe": "5m"}
        ],
    }
    path = desk / "trade.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_replay_is_traded_to_its_end_and_can_be_read(tidegate: FrontDoor, desk: Path) -> None:
    done = tidegate("trade", "-c", config(desk), "--start", "--log", desk / "log.jsonl")
    assert done.code == 0, done.err
    assert "active" in done.out
    lines = [json.loads(line) for line in (desk / "log.jsonl").read_text().splitlines()]
    events = [line["event"] for line in lines]
    assert events[:2] == ["opened", "deposited"]
    assert events[-1] == "ended"
    assert {"approved", "filled", "sampled"} <= set(events)
    orders = [line for line in lines if line["event"] == "approved"]
    assert all(line["correlation"] == line["fact"]["order"]["correlation"] for line in orders)
    read = tidegate("status", "--db", desk / "paper.sqlite", "--json")
    assert read.code == 0, read.err
    assert "paper" in read.out
    assert tidegate("orders", "--db", desk / "paper.sqlite").out.count("/USDT") > 10


def test_an_account_begins_halted_and_says_how_to_start(tidegate: FrontDoor, desk: Path) -> None:
    done = tidegate("trade", "-c", config(desk))
    assert done.code == 0
    assert "halted" in done.out
    assert "tidegate start" in done.err


def test_the_example_can_be_printed(tidegate: FrontDoor) -> None:
    done = tidegate("trade", "--example")
    assert done.code == 0
    assert json.loads(done.out)["account"]["name"] == "paper"


def test_without_a_configuration_it_says_how_to_get_one(tidegate: FrontDoor) -> None:
    done = tidegate("trade")
    assert done.code == 2
    assert "--example" in done.err


def test_the_machine_s_breaker_keeps_it_from_starting(tidegate: FrontDoor, desk: Path) -> None:
    breaker = desk / "user_data" / "state" / "circuit_breaker.json"
    enable(breaker, "maintenance", None, time.time_ns())
    done = tidegate("trade", "-c", config(desk), "--start")
    assert "not started" in done.err
    assert "maintenance" in done.err
    assert status(breaker).active


def test_a_log_that_cannot_be_written_is_refused(tidegate: FrontDoor, desk: Path) -> None:
    for name in ("no/such/folder.jsonl", "."):
        done = tidegate("trade", "-c", config(desk), "--log", desk / name)
        assert done.code == 2
        assert "not-writable" in done.err
        assert "--log" in done.err


def test_a_file_is_no_folder_of_candles(tidegate: FrontDoor, desk: Path) -> None:
    (desk / "file").write_text("")
    done = tidegate("trade", "-c", config(desk, datadir="file"))
    assert done.code == 2
    assert "no such data folder" in done.err


def test_it_names_the_breaker_that_it_heeds(
    tidegate: FrontDoor, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISK_STATE_DIR", str(desk / "state"))
    done = tidegate("trade", "-c", config(desk))
    assert f"the breaker in {desk / 'state' / 'circuit_breaker.json'} is heeded" in done.err
    monkeypatch.setenv("RISK_ALLOW_WHEN_CB", "1")
    assert "is not heeded" in tidegate("trade", "-c", config(desk)).err


def test_ctrl_c_ends_it_and_commands_reach_it(tidegate: FrontDoor, desk: Path) -> None:
    path = config(desk, speed=3600)
    words = [*COMMAND, "trade", "-c", str(path), "--start"]
    with subprocess.Popen(  # noqa: S603 - our own command
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=desk, env=os.environ
    ) as process:
        database = desk / "paper.sqlite"
        while process.poll() is None:
            if "active" in tidegate("status", "--db", database).out:
                break
        answer = tidegate("halt", "--db", database, "--reason", "lunch")
        second = tidegate("trade", "-c", path)
        process.send_signal(signal.SIGINT)
        said, complaints = process.communicate()
    assert process.returncode == 0, complaints
    assert "halted" in answer.out + answer.err
    assert second.code == 2, "a second process on the account has to be refused"
    assert str(process.pid) in second.err
    assert "Traceback" not in complaints
    assert "halted" in said
