from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tidegate.errors import Code, DefinitionError, InputError, OptionError
from tidegate.model import Timeframe
from tidegate.strategies import PairMarket
from tidegate.strategies.catalogue import listing, resolve
from tidegate.strategies.declared import DeclaredStrategy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.strategies.conftest import MakeCandles

HOUR = Timeframe.parse("1h")
PYTHON = '''
from tidegate.strategies import Signals, Strategy


class Dip(Strategy):
    """Buys dips.

    At length.
    """

    timeframe = "1h"
    other_timeframes = ("4h",)
    LEVEL = 30

    def signals(self, frame):
        return Signals(enter_long=frame.rsi(2) < self.LEVEL, exit_long=frame.on("4h").rsi(2) > 70)
'''


@pytest.fixture
def python_file(tmp_path: Path) -> Path:
    file = tmp_path / "mine.py"
    file.write_text(PYTHON, encoding="utf-8")
    return file


def _refusal(name: str) -> InputError:
    with pytest.raises(InputError) as caught:
        resolve(name)
    return caught.value


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ema-crossover", "ema-crossover"),
        ("EMA_CROSSOVER", "ema-crossover"),
        ("Ema Crossover", "ema-crossover"),
        ("rsi_mean_reversion", "rsi-mean-reversion"),
        ("macdtrend", "macd-trend"),
        ("Breakout", "breakout"),
        ("MaCrossoverStrategy", "MaCrossoverStrategy"),
        ("macrossoverstrategy", "MaCrossoverStrategy"),
    ],
)
def test_built_in_strategies_answer_to_their_names_in_any_spelling(name: str, found: str) -> None:
    assert resolve(name).name == found


def test_a_definition_is_found_by_its_path(tmp_path: Path, definition: dict[str, Any]) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps(definition), encoding="utf-8")
    strategy = resolve(str(file))
    assert strategy.name == "small"
    assert strategy.file == file


def test_strategies_in_a_folder_are_found_by_name_file_and_class(
    tmp_path: Path, definition: dict[str, Any], python_file: Path
) -> None:
    (tmp_path / "stem.json").write_text(json.dumps(definition), encoding="utf-8")
    for name in ("small", "STEM", "Dip", "mine"):
        assert resolve(name, paths=[tmp_path]).name == {"small": "small", "STEM": "small"}.get(
            name, "Dip"
        )
    assert python_file.exists()


def test_a_python_strategy_is_found_by_file_and_class(
    python_file: Path, make_candles: MakeCandles
) -> None:
    strategy = resolve(f"{python_file}:Dip")
    assert (strategy.name, strategy.timeframe) == ("Dip", HOUR)
    assert strategy.description == "Buys dips.\n\nAt length."
    assert strategy.others_for(HOUR) == (Timeframe.parse("4h"),)
    assert strategy.warmup(HOUR) == 84  # 20 four-hour candles, and one just begun
    assert "LEVEL = 30" in strategy.fingerprint()
    market = PairMarket(
        base=make_candles(range(50, 20, -1)),
        others={Timeframe.parse("4h"): make_candles(range(50, 40, -1), "4h")},
    )
    plan = strategy.plan(market)
    assert plan.enter_long[2:].all()
    assert list(plan.columns) == ["rsi(2)", "rsi(2)@4h"]
    np.testing.assert_array_equal(plan.columns["rsi(2)"][:2], [np.nan, np.nan])


def test_the_class_need_not_be_named_if_there_is_one(python_file: Path) -> None:
    assert resolve(str(python_file)).name == "Dip"


def test_the_list_runs_nobodys_code(tmp_path: Path) -> None:
    (tmp_path / "bomb.py").write_text(
        "from tidegate import strategies\n"
        "raise SystemExit('boom')\n"
        "class Bomb(strategies.Strategy):\n    '''Goes off.'''\n",
        encoding="utf-8",
    )
    (tmp_path / "broken.py").write_text("class (", encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "strategy.schema.json").write_text("{}", encoding="utf-8")
    found = {one.name: one for one in listing([tmp_path]) if one.kind != "built in"}
    assert set(found) == {"Bomb", "broken"}
    assert found["Bomb"].description == "Goes off."
    assert found["broken"].description.startswith("cannot be read: ")


def test_an_unknown_name_is_told_the_nearest() -> None:
    error = _refusal("ema-crosover")
    assert error.code is Code.UNKNOWN_STRATEGY
    assert error.problem == 'no strategy is called "ema-crosover"'
    assert error.where == "STRATEGY"
    assert error.remedy == 'did you mean "ema-crossover"?'
    assert _refusal("zzz").remedy == "see `tidegate strategy list`"


def test_a_path_that_leads_nowhere_is_told_its_neighbour(
    tmp_path: Path, definition: dict[str, Any]
) -> None:
    (tmp_path / "mine.json").write_text(json.dumps(definition), encoding="utf-8")
    error = _refusal(str(tmp_path / "mien.json"))
    assert error.code is Code.UNKNOWN_STRATEGY
    assert error.remedy == f'did you mean "{tmp_path / "mine.json"}"?'


def test_a_class_that_is_not_there_is_told_the_nearest(python_file: Path) -> None:
    error = _refusal(f"{python_file}:Dib")
    assert error.problem == "mine.py has no strategy Dib"
    assert error.remedy == 'did you mean "Dip"?'


def test_of_several_classes_one_must_be_named(python_file: Path) -> None:
    python_file.write_text(PYTHON + "\n\nclass Two(Dip):\n    pass\n", encoding="utf-8")
    error = _refusal(str(python_file))
    assert error.problem == "mine.py has 2 strategies"
    assert error.expected == "mine.py:Class, with one of Dip, Two"


def test_a_class_without_signals_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "half.py"
    text = "from tidegate.strategies import Strategy\nclass Half(Strategy):\n    pass\n"
    file.write_text(text, encoding="utf-8")
    error = _refusal(f"{file}:Half")
    assert error.problem == "Half does not say when to trade"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("return frame.rsi(2) < 30", "TypeError: signals() must return Signals, not Condition"),
        ("return Signals(enter_long=5)", "TypeError: enter_long must be a condition, not int"),
        (
            "return Signals(stop_distance=2.0)",
            "TypeError: stop_distance must be a line, not float",
        ),
        ("return frame.nothing()", "AttributeError: 'Frame' object has no attribute 'nothing'"),
        ("return Signals(enter_long=frame.close[-1] > 5)", "IndexError: close[-1] would look"),
        ("return Signals(enter_long=30 < frame.close < 70)", "TypeError: close > 30 has an answer"),
    ],
)
def test_a_strategy_that_fails_is_shown_with_its_line(
    tmp_path: Path, body: str, found: str
) -> None:
    file = tmp_path / "bad.py"
    file.write_text(
        "from tidegate.strategies import Signals, Strategy\n"
        "class Bad(Strategy):\n"
        "    def signals(self, frame):\n"
        f"        {body}\n",
        encoding="utf-8",
    )
    strategy = resolve(f"{file}:Bad")
    with pytest.raises(InputError) as caught:
        strategy.warmup(HOUR)
    assert caught.value.code is Code.STRATEGY_FAILED
    assert caught.value.found.startswith(found)
    if "must return" not in found:
        assert caught.value.where == f"{file}:4"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("frame.talib('EMAA')", 'no indicator is called "EMAA"'),
        ("frame.ema(0)", "EMA cannot use period = 0"),
        ("frame.source('hl3')", 'no price series is called "hl3"'),
        ("frame.on('1d')", "the strategy looks at 1d candles without having asked for them"),
        ("frame.on('7m')", 'no timeframe is called "7m"'),
        ("frame.line('x', [1, 2])", 'the line "x" does not fit the candles'),
        ("frame.condition('x', [True])", 'the condition "x" does not fit the candles'),
        ("frame.talib('ADD', source='close')", "ADD takes 2 sources"),
        ("frame.on('4h').sma(2, source=frame.close)", "close cannot be the source of a 4h"),
    ],
)
def test_a_wrong_word_in_python_is_answered_like_one_in_a_definition(
    tmp_path: Path, body: str, problem: str
) -> None:
    file = tmp_path / "bad.py"
    file.write_text(
        "from tidegate.strategies import Signals, Strategy\n"
        "class Bad(Strategy):\n"
        "    other_timeframes = ('4h',)\n"
        "    def signals(self, frame):\n"
        f"        {body}\n"
        "        return Signals()\n",
        encoding="utf-8",
    )
    strategy = resolve(f"{file}:Bad")
    with pytest.raises(InputError) as caught:
        strategy.warmup(HOUR)
    assert caught.value.problem.startswith(problem)
    assert caught.value.where.startswith(f"{file}:5, ")


def test_a_strategy_of_ones_own_does_not_hide_a_built_in_one(
    tmp_path: Path, definition: dict[str, Any]
) -> None:
    raw = {**definition, "name": "breakout"}
    (tmp_path / "breakout.json").write_text(json.dumps(raw), encoding="utf-8")
    found = resolve("breakout", paths=[tmp_path])
    assert isinstance(found, DeclaredStrategy)
    assert found.version == "1.0.0"
    assert "channel" in found.wired


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rules = 5", "rules must be Rules, not 5"),
        ("pairs = 5", "pairs must be a list of pairs"),
        ("version = 1.0", "version must be str, not 1.0"),
        ("startup_candles = -5", "startup_candles must be a whole number from 0 on"),
        ("rules = Rules(max_open_trades=-3)", "max_open_trades must be 1 or more"),
        ("raise SystemExit(0)", "failed"),
    ],
)
def test_an_attribute_of_the_wrong_kind_is_named(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from tidegate.model import Rules\n"
        "from tidegate.strategies import Frame, Signals, Strategy\n"
        "class Mine(Strategy):\n"
        f"    {line}\n"
        "    def signals(self, frame: Frame) -> Signals:\n"
        "        return Signals()\n"
    )
    with pytest.raises(DefinitionError, match=said):
        resolve(str(file))


def test_a_folder_of_strategies_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="there is no folder"):
        resolve("mine", paths=[tmp_path / "nowhere"])
