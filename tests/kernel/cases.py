"""Random runs on a coarse grid of prices, where ties are common and much happens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Final

import numpy as np

from tidegate.kernel import SPOT_VENUE, Friction, Simulation, Venue, Wallet
from tidegate.model import (
    Candles,
    Codes,
    Exits,
    Floats,
    Plan,
    Rules,
    Sizing,
    SizingKind,
    Timeframe,
)

HOUR: Final = Timeframe.parse("1h")
START: Final = int(np.datetime64("2024-01-31T06:00", "ns").astype(np.int64))
TAGS: Final = ("dip", "cross", "late")
SCALES: Final = ((100.0, 0.5), (100.0, 0.25), (1.9e-05, 1e-07), (40_000.0, 150.0), (0.3, 0.001))


@dataclass(frozen=True, slots=True)
class Size:
    """How large a case is, given apart so that a failing one can be made smaller."""

    seed: int
    pairs: int
    rows: int


def _prices(random: Random, rows: int) -> list[list[float]]:
    base, step = random.choice(SCALES)
    finer = random.choice((1, 1, 2, 5))  # the next month may have a finer tick
    month_row = 18
    noisy = random.random() < 0.3
    level, bars = 0, []
    for row in range(rows):
        units = step / finer if row >= month_row else step
        level = max(level, -40)
        opened = level + (random.randint(-3, 3) if random.random() < 0.25 else 0)
        closed = opened + random.randint(-3, 3)
        high = max(opened, closed) + random.choice((0, 0, 1, 2, 4))
        low = min(opened, closed) - random.choice((0, 0, 1, 2, 4))
        noise = 1.0 + random.choice((0.0, 3e-16, -3e-16)) if noisy else 1.0
        bars.append([round(base + k * units, 9) * noise for k in (opened, high, low, closed)])
        level = closed
    return bars


def _distance(random: Random, bars: list[list[float]]) -> Floats:
    width = bars[0][0] * 0.005
    choices = (width, 2 * width, 5 * width, 300 * width, 0.0, float("nan"))
    weights = (6, 6, 6, 1, 1, 1)
    return np.array(random.choices(choices, weights, k=len(bars)))


def _plan(random: Random, pair: int, rows: int, rules: Rules) -> Plan:
    late = random.choice((0, 0, 0, 5, 11))
    early = random.choice((0, 0, 0, 4, 9))
    warmup = random.choice((0, 0, 2))
    length = max(rows - late - early, 2) + warmup
    bars = _prices(random, length)
    opens, highs, lows, closes = np.array(bars).T.copy()

    def flags(chance: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.array([random.random() < chance for _ in range(length)])

    def codes(chance: float) -> Codes | None:
        if random.random() < 0.4:
            return None
        drawn = [random.randrange(3) if random.random() < chance else -1 for _ in range(length)]
        return np.array(drawn, dtype=np.int16)

    busy = random.choice((0.05, 0.2, 0.4))
    return Plan(
        candles=Candles(
            pair=f"P{pair}/USD",
            timeframe=HOUR,
            time=START + (late - warmup + np.arange(length)) * HOUR.ns,
            open=opens,
            high=highs,
            low=lows,
            close=closes,
            volume=np.ones(length),
        ),
        enter_long=flags(busy),
        exit_long=flags(random.choice((0.0, 0.1, 0.3))),
        enter_short=flags(busy),
        exit_short=flags(random.choice((0.0, 0.1, 0.3))),
        warmup=warmup,
        tags=tuple(random.sample(TAGS, 3)),
        enter_tag=codes(0.5),
        exit_tag=codes(0.5),
        size_distance=_distance(random, bars) if rules.sizing.kind is SizingKind.ATR else None,
    )


def _exits(random: Random) -> Exits:
    trailing = random.random() < 0.6
    tables: tuple[tuple[tuple[int, float], ...], ...] = (
        (),
        ((0, 0.02),),
        ((0, 0.04), (120, 0.01), (300, 0.0)),
        ((60, 0.005), (240, -0.005)),
        ((0, 0.03), (180, -1.0)),
        ((0, 0.03), (90, 0.01), (210, -1.0)),
    )
    return Exits(
        stop_ratio=random.choice((0.005, 0.01, 0.0101, 0.03, 0.08, 0.08, 1.0, 1.0)),
        trailing=trailing,
        trailing_ratio=random.choice((None, 0.0, 0.005, 0.01, 0.03)),
        trailing_offset=random.choice((0.0, 0.01, 0.015, 0.03)),
        trailing_only_past_offset=random.random() < 0.5,
        targets=random.choice(tables),
        reward_risk=random.choice((None, None, 0.5, 2.0)),
        max_bars=random.choice((None, None, None, None, None, None, 0, 1, 6, 15)),
        use_exit_signal=random.random() < 0.8,
        exit_profit_only=random.random() < 0.3,
        exit_profit_offset=random.choice((0.0, 0.01)),
        ignore_targets_on_entry_signal=random.random() < 0.3,
    )


def _sizing(random: Random) -> Sizing:
    kind = random.choice(list(SizingKind))
    values = {
        SizingKind.FIXED: (60.0, 333.3),
        SizingKind.PERCENT_OF_EQUITY: (0.1, 0.37),
        SizingKind.PERCENT_RISK: (0.002, 0.01),
        SizingKind.ATR: (0.001, 0.01),
        SizingKind.KELLY: (0.5, 1.0),
    }
    return Sizing(
        kind=kind,
        value=random.choice(values.get(kind, (1.0,))),
        cap=random.choice((1.0, 1.0, 0.3)),
        min_trades=random.choice((0, 2, 4)),
        window=random.choice((4, 7, 200)),
        fallback=random.choice((0.02, 0.2)),
    )


def _venue(random: Random) -> Venue:
    exact = random.random() < 0.5
    return SPOT_VENUE._replace(
        fee=random.choice((0.0, 0.0005, 0.001, 0.01)),
        amount_digits=random.choice((8, 8, 8, 8, 3, 0)),
        min_cost=random.choice((0.0, 0.0, 0.0, 70.0)),
        min_amount=random.choice((0.0, 0.0, 0.01)),
        exact_freqtrade=exact,
        exit_timeout_ns=random.choice((-1, 600 * 10**9, HOUR.ns, 3 * HOUR.ns)),
        maintenance=random.choice((-1.0, 0.005, 0.9, 0.96, 0.98)),
    )


def _friction(random: Random, plan: Plan) -> Friction:
    def column(most: float) -> Floats:
        if random.random() < 0.5:
            return np.array([random.choice((0.0, most))])
        return np.array([random.choice((0.0, most / 2, most)) for _ in range(len(plan.candles))])

    return Friction(column(0.004), column(0.0005))


def case(size: Size) -> Simulation:
    """Return the random run of that size."""
    random = Random(size.seed)  # noqa: S311 - test data
    slots = random.randint(0, 4)
    sizing = _sizing(random)
    if sizing.kind is SizingKind.EQUAL_SHARE:
        slots = max(slots, 1)
    rules = Rules(exits=_exits(random), sizing=sizing, can_short=random.random() < 0.5)
    plans = [_plan(random, pair, size.rows, rules) for pair in range(size.pairs)]
    if random.random() < 0.3:
        plans = [
            replace(plan, stop_distance=_distance(random, plan.candles.open[:, None].tolist()))
            for plan in plans
        ]
    still = Friction(np.zeros(1), np.zeros(1))
    frictional = random.random() < 0.4
    return Simulation(
        plans=plans,
        rules=rules,
        currency="USD",
        wallet=Wallet(random.choice((1000.0, 250.0)), random.choice((1.0, 0.99)), slots),
        venue=_venue(random),
        frictions=[_friction(random, plan) if frictional else still for plan in plans],
    )
