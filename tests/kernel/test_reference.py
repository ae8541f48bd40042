"""The compiled loop against the slow model: every field of every trade, every counter."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from tests.kernel.cases import TAGS, Size, case
from tests.kernel.reference import Reference, Trade

from tidegate.model import TRADE_DTYPE

if TYPE_CHECKING:
    import numpy as np

    from tidegate.kernel import Simulation
    from tidegate.model import Outcome

SAME_NAME = (
    "pair", "open_row", "close_row", "open_rate", "entry_price", "close_rate", "digits",
    "amount", "stake", "profit_abs", "profit_ratio", "stop", "stop_ratio", "dubious",
)  # fmt: skip
BUILT_IN = (
    "stop_loss", "trailing_stop_loss", "roi", "exit_signal", "time_exit", "force_exit",
    "liquidation",
)  # fmt: skip


def _written(trade: Trade, simulation: Simulation, start_ns: int) -> dict[str, object]:
    """Return what the record of a trade ought to say, by field."""
    plan = simulation.plans[trade.pair]
    first = int(plan.candles.time[plan.warmup])
    tf = plan.candles.timeframe.ns
    assert first >= start_ns
    fields: dict[str, object] = {name: getattr(trade, name) for name in SAME_NAME}
    return fields | {
        "is_short": trade.side < 0,
        "open_time": first + trade.open_row * tf,
        "close_time": first + trade.close_row * tf,
        "leverage": 1.0,
        "fee_open": simulation.venue.fee,
        "fee_close": simulation.venue.fee,
        "fees_paid": pytest.approx(trade.fees_paid, rel=1e-12, abs=0.0),
        "slippage_paid": pytest.approx(trade.slippage_paid, rel=1e-12, abs=0.0),
        "initial_stop": trade.first_stop,
        "initial_stop_ratio": trade.first_ratio,
        "min_rate": trade.lowest,
        "max_rate": trade.highest,
        "enter_tag": trade.enter_tag,
        "exit_reason": trade.reason,
    }


def _recorded(row: np.void, outcome: Outcome) -> dict[str, object]:
    """Return what the record of a trade says, with its codes looked up."""
    fields: dict[str, object] = {name: row[name].item() for name in TRADE_DTYPE.names or ()}
    code = int(row["enter_tag"])
    return fields | {
        "enter_tag": outcome.enter_tags[code] if code >= 0 else "",
        "exit_reason": outcome.exit_reasons[row["exit_reason"]],
    }


def _check(size: Size) -> Outcome:
    """Play one case both ways and compare."""
    simulation = case(size)
    outcome = simulation.run().outcome()
    slow = Reference(simulation).run()
    recorded = [_recorded(row, outcome) for row in outcome.trades]
    written = [_written(trade, simulation, outcome.start_ns) for trade in slow.closed]
    for got, expected in zip(recorded, written, strict=False):
        assert got == expected, {k: (v, expected[k]) for k, v in got.items() if v != expected[k]}
    counted = (
        len(outcome.trades),
        outcome.rejected_signals,
        outcome.unaffordable_signals,
        outcome.timed_out_exits,
        outcome.lost_at_end,
        outcome.final_balance,
    )
    assert counted == (
        len(slow.closed),
        slow.rejected,
        slow.unaffordable,
        slow.timed_out,
        slow.lost,
        slow.final_balance,
    )
    return outcome


@given(
    seed=st.integers(0, 2**32 - 1),
    pairs=st.integers(1, 4),
    rows=st.integers(3, 70),
)
def test_the_compiled_loop_does_what_the_slow_model_does(seed: int, pairs: int, rows: int) -> None:
    outcome = _check(Size(seed, pairs, rows))
    event(f"trades: {min(len(outcome.trades) // 20 * 20, 100)} and more")


def test_every_kind_of_ending_was_compared_often_enough() -> None:
    reasons: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for seed in range(300):
        outcome = _check(Size(seed, 1 + seed % 4, 70))
        for row in outcome.trades:
            reason = outcome.exit_reasons[row["exit_reason"]]
            reasons["tagged" if reason in TAGS else reason] += 1
        others["shorts"] += int(outcome.trades["is_short"].sum())
        others["dubious"] += int(outcome.trades["dubious"].sum())
        others["on the entry candle"] += int(
            (outcome.trades["open_row"] == outcome.trades["close_row"]).sum()
        )
        others["rejected"] += outcome.rejected_signals
        others["unaffordable"] += outcome.unaffordable_signals or 0
        others["timed out"] += outcome.timed_out_exits
        others["lost"] += outcome.lost_at_end or 0
    assert set(reasons) == {*BUILT_IN, "tagged"}, reasons
    assert min(reasons.values()) >= 50, reasons
    assert min(others.values()) >= 5, others
