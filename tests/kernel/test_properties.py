"""What must hold of every run, whatever the candles and the rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.kernel.arithmetic import digits_by_candle
from tests.kernel.cases import Size, case

from tidegate.kernel import Friction, Simulation, Wallet
from tidegate.model import Plan, Sizing, SizingKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model import Outcome

SIZES = st.builds(Size, st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(3, 70))
PENNY = 1e-6

Row = dict[str, object]


def _rows(outcome: Outcome) -> list[Row]:
    """Return trades by what they say, free of the numbering of this run."""
    rows = []
    for trade in outcome.trades:
        row: Row = {name: trade[name].item() for name in trade.dtype.names or ()}
        row["pair"] = outcome.pairs[trade["pair"]]
        row["exit_reason"] = outcome.exit_reasons[trade["exit_reason"]]
        tag = int(trade["enter_tag"])
        row["enter_tag"] = outcome.enter_tags[tag] if tag >= 0 else ""
        rows.append(row)
    return rows


def _in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (str(row["pair"]), str(row["open_time"]), str(row)))


def _independent(simulation: Simulation, stake: float = 50.0) -> Simulation:
    """Return the run with a slot and money enough for every pair at any time."""
    sizing = Sizing(kind=SizingKind.FIXED, value=stake)
    return replace(
        simulation,
        rules=replace(simulation.rules, sizing=sizing),
        wallet=Wallet(1e7, 1.0, len(simulation.plans)),
    )


def _without_friction(simulation: Simulation) -> Simulation:
    return replace(simulation, frictions=())


def _plan_of(simulation: Simulation, trade: np.void) -> Plan:
    return simulation.plans[int(trade["pair"])]


@pytest.mark.parametrize("change", [replace, _independent, _without_friction])
def test_the_random_runs_trade(change: Callable[[Simulation], Simulation]) -> None:
    runs = [change(case(Size(seed, 3, 60))).run().outcome() for seed in range(40)]
    assert sum(len(run.trades) for run in runs) > 400
    assert sum(len(run.trades) > 0 for run in runs) > 20


@given(SIZES)
def test_cash_is_never_negative(size: Size) -> None:
    outcome = case(size).run().outcome()
    flows: dict[int, float] = defaultdict(float)
    for trade in outcome.trades:
        flows[int(trade["open_time"])] -= trade["stake"]
        flows[int(trade["close_time"])] += trade["stake"] + trade["profit_abs"]
    cash = outcome.wallet
    for when in sorted(flows):
        cash += flows[when]
        assert cash >= -PENNY, when


@given(SIZES)
def test_what_is_open_at_once_fits_the_slots_and_is_one_a_pair(size: Size) -> None:
    simulation = case(size)
    trades = simulation.run().outcome().trades
    slots = simulation.wallet.max_open_trades or len(simulation.plans)
    for time in np.unique(trades["open_time"]):
        # what was opened before or now and is still open after this candle
        is_open = (trades["open_time"] <= time) & (trades["close_time"] > time)
        assert is_open.sum() <= slots
    for pair in range(len(simulation.plans)):
        own = trades[trades["pair"] == pair]
        for before, after in pairwise(own):
            assert before["close_row"] <= after["open_row"]
            if before["close_row"] == after["open_row"]:
                assert before["is_short"] != after["is_short"]


@given(SIZES)
def test_with_a_slot_for_every_pair_no_signal_is_turned_away(size: Size) -> None:
    simulation = case(size)
    wallet = simulation.wallet._replace(max_open_trades=size.pairs)
    assert replace(simulation, wallet=wallet).run().outcome().rejected_signals == 0


@given(SIZES)
def test_fees_are_paid_on_both_sides_of_every_trade(size: Size) -> None:
    simulation = case(size)
    fee = simulation.venue.fee
    for trade in simulation.run().outcome().trades:
        turned_over = trade["amount"] * (trade["entry_price"] + trade["close_rate"])
        assert trade["fees_paid"] == pytest.approx(fee * turned_over, rel=1e-12)
        assert (trade["fees_paid"] > 0.0) == (fee > 0.0)
        assert trade["fee_open"] == trade["fee_close"] == fee


@given(SIZES)
def test_a_profit_is_what_the_prices_say_less_the_fees(size: Size) -> None:
    for trade in case(size).run().outcome().trades:
        side = -1.0 if trade["is_short"] else 1.0
        gross = side * (trade["close_rate"] - trade["entry_price"]) * trade["amount"]
        assert trade["profit_abs"] == pytest.approx(gross - trade["fees_paid"], abs=PENNY)
        assert round(float(trade["profit_abs"]), 8) == trade["profit_abs"]
        assert trade["stake"] == pytest.approx(trade["amount"] * trade["entry_price"], rel=1e-12)


@given(SIZES)
def test_nothing_is_opened_without_a_signal_on_the_candle_before(size: Size) -> None:
    simulation = case(size)
    for trade in simulation.run().outcome().trades:
        plan = _plan_of(simulation, trade)
        decided = int(trade["open_row"]) + plan.warmup - 1
        assert decided >= plan.warmup
        enter, leave = plan.enter_long, plan.exit_long
        if trade["is_short"]:
            assert simulation.rules.can_short
            enter, leave = plan.enter_short, plan.exit_short
        assert enter[decided]
        assert not leave[decided]
        assert trade["close_row"] >= trade["open_row"]


@given(SIZES)
def test_prices_lie_within_their_candles(size: Size) -> None:
    simulation = _without_friction(case(size))
    for trade in simulation.run().outcome().trades:
        plan = _plan_of(simulation, trade)
        into, out = (int(trade[name]) + plan.warmup for name in ("open_row", "close_row"))
        candles = plan.candles
        assert trade["entry_price"] == candles.open[into]
        assert candles.low[out] <= trade["close_rate"] <= candles.high[out]
        seen = slice(into, out + 1)
        assert trade["max_rate"] >= max(candles.high[seen])
        assert trade["min_rate"] <= min(candles.low[seen])


@given(SIZES)
def test_slippage_is_never_in_our_favour(size: Size) -> None:
    simulation = case(size)
    for trade in simulation.run().outcome().trades:
        candles, warmup = _plan_of(simulation, trade).candles, _plan_of(simulation, trade).warmup
        opened = candles.open[int(trade["open_row"]) + warmup]
        side = -1.0 if trade["is_short"] else 1.0
        assert side * (trade["entry_price"] - opened) >= 0.0
        assert trade["slippage_paid"] >= 0.0


@given(SIZES)
def test_a_stop_only_ever_moves_towards_the_market(size: Size) -> None:
    simulation = case(size)
    for trade in simulation.run().outcome().trades:
        side = -1.0 if trade["is_short"] else 1.0
        assert side * (trade["stop"] - trade["initial_stop"]) >= 0.0
        if not simulation.rules.exits.trailing:
            assert trade["stop"] == trade["initial_stop"]


@given(SIZES)
def test_profits_add_up_to_the_balance(size: Size) -> None:
    outcome = case(size).run().outcome()
    gained = outcome.wallet + float(outcome.trades["profit_abs"].sum())
    assert outcome.equity[-1] == pytest.approx(gained, abs=PENNY)
    if outcome.lost_at_end:
        assert outcome.final_balance < gained
    else:
        assert outcome.final_balance == pytest.approx(gained, abs=PENNY)


@given(SIZES)
def test_equity_and_exposure_are_those_of_the_trades_at_every_close(size: Size) -> None:
    simulation = case(size)
    outcome = simulation.run().outcome()
    for k, time in enumerate(outcome.time):
        equity, exposure = outcome.wallet, 0.0
        for trade in outcome.trades:
            candles = _plan_of(simulation, trade).candles
            if trade["close_time"] <= time:
                equity += trade["profit_abs"]
            elif trade["open_time"] <= time:
                close = candles.close[np.searchsorted(candles.time, time)]
                side = -1.0 if trade["is_short"] else 1.0
                paid = trade["fee_open"] * trade["amount"] * trade["entry_price"]
                equity += side * (close - trade["entry_price"]) * trade["amount"] - paid
                exposure += close * trade["amount"]
        assert outcome.equity[k] == pytest.approx(equity, abs=PENNY)
        assert outcome.exposure[k] == pytest.approx(exposure, abs=PENNY)


@given(SIZES, st.data())
def test_the_order_of_pairs_does_not_matter_where_they_do_not_compete(
    size: Size, data: st.DataObject
) -> None:
    simulation = _independent(case(size))
    order = data.draw(st.permutations(range(size.pairs)))
    shuffled = replace(
        simulation,
        plans=[simulation.plans[k] for k in order],
        frictions=[simulation.frictions[k] for k in order],
    )
    rows, others = (_in_order(_rows(run.run().outcome())) for run in (simulation, shuffled))
    assert rows == others


@given(SIZES)
def test_pairs_that_do_not_compete_trade_as_they_would_alone(size: Size) -> None:
    simulation = _independent(case(size))
    together = _rows(simulation.run().outcome())
    last = max(int(plan.candles.time[-1]) for plan in simulation.plans)
    alone = []
    for plan, friction in zip(simulation.plans, simulation.frictions, strict=True):
        if int(plan.candles.time[-1]) < last:
            # beside longer pairs it may be entered on its own last candle; alone it may not
            together = [row for row in together if row["pair"] != plan.candles.pair]
            continue
        run = replace(simulation, plans=[plan], frictions=[friction]).run()
        alone += _rows(run.outcome())
    assert _in_order(together) == _in_order(alone)


def _first_hours(simulation: Simulation, end_ns: int) -> Simulation:
    """Return the run with the candles up to that time only."""
    plans, frictions = [], []
    for plan, friction in zip(simulation.plans, simulation.frictions, strict=True):
        rows = int(np.searchsorted(plan.candles.time, end_ns, side="right"))
        if rows <= plan.warmup:
            continue
        cut: Any = {
            name: None if getattr(plan, name) is None else getattr(plan, name)[:rows]
            for name in (
                "enter_long", "exit_long", "enter_short", "exit_short",
                "enter_tag", "exit_tag", "stop_distance", "size_distance",
            )
        }  # fmt: skip
        plans.append(replace(plan, candles=plan.candles.rows(0, rows), **cut))
        frictions.append(Friction(*(c if len(c) == 1 else c[:rows] for c in friction)))
    return replace(simulation, plans=plans, frictions=frictions)


@given(SIZES, st.integers(2, 60))
def test_later_candles_change_no_trade_that_was_over_before(size: Size, hours: int) -> None:
    simulation = case(size)
    start = min(int(plan.candles.time[plan.warmup]) for plan in simulation.plans)
    end = start + hours * simulation.plans[0].candles.timeframe.ns
    short = _first_hours(simulation, end)
    end = max(int(plan.candles.time[-1]) for plan in short.plans)  # nothing is entered there
    # ticks are read off whole months, and may become finer later in the month
    by_pair = {plan.candles.pair: digits_by_candle(plan.candles) for plan in simulation.plans}
    for plan in short.plans:
        digits = digits_by_candle(plan.candles)
        assume(digits == by_pair[plan.candles.pair][: len(digits)])

    def over(run: Simulation) -> list[Row]:
        outcome = run.run().outcome()
        rows = zip(_rows(outcome), outcome.trades, strict=True)
        return [
            row
            for row, trade in rows
            if trade["close_time"] < end and row["exit_reason"] != "force_exit"
        ]

    assert over(short) == over(simulation)


@given(SIZES)
def test_three_times_the_stake_gains_three_times_as_much(size: Size) -> None:
    simulation = _independent(case(size))
    base = replace(
        simulation,
        venue=simulation.venue._replace(min_cost=0.0, min_amount=0.0, amount_digits=8),
        frictions=[Friction(base, np.zeros(1)) for base, _ in simulation.frictions],
    )
    one, three = base.run().outcome(), _independent(base, stake=150.0).run().outcome()
    other_way = 0.0
    for small, large in zip(one.trades, three.trades, strict=True):
        for name in ("pair", "open_row", "open_rate", "is_short"):
            assert small[name] == large[name]
        # a target on the half of a tick, once in thousands of cases: it is another one then
        assume(small["close_row"] == large["close_row"])
        assert small["exit_reason"] == large["exit_reason"]
        if small["close_rate"] != large["close_rate"]:
            # a target on the half of a tick: the last bit of the amount decides which way it goes
            step = abs(small["close_rate"] - large["close_rate"])
            assert step < 1.5 * 10.0 ** -small["digits"]
            other_way += 1.1 * step * small["amount"]
            continue
        # amounts are cut to eight decimals, profits rounded to as many
        slack = 4e-8 * (abs(small["close_rate"] - small["open_rate"]) + small["fees_paid"] + 1.0)
        slack += 4e-8 * small["open_rate"] * simulation.venue.fee * 3
        assert large["profit_abs"] == pytest.approx(3 * small["profit_abs"], abs=slack)
    assert one.final_balance - one.wallet == pytest.approx(
        (three.final_balance - three.wallet) / 3, abs=1e-3 + other_way
    )
