"""The account against holding: the wallet put in equal parts into every pair and left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tidegate.stats.daily import DAYS_A_YEAR, NOISE, flaw
from tidegate.stats.figure import Figure, known, undefined

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats


def hold_return(hold: Floats, wallet: float) -> Figure:
    """Return last value of the benchmark / wallet - 1, a fraction."""
    if len(hold) == 0:
        return undefined("no candles")
    if not np.isfinite(hold[-1]):
        return undefined("the benchmark has no value at the end")
    return known(float(hold[-1]) / wallet - 1.0)


def outperformance(total_return: Figure, held: Figure) -> Figure:
    """Return total return - hold return, a fraction of the wallet."""
    if total_return.value is None or held.value is None:
        return held if held.value is None else total_return
    return known(total_return.value - held.value)


def beta(returns: Floats, hold_returns: Floats) -> Figure:
    """Return covariance(account, benchmark) / variance(benchmark), in daily returns.

    Undefined below two days and where the benchmark does not move.
    """
    why = _flaw(returns, hold_returns)
    return undefined(why) if why else known(_slope(returns, hold_returns))


def alpha(returns: Floats, hold_returns: Floats) -> Figure:
    """Return (mean(account) - beta * mean(benchmark)) * 365 in daily returns, a fraction a year.

    Risk-free rate zero. Undefined where `beta` is.
    """
    why = _flaw(returns, hold_returns)
    if why:
        return undefined(why)
    unexplained = returns.mean() - _slope(returns, hold_returns) * hold_returns.mean()
    return known(float(unexplained) * DAYS_A_YEAR)


def _slope(returns: Floats, hold_returns: Floats) -> float:
    """Return the slope of the account's daily returns over the benchmark's."""
    moved = hold_returns - hold_returns.mean()
    return float(np.dot(moved, returns - returns.mean()) / np.dot(moved, moved))


def _flaw(returns: Floats, hold_returns: Floats) -> str | None:
    """Say why the two cannot be compared."""
    why = flaw(returns)
    if why is None and not np.isfinite(hold_returns).all():
        why = "the benchmark has no value on some days"
    if why is None and float(np.std(hold_returns)) <= NOISE:
        why = "the benchmark does not move"
    return why
