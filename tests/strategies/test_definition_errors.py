"""Each way a definition can be wrong, and the message it ends in."""

from __future__ import annotations

import copy
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tidegate.errors import Code, DefinitionError, InputError
from tidegate.strategies.declared import DeclaredStrategy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LEAF = {"indicator1": "fast", "operator": ">", "indicator2": "slow"}

# change to the definition, code, where, problem, remedy
Case = tuple[str, dict[str, Any], Code, str, str, str]
CASES: list[Case] = [
    (
        "unknown field",
        {"entry_condition": {}},
        Code.UNKNOWN_FIELD,
        "/entry_condition",
        'there is no field "entry_condition" here',
        'did you mean "entry_conditions"?',
    ),
    (
        "a field of Freqtrade's",
        {"exit_conditions/stop_loss": {"type": "trailing", "value": 0.1, "positive": 0.02}},
        Code.UNKNOWN_FIELD,
        "/exit_conditions/stop_loss/positive",
        'there is no field "positive" here',
        'did you mean "distance"?',
    ),
    (
        "a parameter outside params",
        {"indicators/macd": {"type": "MACD", "fast": 3}},
        Code.UNKNOWN_FIELD,
        "/indicators/macd/fast",
        'there is no field "fast" here',
        'write it under "params"',
    ),
    (
        "a limit that is not honoured",
        {"risk_management": {"max_weekly_drawdown": 0.1}},
        Code.UNKNOWN_FIELD,
        "/risk_management/max_weekly_drawdown",
        "max_weekly_drawdown is not honoured by a strategy",
        "take it out, and set it among the limits of the account",
    ),
    (
        "missing field",
        {"indicators/fast": {"period": 3}},
        Code.MISSING_FIELD,
        "/indicators/fast/type",
        "type is missing",
        "add it",
    ),
    (
        "missing half of a condition",
        {"entry_conditions/long": [{"indicator1": "fast", "operator": ">"}]},
        Code.MISSING_FIELD,
        "/entry_conditions/long/0/indicator2",
        "indicator2 is missing",
        "add it",
    ),
    (
        "a number in quotes",
        {"indicators/fast/period": "12"},
        Code.WRONG_TYPE,
        "/indicators/fast/period",
        "period is not a whole number",
        "take the quotes away: 12",
    ),
    (
        "a percentage in quotes",
        {"exit_conditions/stop_loss/value": "5%"},
        Code.WRONG_TYPE,
        "/exit_conditions/stop_loss/value",
        "value is not a number",
        "ratios are fractions without a sign: write 0.05 for 5 %",
    ),
    (
        "an operand that is neither",
        {"entry_conditions/long": [{**LEAF, "indicator2": True}]},
        Code.WRONG_TYPE,
        "/entry_conditions/long/0/indicator2",
        "indicator2 is not text or a number",
        "write text or a number",
    ),
    (
        "a number without end",
        {"exit_conditions": {"take_profit": {"type": "risk_reward", "value": float("inf")}}},
        Code.WRONG_TYPE,
        "/exit_conditions/take_profit/value",
        "value is not a finite number",
        "write a finite number",
    ),
    (
        "no condition",
        {"entry_conditions/long": 5},
        Code.WRONG_TYPE,
        "/entry_conditions/long",
        "long is not a condition in braces, or a list of conditions",
        'write {"indicator1": "close", "operator": ">", "indicator2": "open"}, for example',
    ),
    (
        "a stop that is a number",
        {"exit_conditions/stop_loss": 0.05},
        Code.WRONG_TYPE,
        "/exit_conditions/stop_loss",
        "stop_loss is not an object with a type",
        'write {"type": "fixed", "value": 0.05}, for example',
    ),
    (
        "a percentage",
        {"exit_conditions/stop_loss/value": 5},
        Code.OUT_OF_RANGE,
        "/exit_conditions/stop_loss/value",
        "value cannot be 5",
        "ratios are fractions: write 0.05 for 5 %",
    ),
    (
        "a whole",
        {"exit_conditions/stop_loss/value": 1},
        Code.OUT_OF_RANGE,
        "/exit_conditions/stop_loss/value",
        "value cannot be 1",
        "ratios are fractions: write 0.01 for 1 %",
    ),
    (
        "a negative stop",
        {"exit_conditions/stop_loss/value": -0.1},
        Code.OUT_OF_RANGE,
        "/exit_conditions/stop_loss/value",
        "value cannot be -0.1",
        "choose a value above 0",
    ),
    (
        "a type of stop there is not",
        {"exit_conditions/stop_loss/type": "trailling"},
        Code.OUT_OF_RANGE,
        "/exit_conditions/stop_loss/type",
        'there is no type "trailling" here',
        'did you mean "trailing"?',
    ),
    (
        "a stop without a type",
        {"exit_conditions/stop_loss": {"value": 0.05}},
        Code.MISSING_FIELD,
        "/exit_conditions/stop_loss/type",
        "type is missing",
        "see `tidegate strategy schema`",
    ),
    (
        "an empty list of alternatives",
        {"entry_conditions/long": {"any": []}},
        Code.OUT_OF_RANGE,
        "/entry_conditions/long/any",
        "any is empty",
        "fill it in, or take it out",
    ),
    (
        "a tag that is too long",
        {"entry_conditions/long": {"tag": "x" * 65, "when": LEAF}},
        Code.OUT_OF_RANGE,
        "/entry_conditions/long/tag",
        "tag is too long",
        "shorten it",
    ),
    (
        "a tag without a condition",
        {"entry_conditions/long": [{"tag": "a", "when": LEAF}, {"tag": "b"}]},
        Code.MISSING_FIELD,
        "/entry_conditions/long/1/when",
        "when is missing",
        "add it",
    ),
    (
        "unknown operator",
        {"entry_conditions/long": [{**LEAF, "operator": "cross_above"}]},
        Code.UNKNOWN_OPERATOR,
        "/entry_conditions/long/0/operator",
        'operator cannot be "cross_above"',
        'did you mean "crosses_above"?',
    ),
    (
        "an operator of other languages",
        {"entry_conditions/long": [{**LEAF, "operator": "="}]},
        Code.UNKNOWN_OPERATOR,
        "/entry_conditions/long/0/operator",
        'operator cannot be "="',
        'did you mean "=="?',
    ),
    (
        "unknown indicator",
        {"indicators/fast/type": "STOCHASTC"},
        Code.UNKNOWN_INDICATOR,
        "/indicators/fast/type",
        'no indicator is called "STOCHASTC"',
        'did you mean "STOCHASTIC"?',
    ),
    (
        "unknown parameter",
        {"indicators/macd": {"type": "MACD", "params": {"fst": 3}}},
        Code.UNKNOWN_PARAMETER,
        "/indicators/macd/params/fst",
        'MACD has no parameter "fst"',
        'did you mean "fast"?',
    ),
    (
        "a period where there is none",
        {"indicators/obv": {"type": "OBV", "period": 3}},
        Code.UNKNOWN_PARAMETER,
        "/indicators/obv/period",
        'OBV has no parameter "period"',
        "take it out",
    ),
    (
        "the period twice",
        {"indicators/fast": {"type": "SMA", "period": 3, "params": {"timeperiod": 4}}},
        Code.UNKNOWN_PARAMETER,
        "/indicators/fast/params/timeperiod",
        "the period is given twice",
        'take "timeperiod" out of params',
    ),
    (
        "a period out of range",
        {"indicators/fast/period": 0},
        Code.OUT_OF_RANGE,
        "/indicators/fast/period",
        "SMA cannot use period = 0",
        "the usual value is 20",
    ),
    (
        "parameters that contradict one another",
        {"indicators/macd": {"type": "MACD", "params": {"fast": 30}}},
        Code.OUT_OF_RANGE,
        "/indicators/macd",
        "the parameters of MACD contradict one another",
        "swap the two, or lower fast",
    ),
    (
        "parameters that TA-Lib refuses together",
        {"indicators/mavp": {"type": "MAVP", "params": {"minperiod": 20, "maxperiod": 5}}},
        Code.OUT_OF_RANGE,
        "/indicators/mavp",
        "the parameters of MAVP contradict one another",
        "go back to the usual values",
    ),
    (
        "a key that is a price",
        {"indicators/close": {"type": "SMA"}},
        Code.OUT_OF_RANGE,
        "/indicators/close",
        '"close" is the name of a price and cannot be the key of an indicator',
        'call it "my_close", for example',
    ),
    (
        "a key with a blank",
        {"indicators/my ema": {"type": "EMA"}},
        Code.OUT_OF_RANGE,
        "/indicators/my ema",
        '"my ema" cannot be the key of an indicator',
        "rename it: conditions refer to it by this key",
    ),
    (
        "a file for an indicator that is ours",
        {"indicators/fast/file": "x.py"},
        Code.UNKNOWN_FIELD,
        "/indicators/fast/file",
        '"file" means nothing for SMA',
        'take "file" out, or make the type "python"',
    ),
    (
        "a Python indicator without a file",
        {"indicators/own": {"type": "python", "function": "f"}},
        Code.MISSING_FIELD,
        "/indicators/own/file",
        "file is missing",
        "name the Python file and the function in it",
    ),
    (
        "unknown operand",
        {"entry_conditions/long": [{**LEAF, "indicator2": "slw"}]},
        Code.UNKNOWN_OPERAND,
        "/entry_conditions/long/0/indicator2",
        'nothing is called "slw"',
        'did you mean "slow"?',
    ),
    (
        "unknown operand deep in a tree",
        {"entry_conditions/long": {"any": [LEAF, {"not": {**LEAF, "indicator1": "fst"}}]}},
        Code.UNKNOWN_OPERAND,
        "/entry_conditions/long/any/1/not/indicator1",
        'nothing is called "fst"',
        'did you mean "fast"?',
    ),
    (
        "unknown operand in a tagged exit",
        {"exit_conditions/long": {"tag": "x", "when": {**LEAF, "indicator1": "fst"}}},
        Code.UNKNOWN_OPERAND,
        "/exit_conditions/long/when/indicator1",
        'nothing is called "fst"',
        'did you mean "fast"?',
    ),
    (
        "an output that is missing",
        {
            "indicators/macd": {"type": "MACD"},
            "entry_conditions/long": [{**LEAF, "indicator1": "macd"}],
        },
        Code.UNKNOWN_OPERAND,
        "/entry_conditions/long/0/indicator1",
        "macd (MACD) gives several lines",
        "say which one",
    ),
    (
        "an output there is not",
        {
            "indicators/macd": {"type": "MACD"},
            "entry_conditions/long": [{**LEAF, "indicator1": "macd.signl"}],
        },
        Code.UNKNOWN_OPERAND,
        "/entry_conditions/long/0/indicator1",
        'macd has no output "signl"',
        'did you mean "macd.signal"?',
    ),
    (
        "an output of a price",
        {"entry_conditions/long": [{**LEAF, "indicator1": "close.value"}]},
        Code.UNKNOWN_OPERAND,
        "/entry_conditions/long/0/indicator1",
        'close has no output "value"',
        'write "close" alone: it is a price',
    ),
    (
        "the future",
        {"entry_conditions/long": [{**LEAF, "indicator1": "close[-1]"}]},
        Code.UNKNOWN_OPERAND,
        "/entry_conditions/long/0/indicator1",
        '"close[-1]" is not something to compare',
        "a condition cannot look into the future: write [1] for one candle ago",
    ),
    (
        "a number in quotes as operand",
        {"entry_conditions/long": [{**LEAF, "indicator2": "30"}]},
        Code.UNKNOWN_OPERAND,
        "/entry_conditions/long/0/indicator2",
        '"30" is not something to compare',
        "write the number without quotes: 30",
    ),
    (
        "arithmetic",
        {"entry_conditions/long": [{**LEAF, "indicator2": "slow * 1.01"}]},
        Code.UNKNOWN_OPERAND,
        "/entry_conditions/long/0/indicator2",
        '"slow * 1.01" is not something to compare',
        "arithmetic is not understood here: compute it with an indicator, like ADD or MULT",
    ),
    (
        "something compared with itself",
        {"entry_conditions/long": [{**LEAF, "indicator2": "fast"}]},
        Code.OUT_OF_RANGE,
        "/entry_conditions/long/0/indicator2",
        "fast is compared with itself",
        "write fast[1] for its value one candle ago, for example",
    ),
    (
        "a breakout that cannot happen",
        {
            "indicators/channel": {"type": "DONCHIAN"},
            "entry_conditions/long": [
                {
                    "indicator1": "close",
                    "operator": "crosses_above",
                    "indicator2": "channel.upper",
                }
            ],
        },
        Code.OUT_OF_RANGE,
        "/entry_conditions/long/0/indicator2",
        "close can never be beyond channel.upper: the channel includes this candle",
        'write "channel.upper[1]"',
    ),
    (
        "unknown source",
        {"indicators/fast/source": "hl3"},
        Code.UNKNOWN_OPERAND,
        "/indicators/fast/source",
        'nothing is called "hl3"',
        'did you mean "hlc3"?',
    ),
    (
        "a source where there is none to choose",
        {"indicators/atr": {"type": "ATR", "source": "close"}},
        Code.WRONG_TYPE,
        "/indicators/atr/source",
        "ATR takes no source",
        'take "source" out',
    ),
    (
        "one source where there must be two",
        {"indicators/add": {"type": "ADD", "source": "close"}},
        Code.WRONG_TYPE,
        "/indicators/add/source",
        "ADD takes a list of 2 sources",
        "give as many as it takes",
    ),
    (
        "a source on other candles",
        {"indicators/fast": {"type": "SMA", "source": "slow", "timeframe": "4h"}},
        Code.WRONG_TIMEFRAME,
        "/indicators/fast/source",
        "fast and its source slow are on different timeframes",
        "give both the same timeframe",
    ),
    (
        "a circle",
        {
            "indicators/fast": {"type": "SMA", "source": "slow"},
            "indicators/slow": {"type": "SMA", "source": "fast"},
        },
        Code.CIRCULAR_INDICATORS,
        "/indicators/fast/source",
        "fast is computed from itself",
        "let one of them read a price",
    ),
    (
        "a timeframe there is not",
        {"indicators/fast/timeframe": "4hr"},
        Code.UNKNOWN_TIMEFRAME,
        "/indicators/fast/timeframe",
        'no timeframe is called "4hr"',
        'did you mean "4h"?',
    ),
    (
        "a base timeframe there is not",
        {"timeframes": ["1h", "60m"]},
        Code.UNKNOWN_TIMEFRAME,
        "/timeframes/1",
        'no timeframe is called "60m"',
        'did you mean "30m"?',
    ),
    (
        "no pair",
        {"symbols": ["BTC/USDT", "btcusdt"]},
        Code.BAD_PAIR,
        "/symbols/1",
        '"btcusdt" is not a pair',
        "write the base currency, a slash, and the quote currency",
    ),
    (
        "no entry",
        {"entry_conditions": {"long": [], "short": []}},
        Code.NO_ENTRY,
        "/entry_conditions",
        "the strategy never enters",
        "add a condition that opens a position",
    ),
    (
        "no exit",
        {"exit_conditions": {}},
        Code.NO_EXIT,
        "/exit_conditions",
        "a long position is never closed",
        'add "stop_loss": {"type": "fixed", "value": 0.05}, for example',
    ),
    (
        "an exit for the other side only",
        {"exit_conditions": {"short": LEAF}},
        Code.NO_EXIT,
        "/exit_conditions",
        "a long position is never closed",
        'add "stop_loss": {"type": "fixed", "value": 0.05}, for example',
    ),
    (
        "the same tag twice",
        {"entry_conditions/long": [{"tag": "a", "when": LEAF}, {"tag": "a", "when": LEAF}]},
        Code.OUT_OF_RANGE,
        "/entry_conditions/long/1/tag",
        'two alternatives carry the tag "a"',
        'rename one, or join the two with "any"',
    ),
    (
        "a filter without a limit",
        {"filters": {"volume": {"period": 3}}},
        Code.MISSING_FIELD,
        "/filters/volume",
        "the volume filter has no limit",
        "give a limit, or take the filter out",
    ),
    (
        "a filter that shuts everything out",
        {"filters": {"volatility": {"min": 0.05, "max": 0.01}}},
        Code.OUT_OF_RANGE,
        "/filters/volatility/min",
        "no volatility is above min and below max",
        "swap the two",
    ),
    (
        "no time of day",
        {"filters": {"hours": {"start": "9:30", "end": "17:00"}}},
        Code.BAD_HOURS,
        "/filters/hours/start",
        "start is not a time of day",
        'write "09:30", for example',
    ),
    (
        "no time zone",
        {"filters": {"hours": {"start": "09:00", "end": "17:00", "timezone": "Europe/Londn"}}},
        Code.BAD_HOURS,
        "/filters/hours/timezone",
        'there is no time zone "Europe/Londn"',
        'did you mean "Europe/London"?',
    ),
    (
        "an empty window",
        {"filters": {"hours": [{"start": "09:00", "end": "09:00"}]}},
        Code.BAD_HOURS,
        "/filters/hours/0/end",
        "a window that starts when it ends is empty",
        'write "00:00" to "24:00" for the whole day',
    ),
    (
        "a weekday there is not",
        {"filters": {"hours": {"start": "09:00", "end": "17:00", "weekdays": ["monday"]}}},
        Code.OUT_OF_RANGE,
        "/filters/hours/weekdays/0",
        'entry 1 of weekdays cannot be "monday"',
        'did you mean "mon"?',
    ),
    (
        "a size of 1000 %",
        {"risk_management": {"position_size": {"type": "percent", "value": 10}}},
        Code.OUT_OF_RANGE,
        "/risk_management/position_size/value",
        "value cannot be 10",
        "ratios are fractions: write 0.1 for 10 %",
    ),
    (
        "an atr size without a range",
        {"risk_management": {"position_size": {"type": "atr", "value": 0.01}}},
        Code.MISSING_FIELD,
        "/risk_management/position_size/multiple",
        "an atr size needs to know how many average true ranges it risks",
        'add "multiple": 2, for example',
    ),
    (
        "a risk without a stop",
        {
            "exit_conditions": {"long": [LEAF]},
            "risk_management": {"position_size": {"type": "percent_risk", "value": 0.01}},
        },
        Code.CONTRADICTORY_EXITS,
        "/risk_management/position_size",
        "percent_risk needs a stop: without one there is no risk to measure",
        "add a stop, or size by percent_of_equity",
    ),
    (
        "kelly that waits for ever",
        {"risk_management": {"position_size": {"type": "kelly", "min_trades": 50, "window": 20}}},
        Code.OUT_OF_RANGE,
        "/risk_management/position_size/min_trades",
        "kelly waits for more trades than it looks at",
        "lower min_trades, or raise window",
    ),
]


def changed(definition: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Return the definition with values put at places."""
    raw = copy.deepcopy(definition)
    for place, value in change.items():
        *way, last = place.split("/")
        here = raw
        for step in way:
            here = here[step]
        here[last] = value
    return raw


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_what_is_wrong_is_said(
    definition: dict[str, Any], refusal: Callable[[object], InputError], case: Case
) -> None:
    _, change, code, where, problem, remedy = case
    error = refusal(changed(definition, change))
    assert isinstance(error, DefinitionError)
    assert error.problem == problem
    assert error.code is code
    assert error.where == f"small.json#{where}"
    assert error.remedy == remedy
    assert error.expected
    assert error.found


def test_the_first_problem_is_told_and_the_others_are_counted(
    definition: dict[str, Any], refusal: Callable[[object], InputError]
) -> None:
    two = changed(definition, {"indicators/fast/type": "EMAA", "indicators/slow/period": -3})
    assert refusal(two).problem == (
        'no indicator is called "EMAA" (and 1 more problem in this definition)'
    )
    three = changed(two, {"filters": {"volume": {}}})
    assert refusal(three).problem.endswith("(and 2 more problems in this definition)")


def test_a_place_is_named_in_the_spelling_of_the_file(
    definition: dict[str, Any], refusal: Callable[[object], InputError]
) -> None:
    raw = changed(definition, {"exitConditions": {"stopLoss": {"type": "fixed", "value": 5}}})
    del raw["exit_conditions"]
    assert refusal(raw).where == "small.json#/exitConditions/stopLoss/value"


def test_a_field_in_both_spellings_is_refused(
    definition: dict[str, Any], refusal: Callable[[object], InputError]
) -> None:
    raw = changed(definition, {"entryConditions": definition["entry_conditions"]})
    assert refusal(raw).code is Code.UNKNOWN_FIELD


# From 3.13 on Python points at the comma itself, before that at what follows it.
TRAILING_COMMA = (
    "x.json, line 1, column 13" if sys.version_info >= (3, 13) else "x.json, line 2, column 1"
)


@pytest.mark.parametrize(
    ("text", "where", "remedy"),
    [
        ("", "x.json, line 1, column 1", "the file is empty: start with `tidegate strategy new"),
        ('{"name": "a",\n}', TRAILING_COMMA, "take away the comma before the closing"),
        ('{\n  // hello\n  "name": "a"}', "x.json, line 2, column 3", "JSON has no comments: put"),
        ("{'name': 1}", "x.json, line 1, column 2", "use double quotes"),
        ('{"name" "a"}', "x.json, line 1, column 9", "check commas, quotes and brackets"),
        ('{"name": NaN}', "x.json", "write a number, or leave the field out"),
        ('{"name": "a", "name": "b"}', "x.json", "rename or take out one of them"),
        ("[" * 100_000, "x.json", "check the brackets"),
    ],
)
def test_what_is_no_json_is_shown_by_line_and_column(text: str, where: str, remedy: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        DeclaredStrategy.parse(text, origin="x.json")
    assert caught.value.code is Code.NOT_JSON
    assert caught.value.where == where
    assert caught.value.remedy.startswith(remedy)


def test_json_that_is_no_object_is_refused() -> None:
    with pytest.raises(DefinitionError) as caught:
        DeclaredStrategy.parse("[1]", origin="x.json")
    assert caught.value.problem == "a strategy definition is an object"


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DefinitionError) as caught:
        DeclaredStrategy.read(file)
    assert caught.value.problem == "x.json cannot be read: it is not UTF-8 text"


def test_a_python_indicator_needs_a_definition_in_a_file(
    definition: dict[str, Any], refusal: Callable[[object], InputError]
) -> None:
    own = {"type": "python", "file": "own.py", "function": "f"}
    error = refusal(changed(definition, {"indicators/own": own}))
    assert error.problem == "a definition that is no file cannot name one"


def test_a_definition_that_comes_as_json_text_is_the_same(definition: dict[str, Any]) -> None:
    strategy = DeclaredStrategy.parse(json.dumps(definition), origin="x.json")
    assert strategy.name == "small"
