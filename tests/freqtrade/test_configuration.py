"""Freqtrade's configuration: files, environment, options, and what stands in for a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from freqtrade.enums import RunMode, TradingMode
from tests.freqtrade.conftest import INDICATORS, strategy

from tidegate.errors import Code, InputError
from tidegate.freqtrade.configuration import Options, load_configuration

WHOLE: dict[str, Any] = {
    "stake_currency": "USDT",
    "stake_amount": 50,
    "max_open_trades": 4,
    "dry_run": False,
    "pairlists": [{"method": "StaticPairList"}],
    "entry_pricing": {"price_side": "same", "use_order_book": True},
    "exit_pricing": {"price_side": "same", "use_order_book": True},
    "exchange": {"name": "binance", "pair_whitelist": ["ETH/USDT"], "key": "mine"},
}


def load(**options: Any) -> dict[str, Any]:  # noqa: ANN401 - any option
    given = Options(**{"strategy": "Mean", **options})
    return load_configuration(given, runmode=RunMode.BACKTEST)


def put(desk: Path, name: str = "config.json", **changes: Any) -> Path:  # noqa: ANN401 - any JSON
    file = desk / name
    file.write_text(json.dumps(WHOLE | changes), encoding="utf-8")
    return file


def refused(**options: Any) -> InputError:  # noqa: ANN401 - any option
    with pytest.raises(InputError) as caught:
        load(**options)
    return caught.value


# without a file


def test_a_strategy_and_a_data_folder_are_enough(desk: Path) -> None:
    config = load()
    assert config["exchange"]["name"] == "binance"
    assert config["exchange"]["pair_whitelist"] == ["BTC/USDT", "ETH/USDT"]
    assert config["stake_currency"] == "USDT"
    assert config["stake_amount"] == "unlimited"
    assert config["max_open_trades"] == 2
    assert config["dry_run_wallet"] == 1000
    assert config["dry_run"] is True
    assert config["export"] == "none"
    assert config["backtest_cache"] == "none"
    assert config["trading_mode"] is TradingMode.SPOT
    assert config["user_data_dir"] == desk / "user_data"


def test_a_strategys_own_number_of_positions_comes_before_one_a_pair(desk: Path) -> None:
    file = desk / "user_data" / "strategies" / "mean.py"
    file.write_text(strategy(extra="    max_open_trades = 1\n"), encoding="utf-8")
    assert "max_open_trades" not in load()  # so that Freqtrade takes the strategy's
    assert load(max_open_trades=3)["max_open_trades"] == 3


def test_only_pairs_with_candles_of_the_strategys_timeframe_are_taken(desk: Path) -> None:
    lone = desk / "lone"
    lone.mkdir()
    data = desk / "user_data" / "data" / "binance"
    for name in ("BTC_USDT-1h.feather", "ETH_USDT-5m.feather"):
        (lone / name).symlink_to(data / name)
    assert load(datadir=lone)["pairs"] == ["ETH/USDT"]
    assert load(datadir=lone, timeframe="1h")["pairs"] == ["BTC/USDT"]
    assert refused(datadir=lone, timeframe="4h").code is Code.NO_CANDLES


def test_futures_are_isolated_where_nothing_is_said(desk: Path) -> None:
    futures = desk / "coins" / "futures"
    futures.mkdir(parents=True)
    source = desk / "user_data" / "data" / "binance" / "BTC_USDT-5m.feather"
    (futures / "BTC_USDT_USDT-5m-futures.feather").symlink_to(source)
    config = load(datadir=desk / "coins", trading_mode="futures")
    assert str(config["margin_mode"].value) == "isolated"
    assert config["pairs"] == ["BTC/USDT:USDT"]
    crossed = load(datadir=desk / "coins", trading_mode="futures", margin_mode="cross")
    assert str(crossed["margin_mode"].value) == "cross"


def test_the_environment_counts_where_there_is_no_file(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.is_dir()
    monkeypatch.setenv("FREQTRADE__STAKE_AMOUNT", "25")
    monkeypatch.setenv("FREQTRADE__EXCHANGE__NAME", "kraken")
    config = load(datadir=Path("user_data/data/binance"))
    assert config["stake_amount"] == 25
    assert config["exchange"]["name"] == "kraken"


def test_pairs_of_two_currencies_are_refused(desk: Path) -> None:
    assert desk.is_dir()
    assert refused(pairs=("BTC/USDT", "ETH/EUR")).code is Code.MIXED_CURRENCIES


def test_nothing_is_made_and_nothing_is_said(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = sorted(desk.rglob("*"))
    load()
    assert sorted(path for path in desk.rglob("*") if "__pycache__" not in path.parts) == before
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


# files


def test_a_file_is_read_as_freqtrade_reads_it(desk: Path) -> None:
    config = load(config=(put(desk),))
    assert config["stake_amount"] == 50
    assert config["max_open_trades"] == 4
    assert config["exchange"]["pair_whitelist"] == ["ETH/USDT"]
    assert config["dry_run"] is True
    assert config["config_files"] == [str(desk / "config.json")]


@pytest.mark.parametrize("folder", ["user_data", "."])
def test_the_usual_file_is_found_by_itself(desk: Path, folder: str) -> None:
    put(desk / folder)
    assert load()["stake_amount"] == 50


def test_comments_last_commas_and_added_files_are_understood(desk: Path) -> None:
    (desk / "more").mkdir()
    put(desk / "more", "base.json", stake_amount=70, max_open_trades=9)
    text = '{\n  // mine\n  "add_config_files": ["more/base.json"],\n  "stake_amount": 30,\n}\n'
    (desk / "main.json").write_text(text, encoding="utf-8")
    config = load(config=(Path("main.json"),))
    assert (config["stake_amount"], config["max_open_trades"]) == (30, 9)


def test_of_several_files_the_last_counts_and_before_all_the_environment_and_the_options(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = (put(desk), put(desk, "second.json", stake_amount=60, max_open_trades=7, fee=0.002))
    assert load(config=files)["stake_amount"] == 60
    monkeypatch.setenv("FREQTRADE__MAX_OPEN_TRADES", "5")
    config = load(config=files, fee=0.0005)
    assert (config["max_open_trades"], config["fee"]) == (5, 0.0005)


def test_options_have_the_meaning_that_freqtrade_gives_them(desk: Path) -> None:
    config = load(
        config=(put(desk),),
        pairs=("BTC/USDT",),
        timeframe="1h",
        timeframe_detail="5m",
        timerange="20240102-20240105",
        max_open_trades=-1,
        stake_amount="120.5",
        dry_run_wallet=5000.0,
        position_stacking=True,
        enable_protections=True,
        backtest_breakdown=("day",),
        backtest_cache="week",
        backtest_notes="a note",
        export="signals",
        exportdirectory=desk / "out",
        extra={"epochs": 7},
    )
    wanted = {
        "timeframe": "1h",
        "timeframe_detail": "5m",
        "timerange": "20240102-20240105",
        "max_open_trades": float("inf"),
        "stake_amount": 120.5,
        "dry_run_wallet": 5000.0,
        "position_stacking": True,
        "enable_protections": True,
        "backtest_breakdown": ["day"],
        "backtest_cache": "week",
        "backtest_notes": "a note",
        "export": "signals",
        "exportdirectory": desk / "out",
        "epochs": 7,
    }
    assert {name: config[name] for name in wanted} == wanted
    assert config["exchange"]["pair_whitelist"] == ["BTC/USDT"]


def test_a_fee_of_nothing_is_a_fee(desk: Path) -> None:
    assert load(config=(put(desk),), fee=0.0)["fee"] == 0.0


def test_a_folder_for_results_is_reason_enough_to_write_them(desk: Path) -> None:
    assert load(exportdirectory=desk)["export"] == "trades"
    assert load(config=(put(desk, export="trades"),))["export"] == "trades"
    assert load(config=(put(desk, export="trades"),), export="none")["export"] == "none"


# what is refused


def test_json_that_is_none_is_refused_with_its_line(desk: Path) -> None:
    (desk / "bad.json").write_text('{\n  "stake_amount": 1\n  "fee": 2\n}\n', encoding="utf-8")
    error = refused(config=(Path("bad.json"),))
    assert error.code is Code.BAD_CONFIGURATION
    assert error.where == "bad.json, line 3"
    assert "comma" in error.found


def test_an_added_file_that_is_no_json_is_the_one_that_is_named(desk: Path) -> None:
    put(desk, "main.json", add_config_files=["sub.json"])
    (desk / "sub.json").write_text("{\n\n[}", encoding="utf-8")
    error = refused(config=(Path("main.json"),))
    assert error.where == f"{desk / 'sub.json'}, line 3"


def test_a_file_that_is_not_there_is_named(desk: Path) -> None:
    assert desk.is_dir()
    error = refused(config=(Path("none.json"),))
    assert (error.code, error.where) == (Code.BAD_CONFIGURATION, "none.json")
    assert "No such file" in error.found


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"max_open_trades": "many"}, "'many' is not of type"),
        ({"stake_amount": None}, "None"),
        ({"stake_amount": "unlimited", "max_open_trades": -1}, "cannot both be unlimited"),
        ({"pairlists": []}, "[]"),
        ({"trading_mode": "margins"}, "margins"),
    ],
)
def test_what_freqtrade_does_not_accept_is_said_in_its_words(
    desk: Path, changes: dict[str, Any], says: str
) -> None:
    error = refused(config=(put(desk, **changes),))
    assert error.code is Code.BAD_CONFIGURATION
    assert says in error.found
    assert error.where == str(desk / "config.json")


def test_a_stake_beyond_the_wallet_is_refused(desk: Path) -> None:
    error = refused(config=(put(desk, stake_amount=991),))
    assert error.code is Code.STAKE_OVER_WALLET
    assert error.expected.startswith("at most 990 USDT")
    assert load(config=(put(desk, stake_amount=990),))["stake_amount"] == 990


@pytest.mark.parametrize("text", ["yesterday", "20240105-20240102", "2024-01-01"])
def test_a_time_range_that_is_none_is_refused(desk: Path, text: str) -> None:
    assert desk.is_dir()
    assert refused(timerange=text).code is Code.BAD_TIMERANGE


def test_an_exchange_that_nobody_knows_is_refused(desk: Path) -> None:
    error = refused(config=(put(desk),), exchange="binanec", datadir=Path("user_data/data/binance"))
    assert error.code is Code.BAD_OPTION
    assert error.remedy == 'did you mean "binance"?'


def test_freqai_is_refused_however_it_is_asked_for(desk: Path) -> None:
    assert refused(freqaimodel="LightGBM").code is Code.NEEDS_FREQAI
    assert refused(config=(put(desk, freqai={"enabled": True}),)).code is Code.NEEDS_FREQAI


def test_folders_that_are_not_there_are_refused_not_made(desk: Path) -> None:
    assert refused(user_data_dir=desk / "none").code is Code.BAD_OPTION
    assert refused(datadir=desk / "none").code is Code.NO_CANDLES
    assert refused(exchange="kraken").code is Code.NO_CANDLES
    assert not (desk / "none").exists()
    assert not (desk / "user_data" / "data" / "kraken").exists()


def test_no_strategy_at_all_is_refused(desk: Path) -> None:
    error = refused(config=(put(desk),), strategy=None)
    assert error.code is Code.UNKNOWN_STRATEGY
    assert load(config=(put(desk, strategy="Mean"),), strategy=None)["strategy"] == "Mean"


def test_a_strategy_that_does_not_load_is_refused_before_anything_is_run(desk: Path) -> None:
    file = desk / "user_data" / "strategies" / "mean.py"
    file.write_text(strategy(indicators=INDICATORS + "    def (:\n"), encoding="utf-8")
    error = refused()
    assert error.code is Code.PLUGIN_FAILED
    assert error.where.startswith(f"{file}:")


# beside Freqtrade itself

THEIRS = """\
import json, sys
from freqtrade.commands.arguments import Arguments
from freqtrade.commands.optimize_commands import setup_optimize_configuration
from freqtrade.enums import RunMode
args = Arguments(sys.argv[1:]).get_parsed_arg()
config = setup_optimize_configuration(args, RunMode.BACKTEST)
print(json.dumps(config, default=str, sort_keys=True))
"""
OURS = """\
import json, sys
from tidegate.cli import freqtrade_backtest
def show(options, markets, files, **rest):
    from freqtrade.enums import RunMode
    from tidegate.freqtrade.configuration import load_configuration
    config = load_configuration(options, runmode=RunMode.BACKTEST)
    print(json.dumps(config, default=str, sort_keys=True))
freqtrade_backtest.backtest_freqtrade = show
from tidegate.cli import main
main()
"""
BOTH = (
    *("--config", "config.json", "--config", "second.json", "--userdir", "user_data"),
    *("--strategy-path", "user_data/strategies", "--datadir", "user_data/data/binance"),
    *("--timeframe", "1h", "--timeframe-detail", "5m", "--timerange", "20240102-20240105"),
    *("--max-open-trades", "3", "--stake-amount", "99.5", "--fee", "0.0015", "--eps"),
    *("--enable-protections", "--dry-run-wallet", "2000", "--export", "trades"),
    *("--breakdown", "day", "week", "--cache", "none", "--notes", "a note"),
    *("--recursive-strategy-search", "--data-format-ohlcv", "feather"),
    *("--pairs", "BTC/USDT", "ETH/USDT"),
)
OUR_OWN = {
    "verbosity",  # nobody's log is set up here
    "print_colorized",
}


def _shown(script: str, *words: str, cwd: Path) -> dict[str, Any]:
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script, *words],
        cwd=cwd,
        capture_output=True,
        check=False,
        text=True,
        env=os.environ | {"FREQTRADE__TRADABLE_BALANCE_RATIO": "0.5"},
    )
    assert ran.returncode == 0, ran.stderr
    config: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return {name: value for name, value in config.items() if name not in OUR_OWN}


def test_the_same_words_come_to_the_same_configuration_as_in_freqtrade(desk: Path) -> None:
    put(desk)
    put(desk, "second.json", stake_amount=60, unfilledtimeout={"entry": 5, "exit": 7})
    theirs = _shown(THEIRS, "backtesting", "--strategy", "Mean", *BOTH, cwd=desk)
    ours = _shown(OURS, "backtest", "Mean", *BOTH, cwd=desk)
    assert ours.pop("user_data_dir") == str(desk / theirs.pop("user_data_dir"))
    assert ours.pop("exportdirectory") == str(desk / theirs.pop("exportdirectory"))
    assert ours == theirs
    assert ours["tradable_balance_ratio"] == 0.5
