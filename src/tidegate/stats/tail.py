"""How bad the bad days were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.stats.daily import flaw
from tidegate.stats.figure import Figure, known, undefined

if TYPE_CHECKING:
    from tidegate.model.arrays import Floats

_SHARE: Final = 0.05
_FEWEST_DAYS: Final = 20


def var_95(returns: Floats) -> Figure:
    """Return the daily return that one day in twenty fell below, a fraction; a loss is negative.

    The 5 % quantile of the daily returns as they were, interpolated linearly between
    the two nearest. Undefined below twenty days, where one day in twenty has not been seen.
    """
    why = _flaw(returns)
    return undefined(why) if why else known(float(np.quantile(returns, _SHARE)))


def cvar_95(returns: Floats) -> Figure:
    """Return the mean of the daily returns at or below `var_95`, a fraction; a loss is negative.

    Undefined below twenty days.
    """
    why = _flaw(returns)
    if why:
        return undefined(why)
    limit = np.quantile(returns, _SHARE)
    # The mean of equal numbers can round to above them.
    return known(min(float(returns[returns <= limit].mean()), float(limit)))


def _flaw(returns: Floats) -> str | None:
    """Say why a one-in-twenty day cannot be found."""
    why = flaw(returns)
    if why is None and len(returns) < _FEWEST_DAYS:
        return "fewer than twenty days: a one-in-twenty day has not been seen"
    return why
