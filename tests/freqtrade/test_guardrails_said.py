"""A backtest of a Freqtrade strategy says what its orders were held to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.freqtrade.conftest import strategy
from tests.freqtrade.test_configuration import WHOLE

from tidegate.guardrails import Limits
from tidegate.guardrails.reading import written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.freqtrade.conftest import FrontDoor

ASSUMED = ("--markets", "assumed", "--stake", "100", "--wallet", "1000")


def result(tidegate: FrontDoor, desk: Path, *words: object) -> tuple[dict[str, Any], str]:
    done = tidegate("backtest", *words, *ASSUMED, "--json", "result.json", "--html", "r.html")
    assert done.code == 0, done.err
    document: dict[str, Any] = json.loads((desk / "result.json").read_text(encoding="utf-8"))
    return document, " ".join(done.out.split())


def assumed(document: dict[str, Any]) -> str:
    (found,) = [one for one in document["assumptions"] if one["name"] == "Guardrails"]
    return f"{found['value']}; {found['why']}"


def test_without_limits_it_says_so_and_how_to_have_them(desk: Path, tidegate: FrontDoor) -> None:
    document, said = result(tidegate, desk, "Mean")
    assert document["guardrails"]["limits"] == "none"
    assert assumed(document).startswith("none: every order")
    assert "guardrails none: every order that the strategy wanted was placed" in said
    assert "--limits safe, widest or FILE" in said


def test_with_limits_it_lists_them_and_what_they_refused(desk: Path, tidegate: FrontDoor) -> None:
    free, _ = result(tidegate, desk, "Mean")
    document, said = result(tidegate, desk, "Mean", "--limits", "safe")
    held = document["guardrails"]
    assert held["limits"] == "safe"
    assert held["in_force"]["max_positions"] == 5
    assert held["signals_refused"] == sum(held["refused"].values()) > 0
    assert held["orders"] == 2 * len(document["trades"])
    assert len(document["trades"]) < len(free["trades"])
    assert all(held["examples"][reason] for reason in held["refused"])
    assert assumed(document).startswith("safe; ")
    assert (
        f"guardrails safe: {held['orders']:,} orders, {held['signals_refused']:,} signals" in said
    )
    wide, _ = result(tidegate, desk, "Mean", "--limits", "widest")
    assert wide["trades"] == free["trades"]
    assert (wide["guardrails"]["refused"], wide["guardrails"]["in_force"]) == ({}, {})


def test_each_of_several_strategies_says_it_of_itself(desk: Path, tidegate: FrontDoor) -> None:
    other = desk / "user_data" / "strategies" / "other.py"
    other.write_text(strategy().replace("class Mean(", "class Other("), encoding="utf-8")
    done = tidegate("backtest", *ASSUMED, "--strategy-list", "Mean", "Other", "--limits", "safe")
    assert done.code == 0, done.err
    assert done.out.count("guardrails safe: ") == 2


def test_a_gate_inside_the_strategy_is_told_of(desk: Path, tidegate: FrontDoor) -> None:
    text = strategy().replace("class Mean(IStrategy)", "class Mean(GuardedStrategy, IStrategy)")
    assert "GuardedStrategy, IStrategy" in text
    line = "from tidegate.freqtrade.guarded import GuardedStrategy\n"
    (desk / "user_data" / "strategies" / "mean.py").write_text(line + text, encoding="utf-8")
    config = desk / "config.json"
    limits = written(Limits.safe()) | {"max_trades_per_day": 1, "max_price_age_s": 86400}
    settings = WHOLE | {"tidegate": {"limits": limits}}
    config.write_text(json.dumps(settings), encoding="utf-8")
    document, said = result(tidegate, desk, "Mean", "-c", config)
    held = document["guardrails"]
    assert held["limits"] == "tidegate.limits of the configuration"
    assert held["in_force"]["max_trades_per_day"] == 1
    assert held["refused"]["trades-per-day"] > 0
    assert "guardrails tidegate.limits of the configuration:" in said
    assert assumed(document).startswith("tidegate.limits of the configuration; ")


def test_limits_that_cannot_hold_are_refused(desk: Path, tidegate: FrontDoor) -> None:
    words = ("backtest", "Mean", *ASSUMED, "--json", "a.json", "--enable-dynamic-pairlist")
    free = tidegate(*words)
    assert free.code == 0, free.err
    (desk / "a.json").unlink()
    held = tidegate(*words, "--limits", "safe")
    assert held.code == 2
    assert "cannot be sent through the guardrails" in held.err
    assert "the pair list changes while the backtest runs" in held.err
    assert not (desk / "a.json").exists()
