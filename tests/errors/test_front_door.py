"""How the command behaves as a process: streams, signals, links, and what it never overwrites."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tidegate.cli.outputs import required

if TYPE_CHECKING:
    from .conftest import FrontDoor

PROGRAM = (sys.executable, "-c", "from tidegate.cli import main; main()")
BACKTEST = ("backtest", "ema-crossover", "-p", "BTC/USDT", "-t", "1h")
UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals, pipes and links")

SLOW = """\
import time
from pathlib import Path
from tidegate.model import Exits, Rules
from tidegate.strategies import Frame, Signals, Strategy

class Slow(Strategy):
    rules = Rules(exits=Exits(stop_ratio=0.05))

    def signals(self, frame: Frame) -> Signals:
        if frame.candles.pair == "BTC/USDT":
            Path("reached").touch()
            time.sleep(60)
        return Signals(enter_long=frame.close > frame.ema(20))
"""


def _process(*words: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own interpreter and program
        [*PROGRAM, *map(str, words)],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
    )


@pytest.mark.parametrize(
    "words",
    [
        ("backtest",),
        ("backtest", "ema-crossover", "--nope"),
        ("backtest", "ema-crossover", "too", "many"),
        ("backtest", "ema-crossover", "--pairs"),
        ("backtest", "ema-crossover", "--seed", "-1"),
        ("backtest", "ema-crossover", "--seed", "x"),
        ("nope",),
        ("data",),
        ("data", "nope"),
        ("data", "generate", "--days", "0"),
        ("strategy", "check"),
        ("lookahead", "ema-crossover", "--samples", "0"),
    ],
)
def test_wrong_usage_ends_with_two_and_no_traceback(
    desk: Path, tidegate: FrontDoor, words: tuple[str, ...]
) -> None:
    before = sorted(desk.rglob("*"))
    done = tidegate(*words)
    assert done.code == 2
    # Not the name behind it: that is how this process was started.
    assert "Usage: " in done.err + done.out or "requires an argument" in done.err
    assert "Traceback" not in done.err + done.out
    assert sorted(desk.rglob("*")) == before


@UNIX
@pytest.mark.parametrize("option", ["--json", "--html", "--csv"])
def test_a_pipe_is_never_replaced_by_a_file(desk: Path, tidegate: FrontDoor, option: str) -> None:
    os.mkfifo(desk / "pipe")
    done = tidegate(*BACKTEST, option, "pipe")
    assert done.code == 2
    assert "a device or a pipe, not a file" in done.err
    assert (desk / "pipe").is_fifo()


@UNIX
def test_a_device_is_never_replaced_by_a_file() -> None:
    # Asked of the check alone: a run that failed it would take the device away.
    with pytest.raises(Exception, match="--json cannot be written") as caught:
        required({"--json": Path("/dev/null")})
    assert "a device or a pipe" in str(caught.value)


@UNIX
def test_a_link_is_followed_and_stays_a_link(desk: Path, tidegate: FrontDoor) -> None:
    (desk / "runs").mkdir()
    (desk / "latest.json").symlink_to("runs/1.json")
    assert tidegate(*BACKTEST, "--json", "latest.json").code == 0
    assert (desk / "latest.json").readlink() == Path("runs/1.json")
    assert json.loads((desk / "runs" / "1.json").read_text())["tidegate_version"]
    (desk / "circle").symlink_to("circle")
    assert tidegate(*BACKTEST, "--json", "circle").code == 2


def test_one_bad_output_stops_the_run_before_the_good_one_is_written(
    desk: Path, tidegate: FrontDoor
) -> None:
    (desk / "folder").mkdir()
    (desk / "old.json").write_text("mine")
    done = tidegate(*BACKTEST, "--json", "old.json", "--csv", "new.csv", "--html", "folder")
    assert done.code == 2
    assert (desk / "old.json").read_text() == "mine"
    assert not (desk / "new.csv").exists()


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="nothing is closed to the administrator"
)
def test_a_closed_folder_is_named_before_the_run(desk: Path, tidegate: FrontDoor) -> None:
    (desk / "closed").mkdir(mode=0o500)
    done = tidegate(*BACKTEST, "--json", "closed/result.json")
    assert done.code == 2
    assert "closed, which may not be written to" in done.err


def test_names_with_spaces_and_other_letters_are_names(desk: Path, tidegate: FrontDoor) -> None:
    done = tidegate(*BACKTEST, "--json", "új mappa/ein Ergebnis – 1.json")
    assert done.code == 0
    assert (desk / "új mappa" / "ein Ergebnis – 1.json").exists()
    assert list((desk / "új mappa").iterdir()) == [desk / "új mappa" / "ein Ergebnis – 1.json"]


@UNIX
def test_control_c_ends_with_130_and_leaves_nothing(desk: Path) -> None:
    (desk / "slow.py").write_text(SLOW)
    words = ("backtest", "slow.py", "-p", "BTC/USDT", "-t", "1h", "--json", "out.json")
    with subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [*PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        while not (desk / "reached").exists():
            assert run.poll() is None, run.communicate()
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate()
    assert run.returncode == 130
    assert out == b""
    assert err.endswith(b"stopped\n")
    assert b"Traceback" not in err
    assert not [path for path in desk.iterdir() if "out.json" in path.name]


@UNIX
def test_a_reader_that_goes_away_is_no_crash_and_costs_no_file(desk: Path) -> None:
    with subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [*PROGRAM, *BACKTEST, "--json", "out.json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()
        err = run.stderr.read()
    assert b"Traceback" not in err
    assert json.loads((desk / "out.json").read_text())


@UNIX
@pytest.mark.parametrize("closed", [1, 2])
def test_a_closed_stream_costs_neither_the_run_nor_its_file(desk: Path, closed: int) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [
            "/bin/sh",
            "-c",
            f'exec "$@" {closed}>&-',
            "sh",
            *PROGRAM,
            *BACKTEST,
            "--json",
            "out.json",
        ],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert not done.stderr
    assert json.loads((desk / "out.json").read_text())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_under_standard_output_is_one_message(desk: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            [*PROGRAM, "strategy", "list"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: the result cannot be written\n  where     standard out")
    assert b"Traceback" not in done.stderr
    assert list(desk.glob("*.part")) == []


def test_a_stream_that_knows_only_ascii_gets_question_marks(desk: Path) -> None:
    done = _process(*BACKTEST, "--csv", "out.csv", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert b"wallet 1,000 ? " in done.stdout
    assert (desk / "out.csv").exists()
    done = _process("backtest", "größer", PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert b"gr??er" in done.stderr


def test_without_a_terminal_nothing_is_coloured_and_no_bar_is_drawn(desk: Path) -> None:
    assert desk.exists()
    done = _process(*BACKTEST)
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout + done.stderr
    assert done.stderr == b""


@pytest.mark.parametrize("columns", [40, 75, 100])
def test_no_figure_is_cut_off_however_narrow_the_terminal(desk: Path, columns: int) -> None:
    done = _process(*BACKTEST, "--json", "r.json", COLUMNS=str(columns), PYTHONIOENCODING="utf-8")
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode()
    assert max(map(len, said.splitlines())) <= columns
    assert "…" not in said
    document = json.loads((desk / "r.json").read_text())
    metrics, (pair,) = document["metrics"], document["breakdowns"]["pair"]
    assert "Max drawdown duration" in said
    for figure in (
        f"{metrics['total_return']:.2%}",
        f"{metrics['max_drawdown']:.2%}",
        f"{metrics['turnover']:.3f}",
        f"{pair['profit_abs']:,.2f}",
        f"{pair['profit_factor']:.2f}",
    ):
        assert figure in said.split()


def test_hostile_names_are_shown_and_not_obeyed(desk: Path, tidegate: FrontDoor) -> None:
    name = "[bold red]x[/] </script><script>alert(1)</script>"
    tag = "[/]=1+1</script>"
    raw = {
        "name": name,
        "description": "[/nothing] {curly} %s",
        "indicators": {},
        "entry_conditions": {
            "long": [
                {"tag": tag, "when": {"indicator1": "close", "operator": ">", "indicator2": 1}}
            ]
        },
        "exit_conditions": {"stop_loss": {"type": "fixed", "value": 0.01}},
    }
    (desk / "hostile.json").write_text(json.dumps(raw))
    words = ("-p", "BTC/USDT", "-t", "1h", "--json", "o.json", "--html", "o.html")
    done = tidegate("backtest", "hostile.json", *words)
    assert done.code == 0, done.err
    assert name in done.out.replace("\n", " ")
    document = json.loads((desk / "o.json").read_text())
    assert document["strategy"]["name"] == name
    assert {trade["enter_tag"] for trade in document["trades"]} == {tag}
    assert "<script>alert" not in (desk / "o.html").read_text()


def test_files_of_others_in_the_data_folder_do_no_harm(
    desk: Path, market: Path, tidegate: FrontDoor
) -> None:
    folder = desk / "mixed"
    folder.mkdir()
    for name in ("notes.txt", "BTC_USDT-1h.feather.bak", "odd-1h.feather", "ÄÖ_USDT-1h.feather"):
        (folder / name).write_text("not candles")
    (folder / "ETH_USDT-5x.feather").mkdir()
    (folder / "BTC_USDT-1h.feather").symlink_to(market / "BTC_USDT-1h.feather")
    assert tidegate(*BACKTEST, "--datadir", "mixed").code == 0
    listed = tidegate("data", "list", "--datadir", "mixed", "--json")
    assert [file["pair"] for file in json.loads(listed.out)] == ["BTC/USDT"]
