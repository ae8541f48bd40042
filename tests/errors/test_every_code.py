"""Every published error, provoked through the front door; `docs/errors.md` shows each first one."""

from __future__ import annotations

import copy
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather
from tests.errors.databases import DATABASES, HELD
from tests.errors.keys import KEYS
from tests.errors.provocation import Provocation
from tests.errors.trading import TRADING

from tidegate.errors import Code
from tidegate.guardrails.breaker import BacktestSlots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import Done, FrontDoor

DOCS = Path(__file__).parents[2] / "docs" / "errors.md"
HOME = "/home/you"
OUTPUTS = ("--json", "out/result.json", "--html", "out/report.html", "--csv", "out/trades.csv")
ON = ("--pairs", "BTC/USDT", "--timeframe", "1h", *OUTPUTS)
ANSWERS = ("where", "expected", "found", "to do", "code")

SMALL: dict[str, Any] = {
    "name": "small",
    "timeframes": ["1h"],
    "indicators": {
        "fast": {"type": "EMA", "period": 12},
        "slow": {"type": "EMA", "period": 26},
    },
    "entry_conditions": {"long": {"indicator1": "fast", "operator": ">", "indicator2": "slow"}},
    "exit_conditions": {"stop_loss": {"type": "fixed", "value": 0.05}},
}


def definition(code: Code, says: str, **changes: Any) -> Provocation:  # noqa: ANN401 - any JSON
    """Change the small definition; `a__b` is field b of field a, and None takes a field out."""

    def make(desk: Path) -> tuple[object, ...]:
        raw = copy.deepcopy(SMALL)
        for place, value in changes.items():
            *above, last = place.split("__")
            part = raw
            for name in above:
                part = part[name]
            part[last] = value
            if value is None:
                del part[last]
        Path(desk / "small.json").write_text(json.dumps(raw), encoding="utf-8")
        return ("backtest", "small.json", *ON)

    return Provocation(code, says, make)


def text(code: Code, says: str, content: str | bytes) -> Provocation:
    def make(desk: Path) -> tuple[object, ...]:
        raw = content.encode() if isinstance(content, str) else content
        (desk / "small.json").write_bytes(raw)
        return ("backtest", "small.json", *ON)

    return Provocation(code, says, make)


def python(code: Code, says: str, body: str) -> Provocation:
    def make(desk: Path) -> tuple[object, ...]:
        (desk / "mine.py").write_text(body, encoding="utf-8")
        return ("backtest", "mine.py", *ON)

    return Provocation(code, says, make)


def candles(
    code: Code, says: str, spoil: Callable[[pa.Table], pa.Table], *words: str
) -> Provocation:
    def make(desk: Path) -> tuple[object, ...]:
        folder = desk / "user_data" / "data" / "sim"
        table = feather.read_table(folder / "BTC_USDT-1h.feather")
        folder.unlink()
        folder.mkdir()
        feather.write_feather(spoil(table), folder / "BTC_USDT-1h.feather")
        return ("backtest", "ema-crossover", *ON, *words)

    return Provocation(code, says, make)


def file(code: Code, says: str, content: bytes) -> Provocation:
    def make(desk: Path) -> tuple[object, ...]:
        folder = desk / "user_data" / "data" / "sim"
        folder.unlink()
        folder.mkdir()
        (folder / "BTC_USDT-1h.feather").write_bytes(content)
        return ("backtest", "ema-crossover", *ON)

    return Provocation(code, says, make)


def options(code: Code, says: str, *words: str) -> Provocation:
    """Ask for a backtest that is sound but for these options; a later one wins."""
    return Provocation(code, says, lambda _desk: ("backtest", "ema-crossover", *ON, *words))


def asked(code: Code, says: str, *words: str, taken: str | None = None) -> Provocation:
    """Ask for something else than a backtest, where a file may be in the way."""

    def make(desk: Path) -> tuple[object, ...]:
        if taken is not None:
            (desk / taken).write_text("mine\n", encoding="utf-8")
        return words

    return Provocation(code, says, make)


def changed(column: str, row: int, value: float) -> Callable[[pa.Table], pa.Table]:
    def spoil(table: pa.Table) -> pa.Table:
        values = table[column].to_numpy().copy()
        values[row] = value
        return table.set_column(table.schema.get_field_index(column), column, pa.array(values))

    return spoil


def taken(*parts: slice) -> Callable[[pa.Table], pa.Table]:
    """Keep these rows, in this order."""
    return lambda table: table.take(np.concatenate([np.arange(len(table))[part] for part in parts]))


def moved(minutes: int) -> Callable[[pa.Table], pa.Table]:
    def spoil(table: pa.Table) -> pa.Table:
        times = table["date"].cast(pa.int64()).to_numpy() + minutes * 60 * 10**9
        return table.set_column(0, "date", pa.array(times).cast(pa.timestamp("ns", tz="UTC")))

    return spoil


def theirs(
    code: Code, says: str, *words: str, old: str = "", new: str = "", beside: str = "", **files: str
) -> Provocation:
    """Backtest a Freqtrade strategy in which `old` is `new`; `files` lie beside, .json each."""

    def make(desk: Path) -> tuple[object, ...]:
        assert old in THEIRS
        (desk / "theirs.py").write_text(THEIRS.replace(old, new, 1) + beside, encoding="utf-8")
        for name, content in files.items():
            (desk / f"{name}.json").write_text(content, encoding="utf-8")
        command = words or ("theirs.py", "--markets", "assumed")
        return ("backtest", *command, "--datadir", "user_data/data/sim", *OUTPUTS)

    return Provocation(code, says, make)


def searched(code: Code, says: str, *words: str) -> Provocation:
    """Search the parameters of that strategy, which has none."""

    def make(desk: Path) -> tuple[object, ...]:
        (desk / "theirs.py").write_text(THEIRS, encoding="utf-8")
        data = ("--datadir", "user_data/data/sim", "--markets", "assumed", "-j", "1")
        return ("hyperopt", "theirs.py", *words, *data)

    return Provocation(code, says, make)


THEIRS = """\
from freqtrade.strategy import IStrategy


class Theirs(IStrategy):
    timeframe = "1h"
    stoploss = -0.1

    def populate_indicators(self, dataframe, metadata):
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe["enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""
BUILT_IN_NAME = """

class EmaCrossover(Theirs):
    pass
"""
FUTURES = ("--trading-mode", "futures")
SWAP = "BTC/USDT:USDT"

CIRCLE = {
    "fast": {"type": "EMA", "period": 12, "source": "slow"},
    "slow": {"type": "EMA", "period": 26, "source": "fast"},
}
PYTHON = {"type": "python", "file": "mine.py", "function": "mine"}
HOURS = {"start": "09:00", "end": "17:00", "timezone": "Europe/Londn"}
STRATEGY = """\
from tidegate.strategies import Frame, Signals, Strategy

class Mine(Strategy):
    def signals(self, frame: Frame) -> Signals:
        return Signals(enter_long=frame.close > frame.{what})
"""

# The first of each code is the example in docs/errors.md.
DEFINITIONS = (
    text(Code.NOT_JSON, "take away the comma", '{\n  "name": "small",\n}\n'),
    text(Code.NOT_JSON, "the file is empty", ""),
    text(Code.NOT_JSON, "JSON has no comments", '// mine\n{"name": "small"}'),
    text(Code.NOT_JSON, "use double quotes", "{'name': 'small'}"),
    text(Code.NOT_JSON, "NaN is not a number", '{"name": NaN}'),
    text(Code.NOT_JSON, "stands twice", '{"name": "small", "name": "large"}'),
    text(Code.NOT_JSON, "nested too deeply", "[" * 100_000),
    text(Code.NOT_JSON, "not UTF-8", '{"name": "small"}'.encode("utf-16")),
    definition(Code.UNKNOWN_FIELD, 'did you mean "stop_loss"?', exit_conditions__stoploss=0.05),
    definition(Code.UNKNOWN_FIELD, "is not honoured", max_weekly_drawdown=0.1),
    definition(Code.MISSING_FIELD, "name is missing", name=None),
    definition(Code.MISSING_FIELD, "type is missing", exit_conditions__stop_loss={"value": 0.05}),
    definition(Code.WRONG_TYPE, "take the quotes away: 12", indicators__fast__period="12"),
    text(Code.WRONG_TYPE, "is an object", "[]"),
    definition(Code.OUT_OF_RANGE, "write 0.05 for 5 %", exit_conditions__stop_loss__value=5),
    definition(Code.OUT_OF_RANGE, "period", indicators__fast__period=0),
    definition(Code.OUT_OF_RANGE, "period", indicators__fast__period=10**30),
    definition(
        Code.OUT_OF_RANGE,
        "max_position",
        risk_management={
            "position_size": {"type": "percent_of_equity", "value": 0.1, "max_position": 3}
        },
    ),
    options(Code.OUT_OF_RANGE, '--fee cannot be "2"', "--fee", "2"),
    options(Code.OUT_OF_RANGE, '--fee cannot be "-0.001"', "--fee", "-0.001"),
    options(Code.OUT_OF_RANGE, "a balance above 0", "--wallet", "nan"),
    options(Code.OUT_OF_RANGE, "a balance above 0", "--wallet", "inf"),
    options(Code.OUT_OF_RANGE, "at most 1,000,000,000", "--wallet", "1e16"),
    options(Code.OUT_OF_RANGE, 'cannot be ""', "--stake", ""),
    options(Code.OUT_OF_RANGE, "a whole number", "--max-open-trades", "1.5"),
    options(Code.OUT_OF_RANGE, "a whole number", "--max-open-trades", "0"),
    options(Code.OUT_OF_RANGE, "a number from 0 to 0.1", "--slippage", "constant:0.5"),
    options(Code.OUT_OF_RANGE, "a number from 0 to 100", "--slippage", "volume:nan"),
    options(Code.OUT_OF_RANGE, "it takes nothing", "--slippage", "none:0.1"),
    definition(Code.UNKNOWN_INDICATOR, 'did you mean "EMA"?', indicators__fast__type="EMAA"),
    definition(
        Code.UNKNOWN_PARAMETER, 'did you mean "period"?', indicators__fast__params={"perod": 12}
    ),
    definition(Code.UNKNOWN_OPERATOR, 'did you mean ">="?', entry_conditions__long__operator="=>"),
    definition(
        Code.UNKNOWN_OPERAND, 'did you mean "fast"?', entry_conditions__long__indicator1="fats"
    ),
    definition(Code.CIRCULAR_INDICATORS, "fast from slow from fast", indicators=CIRCLE),
    definition(
        Code.CONTRADICTORY_EXITS,
        "this target is never reached",
        exit_conditions__take_profit=[
            {"type": "fixed", "value": 0.05},
            {"type": "risk_reward", "value": 2},
        ],
    ),
    definition(Code.CONTRADICTORY_EXITS, "does nothing", exit_conditions__exit_profit_offset=0.01),
    definition(
        Code.CONTRADICTORY_EXITS,
        "needs a stop",
        exit_conditions={"time_exit": {"max_bars": 5}},
        risk_management={"position_size": {"type": "percent_risk", "value": 0.01}},
    ),
    definition(Code.NO_ENTRY, "the strategy never enters", entry_conditions={}),
    definition(Code.NO_EXIT, "a long position is never closed", exit_conditions={}),
    definition(Code.BAD_HOURS, 'did you mean "Europe/London"?', filters={"hours": [HOURS]}),
    definition(
        Code.BAD_HOURS, "is not a time of day", filters={"hours": [HOURS | {"start": "9am"}]}
    ),
    python(Code.PLUGIN_FAILED, "mine.py:1", "import no_such_module\n"),
    python(Code.PLUGIN_FAILED, "mine.py:2", "x = 1\nclass Mine(\n"),
    definition(Code.PLUGIN_FAILED, "there is no file mine.py", indicators__fast=PYTHON),
    asked(Code.UNKNOWN_STRATEGY, 'did you mean "ema-crossover"?', "backtest", "ema-crosover", *ON),
    asked(Code.UNKNOWN_STRATEGY, "there is no file", "backtest", "none.json", *ON),
    python(Code.UNKNOWN_STRATEGY, "has 0 strategies", "x = 1\n"),
    asked(Code.UNKNOWN_STRATEGY, "there is no template", "strategy", "new", "x", "--template", "y"),
    python(Code.STRATEGY_FAILED, "mine.py:5", STRATEGY.format(what="clsoe")),
    python(Code.STRATEGY_FAILED, "mine.py:5", STRATEGY.format(what="close.values[1 // 0]")),
)

CANDLES = (
    options(Code.NO_CANDLES, "fetch them, or run on --timeframe", "--timeframe", "1m"),
    options(Code.NO_CANDLES, "there is no such data folder", "--datadir", "none"),
    asked(Code.NO_CANDLES, "holds no candle files", "data", "list", "--datadir", "."),
    candles(Code.EMPTY_CANDLES, "0 rows", taken(slice(0))),
    file(Code.NOT_CANDLES, "cannot be read as Feather", b"junk"),
    file(Code.NOT_CANDLES, "cannot be read as Feather", b"ARROW1\0\0" * 100),
    candles(Code.NOT_CANDLES, "no column volume", lambda table: table.drop_columns(["volume"])),
    candles(
        Code.NOT_CANDLES,
        "holds no timestamps",
        lambda table: table.set_column(0, "date", table["date"].cast(pa.int64())),
    ),
    candles(Code.UNSORTED_CANDLES, "row 1,", taken(slice(None, None, -1))),
    candles(Code.UNSORTED_CANDLES, "row 11,", taken(slice(10), slice(11, 9, -1), slice(12, None))),
    candles(Code.DUPLICATE_CANDLES, "row 300,", taken(slice(300), slice(299, None))),
    candles(Code.CANDLE_GAP, "5 candles are missing", taken(slice(300), slice(305, None))),
    candles(Code.CANDLE_NAN, "row 300,", changed("close", 300, np.nan)),
    candles(Code.CANDLE_NAN, "row 300,", changed("volume", 300, np.inf)),
    candles(Code.IMPOSSIBLE_CANDLE, "a price of zero or below", changed("low", 300, -1.0)),
    candles(Code.IMPOSSIBLE_CANDLE, "a price of zero or below", changed("low", 300, 0.0)),
    candles(Code.IMPOSSIBLE_CANDLE, "a negative volume", changed("volume", 300, -1.0)),
    candles(Code.IMPOSSIBLE_CANDLE, "outside its high and low", changed("high", 300, 1.0)),
    candles(Code.WRONG_TIMEFRAME, "4h apart, not 1h", taken(slice(None, None, 4))),
    candles(Code.WRONG_TIMEFRAME, "off the 1h grid", moved(30)),
    candles(Code.TOO_FEW_CANDLES, "to warm up", taken(slice(40))),
    options(Code.TOO_FEW_CANDLES, "to warm up", "--timerange", "-20240102"),
    options(Code.RANGE_OUTSIDE_DATA, "2024-01-30 23:00", "--timerange", "20230101-20230201"),
    options(Code.RANGE_OUTSIDE_DATA, "2024-01-30 23:00", "--timerange", "20240201-"),
)


def crowded(desk: Path) -> tuple[object, ...]:
    """Have as many backtests running as may."""
    del desk
    slots = BacktestSlots(Path(os.environ["RISK_STATE_DIR"]) / "backtests", most=2, ttl_s=900)
    for number, name in enumerate(("ema-crossover", "breakout")):
        slot = slots.take(f"backtest {name} (process {4711 + number})", time.time_ns())
        assert slot is not None
        HELD.enter_context(slot)
    return ("backtest", "ema-crossover", *ON)


OPTIONS = (
    options(Code.UNKNOWN_TIMEFRAME, 'did you mean "1h"?', "--timeframe", "1H"),
    definition(
        Code.UNKNOWN_TIMEFRAME, "#/indicators/fast/timeframe", indicators__fast__timeframe="7m"
    ),
    options(Code.UNKNOWN_PAIR, 'did you mean "BTC/USDT"?', "--pairs", "BTCC/USDT"),
    options(Code.BAD_PAIR, "BASE/QUOTE in capitals", "--pairs", "BTC-USDT"),
    options(Code.BAD_PAIR, "BASE/QUOTE in capitals", "--pairs", "../../etc/passwd"),
    definition(Code.BAD_PAIR, "small.json#/symbols/1", symbols=["BTC/USDT", "nope"]),
    options(Code.MIXED_CURRENCIES, "ETH/EUR in EUR", "--pairs", "ETH/EUR"),
    options(Code.BAD_TIMERANGE, "write 20240101-20240201", "--timerange", "20240201-20240101"),
    options(Code.BAD_TIMERANGE, "is on no calendar", "--timerange", "20241341-"),
    options(Code.BAD_TIMERANGE, "is not a date", "--timerange", "yesterday-today"),
    asked(
        Code.BAD_TIMERANGE,
        "one beginning and one end",
        "data",
        "generate",
        "--timerange",
        "20240101-",
    ),
    options(Code.BAD_OPTION, 'did you mean "freqtrade"?', "--realism", "freqtrad"),
    options(Code.BAD_OPTION, "choose refuse or fill", "--gaps", "no"),
    options(Code.BAD_OPTION, "two files are to have one name", "--csv", "out/../out/result.json"),
    asked(Code.BAD_OPTION, "at least one pair", "backtest", "ema-crossover", "--pairs", " , "),
    options(Code.STAKE_OVER_WALLET, "990 USDT: 99% of a wallet of 1000", "--stake", "991"),
    definition(
        Code.STAKE_OVER_WALLET,
        "small: position size",
        risk_management={"position_size": {"type": "fixed", "value": 5000}},
    ),
    options(Code.UNKNOWN_SLIPPAGE, 'did you mean "volume"?', "--slippage", "volum:2"),
    options(Code.UNKNOWN_SLIPPAGE, "choose one", "--slippage", "."),
    asked(
        Code.FILE_EXISTS,
        "mine.json",
        "strategy",
        "new",
        "mine",
        "-o",
        "mine.json",
        taken="mine.json",
    ),
    asked(
        Code.FILE_EXISTS,
        "add --overwrite",
        *("data", "generate", "--pairs", "BTC/USDT", "--timeframes", "1h", "--days", "2"),
    ),
    options(Code.NOT_WRITABLE, "a folder", "--html", "user_data"),
    options(Code.NOT_WRITABLE, "a folder", "--json", ""),
    options(Code.NOT_WRITABLE, "File name too long", "--csv", "n" * 300),
    asked(
        Code.NOT_WRITABLE,
        "notes.txt",
        "strategy",
        "new",
        "x",
        "-o",
        "notes.txt/x.json",
        taken="notes.txt",
    ),
    Provocation(Code.TOO_MANY_BACKTESTS, "at most 2 at once", crowded),
)

FREQTRADE = (
    theirs(Code.FREQTRADE_MISSING, "pip install 'tidegate[freqtrade]'"),
    theirs(
        Code.AMBIGUOUS_STRATEGY,
        'the built-in "ema-crossover"',
        *("EmaCrossover", "--strategy-path", "."),
        beside=BUILT_IN_NAME,
    ),
    theirs(Code.AMBIGUOUS_STRATEGY, "has 2 strategies", "theirs.py", beside=BUILT_IN_NAME),
    theirs(
        Code.BAD_CONFIGURATION,
        "mine.json, line 3",
        *("theirs.py", "-c", "mine.json"),
        mine='{\n  "stake_amount": 100\n  "max_open_trades": 3\n}\n',
    ),
    theirs(
        Code.BAD_CONFIGURATION,
        "Freqtrade does not accept this configuration",
        *("theirs.py", "-c", "mine.json"),
        mine='{"stake_amount": true, "exchange": {"name": "binance"}}',
    ),
    theirs(Code.NO_MARKETS, "none.json holds no markets", "theirs.py", "--markets", "none.json"),
    theirs(
        Code.NO_MARKETS, "no list of markets", "theirs.py", "--markets", "empty.json", empty="{}"
    ),
    theirs(
        Code.MISSING_METHOD,
        "has no populate_entry_trend",
        old="populate_entry_trend",
        new="populate_nothing",
    ),
    theirs(
        Code.MISSING_METHOD,
        "has no populate_indicators",
        old="populate_indicators",
        new="populate_nothing",
    ),
    theirs(
        Code.OLD_NAME,
        "write exit_profit_only",
        *("theirs.py", *FUTURES, "-p", SWAP, "--markets", "assumed"),
        old="    stoploss",
        new="    sell_profit_only = True\n    stoploss",
    ),
    theirs(
        Code.BAD_FRAME,
        "found     nothing",
        old="        return dataframe",
        new="        pass",
    ),
    theirs(
        Code.BAD_FRAME,
        "another length",
        old="return dataframe",
        new="return dataframe.dropna().iloc[1:]",
    ),
    theirs(
        Code.SHORTS_IN_SPOT,
        "--trading-mode futures",
        old="    stoploss",
        new="    can_short = True\n    stoploss",
    ),
    theirs(
        Code.NEEDS_FREQAI,
        "theirs.py:9",
        old="        return dataframe",
        new="        return self.freqai.start(dataframe, metadata, self)",
    ),
    theirs(Code.NEEDS_FREQAI, "--freqaimodel", "theirs.py", "--freqaimodel", "LightGBM"),
    searched(
        Code.UNKNOWN_LOSS,
        'did you mean "SharpeHyperOptLoss"?',
        *("--hyperopt-loss", "SharpHyperOptLoss"),
    ),
    searched(Code.UNKNOWN_LOSS, "add --hyperopt-loss"),
    searched(
        Code.UNKNOWN_SPACE,
        'did you mean "buy"?',
        *("--spaces", "bye", "--hyperopt-loss", "SharpeHyperOptLoss"),
    ),
    searched(
        Code.NO_PARAMETERS,
        "none in buy",
        *("--spaces", "buy", "--hyperopt-loss", "SharpeHyperOptLoss"),
    ),
    theirs(Code.UNKNOWN_STRATEGY, 'did you mean "Theirs"?', "Thiers", "--strategy-path", "."),
    theirs(Code.PLUGIN_FAILED, "theirs.py:6", old="-0.1", new="-0.1 +"),
    theirs(Code.STRATEGY_FAILED, "theirs.py:9", old="return dataframe", new="return 1 / 0"),
    theirs(Code.BAD_TIMERANGE, "Incorrect syntax", "theirs.py", "--timerange", "yesterday"),
    theirs(Code.BAD_OPTION, "does not fit here", "theirs.py", "--slippage", "none"),
    theirs(Code.BAD_OPTION, "does not fit here", "ema-crossover", "-p", "BTC/USDT", "--eps"),
    theirs(
        Code.RANGE_OUTSIDE_DATA,
        "2024-01-30 23:00",
        *("theirs.py", "--timerange", "20230101-20230201", "--markets", "assumed"),
    ),
    theirs(
        Code.NO_CANDLES,
        "1m spot candles",
        *("theirs.py", "-p", "BTC/USDT", "-i", "1m", "--markets", "assumed"),
    ),
)

ALL = (*DEFINITIONS, *CANDLES, *OPTIONS, *FREQTRADE, *TRADING, *KEYS, *DATABASES)


def _names() -> Iterator[str]:
    for place, one in enumerate(ALL):
        before = sum(other.code is one.code for other in ALL[:place])
        yield f"{one.code}-{before + 1}"


def _files(folder: Path) -> dict[Path, bytes]:
    found = [*folder.rglob("*"), *(folder / "user_data" / "data" / "sim").rglob("*")]
    ours = (path for path in found if "__pycache__" not in path.parts)  # that is Python's own
    return {path: path.read_bytes() for path in ours if path.is_file()}


def _answers(done: Done) -> dict[str, str]:
    head, *lines = done.err.splitlines()
    assert head.startswith("error: "), done.err
    found = re.findall(
        r"^  (where|expected|found|to do|code) +(\S.*)$", "\n".join(lines), re.MULTILINE
    )
    return dict(found)


@pytest.fixture
def provoked(
    desk: Path, tidegate: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Provocation], Done]:
    """Give a mistake to the front door, in the folder it has set."""

    def run(provocation: Provocation) -> Done:
        if provocation.code is Code.FREQTRADE_MISSING:
            monkeypatch.setitem(sys.modules, "freqtrade", None)
        if provocation.code is Code.LIVE_MISSING:
            monkeypatch.setitem(sys.modules, "ccxt.pro", None)
        if provocation.code is Code.POSTGRESQL_MISSING:
            monkeypatch.setitem(sys.modules, "psycopg", None)
        words = provocation.setting(desk)
        before = _files(desk)
        done = tidegate(*words)
        assert _files(desk) == before
        return done

    return run


@pytest.mark.parametrize("provocation", ALL, ids=list(_names()))
def test_a_mistake_ends_in_one_message_and_nothing_else(
    provoked: Callable[[Provocation], Done], provocation: Provocation
) -> None:
    done = provoked(provocation)
    assert done.code == 2, done
    assert done.out == ""
    assert "Traceback" not in done.err
    assert tuple(_answers(done)) == ANSWERS, done.err
    assert _answers(done)["code"] == provocation.code, done.err
    assert provocation.says in done.err


def test_every_published_code_is_provoked() -> None:
    assert {one.code for one in ALL} == set(Code)


def _published() -> dict[str, str]:
    """Return each example of the documentation by its code."""
    sections = re.split(r"^### `(.+)`$", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    examples = {}
    for code, section in zip(sections[::2], sections[1::2], strict=True):
        (example,) = re.findall(r"(?:^    .*\n)+", section, re.MULTILINE)
        examples[code] = "".join(line[4:] for line in example.splitlines(keepends=True))
    return examples


def test_the_documentation_has_every_code_and_no_other() -> None:
    assert list(_published()) == [str(code) for code in Code]


@pytest.mark.parametrize("code", list(Code))
def test_the_documented_message_is_the_one_that_is_printed(
    desk: Path, provoked: Callable[[Provocation], Done], code: Code
) -> None:
    first = next(one for one in ALL if one.code is code)
    printed = provoked(first).err.replace(str(desk), HOME).splitlines()
    shown = _published()[code].splitlines()
    # A line that ends with an ellipsis is cut there.
    fits = [
        line.startswith(start[:-1]) if start.endswith("…") else line == start
        for line, start in zip(printed, shown, strict=True)
    ]
    assert all(fits), "\n".join(printed)


def test_the_documentation_says_of_each_code_when_it_comes_and_what_to_do() -> None:
    sections = re.split(r"^### `.+`$", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for section in sections:
        before, after = re.split(r"(?:^    .*\n)+", section.split("\n## ")[0], flags=re.MULTILINE)
        assert len(before.split()) > 5, section
        assert len(after.split()) > 5, section
