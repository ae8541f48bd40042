"""The file as a whole: what it allows, what it carries, and that it is whole or not there."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from tidegate.errors import Code, DefectError, OptionError
from tidegate.research.report import write_html
from tidegate.research.report.page import page
from tidegate.research.report.trades_pack import trade_columns

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "</script><img src=x onerror=alert(1)><!--"
DOCUMENT: dict[str, Any] = {"strategy": {"name": "Tide & Gate"}, "trades": []}


def carried(text: str, name: str) -> str:
    element = rf'<script type="[a-z/]+" id="tidegate-{name}">(.*?)</script>'
    found = re.findall(element, text, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def test_the_policy_names_the_very_script_and_style_it_carries() -> None:
    text = page(DOCUMENT, [])
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[0]
    script = text.rsplit("<script>", 1)[1].split("</script>", 1)[0]
    style = text.split("<style>", 1)[1].split("</style>", 1)[0]
    for part, directive in ((script, "script-src"), (style, "style-src")):
        digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        assert re.search(rf"{directive} [^;]*'sha256-{re.escape(digest)}'", policy)
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_nothing_in_the_file_is_loaded_from_elsewhere() -> None:
    markup = re.sub(r"<script.*?</script>", "", page(DOCUMENT, []), flags=re.DOTALL)
    assert not re.search(r'(src|href)="(?!data:)', markup)
    assert not re.search(r"url\((?!\"?data:)", markup)


def test_names_cannot_end_the_element_they_stand_in() -> None:
    document = {
        "strategy": {"name": HOSTILE},
        "tidegate_version": '"><script>',
        "run": {"command": HOSTILE},
        "trades": [{"pair": HOSTILE, "exit_reason": HOSTILE}],
    }
    text = page(document, [])
    assert "<img" not in text.replace(text.rsplit("<script>", 1)[1], "")
    assert json.loads(carried(text, "document"))["strategy"]["name"] == HOSTILE
    plain = page(DOCUMENT, [])
    assert text.count("<script") == plain.count("<script")
    assert text.count("</script") == plain.count("</script")


def test_the_document_is_carried_whole_but_its_trades_are_packed() -> None:
    document = {**DOCUMENT, "metrics": {"sharpe": None}, "unheard_of": [1, "€"]}
    document["trades"] = [{"pair": "A/B", "profit_abs": 1.5}]
    text = page(document, [])
    plain = json.loads(carried(text, "document"))
    assert plain == {key: value for key, value in document.items() if key != "trades"}
    packed = json.loads(zlib.decompress(base64.b64decode(carried(text, "trades"))))
    assert packed["rows"] == 1
    assert packed["columns"]["profit_abs"] == [1.5]
    assert packed["columns"]["pair"] == {"names": ["A/B"], "codes": [0]}


def test_text_columns_are_lists_of_names_and_may_hold_none() -> None:
    trades = [{"enter_tag": tag, "amount": 1 / 3} for tag in ("dip", None, "dip", "break")]
    columns: Any = trade_columns({"trades": trades})["columns"]
    assert columns["enter_tag"] == {"names": ["dip", None, "break"], "codes": [0, 1, 0, 2]}
    assert columns["amount"] == [0.3333333333] * 4
    assert columns["pair"] == [None] * 4


def test_trades_that_are_no_list_are_a_defect() -> None:
    with pytest.raises(DefectError, match="not a list"):
        page({**DOCUMENT, "trades": {}}, [])


def test_a_file_in_the_way_is_told_and_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(OptionError) as told:
        write_html(tmp_path / "taken" / "report.html", DOCUMENT, [])
    assert told.value.code == Code.NOT_WRITABLE
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_report_that_cannot_be_made_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("the old one")
    with pytest.raises(DefectError):
        write_html(path, {**DOCUMENT, "sharpe": float("inf")}, [])
    assert path.read_text() == "the old one"
    assert len(list(tmp_path.iterdir())) == 1
