"""The random runs of `cases` as walks, so that the two loops can be held side by side."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from tests.kernel.cases import case

from tidegate.kernel.ticks import price_digits
from tidegate.kernel.walk import asking
from tidegate.kernel.walk.layout import CUSTOM_EXIT, EXIT_REASONS
from tidegate.kernel.walk.rows import PairRows
from tidegate.kernel.walk.run import Course, Walk
from tidegate.model import Rules, Sizing, SizingKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from tests.kernel.cases import Size

    from tidegate.kernel import Simulation
    from tidegate.kernel.walk.memory import Memory
    from tidegate.model import Plan

ALL_QUESTIONS = (1 << asking.STAKE_LIMITS) - 1
SAYS_NOTHING = ALL_QUESTIONS - (1 << asking.CUSTOM_STOPLOSS)
# kept only where quiet candles may be passed over
ONLY_FOR_QUIET = {"guard_version", "guard_until_ns", "guard", "trailed_to"}


def never(code: int) -> int:
    """Answer nothing: nobody is to be asked."""
    message = f"nobody wants to be asked {(asking.QUESTIONS + asking.ENGINE_QUESTIONS)[code]}"
    raise AssertionError(message)


def left_behind(memory: Memory) -> dict[str, Any]:
    """Return all that a walk leaves behind."""
    tally = memory.tally
    positions = memory.positions_now()[memory.closed_now()]
    names = [name for name in positions.dtype.names or () if name not in ONLY_FOR_QUIET]
    return {
        "positions": positions[names].tolist(),
        "counts": (tally.rejected, tally.timed_out_exits, tally.timed_out_entries, tally.lost),
        "orders": memory.orders_now().tolist(),
        "balance": tally.total,
    }


def plain_case(size: Size) -> Simulation:
    """Return a random run that both loops can do: long, unslipped, Freqtrade's own fills."""
    simulation = case(size)
    fixed = simulation.rules.sizing.kind is SizingKind.FIXED
    sizing = Sizing(kind=SizingKind.FIXED, value=60.0) if fixed else Sizing()
    wallet = simulation.wallet
    if not fixed:
        wallet = wallet._replace(max_open_trades=max(wallet.max_open_trades, 1))
    return replace(
        simulation,
        plans=[replace(plan, stop_distance=None, size_distance=None) for plan in simulation.plans],
        rules=Rules(
            exits=replace(simulation.rules.exits, reward_risk=None, max_bars=None), sizing=sizing
        ),
        wallet=wallet,
        venue=simulation.venue._replace(exact_freqtrade=True, min_cost=0.0, min_amount=0.0),
        frictions=(),
    )


def walk_of(simulation: Simulation, *, callbacks: int = 0, protections: int = 0) -> Walk:
    """Set up a walk over the same rows by the same rules."""
    rows = [_rows(plan) for plan in simulation.plans]
    course = Course(
        rows=rows,
        candle_ns=simulation.plans[0].candles.timeframe.ns,
        start_ns=min(int(each.time[0]) for each in rows),
        end_ns=max(int(each.time[-1]) for each in rows),
    )
    walk = Walk(course, protections=protections)
    _set_rules(walk.memory, simulation, callbacks)
    for record in walk.memory.pairs[: len(rows)]:
        record.cost_min = record.cost_max = record.amount_min = record.amount_max = float("nan")
        record.amount_digits = simulation.venue.amount_digits
        record.market_digits = 8
        record.market_step = 1e-8
    return walk


def _set_rules(memory: Memory, simulation: Simulation, callbacks: int) -> None:
    exits, rules = simulation.rules.exits, memory.rules
    rules.callbacks = callbacks
    rules.slots = simulation.wallet.max_open_trades or -1
    rules.use_exit_signal = exits.use_exit_signal
    rules.exit_profit_only = exits.exit_profit_only
    rules.exit_profit_offset = exits.exit_profit_offset
    rules.ignore_roi = exits.ignore_targets_on_entry_signal
    rules.stoploss = -exits.stop_ratio
    rules.use_custom_roi = callbacks != 0
    rules.position_adjustment = callbacks != 0
    rules.trailing = exits.trailing
    rules.trailing_only_past_offset = exits.trailing_only_past_offset
    rules.has_trailing_ratio = exits.trailing_ratio is not None
    rules.trailing_ratio = exits.trailing_ratio or 0.0
    rules.trailing_offset = exits.trailing_offset
    rules.most_adds = -1
    rules.limit_entry = rules.limit_exit = 1
    rules.fee = simulation.venue.fee
    rules.entry_timeout_ns = rules.exit_timeout_ns = simulation.venue.exit_timeout_ns
    rules.unlimited_stake = simulation.rules.sizing.kind is SizingKind.EQUAL_SHARE
    rules.stake = simulation.rules.sizing.value
    rules.tradable_ratio = simulation.wallet.tradable_ratio
    rules.start_balance = simulation.wallet.start
    memory.set_roi([age for age, _ in exits.targets], [ratio for _, ratio in exits.targets])


def _rows(plan: Plan) -> PairRows:
    first = plan.warmup
    candles = plan.candles
    flags = (plan.enter_long, plan.exit_long, plan.enter_short, plan.exit_short)
    bits: NDArray[Any] = np.zeros(len(candles), dtype=np.uint8)
    for place, flag in enumerate(flags):
        bits |= flag.astype(np.uint8) * np.uint8(17 << place)
    months, digits = price_digits(candles)
    shown, told = slice(first + 1, None), slice(first, -1)

    def codes(column: NDArray[Any] | None) -> NDArray[np.int32]:
        if column is None:
            return np.zeros(len(candles), dtype=np.int32)[told]
        return np.where(column < 0, 0, column + len(EXIT_REASONS)).astype(np.int32)[told]

    return PairRows(
        pair=candles.pair,
        time=np.ascontiguousarray(candles.time[shown]),
        open=np.ascontiguousarray(candles.open[shown]),
        high=np.ascontiguousarray(candles.high[shown]),
        low=np.ascontiguousarray(candles.low[shown]),
        close=np.ascontiguousarray(candles.close[shown]),
        bits=np.ascontiguousarray(bits[told]),
        enter_tag=codes(plan.enter_tag),
        exit_tag=codes(plan.exit_tag),
        tick_from=candles.time[months],
        tick_digits=digits,
    )


def silent(memory: Memory, asked: list[int]) -> Callable[[int], int]:
    """Return a handler that answers as if the strategy had not been asked."""
    mail = memory.mail

    def answer(code: int) -> int:
        asked.append(code)
        mail.known = 0
        mail.verdict = 0
        if code in (asking.CONFIRM_TRADE_ENTRY, asking.CONFIRM_TRADE_EXIT):
            mail.verdict = 1
        elif code == asking.CUSTOM_STAKE_AMOUNT:
            mail.known, mail.number = 1, mail.proposed
        elif code == asking.ADJUST_ORDER_PRICE:
            mail.known, mail.number = 1, mail.rate
        return 0

    return answer


def moody(memory: Memory, seed: int) -> Callable[[int], int]:
    """Return a handler with prices, additions and refusals of its own, the same for the same mail.

    Orders lie unfilled, are priced anew, added to and taken back.
    """
    mail = memory.mail
    quiet = silent(memory, [])

    def answer(code: int) -> int:
        quiet(code)
        random = Random(f"{seed} {code} {mail.pair} {mail.position} {mail.now_ns}")  # noqa: S311 - test data
        if code in (asking.CUSTOM_ENTRY_PRICE, asking.CUSTOM_EXIT_PRICE):
            mail.known, mail.number = 1, mail.proposed * random.choice((0.98, 0.995, 1.0, 1.01))
        elif code == asking.ADJUST_ORDER_PRICE:
            mail.known = random.random() < 0.8
            mail.number = random.choice((mail.rate, mail.rate, mail.proposed * 0.99))
        elif code == asking.ADJUST_TRADE_POSITION:
            mail.known, mail.number = random.random() < 0.3, random.choice((20.0, -15.0))
            mail.answer_tag = 0
        elif code == asking.CUSTOM_EXIT:
            mail.verdict, mail.answer_tag = random.random() < 0.05, CUSTOM_EXIT
        elif code == asking.CONFIRM_TRADE_ENTRY:
            mail.verdict = random.random() < 0.8
        return 0

    return answer
