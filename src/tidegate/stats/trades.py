"""How the single trades ended.

A win made money after costs, a loss lost some, a draw did neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.stats.figure import Figure, known, ratio, undefined

if TYPE_CHECKING:
    from tidegate.model.arrays import Bools, Floats

NO_TRADES: Final = "no trades"
NO_WIN: Final = "no winning trade"
NO_LOSS: Final = "no losing trade"


def wins(profits: Floats) -> Figure:
    """Count the trades that made money."""
    return known(np.count_nonzero(profits > 0))


def losses(profits: Floats) -> Figure:
    """Count the trades that lost money."""
    return known(np.count_nonzero(profits < 0))


def draws(profits: Floats) -> Figure:
    """Count the trades that did neither."""
    return known(np.count_nonzero(profits == 0))


def win_rate(profits: Floats) -> Figure:
    """Return wins / trades, a fraction; a draw is not a win."""
    if len(profits) == 0:
        return undefined(NO_TRADES)
    return known(np.count_nonzero(profits > 0) / len(profits))


def profit_factor(profits: Floats) -> Figure:
    """Return what the wins made / what the losses lost. Undefined without a losing trade."""
    if len(profits) == 0:
        return undefined(NO_TRADES)
    lost = -float(profits[profits < 0].sum())
    return ratio(known(profits[profits > 0].sum()), known(lost), zero=NO_LOSS)


def payoff_ratio(profits: Floats) -> Figure:
    """Return average win / average loss, both in currency without their signs."""
    lost = average_loss(profits)
    if lost.value is None:
        return lost
    return ratio(average_win(profits), known(-lost.value), zero=NO_LOSS)


def expectancy(profits: Floats) -> Figure:
    """Return the mean profit of a trade, in currency: win rate * win - loss rate * loss."""
    return known(profits.mean()) if len(profits) else undefined(NO_TRADES)


def expectancy_ratio(profits: Floats) -> Figure:
    """Return expectancy / average loss without its sign: what one unit at risk earns."""
    lost = average_loss(profits)
    if lost.value is None:
        return lost
    return ratio(expectancy(profits), known(-lost.value), zero=NO_LOSS)


def average_profit_ratio(ratios: Floats) -> Figure:
    """Return the mean profit ratio of all trades, a fraction."""
    return known(ratios.mean()) if len(ratios) else undefined(NO_TRADES)


def median_profit_ratio(ratios: Floats) -> Figure:
    """Return the profit ratio of the middle trade, or the mean of the middle two, a fraction."""
    return known(float(np.median(ratios))) if len(ratios) else undefined(NO_TRADES)


def average_win(profits: Floats) -> Figure:
    """Return the mean of what the wins made, in the unit of `profits`."""
    chosen, why = _winners(profits)
    return undefined(why) if why else known(chosen.mean())


def average_loss(profits: Floats) -> Figure:
    """Return the mean of what the losses lost, a negative number in the unit of `profits`."""
    chosen, why = _losers(profits)
    return undefined(why) if why else known(chosen.mean())


def largest_win(profits: Floats) -> Figure:
    """Return the largest win, in the unit of `profits`."""
    chosen, why = _winners(profits)
    return undefined(why) if why else known(chosen.max())


def largest_loss(profits: Floats) -> Figure:
    """Return the largest loss, a negative number in the unit of `profits`."""
    chosen, why = _losers(profits)
    return undefined(why) if why else known(chosen.min())


def longest_winning_run(profits: Floats) -> Figure:
    """Count the most wins in a row, in closing order; 0 without a win."""
    return known(_longest(profits > 0)) if len(profits) else undefined(NO_TRADES)


def longest_losing_run(profits: Floats) -> Figure:
    """Count the most losses in a row, in closing order; 0 without a loss. A draw ends a run."""
    return known(_longest(profits < 0)) if len(profits) else undefined(NO_TRADES)


def side_profit(profits: Floats, chosen: Bools, *, none: str) -> Figure:
    """Return the profit of one side's trades, in currency; `none` is the reason without any."""
    return known(profits[chosen].sum()) if chosen.any() else undefined(none)


def _winners(profits: Floats) -> tuple[Floats, str | None]:
    """Return the wins, and why there are none."""
    chosen = profits[profits > 0]
    return chosen, None if len(chosen) else (NO_WIN if len(profits) else NO_TRADES)


def _losers(profits: Floats) -> tuple[Floats, str | None]:
    """Return the losses, and why there are none."""
    chosen = profits[profits < 0]
    return chosen, None if len(chosen) else (NO_LOSS if len(profits) else NO_TRADES)


def _longest(flags: Bools) -> int:
    """Return the length of the longest run of true flags."""
    borders = np.flatnonzero(np.diff(flags, prepend=False, append=False))
    return int((borders[1::2] - borders[::2]).max(initial=0))
