from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tidegate.guardrails import GUARDRAILS, INCIDENTS, Guardrail, Limits
from tidegate.guardrails.bounds import BOUNDS
from tidegate.guardrails.environment import RiskSettings, read_environment
from tidegate.guardrails.hours_reading import read_hours
from tidegate.guardrails.reading import NAMES, written

PAGE = (Path(__file__).parents[2] / "docs" / "guardrails.md").read_text(encoding="utf-8")
SAFE = written(Limits.safe())
OTHERS = {"flatten_on_trip": "true or false", "trading_hours": "a table, or null for off"}


def rows(heading: str) -> list[str]:
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


def row_of(rail: Guardrail) -> str:
    reasons = ", ".join(f"`{reason}`" for reason in rail.reasons)
    incident = {reason in INCIDENTS for reason in rail.reasons}
    assert len(incident) == 1
    told = "yes" if True in incident else "no"
    setting = f"`{rail.setting}`" if rail.setting else "–"
    return f"| `{rail.name}` | {setting} | {rail.sentence} | {reasons} | {told} |"


def test_the_page_has_every_guardrail_in_its_order_and_no_other() -> None:
    assert rows("The guardrails") == [row_of(rail) for rail in GUARDRAILS]


def test_the_page_has_every_limit_with_its_safe_default_its_range_and_a_reason() -> None:
    shown = rows("The limits")
    assert len(shown) == len(NAMES)
    for name, row in zip(NAMES, shown, strict=True):
        may_be = BOUNDS[name].expected if name in BOUNDS else OTHERS[name]
        assert row.startswith(f"| `{name}` | `{json.dumps(SAFE[name])}` | {may_be} | ")
        assert len(row.split(" | ")[3]) > len("off: why")


def test_every_limit_is_read_by_a_guardrail_or_says_what_happens_then() -> None:
    read = {rail.setting for rail in GUARDRAILS} - {""}
    assert read == set(NAMES) - {"flatten_on_trip"}
    assert len(read) == sum(rail.setting != "" for rail in GUARDRAILS)


def test_every_rule_has_a_file_of_its_name() -> None:
    folder = Path(__file__).parents[2] / "src" / "tidegate" / "guardrails" / "rules"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "falls"}
    assert files == {rail.name.replace("-", "_") for rail in GUARDRAILS}


def test_the_page_has_every_name_of_the_environment_with_its_default() -> None:
    shown = {row.split("`")[1]: row.split(" | ")[1] for row in rows("The environment")}
    usual = RiskSettings()
    assert shown == {
        "RISK_STATE_DIR": f"`{usual.state_dir.as_posix()}`",
        "RISK_CIRCUIT_BREAKER_FILE": f"`{usual.breaker_file.name}` in that folder",
        "RISK_ALLOW_WHEN_CB": "`0`",
        "RISK_MAX_CONCURRENT_BACKTESTS": f"`{usual.max_concurrent_backtests}`",
        "RISK_CONCURRENCY_TTL_SEC": f"`{usual.concurrency_ttl_s}`",
        "RISK_MAX_BACKTEST_DRAWDOWN_PCT": "–",
        "RISK_LIVE_MAX_CONCURRENT_TRADES": "–",
        "RISK_LIVE_MAX_PER_MARKET_EXPOSURE_PCT": "–",
        "RISK_DB_PATH": "–",
    }


@pytest.mark.parametrize("name", re.findall(r"`(RISK_[A-Z_]+)`", PAGE))
def test_a_name_on_the_page_is_one_that_is_read(name: str) -> None:
    other = {"RISK_ALLOW_WHEN_CB": "1"}.get(name, "1" if "MAX" in name or "TTL" in name else "x")
    assert read_environment({name: other}) != RiskSettings()


def test_the_hours_on_the_page_can_be_pasted() -> None:
    (shown,) = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    hours = read_hours(json.loads(shown), "here")
    assert hours is not None
    assert str(hours) == "22:00-06:00 mon,tue,wed,thu,fri Europe/London"
