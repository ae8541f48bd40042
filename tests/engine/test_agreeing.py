"""What comes of books that were compared: where counting begins, and what is halted."""

from __future__ import annotations

import pytest
from tests.engine.making import BTC, ETH, D, Desk

from tidegate.engine.events import Alike, Answered, Differ, Lift
from tidegate.engine.facts import BooksAlike, Commanded, PairsHalted, PairsLifted
from tidegate.guardrails import Reason
from tidegate.model import Command, CommandKind, Effect, IncidentRecord, OrderState


def alike(desk: Desk) -> None:
    desk.take(
        Alike(
            pairs=(BTC,), balances={"USDT": D(5)}, seq=desk.driver.seq, since_ns=7,
            counted=((BTC, "1", "buy"),), time_ns=desk.now,
        )
    )  # fmt: skip


def differ(desk: Desk, *pairs: str, about: str = "USDT", words: str = "gone") -> list[object]:
    found = Differ(kind="balance-off", about=about, pairs=pairs, words=words, time_ns=desk.now)
    return list(desk.take(found).records)


def test_where_counting_begins_is_kept_across_a_restart() -> None:
    desk = Desk()
    alike(desk)
    desk.driver.snapshot_now()
    desk.restart()
    last = desk.engine.state.agreement.last
    assert last is not None
    assert last == desk.facts(BooksAlike)[0]
    assert last.counted == [(BTC, "1", "buy")]
    assert last.balances == {"USDT": D(5)}
    desk.folds()


@pytest.mark.parametrize("by_snapshot", [True, False])
def test_a_halted_pair_takes_no_new_risk_and_can_be_left(*, by_snapshot: bool) -> None:
    desk = Desk()
    desk.price(ETH, "10")
    desk.held()
    waiting = desk.order(price=D(90), position="w")
    selling = desk.order(price=D(110), effect=Effect.REDUCE, amount=D("0.1"))
    elsewhere = desk.order(pair=ETH, position="e", price=D(9))
    (incident,) = [one for one in differ(desk, BTC) if isinstance(one, IncidentRecord)]
    assert (incident.severity, incident.kind, incident.words) == ("critical", "balance-off", "gone")
    assert waiting.leaving
    assert not selling.leaving
    assert not elsewhere.leaving
    if by_snapshot:
        desk.driver.snapshot_now()
    desk.restart()
    desk.price(BTC, "100")
    desk.price(ETH, "10")
    assert desk.refusal(position="new") is Reason.BOOKS_DIFFER
    assert desk.refusal() is Reason.BOOKS_DIFFER, "what is held is added to"
    desk.order(pair=ETH, position="new")
    sale = desk.order(effect=Effect.REDUCE, amount=None)
    desk.fill(sale)
    desk.folds()


def test_a_difference_is_told_of_once_until_it_reaches_further() -> None:
    desk = Desk()
    assert differ(desk, BTC)
    assert not differ(desk, BTC, words="gone, and by more")
    assert differ(desk, BTC, about="BTC")
    assert differ(desk, ETH)
    assert not differ(desk, BTC, ETH)
    assert set(desk.engine.state.agreement.halted) == {BTC, ETH}
    assert len(desk.facts(PairsHalted)) == 3
    desk.folds()


def test_books_that_agree_again_lift_nothing_and_an_operator_lifts_all() -> None:
    desk = Desk()
    differ(desk, BTC)
    alike(desk)
    assert desk.refusal() is Reason.BOOKS_DIFFER
    desk.account.dust["BTC"] = D("0.0001")
    desk.take(Lift(why="looked", time_ns=desk.now))
    assert desk.account.dust == {}
    assert desk.facts(PairsLifted)[0].why == "looked"
    assert desk.order().state is OrderState.APPROVED
    assert differ(desk, BTC), "after that it counts as new"


def test_a_command_that_was_carried_out_outside_is_answered_once() -> None:
    desk = Desk()
    command = Command(id="r", kind=CommandKind.RECONCILE, account="main", time_ns=desk.now)
    first = desk.take(Answered(command=command, obeyed=False, words="they differ"))
    again = desk.take(Answered(command=command, obeyed=True, words="they agree"))
    for step in (first, again):
        assert (step.obeyed, step.words) == (False, "they differ")
    assert len([fact for fact in desk.facts(Commanded) if fact.command.id == "r"]) == 1
    desk.folds()


@pytest.mark.parametrize("kind", [CommandKind.RECONCILE, CommandKind.ACCEPT])
def test_on_paper_there_is_nothing_to_compare(kind: CommandKind) -> None:
    step = Desk().command(kind)
    assert not step.obeyed
    assert "no books to compare" in step.words
