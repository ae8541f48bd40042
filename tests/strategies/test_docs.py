from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped] # it ships none
import pytest

from tidegate.model import Timeframe
from tidegate.strategies import resolve
from tidegate.strategies.declared import DeclaredStrategy
from tidegate.strategies.indicators import FRIENDLY_TYPES, find
from tidegate.strategies.schema import strategy_schema

PAGE = (Path(__file__).parents[2] / "docs" / "strategies.md").read_text(encoding="utf-8")
JSON = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_definition_shown_runs_and_keeps_to_the_schema() -> None:
    whole = next(block for block in JSON if "entry_conditions" in block)
    jsonschema.Draft202012Validator(strategy_schema()).validate(whole)
    strategy = DeclaredStrategy.of(whole)
    assert strategy.warmup(Timeframe.parse("1h")) == 1004


def test_the_tagged_alternatives_shown_are_understood(definition: dict[str, Any]) -> None:
    alternatives = next(block for block in JSON if isinstance(block, list))
    raw = {**definition, "entry_conditions": {"long": alternatives}}
    raw["indicators"]["rsi"] = {"type": "RSI"}
    assert DeclaredStrategy.of(raw).warmup(Timeframe.parse("1h")) == 140


def test_the_python_shown_runs(tmp_path: Path, definition: dict[str, Any]) -> None:
    indicator, strategy = PYTHON
    (tmp_path / "squeeze.py").write_text(indicator, encoding="utf-8")
    own = next(block for block in JSON if isinstance(block, dict) and "file" in block)
    raw = {**definition, "indicators": {**definition["indicators"], "squeeze": own}}
    (tmp_path / "x.json").write_text(json.dumps(raw), encoding="utf-8")
    assert "squeeze" in DeclaredStrategy.read(tmp_path / "x.json").wired
    (tmp_path / "mine.py").write_text(strategy, encoding="utf-8")
    found = resolve(f"{tmp_path / 'mine.py'}:TrendPullback")
    assert found.warmup(Timeframe.parse("1h")) == 1004


@pytest.mark.parametrize("name", FRIENDLY_TYPES)
def test_every_friendly_indicator_is_on_the_page_with_its_parameters(name: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith("| `") and f"`{name}`" in line)
    indicator = find(name, where="")
    for word in (p.name for p in indicator.parameters):
        assert f"`{word}`" in row
    for word in indicator.outputs if len(indicator.outputs) > 1 else ():
        assert f"`{word}`" in row


def test_every_field_is_on_the_page() -> None:
    parts = strategy_schema()["$defs"]
    fields = set(strategy_schema()["properties"])
    for name in ("ExitConditions", "Filters", "RiskManagement"):
        fields |= set(parts[name]["properties"])
    missing = [field for field in sorted(fields) if field not in PAGE]
    assert missing == []
