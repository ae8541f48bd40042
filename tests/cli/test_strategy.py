from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped] # it ships none
import pytest
from typer.testing import CliRunner

from tidegate.cli.strategy import app
from tidegate.errors import Code, InputError
from tidegate.strategies.declared import DeclaredStrategy

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _run(*words: object) -> Result:
    result: Result = CliRunner().invoke(app, [str(word) for word in words])
    return result


def _said(*words: object) -> str:
    result = _run(*words)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def _refusal(*words: object) -> InputError:
    result = _run(*words)
    assert isinstance(result.exception, InputError), result.output
    return result.exception


def test_a_new_strategy_is_valid_and_names_its_schema(tmp_path: Path) -> None:
    assert _said("new", "My first!") == "user_data/strategies/My-first.json\n"
    file = tmp_path / "user_data" / "strategies" / "My-first.json"
    raw = json.loads(file.read_text(encoding="utf-8"))
    assert raw["name"] == "My first!"
    assert DeclaredStrategy.read(file).name == "My first!"
    schema = json.loads((file.parent / raw["$schema"]).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(raw)
    assert sorted(path.name for path in file.parent.iterdir()) == [
        "My-first.json",
        "strategy.schema.json",
    ]


@pytest.mark.parametrize("template", ["breakout", "macd-trend", "macrossoverstrategy"])
def test_a_new_strategy_starts_from_the_template_asked_for(tmp_path: Path, template: str) -> None:
    _said("new", "x", "--template", template, "--out", "deep/er/x.json")
    strategy = DeclaredStrategy.read(tmp_path / "deep" / "er" / "x.json")
    assert strategy.description.casefold().startswith(f"started from {template}")


def test_a_new_strategy_never_replaces_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("mine", encoding="utf-8")
    error = _refusal("new", "x", "--out", "x.json")
    assert error.code is Code.FILE_EXISTS
    assert error.problem == "there is a file x.json already"
    assert (tmp_path / "x.json").read_text(encoding="utf-8") == "mine"


def test_a_schema_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "strategy.schema.json").write_text('{"$id": "theirs"}', encoding="utf-8")
    _said("new", "x", "--out", "x.json")
    kept = (tmp_path / "strategy.schema.json").read_text(encoding="utf-8")
    assert kept == '{"$id": "theirs"}'


def test_an_unknown_template_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    error = _refusal("new", "x", "--template", "macd-trnd", "--out", "x.json")
    assert error.problem == 'there is no template "macd-trnd"'
    assert error.remedy == 'did you mean "macd-trend"?'
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    error = _refusal("new", "x", "--out", "file/x.json")
    assert error.code is Code.NOT_WRITABLE


def test_the_list_names_built_in_and_own_strategies() -> None:
    _said("new", "mine")
    listed = _said("list")
    for name in ("ema-crossover", "rsi-mean-reversion", "macd-trend", "breakout", "mine"):
        assert name in listed
    assert "MaCrossoverStrategy" in listed
    assert "strategy.schema" not in listed


def test_a_check_says_what_the_strategy_will_do_and_needs() -> None:
    _said("new", "mine", "--template", "macd-trend")
    result = _run("check", "user_data/strategies/mine.json")
    assert result.exit_code == 0
    assert "Buys         when macd.macd crosses above macd.signal" in result.stdout
    assert "Warm-up      1004 candles (41.8 days) before it trades." in result.stdout
    assert "Needs        1h and 4h candles of each pair." in result.stdout
    assert result.stderr == "no problems found\n"
    assert _run("check", "mine", "--timeframe", "30m").exit_code == 0


def test_a_check_of_a_wrong_definition_ends_in_its_fault(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"name": "x"}', encoding="utf-8")
    error = _refusal("check", "x.json")
    assert error.problem == "entry_conditions is missing"
    assert error.where == "x.json#/entry_conditions"


def test_a_check_of_python_runs_it_once(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(
        "from tidegate.strategies import Signals, Strategy\n"
        "class X(Strategy):\n"
        "    startup_candles = 5\n"
        "    def signals(self, frame):\n"
        "        return Signals(enter_long=frame.emma(5) > 3)\n",
        encoding="utf-8",
    )
    error = _refusal("check", "x.py:X")
    assert error.code is Code.STRATEGY_FAILED
    assert error.where == f"{tmp_path / 'x.py'}:5"


def test_describe_explains_a_built_in_strategy() -> None:
    assert "Stop         5 % from the entry." in _said("describe", "ema-crossover")


def test_the_schema_is_printed_and_written_alike(tmp_path: Path) -> None:
    printed: dict[str, Any] = json.loads(_said("schema"))
    assert _said("schema", "--out", "s.json") == "s.json\n"
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8")) == printed
    assert printed["title"] == "Tidegate strategy"
