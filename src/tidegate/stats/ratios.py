"""Return against risk, from daily returns, annualised with sqrt(365), risk-free rate zero."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tidegate.stats.daily import DAYS_A_YEAR, NOISE, flaw
from tidegate.stats.figure import Figure, known, ratio, undefined

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats


def unvarying(returns: Floats) -> str | None:
    """Say that daily returns hold no risk to divide by, or return None."""
    if float(np.std(returns, ddof=1)) > NOISE:
        return None
    never_moved = float(np.abs(returns).max()) <= NOISE
    return "the equity never moved" if never_moved else "every day returned the same"


def sharpe(returns: Floats) -> Figure:
    """Return mean / sample deviation * sqrt(365) of daily returns.

    Undefined below two days and where every day returned the same.
    """
    why = flaw(returns) or unvarying(returns)
    if why:
        return undefined(why)
    return known(returns.mean() / np.std(returns, ddof=1) * math.sqrt(DAYS_A_YEAR))


def sortino(returns: Floats) -> Figure:
    """Return mean / downside deviation * sqrt(365) of daily returns.

    The downside deviation is the root of the mean, over all days, of the squared
    losses; a day that gained counts as zero. Undefined where no day lost.
    """
    why = flaw(returns)
    if why:
        return undefined(why)
    losses = np.minimum(returns, 0.0)
    downside = math.sqrt(float(np.mean(losses * losses)))
    if downside <= NOISE:
        return undefined("no losing day")
    return known(returns.mean() / downside * math.sqrt(DAYS_A_YEAR))


def omega(returns: Floats) -> Figure:
    """Return the sum of gaining days / the sum of losing days, in daily returns, threshold 0.

    Undefined where no day lost.
    """
    why = flaw(returns)
    if why:
        return undefined(why)
    losses = -float(returns[returns < -NOISE].sum())
    if losses == 0.0:
        return undefined("no losing day")
    return known(float(returns[returns > 0].sum()) / losses)


def calmar(annualised_return: Figure, max_drawdown: Figure) -> Figure:
    """Return annualised return / max drawdown, both as fractions; undefined without a drawdown."""
    return ratio(annualised_return, max_drawdown, zero="no drawdown")


def recovery_factor(net_profit: Figure, max_drawdown_abs: Figure) -> Figure:
    """Return net profit / max drawdown, both in currency; undefined without a drawdown."""
    return ratio(net_profit, max_drawdown_abs, zero="no drawdown")
