"""One candle of an open position: which exits it calls for, in which order, at what price."""

from __future__ import annotations

import math
from typing import NamedTuple

from tidegate.kernel import stop, target
from tidegate.kernel.compiled import inlined
from tidegate.kernel.numbers import LONG, Bar, ExitNumbers, Position, Venue
from tidegate.kernel.profit import profit_ratio

# Reasons, as they are known in results. The order here is only their code.
STOP_LOSS = 0
TRAILING_STOP_LOSS = 1
TARGET = 2
EXIT_SIGNAL = 3
TIME_EXIT = 4
FORCE_EXIT = 5
LIQUIDATION = 6
NONE = -1
REASONS = (
    "stop_loss",
    "trailing_stop_loss",
    "roi",
    "exit_signal",
    "time_exit",
    "force_exit",
    "liquidation",
)

RANKS = 4


class Situation(NamedTuple):
    """Where in its life a position meets a candle."""

    minutes: int  # since the entry
    bars: int  # since the entry candle
    candle_minutes: int
    exit_signal: bool  # for the position's side, decided on the candle before
    entry_signal: bool


class Verdict(NamedTuple):
    """What one candle calls for: a reason or NONE at each rank."""

    signal: int
    stop: int
    target: bool
    trailed_stop: int
    ratio: float
    since: int
    gapped: bool  # the open lies beyond where the stop stood before this candle
    dubious: bool  # more than one exit lies inside the candle; which came first is not known


@inlined
def with_stop(position: Position, price: float, ratio: float) -> Position:
    """Return the position with its stop moved there, and marked as moved."""
    return Position(
        position.side,
        position.amount,
        position.open_rate,
        position.open_value,
        position.stake,
        position.fee,
        position.digits,
        position.open_row,
        price,
        abs(ratio),
        position.first_stop,
        position.first_ratio,
        True,
        position.target,
        position.liquidation,
    )


@inlined
def tighten(position: Position, rate: float, ratio: float) -> Position:
    """Move the stop to `ratio` behind `rate`, if that is closer to the market."""
    price = stop.stop_price(position.side, rate, ratio, position.digits)
    closer = price > position.stop if position.side == LONG else price < position.stop
    return with_stop(position, price, ratio) if closer else position


@inlined
def evaluate(
    position: Position,
    bar: Bar,
    exits: ExitNumbers,
    here: Situation,
) -> tuple[Position, Verdict]:
    """Move the stop as this candle asks, and say which exits it calls for."""
    side = position.side
    best_rate = bar.high if side == LONG else bar.low
    best = profit_ratio(position, best_rate)
    before = position.stop
    clear = not stop.is_hit(side, bar, before)
    if clear:
        distance = stop.trailing_distance(exits, position.first_ratio, best)
        if not math.isnan(distance):
            position = tighten(position, best_rate, distance)
    stopped = stop.is_hit(side, bar, position.stop)
    liquidated = (
        not stopped and position.liquidation > 0.0 and stop.is_hit(side, bar, position.liquidation)
    )
    ratio, since = target.ratio_at(exits, position, here.minutes)
    reached = best > ratio and not (here.entry_signal and exits.ignore_targets_on_entry_signal)
    gapped = bar.open <= before if side == LONG else bar.open >= before
    plain = LIQUIDATION if liquidated else STOP_LOSS if stopped and not position.moved else NONE
    return position, Verdict(
        signal=_signal(position, bar, exits, here),
        stop=plain,
        target=reached,
        trailed_stop=TRAILING_STOP_LOSS if stopped and position.moved else NONE,
        ratio=ratio,
        since=since,
        gapped=gapped and here.bars > 0,
        dubious=stopped and (reached or clear) and not gapped,
    )


@inlined
def _signal(position: Position, bar: Bar, exits: ExitNumbers, here: Situation) -> int:
    """Return the reason to leave at the open, if there is one."""
    if exits.use_exit_signal and here.exit_signal and not here.entry_signal:
        if exits.exit_profit_only:
            profitable = profit_ratio(position, bar.open) > exits.exit_profit_offset
            return EXIT_SIGNAL if profitable else NONE
        return EXIT_SIGNAL
    if 0 <= exits.max_bars <= here.bars:
        return TIME_EXIT
    return NONE


@inlined
def proposal(
    rank: int,
    verdict: Verdict,
    position: Position,
    bar: Bar,
    exits: ExitNumbers,
    here: Situation,
    venue: Venue,
) -> tuple[int, float]:
    """Return the exit of this rank and its price before rounding; NONE where there is none.

    Ranks: a signal, then a stop that never moved (or liquidation), then a target,
    then a stop that has trailed.
    """
    if rank == 0:
        return verdict.signal, bar.open
    if rank == 2:  # noqa: PLR2004 - the third of four ranks
        if not verdict.target:
            return NONE, math.nan
        price = target.fill_price(
            position, bar, verdict.ratio, verdict.since, here.minutes, here.candle_minutes
        )
        return (NONE if math.isnan(price) else TARGET), price
    reason = verdict.stop if rank == 1 else verdict.trailed_stop
    if reason == NONE:
        return NONE, math.nan
    if verdict.gapped and not venue.exact_freqtrade and reason != LIQUIDATION:
        return reason, bar.open
    level = position.liquidation if reason == LIQUIDATION else position.stop
    price = stop.fill_price(
        position, bar, exits, level, reason == TRAILING_STOP_LOSS, here.minutes == 0
    )
    return reason, price
