"""What the account gained: over the whole, a year, the best and the worst day."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.stats.daily import DAYS_A_YEAR, NOISE, flaw
from tidegate.stats.figure import Figure, known, undefined

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats

_SHORTEST_DAYS: Final = 2


def net_profit(final_balance: float, wallet: float) -> Figure:
    """Return final balance - wallet, in currency."""
    return known(final_balance - wallet)


def total_return(final_balance: float, wallet: float) -> Figure:
    """Return final balance / wallet - 1, a fraction."""
    return known(final_balance / wallet - 1.0)


def annualised_return(final_balance: float, wallet: float, days: float) -> Figure:
    """Return (final balance / wallet) ** (365 / days) - 1, a fraction.

    `days` is the length of the test, parts of days included. Undefined below two days,
    where the balance ended below zero, and where the result is too large to write.
    """
    if days < _SHORTEST_DAYS:
        return undefined("fewer than two days")
    if final_balance < 0:
        return undefined("the final balance is below zero")
    if final_balance == 0:
        return known(-1.0)
    exponent = math.log(final_balance / wallet) * DAYS_A_YEAR / days
    if exponent > math.log(1e12):
        return undefined("too short a test to say what a year of it would be")
    return known(math.expm1(exponent))


def volatility(returns: Floats) -> Figure:
    """Return the sample deviation of daily returns * sqrt(365), a fraction a year."""
    why = flaw(returns)
    if why:
        return undefined(why)
    spread = float(np.std(returns, ddof=1))
    return known(spread * math.sqrt(DAYS_A_YEAR) if spread > NOISE else 0.0)


def best_day(returns: Floats) -> Figure:
    """Return the largest daily return, a fraction; negative where every day lost."""
    why = flaw(returns)
    return undefined(why) if why else known(float(returns.max()))


def worst_day(returns: Floats) -> Figure:
    """Return the smallest daily return, a fraction; positive where every day gained."""
    why = flaw(returns)
    return undefined(why) if why else known(float(returns.min()))


def best_day_abs(equity: Floats, wallet: float) -> Figure:
    """Return the largest change of equity from one day's end to the next, in currency."""
    if len(equity) < _SHORTEST_DAYS:
        return undefined("fewer than two days")
    return known(float(np.diff(equity, prepend=wallet).max()))


def worst_day_abs(equity: Floats, wallet: float) -> Figure:
    """Return the smallest change of equity from one day's end to the next, in currency."""
    if len(equity) < _SHORTEST_DAYS:
        return undefined("fewer than two days")
    return known(float(np.diff(equity, prepend=wallet).min()))


def winning_days(equity: Floats, wallet: float) -> Figure:
    """Count the days that ended higher than the day before."""
    return known(np.count_nonzero(_moves(equity, wallet) > 0))


def losing_days(equity: Floats, wallet: float) -> Figure:
    """Count the days that ended lower than the day before."""
    return known(np.count_nonzero(_moves(equity, wallet) < 0))


def flat_days(equity: Floats, wallet: float) -> Figure:
    """Count the days that ended where the day before did."""
    return known(np.count_nonzero(_moves(equity, wallet) == 0))


def _moves(equity: Floats, wallet: float) -> Floats:
    """Return each day's change in currency, with what is only rounding made zero."""
    moves = np.diff(equity, prepend=wallet)
    return np.where(np.abs(moves) > NOISE * wallet, moves, 0.0)
