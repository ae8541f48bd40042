"""A replay through engine, gate, journal and broker beside the compiled loop alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from tests.kernel.cases import Size, case

from tidegate.engine import snapshot
from tidegate.engine.engine import Engine
from tidegate.engine.memory_journal import MemoryJournal
from tidegate.guardrails import Gate, Limits
from tidegate.model import OrderRecord, TradeRecord, money
from tidegate.runtime.replay import Account, Replay

if TYPE_CHECKING:
    from tidegate.kernel import Simulation
    from tidegate.model import Outcome

SIZES = st.builds(
    Size, seed=st.integers(0, 10**6), pairs=st.integers(1, 4), rows=st.integers(8, 60)
)
CENT = Decimal("0.00000001")


def replayed(
    simulation: Simulation, limits: Limits | None = None
) -> tuple[Outcome, MemoryJournal, Replay]:
    """Replay plans; with limits that anything well-formed passes, if none are given."""
    journal = MemoryJournal()
    account = Account(
        name="a",
        strategy="plan",
        currency=simulation.currency,
        wallet=simulation.wallet.start,
        fee=simulation.venue.fee,
    )
    replay = Replay(account, limits or Limits.widest(), journal)
    outcome = replay.run(simulation)
    replay.ended()
    return outcome, journal, replay


def same(ours: Outcome, theirs: Outcome) -> None:
    """Hold every field of every trade, the balance and the counters side by side."""
    assert len(ours.trades) == len(theirs.trades)
    for name in ours.trades.dtype.names or ():
        if name != "exit_reason":
            np.testing.assert_array_equal(ours.trades[name], theirs.trades[name], err_msg=name)
    reasons = [
        [outcome.exit_reasons[code] for code in outcome.trades["exit_reason"].tolist()]
        for outcome in (ours, theirs)
    ]
    assert reasons[0] == reasons[1]
    assert ours.final_balance == theirs.final_balance
    for name in ("rejected_signals", "unaffordable_signals", "timed_out_exits", "lost_at_end"):
        assert getattr(ours, name) == getattr(theirs, name), name
    np.testing.assert_array_equal(ours.equity, theirs.equity)


@given(SIZES)
def test_a_replay_gives_the_trades_of_the_compiled_loop(size: Size) -> None:
    simulation = case(size)
    outcome, journal, replay = replayed(simulation)
    same(outcome, simulation.run().outcome())
    event("trades" if len(outcome.trades) else "no trades")
    assert replay.ended().refused == {}
    trades = [record for record in journal.records if isinstance(record, TradeRecord)]
    assert len(trades) == len(outcome.trades)
    for trade, row in zip(trades, outcome.trades, strict=True):
        assert trade.pair == outcome.pairs[row["pair"]]
        assert (trade.opened_ns, trade.closed_ns) == (row["open_time"], row["close_time"])
        assert float(trade.amount) == row["amount"]
        assert float(trade.close_rate) == pytest.approx(row["close_rate"], rel=1e-11)
        # the loop rounds the profit once, the ledger its fees too
        assert abs(trade.profit - money(Decimal(repr(float(row["profit_abs"]))))) <= CENT


@given(SIZES)
def test_the_journal_alone_gives_the_same_account(size: Size) -> None:
    _, journal, replay = replayed(case(size))
    assert replay.driver is not None
    again = Engine(gate=Gate(Limits.widest()), instruments={})
    for entry in journal.entries:
        again.fold(entry)
    assert snapshot.written(again.state) == snapshot.written(replay.driver.engine.state)


def test_every_order_was_approved_before_it_was_filled() -> None:
    _, journal, _ = replayed(case(Size(seed=7, pairs=3, rows=60)))
    approved: set[str] = set()
    filled = 0
    for record in (record for record in journal.records if isinstance(record, OrderRecord)):
        if record.state == "approved":
            approved.add(record.order.id)
        else:
            assert record.order.id in approved
            filled += record.state == "filled"
    assert filled > 10


def test_limits_that_allow_one_position_leave_one_open_at_a_time() -> None:
    simulation = case(Size(seed=29, pairs=4, rows=60))
    alone, _, _ = replayed(simulation)
    limits = replace(Limits.widest(), max_positions=1)
    outcome, _, replay = replayed(simulation, limits)
    assert replay.ended().refused["positions"] > 0
    assert 0 < len(outcome.trades) < len(alone.trades)
    held = 0
    times = [(int(row["open_time"]), 1) for row in outcome.trades]
    times += [(int(row["close_time"]), -1) for row in outcome.trades]
    for _, change in sorted(times):
        held += change
        assert held <= 1


def test_a_limit_that_is_reached_stops_what_follows() -> None:
    simulation = case(Size(seed=29, pairs=4, rows=60))
    alone, _, _ = replayed(simulation)
    limits = replace(Limits.widest(), max_losses_in_row=1)
    outcome, journal, replay = replayed(simulation, limits)
    done = replay.ended()
    assert done.stopped == "losing-streak"
    assert len(outcome.trades) < len(alone.trades)
    kinds = [entry.kind for entry in journal.entries]
    assert kinds.count("latched") == 1
    assert "approved" not in _increases_after(journal, kinds.index("latched"))


def _increases_after(journal: MemoryJournal, index: int) -> list[str]:
    return [entry.kind for entry in journal.entries[index:] if b'"effect":"increase"' in entry.body]
