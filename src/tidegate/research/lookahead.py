"""Proving or refuting that a strategy uses the past only, by cutting the future away.

What a strategy said about a candle while it saw everything must be what it says when
the candles end there. Where it is not, something looked ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from tidegate.strategies import PairMarket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tidegate.model import Bools, Candles, Floats, Ints, Plan
    from tidegate.strategies import Strategy

Kind = Literal["indicator", "signal", "tag", "distance"]

SIGNALS: Final = ("enter_long", "exit_long", "enter_short", "exit_short")
_TAGS: Final = ("enter_tag", "exit_tag")
_NO_TAG: Final = -1
_DISTANCES: Final = ("stop_distance", "size_distance")
# Sums taken over other array lengths may differ in their last digits.
_RELATIVE: Final = 1e-9
_ABSOLUTE: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """One number of a strategy that changes when the future is cut away."""

    kind: Kind
    name: str
    pair: str
    time_ns: int
    """Open of the first candle on which it was seen to change."""
    row: int
    with_future: float
    without_future: float
    cuts: int
    """In how many of the cuts it changed something."""
    tags: tuple[str, ...] = ()
    """What the numbers of a tag stand for; -1 is none."""
    repeatable: bool = True
    """False: it changes from run to run on the very same candles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What came of one pair."""

    pair: str
    cuts: int
    """How many times the future was cut away."""
    fired: int
    """How many of the cuts fell on a candle with a signal."""
    leaks: tuple[Leak, ...]
    """In the order in which things are computed: the cause before what follows from it."""


def examine(
    strategy: Strategy,
    market: PairMarket,
    *,
    samples: int = 100,
    seed: int = 1,
    progress: Callable[[], None] | None = None,
) -> Examination:
    """Cut the future away at `samples` candles of one pair, and compare.

    Half of the candles are taken where signals fire, if there are so many; `progress`
    is called after each cut.
    """
    whole = strategy.plan(market)
    watch = _Watch(market.base, whole)
    watch.compare(strategy.plan(market), repeat=True)
    rows, fired = _sampled(whole, samples, np.random.default_rng(seed))
    for row in rows:
        watch.compare(strategy.plan(cut(market, int(row))))
        if progress is not None:
            progress()
    return Examination(
        pair=market.base.pair, cuts=len(rows), fired=fired, leaks=tuple(watch.leaks())
    )


def cut(market: PairMarket, row: int) -> PairMarket:
    """Return the market as it was known when this base candle closed."""
    close = int(market.base.time[row]) + market.base.timeframe.ns
    return PairMarket(
        base=market.base.rows(0, row + 1),
        others={
            timeframe: candles.rows(
                0, int(np.searchsorted(candles.time + timeframe.ns, close, side="right"))
            )
            for timeframe, candles in market.others.items()
        },
    )


def _sampled(plan: Plan, samples: int, chance: np.random.Generator) -> tuple[Ints, int]:
    """Return the rows to cut at, oldest first, and how many of them have a signal."""
    last = len(plan.candles) - 1
    first = min(plan.warmup, last)
    rows = np.arange(first, last)
    fires = np.zeros(len(rows), dtype=np.bool_)
    for name in SIGNALS:
        fires |= getattr(plan, name)[first:last]
    quiet, loud = rows[~fires], rows[fires]
    from_loud = min(len(loud), max(samples // 2, samples - len(quiet)))
    from_quiet = min(len(quiet), samples - from_loud)
    chosen = np.concatenate(
        (
            chance.choice(loud, from_loud, replace=False),
            chance.choice(quiet, from_quiet, replace=False),
        )
    )
    return np.sort(chosen), from_loud


def _numbers(plan: Plan) -> Iterator[tuple[Kind, str, Floats | Bools]]:
    """Go through everything a plan says, causes before consequences."""
    for name, column in plan.columns.items():
        yield "indicator", name, column
    for kind, names in (("distance", _DISTANCES), ("signal", SIGNALS), ("tag", _TAGS)):
        for name in names:
            array = getattr(plan, name)
            if array is not None:
                yield kind, name, array  # type: ignore[misc] # the three kinds above


def _renumbered(codes: Floats | Bools, names: tuple[str, ...], by: tuple[str, ...]) -> Floats:
    """Return tags of one plan under the numbers that another one gives them."""
    numbers = [by.index(name) if name in by else len(by) + k for k, name in enumerate(names)]
    return np.array([*numbers, _NO_TAG], dtype=np.float64)[codes.astype(np.int64)]


class _Watch:
    """Compares plans with the one that saw everything, and keeps what differs."""

    def __init__(self, base: Candles, whole: Plan) -> None:
        self._base = base
        self._tags = whole.tags
        self._whole: Mapping[tuple[Kind, str], Floats | Bools] = {
            (kind, name): array for kind, name, array in _numbers(whole)
        }
        self._found: dict[tuple[Kind, str], Leak] = {}

    def compare(self, plan: Plan, *, repeat: bool = False) -> None:
        """Note what a plan says differently about the candles it knows."""
        rows = len(plan.candles)
        seen = {(kind, name): array for kind, name, array in _numbers(plan)}
        for key, array in self._whole.items():
            if key in self._found and not self._found[key].repeatable:
                continue
            without = seen.get(key)
            if without is None:
                without = np.full(rows, np.nan)
            elif key[0] == "tag" and plan.tags != self._tags:
                without = _renumbered(without, plan.tags, self._tags)
            row = _first_difference(array[:rows], without)
            if row is not None:
                self._note(key, row, float(array[row]), float(without[row]), repeat=repeat)

    def _note(
        self, key: tuple[Kind, str], row: int, with_: float, without: float, *, repeat: bool
    ) -> None:
        known = self._found.get(key)
        cuts = (known.cuts if known else 0) + (not repeat)
        if known is not None and known.row <= row:
            row, with_, without = known.row, known.with_future, known.without_future
        self._found[key] = Leak(
            kind=key[0],
            name=key[1],
            pair=self._base.pair,
            time_ns=int(self._base.time[row]),
            row=row,
            with_future=with_,
            without_future=without,
            cuts=cuts,
            tags=self._tags if key[0] == "tag" else (),
            repeatable=not repeat,
        )

    def leaks(self) -> Iterator[Leak]:
        """Go through what was found, causes before consequences."""
        for key in self._whole:
            if key in self._found:
                yield self._found[key]


def _first_difference(whole: Floats | Bools, part: Floats | Bools) -> int | None:
    """Return the first row on which the two differ by more than their last digits."""
    if np.array_equal(whole, part, equal_nan=whole.dtype == np.float64):
        return None
    if whole.dtype == np.float64:
        with np.errstate(invalid="ignore"):
            same = np.isclose(whole, part, rtol=_RELATIVE, atol=_ABSOLUTE, equal_nan=True)
    else:
        same = whole == part
    return None if same.all() else int(np.argmin(same))
