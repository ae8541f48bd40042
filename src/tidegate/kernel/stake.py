"""How much goes into a new position: what the sizing proposes, what the wallet and venue allow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled, inlined

if TYPE_CHECKING:
    from tidegate.kernel.numbers import SizingNumbers, Venue, Wallet
    from tidegate.model import Floats

# the codes of model.SizingKind, which compiled code cannot look up
_EQUAL_SHARE = 0
_FIXED = 1
_PERCENT_OF_EQUITY = 2
_PERCENT_RISK = 3
_ATR = 4

_RESERVE = 1.05  # room kept above the venue's minimum, so that a stop-out can still be sold
_STOP_RESERVE = min(max(_RESERVE / (1.0 - 0.05), 1.0), 1.5)
_STRETCH = 1.3  # a stake this much below the minimum is raised to it; smaller ones are not


@inlined
def available(wallet: Wallet, tied: float, free: float) -> float:
    """Return what may be staked now, with `tied` in open positions and `free` beside them."""
    return min((tied + free) * wallet.tradable_ratio - tied, free)


@compiled
def kelly_fraction(ratios: Floats, count: int) -> float:
    """Return the Kelly fraction of the first `count` profit ratios, at least 0; NaN if undefined.

    W - (1 - W) / R, with W the share of winners and R the average win over the
    average loss.
    """
    wins = losses = 0
    won = lost = 0.0
    for i in range(count):
        if ratios[i] > 0.0:
            wins += 1
            won += ratios[i]
        elif ratios[i] < 0.0:
            losses += 1
            lost -= ratios[i]
    if wins == 0 or losses == 0:
        return math.nan
    share = wins / (wins + losses)
    payoff = (won / wins) / (lost / losses)
    return max(share - (1.0 - share) / payoff, 0.0)


@inlined
def proposed(
    sizing: SizingNumbers,
    wallet: Wallet,
    tied: float,
    free: float,
    stop_ratio: float,
    size_ratio: float,
    kelly: float,
) -> float:
    """Return the stake that the sizing asks for; 0 where it asks for none, NaN where it cannot say.

    `stop_ratio` is the position's stop distance, `size_ratio` the adverse move that
    ATR sizing risks, both as fractions of the price; `kelly` is NaN until enough
    trades are closed. Equity is counted at cost.
    """
    room = available(wallet, tied, free)
    equity = tied + free
    limit = min(equity * sizing.cap, room)
    if sizing.kind == _EQUAL_SHARE:
        return min((room + tied) / wallet.max_open_trades, limit)
    if sizing.kind == _FIXED:
        return min(sizing.value, limit) if sizing.value <= room else 0.0
    if sizing.kind == _PERCENT_OF_EQUITY:
        return min(equity * sizing.value, limit)
    if sizing.kind == _PERCENT_RISK:
        return min(equity * sizing.value / stop_ratio, limit)
    if sizing.kind == _ATR:
        return min(equity * sizing.value / size_ratio, limit) if size_ratio > 0.0 else 0.0
    fraction = sizing.fallback if math.isnan(kelly) else kelly * sizing.value
    return min(equity * fraction, limit)


@inlined
def allowed(stake: float, rate: float, room: float, venue: Venue) -> float:
    """Return the stake within what the venue and the wallet allow; 0 for no trade."""
    least = max(
        venue.min_cost * _STOP_RESERVE,
        venue.min_amount * rate * _RESERVE,
    )
    if not stake > 0.0 or least > room:
        return 0.0
    if stake < least:
        return 0.0 if stake * _STRETCH < least else least
    return min(stake, room)
