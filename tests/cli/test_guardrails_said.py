"""A result says what its orders were held to, what was refused, and what would change that."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tidegate.registry import Reader, open_database

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Backtest, FrontDoor

ON = ("-p", "BTC/USDT", "ETH/USDT", "-t", "1h")
OFTEN: dict[str, Any] = {
    "name": "often",
    "timeframes": ["1h"],
    "indicators": {"fast": {"type": "EMA", "period": 3}, "slow": {"type": "EMA", "period": 6}},
    "entry_conditions": {
        "long": {"indicator1": "fast", "operator": ">", "indicator2": "slow"},
    },
    "exit_conditions": {
        "long": {"indicator1": "fast", "operator": "<", "indicator2": "slow"},
        "stop_loss": {"type": "fixed", "value": 0.02},
    },
}


def often(desk: Path, **limits: object) -> Path:
    path = desk / "often.json"
    path.write_text(json.dumps({**OFTEN, "risk_management": limits}), encoding="utf-8")
    return path


def assumed(document: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = next(
        one for one in document["assumptions"] if one["name"] == "Guardrails"
    )
    return found


def a_day(document: dict[str, Any]) -> int:
    """Return the most positions that were opened in a UTC day."""
    return max(Counter(trade["open_date"][:10] for trade in document["trades"]).values())


def test_without_limits_a_result_says_so_and_how_to_have_them(
    desk: Path, tidegate: FrontDoor, backtest: Backtest
) -> None:
    path = often(desk)
    document = backtest(path, *ON)
    assert document["guardrails"]["limits"] == "none"
    assert document["guardrails"]["in_force"] == {}
    assert assumed(document)["value"].startswith("none: every order")
    assert "--limits safe, widest or a FILE" in assumed(document)["why"]
    said = " ".join(tidegate("backtest", path, *ON).out.split())
    assert "guardrails none: every order that the strategy wanted was placed" in said
    assert "--limits safe, widest or FILE" in said


def test_refusals_are_those_of_the_journal_with_their_figures(
    desk: Path, tidegate: FrontDoor
) -> None:
    path, kept = desk / "a.json", desk / "kept.sqlite"
    words = ("backtest", often(desk), *ON, "--stake", "100", "--limits", "safe")
    done = tidegate(*words, "--json", path, "--db", kept)
    assert done.code == 0, done.err
    held = json.loads(path.read_text(encoding="utf-8"))["guardrails"]
    with open_database(kept) as database:
        reader = Reader(database, "replay-often-1")
        denied = [json.loads(e.body) for _, e in reader.journal(kind="denied", limit=10**6)]
        placed = len(reader.journal(kind="approved", limit=10**6))
    assert held["refused"] == dict(Counter(one["reason"] for one in denied))
    assert held["signals_refused"] == len(denied) > 0
    assert held["orders"] == placed
    assert [*held["refused"].values()] == sorted(held["refused"].values(), reverse=True)
    for reason, examples in held["examples"].items():
        first = [one for one in denied if one["reason"] == reason][:3]
        assert [one["observed"] for one in examples] == [one["observed"] for one in first]
        assert [one["limit"] for one in examples] == [one["limit"] for one in first]
        assert all(one["pair"] in ON and one["sentence"] for one in examples)
    assert held["in_force"]["max_positions"] == 5
    assert "trading_hours" not in held["in_force"]  # it is off
    assert held["stopped"] == "losing-streak"
    said = " ".join(done.out.split())
    assert f"guardrails safe: {placed:,} orders, {len(denied):,} signals refused" in said
    assert "trading was stopped by a limit: losing-streak" in said
    assert "max_daily_loss 0.03" in said


def test_widest_limits_are_in_force_and_refuse_nothing(desk: Path, backtest: Backtest) -> None:
    document = backtest(often(desk), *ON, "--limits", "widest")
    held = document["guardrails"]
    assert (held["limits"], held["in_force"], held["refused"]) == ("widest", {}, {})
    assert held["orders"] == 2 * len(document["trades"])
    assert assumed(document)["value"].startswith("widest: all of them")


def test_trades_a_day_that_a_strategy_limits_hold_without_any_option(
    desk: Path, tidegate: FrontDoor, backtest: Backtest
) -> None:
    free = backtest(often(desk), *ON)
    assert a_day(free) > 2
    held = backtest(often(desk, max_daily_trades=2), *ON)
    assert a_day(held) == 2
    assert held["guardrails"]["limits"] == "none"
    assert held["guardrails"]["own"] == {"max_daily_trades": 2}
    assert held["guardrails"]["in_force"] == {"max_trades_per_day": 2}
    assert set(held["guardrails"]["refused"]) == {"trades-per-day"}
    assert assumed(held)["value"] == "the strategy's own (max_daily_trades 2)"
    again = backtest(desk / "often.json", *ON)
    assert again["trades"] == held["trades"]
    replayed = tidegate("replay", desk / "often.json", *ON, "--json", "replayed.json")
    assert replayed.code == 0, replayed.err
    found = json.loads((desk / "replayed.json").read_text(encoding="utf-8"))
    assert found["trades"] == held["trades"]


def test_a_limit_that_never_bites_changes_no_trade(desk: Path, backtest: Backtest) -> None:
    free = backtest(often(desk), *ON)
    held = backtest(often(desk, max_daily_trades=1000, max_drawdown_percent=0.99), *ON)
    assert held["trades"] == free["trades"]
    assert held["guardrails"]["refused"] == {}


def test_a_drawdown_that_a_strategy_limits_stops_it_for_good(
    desk: Path, backtest: Backtest
) -> None:
    free = backtest(often(desk), *ON)
    deepest = free["metrics"]["max_drawdown"]
    assert deepest > 0.02
    held = backtest(often(desk, max_drawdown_percent=0.02), *ON)
    assert held["guardrails"]["stopped"] == "drawdown"
    assert len(held["trades"]) < len(free["trades"])
    assert held["trades"][0] == free["trades"][0]
    last = max(trade["open_date"] for trade in held["trades"])
    first = held["guardrails"]["examples"]["latched"][0]["time"]
    assert last < first


@pytest.mark.parametrize(("asked", "daily", "fall"), [("safe", 2, 0.2), ("widest", 2, 0.3)])
def test_the_tighter_of_two_limits_counts(
    desk: Path, backtest: Backtest, asked: str, daily: int, fall: float
) -> None:
    path = often(desk, max_daily_trades=2, max_drawdown_percent=0.3)
    in_force = backtest(path, *ON, "--limits", asked)["guardrails"]["in_force"]
    assert in_force["max_trades_per_day"] == daily
    assert in_force["max_drawdown"] == fall


def test_the_environment_tightens_a_strategys_own_drawdown(
    desk: Path, backtest: Backtest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISK_MAX_BACKTEST_DRAWDOWN_PCT", "0.1")
    path = often(desk, max_drawdown_percent=0.3)
    assert backtest(path, *ON)["guardrails"]["in_force"] == {"max_drawdown": 0.1}


def test_examples_are_in_the_order_of_time(desk: Path, backtest: Backtest) -> None:
    held = backtest(often(desk), *ON, "--limits", "safe")["guardrails"]
    for examples in held["examples"].values():
        times = [one["time"] for one in examples]
        assert all(one <= other for one, other in pairwise(times))
