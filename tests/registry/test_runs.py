from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tidegate.errors import DatabaseError, DefectError
from tidegate.registry import Run, Runs, StrategyVersion

from .conftest import ACCOUNT, OWNER
from .makings import NOON

if TYPE_CHECKING:
    from tidegate.registry import Database

TREND = StrategyVersion(
    fingerprint="abc", name="trend", version="1", definition='{"name": "trend"}', first_seen_ns=NOON
)
GRID = replace(TREND, fingerprint="def", name="grid", definition="class Grid: ...")
RUN = Run(
    number=0,
    account=ACCOUNT,
    mode="paper",
    program="0.1",
    settings="{}",
    started_ns=NOON,
    ended_ns=None,
    strategies=(GRID, TREND),
)


@pytest.fixture
def runs(database: Database) -> Runs:
    with database.journal(ACCOUNT, OWNER):
        return Runs(database)


def test_a_run_is_kept_with_its_strategies(runs: Runs) -> None:
    number = runs.begin(RUN)
    assert runs.latest(ACCOUNT) == [replace(RUN, number=number)]
    runs.end(number, NOON + 5)
    assert runs.latest(ACCOUNT) == [replace(RUN, number=number, ended_ns=NOON + 5)]


def test_the_newest_run_comes_first_and_a_strategy_is_kept_once(runs: Runs) -> None:
    first = runs.begin(replace(RUN, strategies=(TREND, TREND)))
    later = replace(TREND, first_seen_ns=NOON + 9)
    second = runs.begin(replace(RUN, strategies=(later,)))
    assert [run.number for run in runs.latest(ACCOUNT)] == [second, first]
    assert runs.latest(ACCOUNT, limit=1)[0].strategies == (TREND,)


def test_two_texts_with_one_fingerprint_are_refused_and_nothing_is_kept(runs: Runs) -> None:
    runs.begin(replace(RUN, strategies=(TREND,)))
    with pytest.raises(DefectError, match="abc"):
        runs.begin(replace(RUN, strategies=(GRID, replace(TREND, definition="other"))))
    assert len(runs.latest(ACCOUNT)) == 1
    assert runs.begin(replace(RUN, strategies=(GRID,))) > 0


def test_a_run_of_no_account_is_refused(runs: Runs) -> None:
    with pytest.raises(DatabaseError, match='"nobody"'):
        runs.begin(replace(RUN, account="nobody"))
    assert runs.latest("nobody") == []
