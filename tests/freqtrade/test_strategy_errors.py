"""A strategy at fault: one message, with the line in the user's own file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.freqtrade.conftest import ENTRY, EXIT, INDICATORS, strategy
from tests.freqtrade.venue import venue

from tidegate.errors import Code

if TYPE_CHECKING:
    from pathlib import Path

    from tests.freqtrade.conftest import FrontDoor


@dataclass(frozen=True)
class Fault:
    """What is wrong with a strategy, on the line that holds `line`."""

    code: Code
    text: str
    line: str
    says: str = ""
    words: tuple[str, ...] = ()


def body(method: str, *lines: str) -> str:
    """Return a method that takes a dataframe and does this."""
    inside = "\n".join(f"        {line}" for line in lines)
    return f"    def {method}(self, dataframe, metadata):\n{inside}\n"


def indicators(*lines: str) -> str:
    return strategy(indicators=body("populate_indicators", *lines))


FAULTS = {
    # it does not load
    "syntax": Fault(Code.PLUGIN_FAILED, strategy(extra="    def (:\n"), "def (:", "SyntaxError"),
    "import": Fault(
        Code.PLUGIN_FAILED, "import nosuch\n" + strategy(), "import nosuch", "install nosuch"
    ),
    "name": Fault(Code.STRATEGY_FAILED, strategy(extra="    x = nosuch\n"), "x = nosuch", "nosuch"),
    "top level": Fault(Code.STRATEGY_FAILED, "x = 1 / 0\n" + strategy(), "1 / 0", "ZeroDivision"),
    "half a mapping": Fault(
        Code.STRATEGY_FAILED,
        strategy(extra='    order_types = {"entry": "limit"}\n'),
        "order_types",
        "entry, exit and stoploss",
    ),
    # a method is missing
    "no indicators": Fault(
        Code.MISSING_METHOD, strategy(indicators=""), "class Mean", "no populate_indicators"
    ),
    "no entry": Fault(
        Code.MISSING_METHOD, strategy(entry=""), "class Mean", "populate_entry_trend"
    ),
    "no exit": Fault(Code.MISSING_METHOD, strategy(leave=""), "class Mean", "populate_exit_trend"),
    # a method returns something else
    "no return from indicators": Fault(
        Code.BAD_FRAME, indicators("pass"), "def populate_indicators", "found     nothing"
    ),
    "no return from entry": Fault(
        Code.BAD_FRAME,
        strategy(entry=body("populate_entry_trend", "pass")),
        "def populate_entry_trend",
        "found     nothing",
    ),
    "no return from exit": Fault(
        Code.BAD_FRAME,
        strategy(leave=body("populate_exit_trend", "return dataframe.values")),
        "def populate_exit_trend",
        "found     a numpy.ndarray",
    ),
    "fewer rows": Fault(
        Code.BAD_FRAME,
        indicators("return dataframe.iloc[10:]"),
        "def populate_indicators",
        "another length",
    ),
    "another close": Fault(
        Code.BAD_FRAME,
        indicators('dataframe["close"] = 1.0', "return dataframe"),
        "def populate_indicators",
        "another last close price",
    ),
    "moved rows": Fault(
        Code.BAD_FRAME,
        indicators('dataframe["date"] = dataframe["date"].shift(-1)', "return dataframe"),
        "def populate_indicators",
        "another last date",
    ),
    # a method raises
    "indicators raise": Fault(
        Code.STRATEGY_FAILED,
        indicators('dataframe["x"] = dataframe["nosuch"]', "return dataframe"),
        'dataframe["nosuch"]',
        "on BTC/USDT",
    ),
    "entry raises": Fault(
        Code.STRATEGY_FAILED,
        strategy(
            entry=body(
                "populate_entry_trend",
                'if metadata["pair"] == "ETH/USDT":',
                '    raise ValueError("not this one")',
                "return dataframe",
            )
        ),
        "raise ValueError",
        "failed on ETH/USDT: not this one",
    ),
    "start raises": Fault(
        Code.STRATEGY_FAILED,
        strategy(extra="    def bot_start(self, **kwargs):\n        self.x = {}['nosuch']\n"),
        "['nosuch']",
        "KeyError",
    ),
    "informative raises": Fault(
        Code.STRATEGY_FAILED,
        "from freqtrade.strategy import informative\n"
        + strategy(
            extra="    @informative('1h')\n" + body("populate_long", "return dataframe.nosuch")
        ),
        "dataframe.nosuch",
        "AttributeError",
    ),
    "a strategy ends the program": Fault(
        Code.STRATEGY_FAILED, indicators("raise SystemExit(0)"), "SystemExit(0)", "SystemExit"
    ),
    # candles are missing
    "informative candles": Fault(
        Code.NO_CANDLES,
        "from freqtrade.strategy import informative\n"
        + strategy(extra="    @informative('4h')\n" + body("populate_long", "return dataframe")),
        "def populate_indicators",
        "no 4h spot candles of BTC/USDT",
    ),
    "informative pair": Fault(
        Code.UNKNOWN_PAIR,
        "from freqtrade.strategy import informative\n"
        + strategy(
            extra="    @informative('1h', 'XXX/USDT')\n" + body("populate_long", "return dataframe")
        ),
        "def populate_indicators",
        "looks at XXX/USDT",
    ),
    # it needs what is not here
    "freqai": Fault(
        Code.NEEDS_FREQAI,
        indicators("return self.freqai.start(dataframe, metadata, self)"),
        "self.freqai.start",
    ),
    "shorts": Fault(
        Code.SHORTS_IN_SPOT, strategy(extra="    can_short = True\n"), "can_short", "--trading-mode"
    ),
}


def line_with(text: str, part: str) -> int:
    (found,) = [at + 1 for at, line in enumerate(text.splitlines()) if part in line]
    return found


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_a_fault_is_one_message_with_the_line_in_the_users_file(
    desk: Path, tidegate: FrontDoor, fault: Fault
) -> None:
    file = desk / "user_data" / "strategies" / "mean.py"
    file.write_text(fault.text, encoding="utf-8")
    before = {path for path in desk.rglob("*") if "__pycache__" not in path.parts}
    done = tidegate("backtest", "Mean", "--markets", "assumed", "--export", "trades")
    assert done.code == 2
    assert done.out == ""
    assert "Traceback" not in done.err
    assert f"code      {fault.code}\n" in done.err, done.err
    assert f"where     {file}:{line_with(fault.text, fault.line)}" in done.err, done.err
    assert fault.says in done.err
    after = {path for path in desk.rglob("*") if "__pycache__" not in path.parts}
    assert after == before


OLD = {
    "use_sell_signal = True": ("use_sell_signal", "use_exit_signal"),
    "sell_profit_only = False": ("sell_profit_only", "exit_profit_only"),
    "def custom_sell(self, **kwargs): return None": ("custom_sell", "custom_exit"),
    "def check_buy_timeout(self, **kwargs): return False": (
        "check_buy_timeout",
        "check_entry_timeout",
    ),
}


@pytest.fixture
def futures(desk: Path, market: Path) -> Path:
    """Candles of one perpetual, with mark prices and funding rates."""
    folder = desk / "swaps" / "futures"
    folder.mkdir(parents=True)
    for name, source in (
        ("5m-futures", "5m"),
        ("1h-mark", "1h"),
        ("1h-funding_rate", "1h"),
    ):
        link = folder / f"BTC_USDT_USDT-{name}.feather"
        link.symlink_to(market / f"BTC_USDT-{source}.feather")
    return folder


ON_FUTURES = ("--datadir", "swaps", "--trading-mode", "futures", "--markets", "assumed")


@pytest.mark.parametrize("line", OLD)
def test_an_old_name_is_taken_in_spot_and_refused_in_futures(
    desk: Path, futures: Path, tidegate: FrontDoor, line: str
) -> None:
    assert futures.is_dir()
    file = desk / "user_data" / "strategies" / "mean.py"
    text = strategy(extra=f"    {line}\n")
    file.write_text(text, encoding="utf-8")
    assert tidegate("backtest", "Mean", "--markets", "assumed").code == 0
    done = tidegate("backtest", "Mean", *ON_FUTURES)
    old, new = OLD[line]
    assert done.code == 2
    assert f"code      {Code.OLD_NAME}\n" in done.err
    assert f"where     {file}:{line_with(text, old)}" in done.err
    assert f"write {new}" in done.err


def test_the_first_names_of_entries_and_exits_are_understood_in_spot(
    desk: Path, tidegate: FrontDoor
) -> None:
    text = strategy(
        entry=ENTRY.replace("entry", "buy").replace("enter_long", "buy"),
        leave=EXIT.replace("exit_trend", "sell_trend").replace("exit_long", "sell"),
    )
    assert "populate_buy_trend" in text
    assert '"sell"] = 1' in text
    (desk / "user_data" / "strategies" / "mean.py").write_text(text, encoding="utf-8")
    done = tidegate("backtest", "Mean", "--markets", "assumed")
    assert done.code == 0, done.err
    assert "exit_signal" in done.out


@pytest.mark.parametrize("missing", ["mark", "funding_rate"])
def test_futures_without_mark_prices_or_funding_run_without_funding_and_say_so(
    futures: Path, tidegate: FrontDoor, missing: str
) -> None:
    (futures / f"BTC_USDT_USDT-1h-{missing}.feather").unlink()
    done = tidegate("backtest", "Mean", *ON_FUTURES)
    assert done.code == 0, done.err
    assert f"warning: No history for BTC/USDT:USDT, {missing}, 1h found" in done.err


def test_a_strategy_without_a_timeframe_is_asked_for_one(desk: Path, tidegate: FrontDoor) -> None:
    file = desk / "user_data" / "strategies" / "mean.py"
    file.write_text(strategy().replace('    timeframe = "5m"\n', ""), encoding="utf-8")
    done = tidegate("backtest", "Mean", "--markets", "assumed")
    assert done.code == 2
    assert "names no timeframe" in done.err
    assert tidegate("backtest", "Mean", "-i", "1h", "--markets", "assumed").code == 0


def test_candles_outside_the_time_range_say_which_there_are(
    desk: Path, tidegate: FrontDoor
) -> None:
    assert desk.is_dir()
    done = tidegate("backtest", "Mean", "--markets", "assumed", "--timerange", "20220101-20220201")
    assert done.code == 2
    assert f"code      {Code.RANGE_OUTSIDE_DATA}\n" in done.err
    assert "2024-01-01 00:00 UTC to 2024-01-10 23:55 UTC" in done.err


def test_startup_candles_that_leave_none_say_so(desk: Path, tidegate: FrontDoor) -> None:
    file = desk / "user_data" / "strategies" / "mean.py"
    file.write_text(strategy(extra="    startup_candle_count = 4000\n"), encoding="utf-8")
    done = tidegate("backtest", "Mean", "--markets", "assumed")
    assert done.code == 2
    assert f"code      {Code.TOO_FEW_CANDLES}\n" in done.err, done.err
    assert "4,000 candles" in done.err


def test_a_pair_without_candles_beside_others_is_a_warning(desk: Path, tidegate: FrontDoor) -> None:
    assert desk.is_dir()
    pairs = ("-p", "BTC/USDT", "SOL/USDT")
    done = tidegate("backtest", "Mean", "--markets", "assumed", *pairs)
    assert done.code == 0
    assert "warning: No history for SOL/USDT, spot, 5m found" in done.err
    assert "BTC/USDT" in done.out


def test_prices_that_a_strategy_changes_are_a_warning_with_the_first_of_them(
    desk: Path, tidegate: FrontDoor
) -> None:
    text = indicators(
        'dataframe["mean"] = dataframe["close"].rolling(20).mean()',
        'dataframe.loc[5:9, "high"] = dataframe["high"] * 2',
        "return dataframe",
    )
    file = desk / "user_data" / "strategies" / "mean.py"
    file.write_text(text, encoding="utf-8")
    done = tidegate("backtest", "Mean", "--markets", "assumed")
    assert done.code == 0, done.err
    warnings = [line for line in done.err.splitlines() if "changes the" in line]
    assert len(warnings) == 2
    assert "changes the high (from 2024-01-01 00:25 on) of past candles of BTC/USDT" in warnings[0]
    assert f"({file}:{line_with(text, 'def populate_indicators')})" in warnings[0]


def test_candles_that_are_dropped_with_the_signals_are_a_warning(
    desk: Path, tidegate: FrontDoor
) -> None:
    text = strategy(entry=ENTRY.replace("return dataframe", "return dataframe.iloc[100:]"))
    file = desk / "user_data" / "strategies" / "mean.py"
    file.write_text(text, encoding="utf-8")
    done = tidegate("backtest", "Mean", "--markets", "assumed")
    assert done.code == 0, done.err
    assert "Mean gives 2,780 of 2,880 candles of BTC/USDT back" in done.err
    assert f"{file}:{line_with(text, 'def populate_entry_trend')}" in done.err


def test_a_strategy_that_only_adds_columns_is_not_warned_of(
    desk: Path, tidegate: FrontDoor
) -> None:
    assert desk.is_dir()
    assert tidegate("backtest", "Mean", "--markets", "assumed").err == ""


def test_a_pair_that_the_exchange_does_not_trade_is_named(desk: Path, tidegate: FrontDoor) -> None:
    with venue() as here:
        exchange = here.exchange() | {"pair_whitelist": ["BTC/USDT", "SOL/USDT"]}
        content = {
            "exchange": exchange,
            "stake_currency": "USDT",
            "stake_amount": 100,
            "max_open_trades": 2,
            "pairlists": [{"method": "StaticPairList"}],
            "entry_pricing": {"price_side": "same", "use_order_book": True},
            "exit_pricing": {"price_side": "same", "use_order_book": True},
        }
        (desk / "config.json").write_text(json.dumps(content), encoding="utf-8")
        done = tidegate("backtest", "Mean", "-c", "config.json")
    assert done.code == 0, done.err
    assert "warning: SOL/USDT is left out: binance has no active spot market of it" in done.err


def test_no_pair_that_can_be_traded_is_refused(desk: Path, tidegate: FrontDoor) -> None:
    assert desk.is_dir()
    words = ("-p", "BTC/USDT", "--markets", "assumed", "--trading-mode", "futures")
    (desk / "user_data" / "data" / "binance" / "futures").mkdir(exist_ok=True)
    done = tidegate("backtest", "Mean", *words)
    assert done.code == 2
    assert INDICATORS  # the strategy is sound
    assert f"code      {Code.UNKNOWN_PAIR}\n" in done.err, done.err
