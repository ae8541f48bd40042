"""Plans laid out for the loop: rows, flags, and what shares one grid."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tidegate.errors import DefectError
from tidegate.kernel import Friction, Simulation, Wallet
from tidegate.kernel.lane import (
    ENTER_LONG,
    ENTER_SHORT,
    EXIT_LONG,
    EXIT_SHORT,
    Lane,
    digits_at,
    lane_of_plan,
)
from tidegate.kernel.market import assemble
from tidegate.kernel.tags import merged_tags
from tidegate.model import Exits, Rules

if TYPE_CHECKING:
    from tests.kernel.conftest import MakePlan

    from tidegate.model import Bools, Plan

STILL = Friction(np.zeros(1), np.zeros(1))


def _lane(plan: Plan, friction: Friction = STILL, *, can_short: bool = True) -> Lane:
    return lane_of_plan(plan, friction, 0, 0, can_short=can_short)


def _flags(text: str) -> Bools:
    return np.array([letter == "x" for letter in text])


def test_warm_up_rows_are_left_out(make_plan: MakePlan) -> None:
    plan = replace(
        make_plan([1.0, 2.0, 3.0, 4.0, 5.0], warmup=2),
        enter_long=_flags("xx.x."),
        exit_long=_flags("x.x.."),
        stop_distance=np.array([0.1, 0.2, 0.3, 0.4, 0.5]),
        tags=("a", "b", "c", "d", "e"),
        enter_tag=np.array([0, 1, 2, 3, 4], dtype=np.int16),
    )
    lane = _lane(plan, Friction(np.arange(5.0), np.array([0.5])))
    assert (lane.rows, lane.open.tolist(), lane.close.tolist()) == (3, [3, 4, 5], [3, 4, 5])
    assert lane.entry.tolist() == [0, 1, 0]
    assert lane.signal.tolist() == [2]
    assert lane.flags.tolist() == [EXIT_LONG, ENTER_LONG, 0]
    assert lane.stop_distance.values.tolist() == [0.3, 0.4, 0.5]
    assert lane.enter_tag.values.tolist() == [2, 3, 4]
    assert (lane.slip_base.step, lane.slip_base.values.tolist()) == (1, [2, 3, 4])
    assert (lane.slip_impact.step, lane.slip_impact.values.tolist()) == (0, [0.5])


def test_what_is_not_given_is_one_figure_for_all(make_plan: MakePlan) -> None:
    lane = _lane(make_plan([1.0, 2.0]))
    assert (lane.enter_tag.step, lane.enter_tag.values.tolist()) == (0, [-1])
    assert lane.stop_distance.step == 0
    assert np.isnan(lane.stop_distance.values).all()


def test_all_sixteen_combinations_of_flags(make_plan: MakePlan) -> None:
    codes = np.arange(16)
    plan = replace(
        make_plan([1.0] * 16),
        exit_long=codes & EXIT_LONG != 0,
        exit_short=codes & EXIT_SHORT != 0,
        enter_long=codes & ENTER_LONG != 0,
        enter_short=codes & ENTER_SHORT != 0,
    )
    lane = _lane(plan)
    assert lane.flags.tolist() == codes.tolist()
    longs = {ENTER_LONG, ENTER_LONG | EXIT_SHORT}
    shorts = {ENTER_SHORT, ENTER_SHORT | EXIT_LONG}
    assert lane.entry.tolist() == [(c in longs) - (c in shorts) for c in range(16)]
    spot = _lane(plan, can_short=False)
    assert spot.entry.tolist() == [int(c & ENTER_LONG and not c & EXIT_LONG > 0) for c in range(16)]
    assert plan.enter_long.tolist() == (codes & ENTER_LONG != 0).tolist()


def test_a_signal_on_the_last_candle_has_no_row_to_act_on(make_plan: MakePlan) -> None:
    lane = _lane(replace(make_plan([1.0, 2.0, 3.0]), enter_long=_flags("x.x")))
    assert lane.signal.tolist() == [1]


def test_digits_are_those_of_the_month_a_row_stands_in(make_plan: MakePlan) -> None:
    plan = make_plan(
        [1.0, 1.125, 1.25, 1.25, 1.5], start="2024-01-31T21:00", timeframe="1h", warmup=1
    )
    lane = _lane(plan)
    assert [digits_at(lane, row) for row in range(4)] == [3, 3, 2, 2]


def test_pairs_stand_on_one_grid_by_their_first_tradable_candle(make_plan: MakePlan) -> None:
    early = make_plan([1.0] * 6, start="2024-01-01T00:00", warmup=1)
    late = make_plan([1.0] * 4, start="2024-01-01T02:00", warmup=2)
    market, lanes = assemble([late, early], [STILL, STILL], can_short=False)
    assert [lane.first for lane in lanes] == [3, 0]
    assert market.candles == 5


def test_tags_of_several_plans_get_one_numbering(make_plan: MakePlan) -> None:
    one = replace(
        make_plan([1.0] * 3),
        tags=("dip", "top"),
        enter_tag=np.array([0, -1, 0], dtype=np.int16),
        exit_tag=np.array([-1, 1, -1], dtype=np.int16),
    )
    other = replace(
        make_plan([1.0] * 3),
        tags=("top", "dip", "gap"),
        enter_tag=np.array([2, 1, 0], dtype=np.int16),
    )
    (first, second), enter, leave = merged_tags([one, other])
    assert first.enter_tag is not None
    assert second.enter_tag is not None
    entered = [
        [enter[c] if c >= 0 else "" for c in p.tolist()]
        for p in (first.enter_tag, second.enter_tag)
    ]
    assert entered == [["dip", "", "dip"], ["gap", "dip", "top"]]
    assert len(set(enter)) == len(enter)
    assert first.exit_tag is not None
    assert [leave[c] if c >= 0 else "" for c in first.exit_tag.tolist()] == ["", "top", ""]
    assert second.exit_tag is None
    assert one.enter_tag is not None
    assert one.enter_tag.tolist() == [0, -1, 0]


def test_prices_and_flags_may_lie_anyhow_in_memory(make_plan: MakePlan) -> None:
    rows = 40
    rising = np.linspace(100.0, 120.0, rows).round(1)
    plain = replace(
        make_plan(rising.tolist()),
        enter_long=np.arange(rows) % 7 == 0,
        exit_long=np.arange(rows) % 7 == 4,
        stop_distance=np.full(rows, 3.0),
        tags=("a",),
        enter_tag=np.zeros(rows, dtype=np.int16),
    )
    table = np.repeat(np.stack([rising] * 4, axis=1), 2, axis=0)[::2]
    opens, highs, lows, closes = table.T  # every one a view with gaps
    scattered = replace(
        plain,
        candles=replace(plain.candles, open=opens, high=highs, low=lows, close=closes),
        enter_long=np.repeat(plain.enter_long, 2)[::2],
        exit_long=np.repeat(plain.exit_long, 2)[::2],
        stop_distance=np.full(rows, 3.0, dtype=np.float32),
        enter_tag=np.zeros(2 * rows, dtype=np.int16)[::2],
    )

    def trades(plan: Plan) -> list[object]:
        run = Simulation(
            plans=[plan],
            rules=Rules(exits=Exits(stop_ratio=0.05)),
            currency="USD",
            wallet=Wallet(1000.0, 1.0, 1),
        ).run()
        return list(run.outcome().trades.tolist())

    assert len(trades(plain)) == 6
    assert trades(scattered) == trades(plain)


def test_slippage_of_another_length_than_the_candles_is_refused(make_plan: MakePlan) -> None:
    with pytest.raises(DefectError, match="3 rows, the candles 4"):
        _lane(make_plan([1.0] * 4), Friction(np.zeros(3), np.zeros(1)))


def test_one_run_leaves_its_inputs_as_they_were_and_can_be_repeated(make_plan: MakePlan) -> None:
    plan = replace(make_plan([100.0, 101.0, 102.0, 103.0]), enter_long=_flags("x..."))
    simulation = Simulation(
        plans=[plan], rules=Rules(), currency="USD", wallet=Wallet(1000.0, 1.0, 1)
    )
    first, second = (simulation.run().outcome().trades for _ in range(2))
    assert len(first) == 1
    assert first.tolist() == second.tolist()
    assert plan.enter_long.tolist() == [True, False, False, False]
