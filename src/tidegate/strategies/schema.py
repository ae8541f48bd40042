"""The JSON schema of a definition, for editors and for anyone who checks one elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tidegate.strategies.definition import Definition
from tidegate.strategies.indicators import FRIENDLY_TYPES, find, names, spelling

if TYPE_CHECKING:
    from tidegate.strategies.indicators import Indicator, Parameter

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_PYTHON: Final = "python"
_RENAMED: Final = {"all_": "all", "any_": "any", "not_": "not", "schema_": "$schema"}


def strategy_schema() -> dict[str, Any]:
    """Return the JSON schema, draft 2020-12, in the canonical snake_case spelling."""
    body = _tidied(Definition.model_json_schema(by_alias=False))
    parts = body.pop("$defs")
    _let_one_stand_for_a_list(parts["ExitConditions"]["properties"]["take_profit"])
    _let_one_stand_for_a_list(parts["Filters"]["properties"]["hours"])
    _let_atr_stop_say_value(parts["AtrStop"])
    parts["IndicatorPart"] = _indicator(parts["IndicatorPart"])
    return {
        "$schema": DIALECT,
        "$id": "urn:tidegate:strategy:1",
        **body,
        "title": "Tidegate strategy",
        "$defs": parts,
    }


def schema_text() -> str:
    """Return the schema as it is published."""
    return json.dumps(strategy_schema(), indent=2, ensure_ascii=False) + "\n"


def _tidied(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Take out titles that only repeat a name, and give fields their names in JSON."""
    if isinstance(node, list):
        return [_tidied(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidy = {key: _tidied(value) for key, value in node.items() if key != "title"}
    if "properties" in node:
        tidy["properties"] = {
            _RENAMED.get(key, key): _tidied(value) for key, value in node["properties"].items()
        }
        tidy["required"] = [_RENAMED.get(key, key) for key in node.get("required", [])]
    return tidy


def _let_one_stand_for_a_list(field: dict[str, Any]) -> None:
    """Accept a single entry, a list of them, or null."""
    items = field.pop("items")
    field.pop("type")
    field["anyOf"] = [items, {"type": "array", "items": items}, {"type": "null"}]


def _let_atr_stop_say_value(part: dict[str, Any]) -> None:
    multiple = part["properties"]["multiple"]
    part["properties"]["value"] = {**multiple, "description": "The same as multiple."}
    part["required"] = ["type"]
    part["oneOf"] = [{"required": ["multiple"]}, {"required": ["value"]}]


def _indicator(part: dict[str, Any]) -> dict[str, Any]:
    """Name every type there is, and describe what each takes."""
    aliases = [name for name in spelling() if name not in names()]
    typed = part["properties"]["type"]
    common = [*FRIENDLY_TYPES, *aliases, _PYTHON]
    part["properties"]["type"] = {
        "description": typed["description"],
        "anyOf": [
            {"enum": [*common, *(name.lower() for name in common if name != _PYTHON)]},
            {"enum": [name for name in names() if name not in FRIENDLY_TYPES]},
            {"enum": [n.lower() for n in names() if n not in FRIENDLY_TYPES]},
        ],
    }
    part["allOf"] = _cases()
    part["allOf"].append(
        {
            "if": _type_is([_PYTHON]),
            "then": {
                "required": ["file", "function"],
                "properties": {"source": {"type": "null"}},
            },
            "else": {
                "properties": {
                    "file": {"type": "null"},
                    "function": {"type": "null"},
                    "lookback": {"type": "null"},
                }
            },
        }
    )
    return part


def _type_is(spellings: list[str]) -> dict[str, Any]:
    return {"properties": {"type": {"enum": spellings}}, "required": ["type"]}


def _cases() -> list[dict[str, Any]]:
    """Return what holds for each type; types that take the same share a case."""
    cases: dict[str, tuple[list[str], dict[str, Any]]] = {}
    for name in names():
        fields = _fields(find(name, where=""))
        own = name if name in FRIENDLY_TYPES else json.dumps(fields, sort_keys=True)
        meant = [alias for alias, canonical in spelling().items() if canonical == name]
        words = dict.fromkeys((name, *meant))
        cases.setdefault(own, ([], fields))[0].extend(w for word in words for w in _cased(word))
    return [
        {"if": _type_is(words), "then": _then(words[0], fields)} for words, fields in cases.values()
    ]


def _cased(word: str) -> tuple[str, str]:
    return word, word.lower()


def _then(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    if name not in FRIENDLY_TYPES:
        return {"properties": fields}
    return {"description": _described(find(name, where="")), "properties": fields}


def _fields(indicator: Indicator) -> dict[str, Any]:
    """Return what the fields of an indicator of this type may hold."""
    params = {
        known: _parameter(parameter)
        for parameter in indicator.parameters
        for known in (parameter.name, parameter.talib)
        if known
    }
    period = indicator.parameter("period")
    return {
        "params": {"properties": params, "additionalProperties": False},
        "source": _source(indicator),
        "period": {"anyOf": [_parameter(period), {"type": "null"}]} if period else {"type": "null"},
    }


def _described(indicator: Indicator) -> str:
    outputs = indicator.outputs
    given = f" Outputs: {', '.join(outputs)}." if len(outputs) > 1 else ""
    return f"{indicator.title}. {indicator.help}{given}"


def _source(indicator: Indicator) -> dict[str, Any]:
    count = len(indicator.sources)
    if count == 0:
        return {"type": "null"}
    if count == 1:
        return {
            "anyOf": [
                {"type": ["string", "null"]},
                {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 1},
            ]
        }
    texts = {"type": "array", "items": {"type": "string"}, "minItems": count, "maxItems": count}
    return {"anyOf": [texts, {"type": "null"}]}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {"description": parameter.help, "default": parameter.default}
    if parameter.choices:
        return {**described, "enum": list(parameter.choices)}
    described["type"] = "integer" if parameter.whole else "number"
    if parameter.minimum is not None:
        described["minimum"] = parameter.minimum
    if parameter.maximum is not None:
        described["maximum"] = parameter.maximum
    return described
