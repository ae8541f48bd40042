"""`tidegate backtest` of a Freqtrade strategy, as a user types it."""

from __future__ import annotations

import csv
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from pyarrow import feather
from tests.freqtrade.conftest import ENTRY, PROGRAM, ROOT, process, strategy

from tidegate.errors import Code

if TYPE_CHECKING:
    from pathlib import Path

    from tests.freqtrade.conftest import FrontDoor

ASSUMED = ("--markets", "assumed")
EXAMPLE = ROOT / "examples" / "freqtrade"
WITHOUT = """\
import sys
import time
sys.modules["freqtrade"] = None
from tidegate.cli import main
main()
"""


def put(desk: Path, text: str, name: str = "mean.py") -> Path:
    file = desk / "user_data" / "strategies" / name
    file.write_text(text, encoding="utf-8")
    return file


def result(tidegate: FrontDoor, desk: Path, *words: object) -> dict[str, Any]:
    done = tidegate("backtest", *words, *ASSUMED, "--json", "result.json")
    assert done.code == 0, done.err
    document: dict[str, Any] = json.loads((desk / "result.json").read_text(encoding="utf-8"))
    return document


def test_a_name_and_a_folder_of_strategies_and_candles_are_enough(
    desk: Path, tidegate: FrontDoor
) -> None:
    assert desk.is_dir()
    done = tidegate("backtest", "Mean", *ASSUMED)
    assert done.code == 0, done.err
    assert "Mean  on BTC/USDT, ETH/USDT, 5m, spot, 2024-01-01 to 2024-01-10" in done.out
    assert "wallet 1,000 → " in done.out
    assert "stake unlimited, 2 slots; fee 0.100% a side" in done.out
    assert "prices are not recorded ones" in done.out
    assert "compiled loop: the strategy has no callbacks" in done.out


def test_the_name_may_be_an_option_and_is_given_once(desk: Path, tidegate: FrontDoor) -> None:
    assert desk.is_dir()
    done = tidegate("backtest", "-s", "Mean", *ASSUMED)
    assert done.code == 0, done.err
    assert "Mean  on" in done.out
    twice = tidegate("backtest", "Mean", "-s", "Mean", *ASSUMED)
    assert twice.code == 2
    assert "named once" in twice.err
    nothing = tidegate("backtest", *ASSUMED)
    assert nothing.code == 2
    assert "--strategy-list" in nothing.err


def test_a_process_says_the_same_and_nothing_of_freqtrades_log(desk: Path) -> None:
    done = process("backtest", "Mean", *ASSUMED, cwd=desk)
    assert done.code == 0, done.err
    assert "by Freqtrade's rules" in done.out
    assert "freqtrade." not in done.out + done.err
    assert "INFO" not in done.out + done.err


def test_the_example_runs_with_its_configuration_as_a_process(desk: Path) -> None:
    words = ("-c", EXAMPLE / "config.json", "--strategy-path", EXAMPLE / "strategies")
    done = process("backtest", *words, "--enable-protections", *ASSUMED, cwd=desk)
    assert done.code == 0, done.err
    assert "PullbackRider  on BTC/USDT, ETH/USDT, 5m, spot" in done.out
    assert "compiled loop, asking custom_stoploss" in done.out
    trades = re.search(r"\btrades +(\d+)", done.out)
    assert trades is not None
    assert int(trades[1]) > 5


def test_tidegates_own_strategies_go_their_own_way(desk: Path, tidegate: FrontDoor) -> None:
    assert desk.is_dir()
    words = ("-p", "BTC/USDT", "-t", "1h", "--exchange", "binance")
    done = tidegate("backtest", "ema-crossover", *words)
    assert done.code == 0, done.err
    assert "by Freqtrade's rules" not in done.out
    assert "realism" in done.out


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("-c", "config.json"), "--config"),
        (("--userdir", "user_data"), "--userdir"),
        (("--eps",), "--enable-position-stacking"),
        (("--enable-protections",), "--enable-protections"),
        (("--timeframe-detail", "1m"), "--timeframe-detail"),
        (("--trading-mode", "futures"), "--trading-mode"),
        (("--data-format-ohlcv", "json"), "--data-format-ohlcv"),
        (("--export", "trades"), "--export"),
        (("--export-filename", "x"), "--backtest-directory"),
        (("--breakdown", "day", "week"), "--breakdown"),
        (("--cache", "day"), "--cache"),
        (("--notes", "x"), "--notes"),
        (("--markets", "assumed"), "--markets"),
    ],
)
def test_options_of_freqtrade_are_refused_with_a_strategy_of_tidegates_own(
    desk: Path, tidegate: FrontDoor, words: tuple[str, ...], option: str
) -> None:
    (desk / "config.json").write_text("{}", encoding="utf-8")
    done = tidegate("backtest", "ema-crossover", *words)
    assert done.code == 2
    assert f"code      {Code.BAD_OPTION}" in done.err
    assert f"error: {option} does not fit here" in done.err


@pytest.mark.parametrize(
    "words",
    [("--slippage", "none"), ("--realism", "standard"), ("--gaps", "fill")],
)
def test_options_of_tidegates_own_strategies_are_refused_with_one_of_freqtrade(
    desk: Path, tidegate: FrontDoor, words: tuple[str, ...]
) -> None:
    assert desk.is_dir()
    done = tidegate("backtest", "Mean", *ASSUMED, *words)
    assert done.code == 2
    assert f"error: {words[0]} does not fit here" in done.err


def test_freqtrades_rules_may_be_named(desk: Path, tidegate: FrontDoor) -> None:
    assert desk.is_dir()
    assert tidegate("backtest", "Mean", *ASSUMED, "--realism", "freqtrade").code == 0


def test_options_reach_the_run(desk: Path, tidegate: FrontDoor) -> None:
    document = result(
        tidegate,
        desk,
        "Mean",
        *("-p", "ETH/USDT", "--stake-amount", "100", "--max-open-trades", "1"),
        *("--starting-balance", "500", "--fee", "0.002", "--timerange", "20240103-20240106"),
        *("--timeframe-detail", "5m", "-i", "1h"),
    )
    run, summary = document["run"], document["freqtrade"]["summary"]
    assert run["pairs"] == ["ETH/USDT"]
    assert run["stake"] == "100 USDT"
    assert (run["max_open_trades"], run["wallet"], run["fee"]) == (1, 500.0, 0.002)
    assert (run["start"][:10], run["end"][:10]) == ("2024-01-03", "2024-01-06")
    assert run["timeframe"] == "1h"
    assert summary["timeframe_detail"] == "5m"
    assert document["trades"]
    assert {trade["fee_open"] for trade in document["trades"]} == {0.002}
    assert max(trade["stake_amount"] for trade in document["trades"]) <= 100.0


def test_positions_of_one_pair_stack_only_where_that_is_asked_for(
    desk: Path, tidegate: FrontDoor
) -> None:
    words = ("Mean", "-p", "ETH/USDT", "--stake", "100", "--max-open-trades", "3")
    alone = result(tidegate, desk, *words)["trades"]
    stacked = result(tidegate, desk, *words, "--eps")["trades"]
    assert len(stacked) > len(alone) > 0


def test_protections_are_obeyed_only_where_that_is_asked_for(
    desk: Path, tidegate: FrontDoor
) -> None:
    rule = '    protections = [{"method": "CooldownPeriod", "stop_duration_candles": 40}]\n'
    put(desk, strategy(extra=rule))
    free = result(tidegate, desk, "Mean")["trades"]
    held = result(tidegate, desk, "Mean", "--enable-protections")["trades"]
    assert len(free) > len(held) > 0


def test_the_document_has_the_figures_of_ours_and_of_freqtrade(
    desk: Path, tidegate: FrontDoor
) -> None:
    own = tidegate(
        *("backtest", "ema-crossover", "-p", "BTC/USDT", "-t", "1h", "--exchange", "binance"),
        *("--json", "own.json"),
    )
    assert own.code == 0
    ours = json.loads((desk / "own.json").read_text(encoding="utf-8"))
    document = result(tidegate, desk, "Mean")
    assert set(document) == {*ours, "freqtrade"}
    assert set(document["metrics"]) == set(ours["metrics"])
    assert set(document["run"]) == set(ours["run"])
    assert set(document["strategy"]) == set(ours["strategy"])
    summary = document["freqtrade"]["summary"]
    assert summary["total_trades"] == len(document["trades"]) > 0
    assert summary["final_balance"] == pytest.approx(document["final_balance"])
    assert summary["profit_total"] == pytest.approx(document["metrics"]["total_return"])
    assert document["freqtrade"]["loop"] == "walk"
    assert document["strategy"]["source"].endswith("mean.py")
    markets = next(one for one in document["assumptions"] if one["name"] == "Markets")
    assert markets["value"].startswith("assumed")
    assert not [step for step in document["grade"]["raises"] if "--slippage" in step["what"]]


def test_report_and_trades_are_written_as_for_every_result(desk: Path, tidegate: FrontDoor) -> None:
    done = tidegate("backtest", "Mean", *ASSUMED, "--html", "r.html", "--csv", "t.csv")
    assert done.code == 0, done.err
    assert "written: r.html" in done.out
    page = (desk / "r.html").read_text(encoding="utf-8")
    assert "Mean" in page
    assert '"mean"' in page  # the indicator that the strategy has made
    with (desk / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert {row["pair"] for row in rows} == {"BTC/USDT", "ETH/USDT"}


def test_several_strategies_stand_beside_each_other(desk: Path, tidegate: FrontDoor) -> None:
    put(desk, strategy("Other", entry=ENTRY.replace(">", "<")), "other.py")
    done = tidegate("backtest", "--strategy-list", "Other", "Mean", *ASSUMED)
    assert done.code == 0, done.err
    assert done.out.index("Other  on") < done.out.index("Mean  on")
    table = done.out[done.out.index("the strategies beside each other") :]
    assert re.search(r"^\s*Other .*\n\s*Mean ", table, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("Mean", "--strategy-list", "Mean"), "either STRATEGY or a list"),
        (("--strategy-list", "Mean", "ema-crossover"), "names of Freqtrade strategies"),
        (("--strategy-list", "Mean", "--json", "x.json"), "the result of one strategy"),
        (("--strategy-list", "Mean", "Maen"), 'did you mean "Mean"?'),
    ],
)
def test_a_list_that_cannot_be_run_is_refused(
    desk: Path, tidegate: FrontDoor, words: tuple[str, ...], says: str
) -> None:
    assert desk.is_dir()
    done = tidegate("backtest", *words, *ASSUMED)
    assert done.code == 2
    assert says in done.err


def test_results_are_shown_by_the_periods_that_are_asked_for(
    desk: Path, tidegate: FrontDoor
) -> None:
    assert desk.is_dir()
    done = tidegate("backtest", "Mean", *ASSUMED, "--breakdown", "day", "weekday")
    assert "by day\n" in re.sub(r" +\n", "\n", done.out)
    assert "2024-01-05" in done.out
    assert "Wednesday" in done.out
    assert "by month" not in done.out


def test_exceptions_of_callbacks_are_counted_and_shown_once(
    desk: Path, tidegate: FrontDoor
) -> None:
    text = strategy(
        extra="    use_custom_stoploss = True\n"
        "    def custom_stoploss(self, pair, trade, current_time, current_rate, current_profit,\n"
        "                        after_fill, **kwargs):\n"
        "        return 1 / 0\n"
    )
    file = put(desk, text)
    done = tidegate("backtest", "Mean", *ASSUMED)
    assert done.code == 0
    (line,) = [line for line in done.err.splitlines() if "custom_stoploss" in line]
    number = text.splitlines().index("        return 1 / 0") + 1
    assert re.match(
        r"warning: custom_stoploss raised ZeroDivisionError.*, [\d,]+ times; first on \w+/USDT at "
        rf"2024-01-\d\d .*, in {re.escape(str(file))}:{number}$",
        line,
    ), line


def test_freqtrade_as_an_extra_that_is_missing_is_one_message(desk: Path) -> None:
    ran = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", WITHOUT, "backtest", "Mean"],
        capture_output=True,
        check=False,
        cwd=desk,
        text=True,
    )
    assert ran.returncode == 2
    assert "pip install 'tidegate[freqtrade]'" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_without_freqtrade_tidegates_own_strategies_run(desk: Path) -> None:
    words = ("ema-crossover", "-p", "BTC/USDT", "-t", "1h", "--exchange", "binance")
    ran = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", WITHOUT, "backtest", *words],
        capture_output=True,
        check=False,
        cwd=desk,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr


def test_a_folder_without_user_data_needs_no_more_than_the_two_paths(
    desk: Path, market: Path, tidegate: FrontDoor
) -> None:
    shutil.move(desk / "user_data" / "strategies", desk / "mine")
    (desk / "user_data" / "data" / "binance").unlink()
    shutil.rmtree(desk / "user_data")
    words = ("--strategy-path", "mine", "--datadir", market)
    done = tidegate("backtest", "Mean", *words, *ASSUMED)
    assert done.code == 0, done.err
    assert not (desk / "user_data").exists()


def test_on_a_terminal_it_shows_what_it_is_doing_and_leaves_only_the_result(desk: Path) -> None:
    ours, theirs = pty.openpty()
    ran = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [*PROGRAM, "backtest", "Mean", *ASSUMED],
        cwd=desk,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    assert ran.stdout is not None
    out = ran.stdout.read()
    ran.stdout.close()
    assert ran.wait() == 0
    os.close(ours)
    assert b"loading Freqtrade" in shown
    assert b"loading Freqtrade" not in out
    assert b"by Freqtrade's rules" in out


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.parametrize("where", ["populate_indicators", "custom_exit"])
def test_ctrl_c_stops_a_run_without_a_traceback_and_without_files(desk: Path, where: str) -> None:
    wait = "Path('reached').touch()\n        time.sleep(60)\n"
    text = "import time\nfrom pathlib import Path\n" + (
        strategy(extra=f"    def custom_exit(self, *args, **kwargs):\n        {wait}")
        if where == "custom_exit"
        else strategy(indicators=f"    def {where}(self, dataframe, metadata):\n        {wait}")
    )
    put(desk, text)
    ran = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [*PROGRAM, "backtest", "Mean", *ASSUMED, "--json", "r.json", "--export", "trades"],
        cwd=desk,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (desk / "reached").exists():
        assert ran.poll() is None, ran.communicate()
        time.sleep(0.05)
    ran.send_signal(signal.SIGINT)
    out, err = ran.communicate()
    assert ran.returncode == 130
    assert "stopped" in err
    assert "Traceback" not in err
    assert out == ""
    assert not (desk / "r.json").exists()
    assert not list((desk / "user_data").rglob("*.zip"))


def test_a_run_without_trades_is_a_result_like_any_other(desk: Path, tidegate: FrontDoor) -> None:
    put(desk, strategy(entry=ENTRY.replace('"enter_long"] = 1', '"enter_long"] = 0')))
    done = tidegate("backtest", "Mean", *ASSUMED, "--json", "r.json", "--html", "r.html")
    assert done.code == 0, done.err
    assert re.search(r"\btrades +0\b", done.out)
    document = json.loads((desk / "r.json").read_text(encoding="utf-8"))
    assert document["trades"] == []
    assert document["final_balance"] == 1000.0


def test_positions_without_limit_are_allowed_with_a_fixed_stake(
    desk: Path, tidegate: FrontDoor
) -> None:
    document = result(tidegate, desk, "Mean", "--stake", "50", "--max-open-trades", "-1")
    assert document["run"]["max_open_trades"] == 2  # one for each pair
    both = tidegate("backtest", "Mean", *ASSUMED, "--stake", "unlimited", "--max-open-trades", "-1")
    assert both.code == 2
    assert "cannot both be unlimited" in both.err


def test_candles_kept_in_another_form_are_read(desk: Path, tidegate: FrontDoor) -> None:
    source = desk / "user_data" / "data" / "binance"
    folder = desk / "json"
    folder.mkdir()
    for name in ("BTC_USDT-5m", "ETH_USDT-5m"):
        candles = feather.read_table(source / f"{name}.feather").to_pylist()
        rows = [[int(c.pop("date").timestamp() * 1000), *c.values()] for c in candles]
        (folder / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")
    words = ("--datadir", "json", "--data-format-ohlcv", "json")
    assert (
        result(tidegate, desk, "Mean", *words)["trades"] == result(tidegate, desk, "Mean")["trades"]
    )
    refused = tidegate("backtest", "Mean", *ASSUMED, "--datadir", "json")
    assert "none that ends in .feather" in refused.err
