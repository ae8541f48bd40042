"""The demonstration, as somebody sees it who runs it: the real exchange, the real trading."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import termios
import time
from fcntl import ioctl
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from tests.cli.test_trade import COMMAND, config

from tidegate.runtime.warming import make_walk_ready

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import FrontDoor

PATIENCE_S = 60.0
FAST = ("--speed", "120")


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    """Compile once, so that no test waits for it while prices come."""
    make_walk_ready()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's folder, who was never here."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def begun(folder: Path, *words: object) -> subprocess.Popen[str]:
    """Begin a demonstration without a terminal."""
    return subprocess.Popen(  # noqa: S603 - this very program
        [*COMMAND, "demo", *map(str, words)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def ended(running: subprocess.Popen[str], how: signal.Signals) -> str:
    """End it; what it says at last."""
    running.send_signal(how)
    said, errors = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 0, errors
    assert "Traceback" not in errors
    return said


def port_of(folder: Path) -> int:
    config = json.loads((folder / "user_data" / "demo" / "trade.json").read_text())
    return int(urlsplit(config["candles"]["url"]).port or 0)


def listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def until(done: Any, what: str) -> None:  # noqa: ANN401 - any question
    end = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def status(tidegate: FrontDoor, folder: Path) -> dict[str, Any]:
    read = tidegate("status", "--db", folder / "user_data" / "demo" / "tidegate.sqlite", "--json")
    assert read.code == 0, read.err
    (found,) = json.loads(read.out)
    assert isinstance(found, dict)
    return found


def test_it_trades_reports_and_carries_on(tidegate: FrontDoor, folder: Path) -> None:
    running = begun(folder, *FAST)
    assert running.stdout is not None
    line = next(line for line in running.stdout if "/USDT  " in line)
    assert re.search("passed|refused: ", line)  # a strategy has asked, and the gate has answered
    said = ended(running, signal.SIGINT)
    assert "orders let through" in said
    assert not listens(port_of(folder))
    page = (folder / "user_data" / "demo" / "report.html").read_text(encoding="utf-8")
    assert "Account demo" in page
    assert "prove nothing" in page
    remembered = folder / "user_data" / "demo" / "exchange.jsonl"
    market, before = remembered.read_text().splitlines()[0], status(tidegate, folder)
    assert before["trading"] == "active"

    def gone_on() -> bool:
        again = tidegate("demo", *FAST, "--for", 3, "--picture", "screen.svg")
        assert again.code == 0, again.err
        after = status(tidegate, folder)
        return bool(after["last"] > before["last"] and after["last_entry"] > before["last_entry"])

    until(gone_on, "the market does not go on where it stopped")
    assert (folder / "screen.svg").read_text(encoding="utf-8").startswith("<svg")
    assert remembered.read_text().splitlines()[0] == market
    checked = tidegate("journal", "--check", "--db", folder / "user_data/demo/tidegate.sqlite")
    assert checked.code == 0, checked.err


def test_another_market_is_refused_and_fresh_begins_anew(tidegate: FrontDoor, folder: Path) -> None:
    place = folder / "user_data" / "demo"
    place.mkdir(parents=True)
    (place / "exchange.jsonl").write_text(
        '{"type":"begun","seed":7,"now_ns":1700000000000000000}\n'
    )
    (place / "mine.txt").write_text("mine")
    refused = tidegate("demo", "--for", 0, "--seed", 8)
    assert refused.code == 2
    assert "another market" in refused.err
    assert "--fresh" in refused.err
    anew = tidegate("demo", "--for", 0, "--seed", 8, "--fresh")
    assert anew.code == 0, anew.err
    assert '"seed":8' in (place / "exchange.jsonl").read_text()
    assert (place / "mine.txt").exists()


def test_a_killed_demo_leaves_no_exchange_behind_and_what_was_halted_stays_so(
    tidegate: FrontDoor, folder: Path
) -> None:
    running = begun(folder, *FAST)
    db = folder / "user_data" / "demo" / "tidegate.sqlite"
    until(lambda: db.exists() and tidegate("halt", "--db", db).code == 0, "nobody obeys")
    port = port_of(folder)
    assert listens(port)
    second = tidegate("demo", "--fresh")
    assert second.code == 2
    assert "runs in this folder already" in second.err
    assert db.exists()
    running.kill()
    running.wait()
    until(lambda: not listens(port), "the exchange goes on by itself")
    running.communicate()
    again = tidegate("demo", *FAST, "--for", 0)
    assert again.code == 0, again.err
    assert status(tidegate, folder)["trading"] == "halted"


@pytest.mark.skipif(shutil.which("ps") is None, reason="nobody here lists processes")
def test_it_ends_with_its_exchange(folder: Path) -> None:
    running = begun(folder)
    assert running.stderr is not None
    assert "trading at" in running.stderr.readline()
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    processes = [line.split() for line in listed.stdout.splitlines()]
    (child,) = [int(pid) for pid, parent in processes if int(parent) == running.pid]
    os.kill(child, signal.SIGKILL)
    said, errors = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 0, errors
    assert "the exchange on this machine has ended" in errors
    assert "report.html" in said


def test_no_number_is_no_speed_and_no_time(tidegate: FrontDoor, folder: Path) -> None:
    for option in ("--speed", "--for"):
        done = tidegate("demo", option, "nan")
        assert done.code == 2
        assert option in done.err
    assert not list(folder.iterdir())


def test_a_file_is_no_folder(tidegate: FrontDoor, folder: Path) -> None:
    (folder / "file").write_text("")
    done = tidegate("demo", "--folder", "file", "--for", 0)
    assert done.code == 2
    assert "file" in done.err


def test_the_backtests_are_still_there(tidegate: FrontDoor, folder: Path) -> None:
    done = tidegate("demo", "--backtests")
    assert done.code == 0, done.err
    assert "Built-in strategies on the made market" in done.out
    reports = list((folder / "user_data" / "reports" / "demo").glob("*.html"))
    assert {"breakout", "ema-crossover"} <= {report.stem for report in reports}


def test_on_a_terminal_it_shows_a_screen_and_ctrl_c_ends_it(folder: Path) -> None:
    running, terminal = on_a_terminal(folder, "demo", *FAST)
    seen = read_until(terminal, "limits used")
    seen += read_until(terminal, "refused this time")
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen += read_until(terminal, "positions")
    os.write(terminal, b"\x03")
    seen += read_until(terminal, "begins anew")
    assert running.wait(PATIENCE_S) == 0
    os.close(terminal)
    assert "BTC/USDT" in seen
    assert "Ctrl-C ends it" in seen
    assert "report.html" in seen
    assert "Traceback" not in seen
    assert not listens(port_of(folder))


def test_any_account_can_be_shown(desk: Path) -> None:
    running, terminal = on_a_terminal(
        desk, "trade", "-c", config(desk, speed=36_000), "--start", "--view"
    )
    seen = read_until(terminal, "limits used")
    seen += read_until(terminal, "[1-9][0-9]* passed, ")
    os.write(terminal, b"\x03")
    seen += read_until(terminal, r"equity +\S+ USDT")  # what it says at its end
    assert running.wait(PATIENCE_S) == 0
    os.close(terminal)
    assert "replay, paper" in seen
    assert "Traceback" not in seen


def on_a_terminal(folder: Path, *words: object) -> tuple[subprocess.Popen[bytes], int]:
    """Run a command on a terminal of its own; what it shows is read from that."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    running = subprocess.Popen(  # noqa: S603 - this very program
        [*COMMAND, *map(str, words)],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color"},
        preexec_fn=lambda: _own_terminal(theirs),  # noqa: PLW1509 - nothing else runs here yet
    )
    os.close(theirs)
    return running, ours


def _own_terminal(terminal: int) -> None:
    """Be the one whom this terminal's Ctrl-C is for."""
    os.setsid()
    ioctl(terminal, termios.TIOCSCTTY, 0)


def read_until(terminal: int, pattern: str) -> str:
    """Return what a terminal is sent until it is sent something like this."""
    seen, end = b"", time.monotonic() + PATIENCE_S
    while not re.search(pattern, seen.decode(errors="replace")):
        assert time.monotonic() < end, seen[-2000:]
        if select.select([terminal], [], [], 1.0)[0]:
            try:
                seen += os.read(terminal, 65_536)
            except OSError:  # nobody is there any more
                break
    return seen.decode(errors="replace")
