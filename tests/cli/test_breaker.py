from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Done, FrontDoor

FILE = Path("user_data/state/circuit_breaker.json")


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _json(done: Done) -> dict[str, object]:
    document: dict[str, object] = json.loads(done.out)
    return document


def test_the_breaker_is_off_until_somebody_puts_it_on(tidegate: FrontDoor) -> None:
    done = tidegate("breaker", "status")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"the breaker is off\n  file    {FILE.absolute()}\n"
    assert not FILE.exists()


def test_the_breaker_is_put_on_seen_and_put_off(tidegate: FrontDoor) -> None:
    on = tidegate("breaker", "enable", "--reason", "maintenance", "--minutes", "60")
    assert on.code == 0
    assert on.out.startswith("the breaker is on\n  reason  maintenance\n  since   20")
    seen = tidegate("breaker", "status")
    assert (seen.code, seen.out) == (1, on.out)
    off = tidegate("breaker", "disable")
    assert (off.code, off.out.splitlines()[0]) == (0, "the breaker is off")
    assert tidegate("breaker", "status").code == 0


def test_a_breaker_without_minutes_stays_on(tidegate: FrontDoor) -> None:
    done = tidegate("breaker", "enable", "--reason", "fire")
    assert "  until   it is put off\n" in done.out


def test_the_status_is_there_for_programs(tidegate: FrontDoor) -> None:
    tidegate("breaker", "enable", "--reason", "fire", "--minutes", "5")
    done = tidegate("breaker", "status", "--json")
    said = _json(done)
    assert done.code == 1
    since, until = said.pop("since"), said.pop("until")
    assert said == {
        "on": True,
        "reason": "fire",
        "damaged": False,
        "heeded": True,
        "file": str(FILE.absolute()),
    }
    assert since == json.loads(FILE.read_text(encoding="utf-8"))["since"]
    assert until == json.loads(FILE.read_text(encoding="utf-8"))["until"]


def test_a_damaged_file_is_on(tidegate: FrontDoor) -> None:
    FILE.parent.mkdir(parents=True)
    FILE.write_text("{", encoding="utf-8")
    done = tidegate("breaker", "status", "--json")
    assert done.code == 1
    assert _json(done)["on"] is True
    assert _json(done)["damaged"] is True


def test_the_environment_names_the_file(
    tidegate: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISK_CIRCUIT_BREAKER_FILE", "elsewhere/breaker.json")
    tidegate("breaker", "enable", "--reason", "fire")
    assert Path("elsewhere/breaker.json").exists()
    assert tidegate("breaker", "status", "--file", str(FILE)).code == 0
    assert tidegate("breaker", "status").code == 1


def test_a_breaker_that_is_not_heeded_is_shown_and_is_no_fault(
    tidegate: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidegate("breaker", "enable", "--reason", "fire")
    monkeypatch.setenv("RISK_ALLOW_WHEN_CB", "1")
    done = tidegate("breaker", "status", "--json")
    assert done.code == 0
    assert _json(done)["heeded"] is False
    assert done.err == "note: RISK_ALLOW_WHEN_CB lets trading go on all the same\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--reason", "x", "--minutes", "0"), "--minutes"),
        (("--reason", " "), "a reason that others understand"),
        (("--reason", "x", "--file", "."), "cannot be written"),
        ((), "--reason"),
    ],
)
def test_a_mistake_is_one_message_and_changes_nothing(
    tidegate: FrontDoor, words: tuple[str, ...], says: str
) -> None:
    done = tidegate("breaker", "enable", *words)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert "Traceback" not in done.err
    assert not FILE.exists()


def test_a_setting_that_cannot_be_is_one_message(
    tidegate: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISK_ALLOW_WHEN_CB", "maybe")
    done = tidegate("breaker", "status")
    assert done.code == 2
    assert "where     the environment, RISK_ALLOW_WHEN_CB" in done.err
