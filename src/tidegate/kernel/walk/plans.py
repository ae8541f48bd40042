"""Plans walked: a simulation's columns and rules put into a walk, and its outcome read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tidegate.kernel.lane import Friction
from tidegate.kernel.mark import held, marked
from tidegate.kernel.market import assemble
from tidegate.kernel.tags import merged_tags
from tidegate.kernel.ticks import price_digits
from tidegate.kernel.walk.layout import PLAN_REASONS, SHORT, UNSET
from tidegate.kernel.walk.rows import PairRows
from tidegate.kernel.walk.run import Course, Walk
from tidegate.model import TRADE_DTYPE, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tidegate.kernel.numbers import Venue, Wallet
    from tidegate.kernel.run import Simulation
    from tidegate.kernel.walk.memory import Memory
    from tidegate.model import Codes, Floats, Plan, Rules

_REASONS: Final = PLAN_REASONS[1:]
_NO_FRICTION: Final = Friction(np.zeros(1), np.zeros(1))


def walk_of_plans(simulation: Simulation, *, callbacks: int = 0) -> Walk:
    """Set up a walk over a simulation's plans; `callbacks`: bits of what is to be asked of Python.

    The walk does what the lean loop does, candle by candle.
    """
    plans, enter_tags, exit_tags = merged_tags(simulation.plans)
    frictions = simulation.frictions or [_NO_FRICTION] * len(plans)
    rows = [
        rows_of_plan(plan, friction, len(enter_tags))
        for plan, friction in zip(plans, frictions, strict=True)
    ]
    step = plans[0].candles.timeframe.ns
    course = Course(
        rows=rows,
        candle_ns=step,
        start_ns=min(int(plan.candles.time[plan.warmup]) for plan in plans) + step,
        end_ns=max(int(plan.candles.time[-1]) for plan in plans),
        tags=(*PLAN_REASONS, *enter_tags, *exit_tags),
    )
    walk = open_walk(course, simulation.rules, simulation.venue, simulation.wallet)
    walk.memory.rules.callbacks = callbacks
    return walk


def open_walk(course: Course, rules: Rules, venue: Venue, wallet: Wallet) -> Walk:
    """Set up a walk over rows of plans, which may be none yet, by a strategy's rules."""
    walk = Walk(course)
    _set_rules(walk.memory, rules, venue, wallet)
    for record in walk.memory.pairs[: len(course.rows)]:
        record.cost_min = venue.min_cost
        record.amount_min = venue.min_amount
        record.cost_max = record.amount_max = np.nan
        record.amount_digits = venue.amount_digits
        record.market_digits = 8
        record.market_step = 1e-8
    return walk


def rows_of_plan(plan: Plan, friction: Friction, enter_tags: int) -> PairRows:
    """Return a plan's rows: each candle but the first, with what the one before has decided.

    Its tags are numbered as in `merged_tags`, `enter_tags` of them for entries.
    """
    candles = plan.candles
    shown = slice(plan.warmup + 1, None)
    told = slice(plan.warmup, -1)
    bits: NDArray[Any] = np.zeros(len(candles), dtype=np.uint8)
    flags = (plan.enter_long, plan.exit_long, plan.enter_short, plan.exit_short)
    for place, flag in enumerate(flags):
        bits |= flag.astype(np.uint8) * np.uint8(17 << place)
    months, digits = price_digits(candles)
    return PairRows(
        pair=candles.pair,
        time=candles.time[shown],
        open=candles.open[shown],
        high=candles.high[shown],
        low=candles.low[shown],
        close=candles.close[shown],
        bits=bits[told],
        enter_tag=_tags(plan.enter_tag, plan, len(PLAN_REASONS)),
        exit_tag=_tags(plan.exit_tag, plan, len(PLAN_REASONS) + enter_tags),
        tick_from=candles.time[months],
        tick_digits=digits,
        stop_distance=None if plan.stop_distance is None else plan.stop_distance[told],
        size_distance=None if plan.size_distance is None else plan.size_distance[told],
        slip_base=_column(friction.base, plan),
        slip_impact=_column(friction.impact, plan),
    )


def _tags(codes: Codes | None, plan: Plan, first: int) -> NDArray[np.int32]:
    """Return the tags of a plan's rows by the walk's numbers, UNSET for none."""
    if codes is None:
        return np.zeros(len(plan.candles) - plan.warmup - 1, dtype=np.int32)
    told = codes[plan.warmup : -1].astype(np.int32)
    return np.where(told < 0, np.int32(UNSET), told + np.int32(first))


def _column(figures: Floats, plan: Plan) -> Floats | None:
    """Return a figure of each shown row; None where it is nothing throughout."""
    if not figures.any():
        return None
    return np.broadcast_to(figures, len(plan.candles))[plan.warmup + 1 :]


def _set_rules(memory: Memory, settled: Rules, venue: Venue, wallet: Wallet) -> None:
    exits, sizing, rules = settled.exits, settled.sizing, memory.rules
    rules.plans = 1
    rules.standard = not venue.exact_freqtrade
    rules.can_short = settled.can_short
    rules.slots = wallet.max_open_trades or -1
    rules.tradable_ratio = wallet.tradable_ratio
    rules.start_balance = wallet.start
    rules.fee = venue.fee
    rules.maintenance = venue.maintenance
    rules.entry_timeout_ns = rules.exit_timeout_ns = venue.exit_timeout_ns
    rules.limit_entry = rules.limit_exit = 1
    rules.most_adds = -1
    rules.use_exit_signal = exits.use_exit_signal
    rules.exit_profit_only = exits.exit_profit_only
    rules.exit_profit_offset = exits.exit_profit_offset
    rules.ignore_roi = exits.ignore_targets_on_entry_signal
    rules.stoploss = -exits.stop_ratio
    rules.trailing = exits.trailing
    rules.trailing_only_past_offset = exits.trailing_only_past_offset
    rules.has_trailing_ratio = exits.trailing_ratio is not None
    rules.trailing_ratio = exits.trailing_ratio or 0.0
    rules.trailing_offset = exits.trailing_offset
    rules.reward_risk = np.nan if exits.reward_risk is None else exits.reward_risk
    rules.max_bars = -1 if exits.max_bars is None else exits.max_bars
    rules.sizing = int(sizing.kind)
    rules.sizing_value = sizing.value
    rules.sizing_cap = sizing.cap
    rules.sizing_fallback = sizing.fallback
    rules.min_trades = sizing.min_trades
    memory.set_window(sizing.window)
    memory.set_roi([age for age, _ in exits.targets], [ratio for _, ratio in exits.targets])


def outcome_of(walk: Walk, simulation: Simulation) -> Outcome:
    """Return what a finished walk over a simulation's plans has come to."""
    plans, enter_tags, exit_tags = merged_tags(simulation.plans)
    frictions = simulation.frictions or [_NO_FRICTION] * len(plans)
    can_short = simulation.rules.can_short
    market, lanes = assemble(plans, frictions, can_short=can_short)
    tally = walk.memory.tally
    start, step = walk.course.start_ns - walk.course.candle_ns, walk.course.candle_ns
    trades = _trades(walk, len(enter_tags))
    equity, exposure = marked(market, trades, simulation.wallet.start)
    return Outcome(
        pairs=tuple(plan.candles.pair for plan in plans),
        timeframe=plans[0].candles.timeframe,
        currency=simulation.currency,
        wallet=simulation.wallet.start,
        final_balance=float(tally.total),
        start_ns=start,
        end_ns=start + (market.candles - 1) * step,
        trades=trades,
        enter_tags=enter_tags,
        exit_reasons=_REASONS + exit_tags,
        time=start + np.arange(market.candles) * step,
        equity=equity,
        exposure=exposure,
        hold=held(lanes, market.candles, simulation.wallet.start),
        rejected_signals=int(tally.rejected),
        unaffordable_signals=int(tally.unaffordable),
        timed_out_exits=int(tally.timed_out_exits),
        lost_at_end=int(tally.lost),
    )


def _trades(walk: Walk, enter_tags: int) -> NDArray[np.void]:
    """Return the closed positions as rows of TRADE_DTYPE; each has one entry and one exit."""
    memory, course = walk.memory, walk.course
    closed = memory.positions_now()[memory.closed_now()]
    orders = memory.orders_now()
    entry, leave = orders[closed["first_order"]], orders[closed["last_order"]]
    trades = np.zeros(len(closed), dtype=TRADE_DTYPE)
    first = np.array([rows.time[0] if len(rows.time) else 0 for rows in course.rows])
    for name, figures in (
        ("pair", closed["pair"]),
        ("is_short", closed["side"] == SHORT),
        # a plan's first candle has no row
        ("open_row", (closed["opened_ns"] - first[closed["pair"]]) // course.candle_ns + 1),
        ("close_row", (closed["closed_ns"] - first[closed["pair"]]) // course.candle_ns + 1),
        ("open_time", closed["opened_ns"]),
        ("close_time", closed["closed_ns"]),
        ("open_rate", closed["open_rate"]),
        ("entry_price", entry["price"]),
        ("close_rate", closed["close_rate"]),
        ("digits", closed["digits"]),
        ("amount", closed["amount"]),
        ("stake", closed["stake"]),
        ("leverage", closed["leverage"]),
        ("fee_open", closed["fee"]),
        ("fee_close", closed["fee"]),
        ("fees_paid", _fees(entry, closed["fee"]) + _fees(leave, closed["fee"])),
        ("slippage_paid", _slippage(entry, _opens(course.rows, closed, course.candle_ns))),
        ("profit_abs", closed["close_profit_abs"] + 0.0),
        ("profit_ratio", closed["close_profit"] + 0.0),  # what is nothing has no sign
        ("initial_stop", closed["initial_stop"]),
        ("initial_stop_ratio", -closed["initial_stop_pct"]),
        ("stop", closed["stop"]),
        ("stop_ratio", -closed["stop_pct"]),
        ("min_rate", closed["min_rate"]),
        ("max_rate", closed["max_rate"]),
        ("enter_tag", np.where(closed["enter_tag"] > 0, closed["enter_tag"], 0)),
        ("exit_reason", closed["exit_reason"]),
        ("dubious", leave["dubious"]),
    ):
        trades[name] = figures
    trades["slippage_paid"] += _slippage(leave, leave["asked"])
    base = len(PLAN_REASONS)
    trades["enter_tag"] = np.where(trades["enter_tag"] > 0, trades["enter_tag"] - base, -1)
    # among the exit's reasons there are no entry tags
    told = trades["exit_reason"] - 1
    trades["exit_reason"] = np.where(told < len(_REASONS), told, told - enter_tags)
    return trades


def _fees(orders: NDArray[Any], rate: Floats) -> Floats:
    fees: Floats = orders["price"] * orders["amount"] * rate
    return fees


def _slippage(orders: NDArray[Any], seen: Floats) -> Floats:
    paid: Floats = np.abs(orders["price"] - seen) * orders["amount"]
    return paid


def _opens(rows: Sequence[PairRows], positions: NDArray[Any], candle_ns: int) -> Floats:
    """Return the open of the candle that each position was entered at."""
    opens = np.empty(len(positions))
    for pair, each in enumerate(rows):
        mine = positions["pair"] == pair
        if mine.any():
            opens[mine] = each.open[(positions["opened_ns"][mine] - each.time[0]) // candle_ns]
    return opens
