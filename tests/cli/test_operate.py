"""The commands to a running engine, with an engine that answers them as it is told to."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tidegate.cli import main
from tidegate.errors import Code
from tidegate.registry import DONE, REFUSED, Owner, open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tidegate.model import Command
    from tidegate.registry import Inbox

ME = Owner(pid=os.getpid(), host="here", since_ns=0)
WORDS = ("start", "halt", "reduce", "flatten", "rearm")


class Engine:
    """Holds the account and answers what it takes, in a thread of its own."""

    def __init__(self, inbox: Inbox, answer: Callable[[Command], tuple[str, str] | None]) -> None:
        self.taken: list[Command] = []
        self._inbox, self._answer = inbox, answer
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Engine:  # noqa: PYI034 - one class
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.01):
            for command in self._inbox.take():
                self.taken.append(command)
                answer = self._answer(command)
                if answer is not None:
                    self._inbox.answer(command.id, *answer)


@pytest.fixture
def say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RISK_DB_PATH", "desk.sqlite")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tidegate", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def inbox(say: Callable[..., tuple[int, str, str]], tmp_path: Path) -> Iterator[Inbox]:
    """The engine's side of an account that is held as long as the test runs."""
    del say
    database = open_database(tmp_path / "desk.sqlite")
    journal = database.journal("paper", ME)
    opened = database.inbox("paper")
    yield opened
    opened.close()
    journal.close()
    database.close()


@pytest.mark.parametrize("word", [*WORDS, "stop"])
def test_a_command_reaches_the_engine_and_its_answer_comes_back(
    say: Callable[..., tuple[int, str, str]], inbox: Inbox, word: str
) -> None:
    with Engine(inbox, lambda command: (DONE, f"{command.kind} it is")) as engine:
        code, text, _ = say(word, "--reason", "storm ahead", "--account", "paper")
    kind = "halt" if word == "stop" else word
    assert (code, text) == (0, f"{kind} it is\n")
    (command,) = engine.taken
    assert (command.kind, command.account, command.reason) == (kind, "paper", "storm ahead")
    assert command.by
    assert command.time_ns > 0


def test_a_refusal_is_said_and_ends_with_code_one(
    say: Callable[..., tuple[int, str, str]], inbox: Inbox
) -> None:
    with Engine(inbox, lambda _: (REFUSED, "a drawdown has latched")):
        assert say("start") == (1, "", "refused: a drawdown has latched\n")


@pytest.mark.parametrize("word", WORDS)
def test_without_an_engine_nothing_is_ordered(
    say: Callable[..., tuple[int, str, str]], tmp_path: Path, word: str
) -> None:
    with open_database(tmp_path / "desk.sqlite") as database:
        database.journal("paper", ME).close()
        code, text, said = say(word)
        assert (code, text) == (2, "")
        assert Code.NO_ENGINE in said
        inbox = database.inbox("paper")
        assert inbox.take() == []
        inbox.close()


@pytest.mark.parametrize("word", WORDS)
def test_a_command_that_no_engine_takes_is_withdrawn_if_it_would_bring_risk(
    say: Callable[..., tuple[int, str, str]], inbox: Inbox, word: str
) -> None:
    code, text, said = say(word, "--timeout", "0.2")
    assert (code, text) == (2, "")
    assert Code.NO_ANSWER in said
    standing = [str(command.kind) for command in inbox.take()]
    if word in {"start", "rearm"}:
        assert "taken back" in said
        assert standing == []
    else:
        assert "the command stays" in said
        assert standing == [word]


def test_a_command_that_was_taken_and_not_answered_may_still_be_obeyed(
    say: Callable[..., tuple[int, str, str]], inbox: Inbox
) -> None:
    with Engine(inbox, lambda _: None) as engine:
        code, _, said = say("start", "--timeout", "0.5")
    assert code == 2
    assert "may still obey" in said
    assert len(engine.taken) == 1
