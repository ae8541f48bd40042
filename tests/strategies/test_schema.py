from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped] # it ships none
import pytest

from tidegate.errors import InputError
from tidegate.strategies.catalogue import BUILT_IN
from tidegate.strategies.declared import DeclaredStrategy
from tidegate.strategies.schema import schema_text, strategy_schema

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "strategies"
FILES = [*sorted(BUILT_IN.glob("*.json")), *sorted(EXAMPLES.glob("*.json"))]


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(strategy_schema())


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(strategy_schema())


def test_the_published_schema_is_the_one_in_force() -> None:
    published = ROOT / "docs" / "schema" / "strategy.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_every_definition_of_ours_keeps_to_the_schema(
    file: Path, validator: jsonschema.Draft202012Validator
) -> None:
    validator.validate(json.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.json")), ids=lambda file: str(file.stem))
def test_every_example_tells_editors_where_the_schema_is(file: Path) -> None:
    named = json.loads(file.read_text(encoding="utf-8"))["$schema"]
    assert (file.parent / named).resolve() == ROOT / "docs" / "schema" / "strategy.schema.json"


def _changes() -> list[tuple[dict[str, Any], bool]]:
    leaf = {"indicator1": "fast", "operator": ">", "indicator2": "slow"}
    return [
        ({}, True),
        ({"symbol": ["BTC/USDT"]}, False),
        ({"name": ""}, False),
        ({"timeframes": ["7m"]}, False),
        ({"indicators": {"x": {"type": "EMA", "period": 5}}}, True),
        ({"indicators": {"x": {"type": "ema", "params": {"timeperiod": 5}}}}, True),
        ({"indicators": {"x": {"type": "EMAA"}}}, False),
        ({"indicators": {"x": {"type": "EMA", "params": {"fast": 5}}}}, False),
        ({"indicators": {"x": {"type": "EMA", "period": 0}}}, False),
        ({"indicators": {"x": {"type": "CCI", "period": 20}}}, True),
        ({"indicators": {"x": {"type": "OBV", "period": 20}}}, False),
        ({"indicators": {"x": {"type": "ATR", "source": "close"}}}, False),
        ({"indicators": {"x": {"type": "ADD", "source": ["open", "close"]}}}, True),
        ({"indicators": {"x": {"type": "ADD", "source": ["open"]}}}, False),
        ({"indicators": {"x": {"type": "VWAP", "params": {"anchor": "week"}}}}, True),
        ({"indicators": {"x": {"type": "VWAP", "params": {"anchor": "year"}}}}, False),
        ({"indicators": {"x": {"type": "python", "file": "a.py"}}}, False),
        ({"entry_conditions": {"long": {"not": leaf}, "short": None}}, True),
        ({"entry_conditions": {"long": [{"tag": "a", "when": [leaf]}]}}, True),
        ({"entry_conditions": {"long": {"all": []}}}, False),
        ({"entry_conditions": {"long": {**leaf, "operator": "=>"}}}, False),
        ({"exit_conditions": {"stop_loss": {"type": "fixed", "value": 5}}}, False),
        ({"exit_conditions": {"stop_loss": {"type": "atr", "value": 2}}}, True),
        ({"exit_conditions": {"stop_loss": {"type": "atr"}}}, False),
        ({"exit_conditions": {"take_profit": {"type": "roi", "steps": {"0": 0.1}}}}, True),
        ({"exit_conditions": {"take_profit": [{"type": "fixed", "value": 0.1}]}}, True),
        ({"filters": {"hours": {"start": "09:00", "end": "17:00"}}}, True),
        ({"filters": {"hours": {"start": "9", "end": "17:00"}}}, False),
        ({"risk_management": {"position_size": {"type": "percent", "value": 0.1}}}, True),
        ({"risk_management": {"max_daily_trades": 3, "max_drawdown_percent": 0.15}}, True),
        ({"risk_management": {"max_daily_trades": 0}}, False),
        ({"risk_management": {"max_drawdown_percent": 15}}, False),
        ({"risk_management": {"max_drawdown_percent": 1}}, False),
    ]


@pytest.mark.parametrize(("change", "fits"), _changes())
def test_an_editor_and_the_program_agree_on_the_shape(
    definition: dict[str, Any],
    validator: jsonschema.Draft202012Validator,
    change: dict[str, Any],
    *,
    fits: bool,
) -> None:
    raw = {**copy.deepcopy(definition), **change}
    assert validator.is_valid(raw) is fits
    if not fits:
        with pytest.raises(InputError):
            DeclaredStrategy.of(raw)


def test_every_field_says_what_it_is_for() -> None:
    parts = {"Definition": strategy_schema(), **strategy_schema()["$defs"]}
    silent = [
        f"{name}.{field}"
        for name, part in parts.items()
        for field, says in part.get("properties", {}).items()
        if field != "type" and not {"description", "$ref", "anyOf"} & set(says)
    ]
    assert silent == []
