"""`tidegate replay`, and limits in `tidegate backtest`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tidegate.registry import Reader, Wanted, open_database

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import FrontDoor

ON = ("ema-crossover", "-p", "BTC/USDT", "ETH/USDT", "-t", "1h")


def result(path: Path) -> dict[str, Any]:
    """Return what a run wrote."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def test_replay_writes_what_backtest_writes(tidegate: FrontDoor, desk: Path) -> None:
    one, other = desk / "a.json", desk / "b.json"
    assert tidegate("backtest", *ON, "--json", one).code == 0
    done = tidegate("replay", *ON, "--json", other)
    assert done.code == 0
    assert "guardrails widest: " in done.out
    ours, theirs = result(other), result(one)
    assert len(ours["trades"]) > 3
    for name in set(theirs) - {"seconds", "run", "guardrails", "assumptions"}:
        assert ours[name] == theirs[name], name


def test_the_journal_of_a_replay_can_be_kept_and_read(tidegate: FrontDoor, desk: Path) -> None:
    path = desk / "kept.sqlite"
    kept = desk / "a.json"
    assert tidegate("replay", *ON, "--db", path, "--json", kept).code == 0
    again = tidegate("replay", *ON, "--db", path, "--account", "mine")
    assert "mine" in again.err
    with open_database(path) as database:
        assert database.accounts() == ["mine", "replay-ema-crossover-1"]
        rows = Reader(database, "mine").trades(Wanted(limit=1000)).rows
    assert len(rows) == len(result(kept)["trades"])
    taken = tidegate("replay", *ON, "--db", path, "--account", "mine")
    assert taken.code == 2
    assert "has a journal already" in taken.err


def test_limits_hold_in_backtest_and_replay_alike(tidegate: FrontDoor, desk: Path) -> None:
    one, other = desk / "a.json", desk / "b.json"
    assert tidegate("backtest", *ON, "--limits", "safe", "--json", one).code == 0
    done = tidegate("replay", *ON, "--limits", "safe", "--json", other)
    assert done.code == 0
    assert "guardrails safe: " in done.out
    assert result(one)["trades"] == result(other)["trades"]


def test_an_account_without_a_database_is_a_mistake(tidegate: FrontDoor) -> None:
    done = tidegate("replay", *ON, "--account", "mine")
    assert done.code == 2
    assert "needs a database" in done.err


def test_limits_that_are_not_there_are_a_mistake(tidegate: FrontDoor, desk: Path) -> None:
    assert "cannot be read" in tidegate("replay", *ON, "--limits", desk / "none.json").err
    path = desk / "limits.json"
    path.write_text("{}", encoding="utf-8")
    done = tidegate("replay", *ON, "--limits", path)
    assert done.code == 2
    assert "max_" in done.err
