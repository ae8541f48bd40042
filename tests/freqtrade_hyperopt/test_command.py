"""The command as it is typed, and what Freqtrade's own commands make of its results."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tidegate.cli import main

from .conftest import PAIRS

if TYPE_CHECKING:
    from pathlib import Path

FREQTRADE = [sys.executable, "-W", "ignore", "-m", "freqtrade"]
TIDEGATE = [sys.executable, "-c", "from tidegate.cli import main; main()"]


def words(desk: Path, *more: str, strategy: str = "Tuned", epochs: int = 6) -> list[str]:
    """Return a command line that searches quickly."""
    return [
        *("hyperopt", strategy, "--userdir", str(desk), "--markets", "assumed"),
        *("--epochs", str(epochs), "--random-state", "42", "--stake", "100"),
        *("--max-open-trades", "2", "-p", *PAIRS, *more),
    ]


def run(command: list[str], *said: str) -> subprocess.CompletedProcess[str]:
    """Run a program by itself."""
    return subprocess.run(  # noqa: S603 - the two programs, with words of our own
        [*command, *said], capture_output=True, text=True, check=False
    )


@pytest.fixture
def searched(desk: Path) -> Path:
    """Search once through the front door, with two processes."""
    loss = ("--hyperopt-loss", "SharpeHyperOptLoss", "--spaces", "buy", "sell", "-j", "2")
    done = run(TIDEGATE, *words(desk, *loss))
    assert done.returncode == 0, done.stderr
    assert "Best result:" in done.stdout
    assert "buy_params = {" in done.stdout
    assert "results:" in done.stderr
    assert str(desk / "strategies" / "tuned.json") in done.stderr
    return desk


def test_freqtrades_own_commands_read_the_results(searched: Path) -> None:
    listed = run(FREQTRADE, "hyperopt-list", "--userdir", str(searched), "--no-color")
    assert listed.returncode == 0, listed.stderr
    assert "Hyperopt results" in listed.stdout
    assert "6/6" in listed.stdout
    assert "Best result:" in listed.stdout
    (path,) = (searched / "hyperopt_results").glob("*.fthypt")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    least = next(n for n, line in enumerate(lines, 1) if not line["is_best"])
    shown = run(
        FREQTRADE,
        *("hyperopt-show", "--userdir", str(searched), "-n", str(least)),
        *("--breakdown", "day", "--disable-param-export", "--no-color"),
    )
    assert shown.returncode == 0, shown.stderr
    metrics = lines[least - 1]["results_metrics"]
    for words_there in ("BACKTESTING REPORT", "DAY BREAKDOWN", "SUMMARY METRICS", "Best trade"):
        assert words_there in shown.stdout
    assert f"{metrics['total_trades']} / {metrics['trades_per_day']}" in shown.stdout


def test_freqtrade_takes_the_parameters_from_the_file_beside_the_strategy(searched: Path) -> None:
    exported = json.loads((searched / "strategies" / "tuned.json").read_text(encoding="utf-8"))
    (path,) = (searched / "hyperopt_results").glob("*.fthypt")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    best = [line for line in lines if line["is_best"]][-1]
    assert exported["params"]["buy"].items() >= best["params_details"]["buy"].items()
    listed = run(FREQTRADE, "list-strategies", "--userdir", str(searched), "--no-color")
    assert "Tuned" in listed.stdout


def test_the_best_parameters_can_be_had_as_json(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = words(desk, "--print-json", "--disable-param-export", "-j", "1", "--print-all")
    loss = ("--hyperopt-loss", "OnlyProfitHyperOptLoss", "--spaces", "buy,sell")
    monkeypatch.setattr(sys, "argv", ["tidegate", *said, *loss])
    with pytest.raises(SystemExit) as end:
        main()
    told = capsys.readouterr()
    assert end.value.code in (None, 0)
    assert {"buy_window", "sell_line"} <= json.loads(told.out)["params"].keys()
    assert "objective" in told.err
    assert not (desk / "strategies" / "tuned.json").exists()


def test_a_search_without_any_trade_says_so(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = words(desk, "--hyperopt-loss", "SharpeHyperOptLoss", "-j", "1", strategy="Idle")
    monkeypatch.setattr(sys, "argv", ["tidegate", *said, "--spaces", "buy"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    assert "none of 6 epochs closed a trade" in capsys.readouterr().err


def test_what_callbacks_raised_is_told_once_for_all_epochs(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = words(desk, "--hyperopt-loss", "SharpeHyperOptLoss", "-j", "2", strategy="Calling")
    monkeypatch.setattr(sys, "argv", ["tidegate", *said, "--spaces", "buy", "sell"])
    with pytest.raises(SystemExit) as end:
        main()
    told = capsys.readouterr().err
    assert end.value.code in (None, 0)
    assert told.count("custom_exit raised") == 1
    assert "tuned.py:" in told
    assert "compiled loop, asking" in told


def test_ctrl_c_keeps_what_is_done(desk: Path) -> None:
    loss = ("--hyperopt-loss", "SharpeHyperOptLoss", "--spaces", "buy", "sell", "-j", "2")
    command = [*TIDEGATE, *words(desk, *loss, epochs=100_000)]
    folder = desk / "hyperopt_results"
    with subprocess.Popen(  # noqa: S603 - as above
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while process.poll() is None and _epochs(folder) < 5:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        said, complaints = process.communicate()
    assert process.returncode == 130, complaints
    assert "Best result:" in said
    assert "stopped after" in complaints
    assert "Traceback" not in complaints
    (path,) = folder.glob("*.fthypt")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["current_epoch"] for line in lines] == list(range(1, len(lines) + 1))
    assert (desk / "strategies" / "tuned.json").exists()


def _epochs(folder: Path) -> int:
    return sum(
        len(path.read_text(encoding="utf-8").splitlines()) for path in folder.glob("*.fthypt")
    )


def test_a_list_of_spaces_ends_where_the_strategy_is_named(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *rest = words(desk, "--hyperopt-loss", "SharpeHyperOptLoss")
    said = [first, *rest[1:], "--spaces", "sell", "buy", "Bare"]
    monkeypatch.setattr(sys, "argv", ["tidegate", *said])
    with pytest.raises(SystemExit):
        main()
    assert "--spaces sell buy" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("strategy", "more", "code"),
    [
        ("Tuned", ("--hyperopt-loss", "SharpLoss"), "unknown-loss"),
        ("Tuned", (), "unknown-loss"),
        ("Tuned", ("--hyperopt-loss", "SharpeHyperOptLoss", "--spaces", "bye"), "unknown-space"),
        ("Bare", ("--hyperopt-loss", "SharpeHyperOptLoss", "--spaces", "buy"), "no-parameters"),
        ("Tuned", ("--hyperopt-loss", "SharpeHyperOptLoss", "--job-workers", "0"), "bad-option"),
        ("Failing", ("--hyperopt-loss", "SharpeHyperOptLoss", "-j", "1"), "strategy-failed"),
        ("Failing", ("--hyperopt-loss", "SharpeHyperOptLoss", "-j", "2"), "strategy-failed"),
        ("ema-crossover", ("--hyperopt-loss", "SharpeHyperOptLoss"), "bad-option"),
    ],
)
def test_a_mistake_ends_in_one_message(
    desk: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    strategy: str,
    more: tuple[str, ...],
    code: str,
) -> None:
    said = words(desk, *more, strategy=strategy)
    monkeypatch.setattr(sys, "argv", ["tidegate", *said])
    with pytest.raises(SystemExit) as end:
        main()
    told = capsys.readouterr()
    assert end.value.code == 2
    assert told.out == ""
    assert f"code      {code}" in told.err
    assert told.err.count("error: ") == 1
    if strategy == "Failing":
        assert "tuned.py:" in told.err
        assert "division by zero" in told.err
