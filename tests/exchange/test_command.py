"""The command itself, as a process."""

from __future__ import annotations

import ast
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import ccxt
import pytest
from tests.exchange.serving import ask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("exchange-command")

START = [sys.executable, "-c", "from tidegate.cli import main; main()", "exchange"]


@contextmanager
def started(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [*START, *words], stdout=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "100"}
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().split()[-1]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    written = tmp_path / "new" / "local.json"
    faults = tmp_path / "faults.json"
    faults.write_text('[{"fault": "not-found", "next": 1}]', encoding="utf-8")
    words = ["--pairs", "ETH/BTC", "XRP/ETH", "--balance", "BTC=2,ETH=1.5", "--script", str(faults)]
    keys = ["--key", "k1:s1:ann:read+trade", "--key", "k2:s2:bob:read", "--seed", "3"]
    with started(*words, *keys, "--freqtrade-config", str(written)) as (process, url):
        assert process.stdout is not None
        options = next(line for line in process.stdout if line.startswith("ccxt.binance("))
        given = ast.literal_eval(options.removeprefix("ccxt.binance(").rstrip()[:-1])
        client = ccxt.binance(given)
        assert set(client.load_markets()) == {"ETH/BTC", "XRP/ETH"}
        assert client.fetch_balance()["total"]["BTC"] == 2
        config = json.loads(written.read_text(encoding="utf-8"))
        assert config["exchange"]["pair_whitelist"] == ["ETH/BTC", "XRP/ETH"]
        assert config["exchange"]["ccxt_config"]["urls"]["api"]["public"] == f"{url}/api/v3"
        assert ask(f"{url}/_control/faults")[0]["fault"] == "not-found"
        assert set(ask(f"{url}/_control/accounts")) == {"ann", "bob"}
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_a_port_that_is_taken_is_said_to_be() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(  # noqa: S603 - ourselves
            [*START, "--port", str(port), "--pairs", "BTC/USDT"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert "a port that is free" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--port", "99999"], "a port from 0 to 65535"),
        (["--speed", "-1"], "--speed"),
        (["--speed", "nan"], "--speed"),
        (["--balance", "USDT"], "USDT=10000,BTC=0.5"),
        (["--balance", "USDT=-1"], "--balance"),
        (["--balance", "USDT=1e-9"], "--balance"),
        (["--balance", "USDT=NaN"], "--balance"),
        (["--dialect", "binanc"], 'did you mean "binance"?'),
        (["--key", "a:b"], "is not a key"),
        (["--key", "a:b:c:read+fly"], "is not a key"),
        (["--pairs", "BTCUSDT"], "is not a pair"),
        (["--pairs", "BTC/USDT:USDT"], "spot"),
        (["--prices", "none"], "no such data folder"),
        (["--script", "none.json"], "cannot be read"),
    ],
)
def test_what_cannot_be_run_is_said(
    words: list[str],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    from tidegate.cli import main  # noqa: PLC0415 - the front door, in this process

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["tidegate", "exchange", *words])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert says in capsys.readouterr().err
