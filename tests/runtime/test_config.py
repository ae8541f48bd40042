"""A configuration that cannot be gets one message that says where and what to do."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from tests.runtime.worlds import WIDE

from tidegate.errors import Code, InputError
from tidegate.guardrails import Limits
from tidegate.runtime.config import read_config
from tidegate.runtime.example import example_text

if TYPE_CHECKING:
    from pathlib import Path


def document(**changes: object) -> dict[str, Any]:
    """Return a configuration that can be, with changes by dotted names; None takes a part out."""
    found: dict[str, Any] = {
        "account": {"wallet": "1000"},
        "limits": dict(WIDE),
        "candles": {"source": "replay", "datadir": "data"},
        "strategies": [{"strategy": "ema-crossover", "pairs": ["BTC/USDT"], "timeframe": "5m"}],
    }
    for name, value in changes.items():
        *parts, last = name.split("__")
        place: Any = found
        for part in parts:
            place = place[int(part) if part.isdecimal() else part]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return found


def refusal(folder: Path, content: object) -> InputError:
    """Return what is said to a file."""
    path = folder / "trade.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_config(path)
    return refused.value


def test_the_example_is_a_configuration(tmp_path: Path) -> None:
    path = tmp_path / "trade.json"
    path.write_text(example_text(), encoding="utf-8")
    config = read_config(path)
    assert config.limits == Limits.safe()
    assert config.account.wallet == Decimal(10_000)
    assert config.database == str(tmp_path / "user_data/tidegate.sqlite")
    assert config.candles.datadir == tmp_path / "user_data/data/sim"


@pytest.mark.parametrize(
    ("changes", "code", "where", "says"),
    [
        ({"account__wallet": None}, Code.MISSING_FIELD, "account.wallet", "wallet"),
        ({"acount": {}}, Code.UNKNOWN_FIELD, "acount", 'did you mean "account"'),
        ({"account__walet": 1}, Code.UNKNOWN_FIELD, "account.walet", 'did you mean "wallet"'),
        ({"account__wallet": -5}, Code.BAD_SETTING, "account.wallet", "greater than 0"),
        ({"account__wallet": "NaN"}, Code.BAD_SETTING, "account.wallet", "finite"),
        ({"account__name": "my money"}, Code.BAD_SETTING, "account.name", "pattern"),
        ({"account__fee": 1.5}, Code.BAD_SETTING, "account.fee", "less than 0.1"),
        ({"strategies": []}, Code.BAD_SETTING, "strategies", "at least 1"),
        ({"strategies__0__pairs": []}, Code.BAD_SETTING, "strategies[0].pairs", "at least 1"),
        ({"candles__source": "thin air"}, Code.BAD_SETTING, "candles.source", "'files'"),
        ({"candles__speed": -1}, Code.BAD_SETTING, "candles.speed", "greater than or equal"),
        ({"limits__max_positions": None}, Code.MISSING_FIELD, "max_positions", '_positions": 5'),
        ({"limits__max_drawdown": 20}, Code.OUT_OF_RANGE, "max_drawdown", "0.2"),
        ({"limits": None}, Code.MISSING_FIELD, "limits", "limits"),
        ({"strategies__0__capital": 2000}, Code.BAD_SETTING, "capital", "at most 1000 USDT"),
        ({"durability": "hope"}, Code.BAD_SETTING, "durability", "'power'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    tmp_path: Path, changes: dict[str, object], code: Code, where: str, says: str
) -> None:
    said = refusal(tmp_path, document(**changes))
    assert said.code == code
    assert where in said.where
    assert says in str(said)


def test_two_strategies_of_one_name_are_refused(tmp_path: Path) -> None:
    part = document()["strategies"][0]
    said = refusal(tmp_path, document(strategies=[part, part]))
    assert "two strategies are called" in said.problem


def test_followed_files_have_no_speed(tmp_path: Path) -> None:
    said = refusal(tmp_path, document(candles__source="files", candles__speed=5))
    assert "candles.speed" in said.where


def test_a_replay_does_not_begin_anywhere_else(tmp_path: Path) -> None:
    said = refusal(tmp_path, document(candles__begin="now"))
    assert "candles.begin" in said.where


def test_capital_that_is_not_named_is_shared(tmp_path: Path) -> None:
    part = document()["strategies"][0]
    parts = [part | {"name": "a", "capital": 400}, part | {"name": "b"}, part | {"name": "c"}]
    path = tmp_path / "trade.json"
    path.write_text(json.dumps(document(strategies=parts)), encoding="utf-8")
    assert read_config(path).shares() == [Decimal(400), Decimal(300), Decimal(300)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": NaN}', "NaN is no number"),
        ("[" * 100_000, "JSON that nobody means"),
        (f'{{"a": {"9" * 5000}}}', "JSON that nobody means"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path: Path, text: str, says: str) -> None:
    said = refusal(tmp_path, text)
    assert said.code == Code.NOT_JSON
    assert says in str(said)


def test_what_is_no_object_is_told_in_the_words_of_json(tmp_path: Path) -> None:
    assert refusal(tmp_path, "null").expected == "an object: {…}"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_config(tmp_path / "none.json")
