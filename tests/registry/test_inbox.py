from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tidegate.errors import DefectError
from tidegate.model import Command, CommandKind
from tidegate.registry import WITHDRAWN, Answer

from .conftest import ACCOUNT, OWNER
from .makings import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.registry import Database, Inbox

    from .conftest import Opener


def _command(name: str = "c1", kind: CommandKind = CommandKind.HALT) -> Command:
    return Command(
        id=name, kind=kind, account=ACCOUNT, time_ns=NOON, reason="storm ahead", by="kay"
    )


def _never(seconds: float) -> None:
    pytest.fail(f"nothing was to be waited for, and {seconds} s were")


@pytest.fixture
def account(opened: Opener) -> Database:
    database = opened()
    with database.journal(ACCOUNT, OWNER):
        return database


@pytest.fixture
def operator(account: Database) -> Iterator[Inbox]:
    inbox = account.inbox(ACCOUNT)
    yield inbox
    inbox.close()


@pytest.fixture
def engine(account: Database) -> Iterator[Inbox]:
    inbox = account.inbox(ACCOUNT)
    yield inbox
    inbox.close()


def test_a_command_is_taken_once_as_it_was_posted(operator: Inbox, engine: Inbox) -> None:
    operator.post(_command())
    assert engine.take() == [_command()]
    assert engine.take() == []


@pytest.mark.parametrize("kind", list(CommandKind))
def test_each_kind_of_command_arrives(operator: Inbox, engine: Inbox, kind: CommandKind) -> None:
    operator.post(_command(kind=kind))
    assert engine.take() == [_command(kind=kind)]


def test_commands_come_in_the_order_they_were_posted_in(operator: Inbox, engine: Inbox) -> None:
    names = ["z", "a", "m", "b"]
    for name in names:
        operator.post(_command(name))
    assert [command.id for command in engine.take()] == names


def test_a_command_that_is_posted_twice_is_one(operator: Inbox, engine: Inbox) -> None:
    operator.post(_command())
    operator.post(_command())
    assert engine.take() == [_command()]
    operator.post(_command())
    assert engine.take() == []


def test_an_answer_reaches_whoever_waits(operator: Inbox, engine: Inbox) -> None:
    operator.post(_command())
    engine.take()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            engine.answer("c1", "done", "halted")

    assert operator.wait_for_answer("c1", 5, sleep) == Answer("done", "halted")
    assert len(slept) == 3
    assert operator.wait_for_answer("c1", 5, _never) == Answer("done", "halted")


def test_waiting_ends_after_the_time_that_was_given(operator: Inbox) -> None:
    operator.post(_command())
    slept: list[float] = []
    assert operator.wait_for_answer("c1", 2, slept.append) is None
    assert sum(slept) == pytest.approx(2)


def test_the_first_answer_stands(operator: Inbox, engine: Inbox) -> None:
    operator.post(_command())
    engine.take()
    engine.answer("c1", "done", "halted")
    engine.answer("c1", "refused", "again")
    assert operator.answer_to("c1") == Answer("done", "halted")


def test_an_answered_command_is_not_taken_again_after_a_restart(
    operator: Inbox, engine: Inbox, account: Database
) -> None:
    operator.post(_command())
    engine.take()
    engine.answer("c1", "done", "")
    restarted = account.inbox(ACCOUNT)
    assert restarted.take() == []
    restarted.close()


def test_a_command_that_a_dead_engine_took_is_handed_to_the_next(
    operator: Inbox, engine: Inbox, account: Database
) -> None:
    operator.post(_command())
    engine.take()
    restarted = account.inbox(ACCOUNT)
    assert restarted.take() == [_command()]
    assert restarted.take() == []
    restarted.close()


def test_a_command_nobody_took_can_be_withdrawn(operator: Inbox, engine: Inbox) -> None:
    operator.post(_command())
    assert operator.withdraw("c1")
    assert engine.take() == []
    assert operator.answer_to("c1") == Answer(WITHDRAWN, "")
    engine.answer("c1", "done", "too late")
    assert operator.answer_to("c1") == Answer(WITHDRAWN, "")


def test_a_command_that_was_taken_cannot_be_withdrawn(operator: Inbox, engine: Inbox) -> None:
    operator.post(_command())
    engine.take()
    assert not operator.withdraw("c1")
    assert operator.answer_to("c1") is None
    engine.answer("c1", "done", "")
    assert not operator.withdraw("c1")
    assert operator.answer_to("c1") == Answer("done", "")


def test_what_was_never_posted_has_no_answer(operator: Inbox) -> None:
    assert operator.answer_to("c9") is None
    assert not operator.withdraw("c9")


def test_commands_of_one_account_do_not_reach_another(
    operator: Inbox, engine: Inbox, account: Database
) -> None:
    with account.journal("second", OWNER):
        pass
    second = account.inbox("second")
    operator.post(_command())
    assert second.take() == []
    second.answer("c1", "done", "not mine")
    assert operator.answer_to("c1") is None
    assert engine.take() == [_command()]
    with pytest.raises(DefectError, match='inbox of "second"'):
        second.post(_command())
    second.close()
