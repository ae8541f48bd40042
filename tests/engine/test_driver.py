from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.engine.making import BTC, Desk

from tidegate.engine.events import Heard, TakeBack
from tidegate.engine.memory_journal import MemoryJournal
from tidegate.errors import DefectError
from tidegate.guardrails import Reason
from tidegate.model import CommandKind, Effect, Fill, OrderRecord, OrderState, OrderUpdate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.engine.entry import Entry
    from tidegate.engine.ports import Record

D = Decimal


class Full(Exception):  # noqa: N818 - what a journal says that has no room
    pass


class Journal(MemoryJournal):
    """Counts its appends, and has no room from some time on."""

    def __init__(self) -> None:
        super().__init__()
        self.appends: list[int] = []
        self.full = False

    def append(self, entries: Sequence[Entry], records: Sequence[Record]) -> int:
        if self.full:
            raise Full
        self.appends.append(len(entries))
        return super().append(entries, records)


def desk_with_journal() -> tuple[Desk, Journal]:
    journal = Journal()
    return Desk(journal=journal), journal


def test_nothing_goes_out_that_the_journal_did_not_take() -> None:
    desk, journal = desk_with_journal()
    life = desk.order()
    journal.full = True
    asked = list(desk.broker.asked)
    with pytest.raises(Full):
        desk.signal(position="q")
    with pytest.raises(DefectError, match="started anew"):
        desk.take(TakeBack(order=life.order.id, time_ns=desk.now))
    journal.full = False
    for go_on in (
        desk.signal,
        lambda: desk.driver.take_all([], desk.now),
        lambda: desk.driver.hear_broker(desk.now),
        lambda: desk.driver.resume(desk.now),
    ):
        with pytest.raises(DefectError, match="started anew"):
            go_on()
    assert [each for each in desk.broker.asked if each[0] != "recall"] == asked
    desk.restart()
    desk.price(BTC, "100")
    assert desk.order(position="q").order.id not in {order for _, order in asked}
    desk.folds()


def test_many_events_are_kept_in_one_go_before_any_effect() -> None:
    desk, journal = desk_with_journal()
    before = len(journal.appends)
    wishes = [Heard(desk.wish(position=f"p{n}"), desk.now) for n in range(5)]
    wishes.append(Heard(desk.wish(amount=D("0.0001")), desk.now))
    steps = desk.driver.take_all(wishes, desk.now)
    assert journal.appends[before:] == [6]
    assert len(desk.asked("submit")) == 5
    assert [step.verdict is not None and step.verdict.order is None for step in steps] == [
        *[False] * 5,
        True,
    ]
    journal.full = True
    with pytest.raises(Full):
        desk.driver.take_all([Heard(desk.wish(), desk.now)], desk.now)
    assert len(desk.asked("submit")) == 5


def test_what_the_broker_says_is_kept_in_one_go_and_in_its_order() -> None:
    desk, journal = desk_with_journal()
    lives = [desk.order(position=f"p{n}") for n in range(3)]
    for life in lives:
        desk.broker.to_say.append(
            OrderUpdate(order=life.order.id, state=OrderState.OPEN, time_ns=desk.now)
        )
        desk.broker.to_say.append(
            Fill(id="1", order=life.order.id, amount=D(1), price=D(100), fee=D(0), time_ns=desk.now)
        )
    before = len(journal.appends)
    desk.driver.hear_broker(desk.now)
    assert journal.appends[before:] == [6]
    assert [entry.kind for entry in journal.entries[-6:]] == ["updated", "filled"] * 3
    assert len(desk.account.positions) == 3


# rows that show orders


def _shown(journal: Journal) -> list[tuple[str, OrderState]]:
    records = [record for record in journal.records if isinstance(record, OrderRecord)]
    return [(record.order.id, record.state) for record in records]


def test_the_row_of_an_order_is_written_after_it_is_out() -> None:
    desk, journal = desk_with_journal()
    life = desk.order()
    assert _shown(journal) == []
    desk.driver.rest()
    assert _shown(journal) == [(life.order.id, OrderState.APPROVED)]
    desk.driver.rest()
    assert len(_shown(journal)) == 1


def test_the_row_of_an_order_goes_with_the_next_facts() -> None:
    desk, journal = desk_with_journal()
    life = desk.order()
    desk.fill(life, "1", "100")
    rows = [(life.order.id, OrderState.APPROVED), (life.order.id, OrderState.FILLED)]
    assert _shown(journal) == rows
    desk.driver.rest()
    assert _shown(journal) == rows


def test_rows_that_were_still_to_be_written_are_written_after_a_restart() -> None:
    desk, journal = desk_with_journal()
    names = [desk.order(position=f"p{n}").order.id for n in range(3)]
    assert [name for name, _ in _shown(journal)] == names[:2]  # and then the process is killed
    desk.restart()
    desk.driver.resume(desk.now)
    desk.driver.rest()
    assert {name for name, _ in _shown(journal)} == set(names)


def test_a_snapshot_comes_after_the_rows_of_all_its_orders() -> None:
    desk, journal = desk_with_journal()
    life = desk.order()
    desk.driver.snapshot_now()
    assert [name for name, _ in _shown(journal)] == [life.order.id]


# held facts


def test_facts_gather_while_they_are_held() -> None:
    desk, journal = desk_with_journal()
    before = len(journal.appends)
    desk.driver.hold()
    for n in range(3):
        desk.order(position=f"p{n}")
    assert len(journal.appends) == before
    desk.driver.flush()
    assert journal.appends[before:] == [3]
    desk.order(position="q")
    desk.driver.snapshot_now()  # of a state that the journal has
    assert journal.appends[before:] == [3, 1]
    desk.order(position="r")
    desk.driver.release()
    desk.driver.release()
    assert journal.appends[before:] == [3, 1, 1]
    desk.order(position="s")
    assert journal.appends[before:] == [3, 1, 1, 1]
    desk.folds()
    assert desk.restart() == 2


# starting anew


def test_a_restart_reads_the_latest_snapshot_and_what_came_after() -> None:
    desk = Desk()
    desk.held()
    everything = len(desk.journal.entries)
    assert desk.restart() == everything
    desk.folds()
    desk.driver.snapshot_now()
    assert desk.restart() == 0
    desk.price(BTC, "100")
    desk.order(position="q")
    assert desk.restart() == 1
    assert desk.driver.seq == len(desk.journal.entries)
    desk.folds()


def test_a_snapshot_is_due_after_so_many_facts() -> None:
    desk = Desk()
    desk.driver._snapshot_every = 10  # noqa: SLF001 - a desk's driver has the usual number
    taken = 0
    for n in range(30):
        desk.order(position=f"p{n}")
        taken += desk.driver.snapshot_if_due()
    assert taken == 3
    kept = desk.journal.snapshot()
    assert kept is not None
    assert kept[0] <= len(desk.journal.entries)
    desk.restart()
    desk.folds()


def test_after_a_restart_the_broker_is_asked_about_what_is_open_and_what_was_cut_short() -> None:
    desk = Desk()
    opened, gone, done = (desk.order(position=name) for name in "abc")
    desk.update(gone, OrderState.CANCELLED)
    desk.fill(done)
    leaving = desk.order(position="d")
    desk.take(TakeBack(order=leaving.order.id, time_ns=desk.now))
    desk.broker.asked.clear()
    desk.restart()
    desk.driver.resume(desk.now)
    assert desk.broker.asked == [
        ("recall", opened.order.id),
        ("recall", leaving.order.id),
        ("recall ended", gone.order.id),
        ("cancel", leaving.order.id),
    ]
    assert not desk.tripped


def test_after_a_restart_a_latched_account_has_the_breaker_on_again() -> None:
    desk = Desk(max_losses_in_row=1)
    desk.lose()
    desk.sample()
    assert len(desk.tripped) == 1
    desk.restart()
    desk.driver.resume(desk.now)
    assert desk.tripped[1:] == ["main: losing-streak"]


def test_trading_stands_after_a_restart_where_it_stood() -> None:
    desk = Desk()
    desk.held()
    desk.command(CommandKind.REDUCE)
    desk.restart()
    desk.price(BTC, "100")
    assert desk.refusal() is Reason.REDUCING
    assert desk.order(effect=Effect.REDUCE).order.amount == 1
