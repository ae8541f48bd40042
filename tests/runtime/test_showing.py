"""What is shown of a trading process is what is in its engine."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.runtime.test_trading import start
from tests.runtime.worlds import WIDE, World, after, made

from tidegate.guardrails import Limits, Standing
from tidegate.model import TradingState
from tidegate.runtime.limits_used import limits_used
from tidegate.runtime.showing import Watching, held_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tidegate.engine.entry import Entry
    from tidegate.engine.ports import Journal, Record

SECOND = 1_000_000_000


class HeardJournal:
    """Passes everything on, and lets somebody hear what was kept."""

    def __init__(self, journal: Journal, watching: Watching) -> None:
        self._journal, self._watching = journal, watching
        self.entries: list[Entry] = []

    def append(self, entries: Sequence[Entry], records: Sequence[Record]) -> int:
        last = self._journal.append(entries, records)
        self.entries += entries
        self._watching.kept(entries)
        return last

    def read_from(self, seq: int) -> Iterator[tuple[int, Entry]]:
        return self._journal.read_from(seq)

    def snapshot(self) -> tuple[int, bytes] | None:
        return self._journal.snapshot()

    def keep_snapshot(self, seq: int, body: bytes) -> None:
        self._journal.keep_snapshot(seq, body)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder: Path = tmp_path_factory.mktemp("shown")
    made(folder)
    return World(folder)


def test_a_picture_shows_what_the_engine_knows(world: World) -> None:
    told: list[bool] = []
    watching = Watching(lambda signal: told.append(signal.passed))
    journals: list[HeardJournal] = []

    def heard(journal: Journal) -> HeardJournal:
        journals.append(HeardJournal(journal, watching))
        return journals[-1]

    with world.trading(world.config(limits={**WIDE, "max_positions": 1}), heard) as trading:
        trading.recover()
        before = watching.picture(trading)
        assert before.equity == before.deposits == Decimal(10000)
        assert not before.signals + before.orders + before.positions
        start(trading)
        trading.run(after(400))
        picture = watching.picture(trading)
        state, account = trading.engine.state, trading.engine.state.opened

    assert picture.passed == state.approved > 0
    assert picture.refused == told.count(False) > 0
    assert len(told) == picture.passed + picture.refused
    refused = next(each for each in picture.signals if not each.passed)
    assert refused.guardrail == "positions"
    assert "limit 1" in refused.words
    assert [each.time_ns for each in picture.signals] == sorted(
        (each.time_ns for each in picture.signals), reverse=True
    )
    assert {each.pair for each in picture.positions} == {
        each.pair for each in account.positions.values()
    }
    profits = sum((each.profit or Decimal(0) for each in picture.positions), Decimal(0))
    assert picture.equity is not None
    assert abs(picture.deposits + picture.realised + profits - picture.equity) < Decimal("0.0001")
    assert picture.curve[-1] == float(picture.equity)
    assert all(each.price is not None and each.closes for each in picture.pairs)
    used = {each.name: each for each in picture.limits}
    assert used["positions"].used == str(len(account.positions))

    again = Watching()
    again.remember(journals[0].entries, ())
    assert again.picture(trading).signals == picture.signals
    assert again.picture(trading).orders == picture.orders
    assert again.refused == again.passed == 0  # nobody watched then


def test_only_news_that_somebody_waits_for_is_shown(world: World) -> None:
    watching = Watching()
    with world.trading(world.config(database="news.sqlite")) as trading:
        trading.recover()
        watching.told("ended", {"time_ns": 1})
        assert watching.picture(trading).news == ""
        watching.told("command", {"kind": "halt", "verdict": "done", "words": ""})
        assert watching.picture(trading).news == "halt: done"


def standing(**changes: object) -> Standing:
    fields: dict[str, object] = {
        "account": "a", "known": True, "state": TradingState.ACTIVE, "latched": "", "breaker": "",
        "equity": Decimal(900), "free": Decimal(500), "peak": Decimal(1200),
        "day_start": Decimal(1000), "week_start": Decimal(950), "profit_today": Decimal(-15),
        "losses_in_row": 2, "entries_today": 5, "positions": 2, "is_new": True,
        "held": Decimal(0), "offered": Decimal(0),
        "exposure": {"A/B": Decimal(90), "C/B": Decimal(180)}, "unresolved": (),
        "last_exit_ns": {}, "last_stop_ns": {},
        "approvals_ns": (8 * SECOND, 9 * SECOND + 1, 10 * SECOND), "seen": (),
    }  # fmt: skip
    fields.update(changes)
    return Standing(**fields)  # type: ignore[arg-type]  # one of each


def test_limits_are_used_as_the_gate_counts() -> None:
    shown = {each.name: each for each in limits_used(standing(), Limits.safe(), 10 * SECOND)}
    assert {name: (each.used, each.limit) for name, each in shown.items()} == {
        "total exposure": ("30%", "100%"),
        "largest market": ("20%", "25%"),
        "positions": ("2", "5"),
        "drawdown": ("25%", "20%"),
        "weekly fall": ("5.3%", "10%"),
        "daily fall": ("10%", "5%"),
        "daily loss": ("1.5%", "3%"),
        "losses in row": ("2", "5"),
        "trades today": ("5", "20"),
        "orders/second": ("2", "5"),
    }
    assert shown["drawdown"].share == pytest.approx(1.25)
    assert shown["daily loss"].share == pytest.approx(0.5)


def test_what_is_not_known_is_not_zero_and_a_gain_is_no_loss() -> None:
    unknown = limits_used(standing(equity=None), Limits.safe(), 0)
    assert {each.name for each in unknown if each.share is None} == {
        "total exposure", "largest market", "drawdown", "weekly fall", "daily fall",
    }  # fmt: skip
    gained = limits_used(standing(profit_today=Decimal(20)), Limits.safe(), 0)
    assert next(each for each in gained if each.name == "daily loss").used == "0%"
    wide = limits_used(standing(), replace(Limits.widest(), max_losses_in_row=1), 0)
    assert all(each.limit for each in wide)


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.floats(0, 1e6)), max_size=60),
    st.integers(0, 10**9),
)
def test_a_curve_holds_what_has_not_changed(steps: list[tuple[int, float]], more: int) -> None:
    known, at = [], 0
    for gap, value in steps:
        at += gap
        known.append((at, value))
    values = held_on(known, at + more, 7.0)
    assert values[-1] == 7.0
    assert len(values) <= 402
    assert set(values[:-1]) <= {value for _, value in known}
    if known:
        assert values[0] == known[0][1]
        if more > at:
            assert values[-2] == known[-1][1]
