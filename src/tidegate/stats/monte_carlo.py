"""The same trades drawn again and again: how much of the result was the luck of the draw."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.stats.trades import NO_TRADES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model.arrays import Floats, Ints

PERCENTILES: Final = (5, 25, 50, 75, 95)
DRAWDOWNS: Final = (0.1, 0.2, 0.3, 0.5)
_CHUNK_CELLS: Final = 50_000  # what stays in the processor's cache
_MOST_CELLS: Final = 20_000_000
_FEWEST_PATHS: Final = 200
_FEWEST_TRADES: Final = 2
_FAN_POINTS: Final = 50


class Basis(StrEnum):
    """What of a trade is drawn."""

    CURRENCY = "currency"
    """Its profit in money: right where stakes did not follow the balance."""
    BALANCE = "balance"
    """Its profit as a share of the balance before it: right where stakes grew with that."""


@dataclass(frozen=True, slots=True)
class Bands:
    """The values that 5, 25, 50, 75 and 95 percent of the paths stay below or at."""

    p5: float
    p25: float
    p50: float
    p75: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fan:
    """The balance after so many trades, in bands over the resampled paths."""

    trade: tuple[int, ...]
    bands: tuple[Bands, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What came of the paths. Balances are currency, drawdowns fractions of a high."""

    final_balance: Bands
    """Trades drawn with replacement."""
    max_drawdown: Bands
    """Trades drawn with replacement, measured from close to close of trades."""
    max_drawdown_shuffled: Bands
    """The same trades, each once, in another order."""
    probability_of_loss: float
    """Share of the resampled paths that ended below the wallet."""
    probability_of_drawdown: tuple[tuple[float, float], ...]
    """(depth, share of the resampled paths that fell deeper), by depth."""
    fan: Fan


@dataclass(frozen=True, slots=True, kw_only=True)
class MonteCarlo:
    """How the paths were made, and what came of them or why nothing did."""

    paths: int
    seed: int
    basis: Basis
    spread: Spread | None
    why: str | None


def monte_carlo(
    profits: Floats, stakes: Floats, *, wallet: float, paths: int, seed: int
) -> MonteCarlo:
    """Draw the closed trades again, `paths` times, from a generator seeded with `seed`.

    Trades are taken to be independent of each other. Above 20,000 trades fewer paths are
    drawn, to bound the time; `MonteCarlo.paths` says how many. A path that reaches zero
    stays there. Undefined below two trades, and where no path is asked for.
    """
    trades = len(profits)
    basis, steps = _basis(profits, stakes, wallet)
    paths = min(paths, max(_FEWEST_PATHS, _MOST_CELLS // max(trades, 1)))
    why, spread = _refusal(trades, paths), None
    if why is None:
        spread = _spread(steps, wallet, basis, paths, seed)
        why = None if spread else "drawn again, these trades grow beyond any number"
    return MonteCarlo(paths=paths if spread else 0, seed=seed, basis=basis, spread=spread, why=why)


def _refusal(trades: int, paths: int) -> str | None:
    """Say why nothing can be drawn."""
    if trades < _FEWEST_TRADES:
        return "only one trade" if trades else NO_TRADES
    return None if paths > 0 else "not asked for"


def _spread(steps: Floats, wallet: float, basis: Basis, paths: int, seed: int) -> Spread | None:
    """Draw with replacement and without; None where a balance is too large to be a number."""
    trades = len(steps)
    marks = np.unique(np.linspace(0, trades, min(trades, _FAN_POINTS) + 1).astype(np.int64))
    resampling, shuffling = (np.random.Generator(np.random.SFC64([seed, n])) for n in (0, 1))
    # Shuffling what is shuffled already saves a copy, and is as fair.
    pool = np.tile(steps, (min(paths, _at_once(trades)), 1))

    def resampled(count: int) -> Floats:
        return steps.take(resampling.integers(0, trades, (count, trades), dtype=np.int32))

    def shuffled(count: int) -> Floats:
        return shuffling.permuted(pool, axis=1, out=pool)[:count]

    with np.errstate(over="ignore", invalid="ignore"):
        drawn, depths = _walk(resampled, wallet, basis, paths, marks)
        _, depths_shuffled = _walk(shuffled, wallet, basis, paths, marks)
    if not (np.isfinite(drawn).all() and np.isfinite(depths_shuffled).all()):
        return None
    final = drawn[:, -1]
    return Spread(
        final_balance=_bands(final),
        max_drawdown=_bands(depths),
        max_drawdown_shuffled=_bands(depths_shuffled),
        probability_of_loss=float((final < wallet).mean()),
        probability_of_drawdown=tuple((x, float((depths > x).mean())) for x in DRAWDOWNS),
        fan=Fan(trade=tuple(marks.tolist()), bands=tuple(map(_bands, drawn.T))),
    )


def _walk(
    draw: Callable[[int], Floats], wallet: float, basis: Basis, paths: int, marks: Ints
) -> tuple[Floats, Floats]:
    """Return each path's balance after `marks` trades and its deepest drawdown, chunk by chunk."""
    balances, depths = np.empty((paths, len(marks))), np.empty(paths)
    at_once = _at_once(int(marks[-1]))
    for first in range(0, paths, at_once):
        part = slice(first, min(first + at_once, paths))
        steps = draw(part.stop - part.start)
        path = np.empty((len(steps), steps.shape[1] + 1))
        path[:, 0] = wallet
        if basis is Basis.CURRENCY:
            path[:, 1:] = steps
            np.cumsum(path, axis=1, out=path)
        else:
            np.add(steps, 1.0, out=path[:, 1:])
            np.cumprod(path, axis=1, out=path)
        high = np.maximum.accumulate(path, axis=1)
        np.divide(path, high, out=high)
        deepest = np.clip(1.0 - high.min(axis=1), 0.0, 1.0)
        ruined = path[deepest >= 1.0]
        path[deepest >= 1.0] = np.where(np.logical_or.accumulate(ruined <= 0, axis=1), 0.0, ruined)
        balances[part], depths[part] = path[:, marks], deepest
    return balances, depths


def _at_once(trades: int) -> int:
    """Return how many paths are walked together."""
    return max(1, _CHUNK_CELLS // trades)


def _basis(profits: Floats, stakes: Floats, wallet: float) -> tuple[Basis, Floats]:
    """Find out whether stakes followed the balance: they do if their share of it varies less."""
    before = wallet + np.cumsum(profits) - profits
    if len(profits) < _FEWEST_TRADES or before.min() <= 0 or stakes.min() <= 0:
        return Basis.CURRENCY, profits
    if _variation(stakes / before) < _variation(stakes):
        return Basis.BALANCE, profits / before
    return Basis.CURRENCY, profits


def _variation(amounts: Floats) -> float:
    """Return deviation / mean."""
    return float((amounts / amounts.mean()).std())


def _bands(values: Floats) -> Bands:
    """Return the percentiles of one value over all paths."""
    return Bands(*np.percentile(values, PERCENTILES).tolist())
