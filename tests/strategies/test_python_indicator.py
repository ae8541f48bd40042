from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tidegate.errors import Code, DefinitionError
from tidegate.model import Timeframe
from tidegate.strategies import PairMarket
from tidegate.strategies.declared import DeclaredStrategy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.strategies.conftest import MakeCandles

HOUR = Timeframe.parse("1h")


@pytest.fixture
def write(tmp_path: Path, definition: dict[str, Any]) -> Callable[..., DeclaredStrategy]:
    """Write a Python file and a definition beside it that uses it, and read that."""

    def read(python: str, operand: str = "own", **fields: object) -> DeclaredStrategy:
        (tmp_path / "own.py").write_text(python, encoding="utf-8")
        own = {"type": "python", "file": "own.py", "function": "own", **fields}
        raw = {
            **definition,
            "indicators": {**definition["indicators"], "own": own},
            "entry_conditions": {"long": {"indicator1": operand, "operator": ">", "indicator2": 0}},
        }
        (tmp_path / "mine.json").write_text(json.dumps(raw), encoding="utf-8")
        return DeclaredStrategy.read(tmp_path / "mine.json")

    return read


def _refused(
    write: Callable[..., DeclaredStrategy], python: str, **fields: object
) -> DefinitionError:
    with pytest.raises(DefinitionError) as caught:
        write(python, **fields)
    return caught.value


ONE = """
import numpy as np
def own(candles, length=2, scale=1.0):
    values = np.full(len(candles), np.nan)
    values[length:] = scale * (candles.close[length:] - candles.close[:-length])
    return values
"""


def test_one_array_is_an_indicator(
    write: Callable[..., DeclaredStrategy], make_candles: MakeCandles
) -> None:
    strategy = write(ONE, params={"length": 1, "scale": 10})
    plan = strategy.plan(PairMarket(base=make_candles([1, 3, 2])))
    np.testing.assert_array_equal(plan.columns["own"], [np.nan, 20, -10])
    assert list(np.flatnonzero(plan.enter_long)) == [1]


def test_several_arrays_are_outputs_by_name(
    write: Callable[..., DeclaredStrategy], make_candles: MakeCandles
) -> None:
    python = "def own(candles):\n    return {'up': candles.high, 'down': candles.low}\n"
    strategy = write(python, operand="own.up")
    plan = strategy.plan(PairMarket(base=make_candles([1, 3])))
    np.testing.assert_array_equal(plan.columns["own.up"], [2, 4])
    error = _refused(write, python)
    assert error.expected == "one of own.up, own.down"


def test_warm_up_is_where_the_leading_nan_end_or_what_is_said(
    write: Callable[..., DeclaredStrategy],
) -> None:
    assert write(ONE, params={"length": 17}).warmup(HOUR) == 17
    assert write(ONE, params={"length": 17}, lookback=90).warmup(HOUR) == 90


def test_period_is_a_parameter_like_any_other(
    write: Callable[..., DeclaredStrategy], make_candles: MakeCandles
) -> None:
    python = "def own(candles, period):\n    return candles.close * period\n"
    plan = write(python, period=3).plan(PairMarket(base=make_candles([1, 2])))
    np.testing.assert_array_equal(plan.columns["own"], [3, 6])


def test_the_fingerprint_changes_with_the_python(write: Callable[..., DeclaredStrategy]) -> None:
    first = write(ONE).fingerprint()
    assert write(ONE).fingerprint() == first
    assert write(ONE + "\n# changed").fingerprint() != first


def test_a_function_that_fails_is_shown_with_file_and_line(
    write: Callable[..., DeclaredStrategy], tmp_path: Path
) -> None:
    error = _refused(write, "def own(candles):\n    x = 1\n    return candles.clsoe\n")
    assert error.code is Code.PLUGIN_FAILED
    assert error.where == f"{tmp_path / 'own.py'}:3"
    assert error.found.startswith("AttributeError: ")
    assert error.remedy == "mend that line"


def test_a_file_that_is_no_python_is_shown_with_its_line(
    write: Callable[..., DeclaredStrategy], tmp_path: Path
) -> None:
    error = _refused(write, "def own(candles)\n    return candles.close\n")
    assert error.where == f"{tmp_path / 'own.py'}:1"
    assert error.found.startswith("SyntaxError: expected ':'")


def test_a_file_that_fails_while_loading_is_shown_with_its_line(
    write: Callable[..., DeclaredStrategy], tmp_path: Path
) -> None:
    error = _refused(write, "import numpy\n1 / 0\n")
    assert error.where == f"{tmp_path / 'own.py'}:2"
    assert error.found == "ZeroDivisionError: division by zero"


def test_prices_cannot_be_changed(write: Callable[..., DeclaredStrategy]) -> None:
    error = _refused(
        write, "def own(candles):\n    candles.close[0] = 1\n    return candles.close\n"
    )
    assert "read-only" in error.found


@pytest.mark.parametrize(
    ("returned", "found"),
    [
        ("candles.close[1:]", "value: shape (2047,)"),
        ("[[1.0] * len(candles)] * 2", "value: shape (2, 2048)"),
        ("'up'", "value: str"),
        ("None", "value: nothing"),
        ("{}", "an empty dict"),
        ("{'a': candles.close, 'b': 5}", "b: shape ()"),
    ],
)
def test_what_is_no_indicator_is_refused(
    write: Callable[..., DeclaredStrategy], returned: str, found: str
) -> None:
    error = _refused(write, f"def own(candles):\n    return {returned}\n")
    assert error.problem == "own returned something that is no indicator"
    assert error.found == found
    assert error.remedy == "return one array, or a dict of arrays, as long as the candles"


def test_outputs_that_come_and_go_are_refused(
    write: Callable[..., DeclaredStrategy], make_candles: MakeCandles
) -> None:
    python = "def own(candles):\n    return {'a' if len(candles) > 1000 else 'b': candles.close}\n"
    strategy = write(python, operand="own")
    with pytest.raises(DefinitionError) as caught:
        strategy.plan(PairMarket(base=make_candles([1, 2])))
    assert (caught.value.expected, caught.value.found) == ("a", "b")


def test_a_file_that_is_not_there_is_refused(write: Callable[..., DeclaredStrategy]) -> None:
    error = _refused(write, ONE, file="other.py")
    assert error.problem == "there is no file other.py"
    assert error.where == "mine.json#/indicators/own/file"


def test_a_function_that_is_not_there_is_refused(write: Callable[..., DeclaredStrategy]) -> None:
    error = _refused(write, ONE, function="won")
    assert error.problem == "own.py has no function won"
    assert error.where == "mine.json#/indicators/own/function"
    assert error.remedy == 'did you mean "own"?'


def test_parameters_the_function_does_not_take_are_refused(
    write: Callable[..., DeclaredStrategy],
) -> None:
    error = _refused(write, ONE, params={"lenght": 3})
    assert error.code is Code.UNKNOWN_PARAMETER
    assert error.where == "mine.json#/indicators/own/params/lenght"
    assert error.remedy == 'did you mean "length"?'


def test_a_source_means_nothing_to_a_function(write: Callable[..., DeclaredStrategy]) -> None:
    error = _refused(write, ONE, source="close")
    assert error.problem == "a Python indicator takes no source"


def test_the_line_shown_is_the_innermost_one_in_the_users_file(
    write: Callable[..., DeclaredStrategy], tmp_path: Path
) -> None:
    error = _refused(
        write,
        "import numpy as np\n"
        "def inner(candles):\n"
        "    return np.reshape(candles.close, (7, 7, 7))\n"
        "def own(candles):\n"
        "    return inner(candles)\n",
    )
    assert error.where == f"{tmp_path / 'own.py'}:3"
