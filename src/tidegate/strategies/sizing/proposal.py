"""A sizing's answer to an account and a price, on the exchange's steps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

import numpy as np

from tidegate.kernel.numbers import SizingNumbers, Wallet, sizing_numbers
from tidegate.kernel.stake import available, kelly_fraction, proposed
from tidegate.model.money import EXACT, ONE, PLACES, ZERO, exact_decimal, money
from tidegate.model.rules import Rules, Sizing, SizingKind
from tidegate.strategies.sizing.correlation import divisor
from tidegate.strategies.sizing.footing import Cap, Footing
from tidegate.strategies.sizing.words import amount_words, working_lines

_FAR: Final = 1e4
_NOISE: Final = 1e-9
"""Of a stake: less than that is rounding, not a limit that was met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A position's size, and how it came about. Money in quote currency."""

    sizing: Sizing
    footing: Footing
    wanted: Decimal
    """Stake before any limit."""
    granted: Decimal
    """Stake after the limits, before the exchange's steps; what is borrowed is not in it."""
    amount: Decimal
    """Base currency, rounded down to the exchange's step; 0 where there is a reason."""
    capped_by: Cap | None
    divided_by: Decimal
    """By what the stake was divided for what is held and moves the same way; 1 for nothing."""
    kelly: float | None
    """The Kelly fraction that was counted with; None: too few trades, or another sizing."""
    reason: str
    """Why the amount is 0; "" where it is not."""

    @property
    def notional(self) -> Decimal:
        """What the amount costs at the price."""
        return EXACT.multiply(self.amount, self.footing.price)

    @property
    def stake(self) -> Decimal:
        """What of that the account pays itself, 8 places."""
        return money(EXACT.divide(self.notional, self.footing.leverage))

    @property
    def working(self) -> list[str]:
        """The arithmetic with its numbers, a step a line."""
        return working_lines(self)


def propose(sizing: Sizing, footing: Footing) -> Proposal:
    """Ask a sizing how much it would put in; the arithmetic is the one of the candle loop."""
    equity = footing.equity
    if not (equity > 0 and footing.free >= 0):
        return _nothing(sizing, footing, "there is no equity to stake")
    if sizing.kind is SizingKind.PERCENT_RISK and not footing.stop_ratio:
        return _nothing(sizing, footing, "without a stop there is no risk to measure")
    if sizing.kind is SizingKind.ATR and not footing.move_ratio:
        return _nothing(sizing, footing, "the average true range is not known yet")
    fraction = _kelly(sizing, footing)
    numbers = sizing_numbers(Rules(sizing=sizing))
    wallet = Wallet(0.0, float(footing.tradable), footing.slots)
    tied, free = float(footing.tied), float(footing.free)
    given = _asked(numbers, wallet, tied, free, footing, fraction)
    # the same equity with nothing in its way
    far = _FAR * (tied + free)
    wanted = _asked(
        numbers._replace(cap=math.inf), wallet, tied - far, free + far, footing, fraction
    )
    room = available(wallet, tied, free)
    capped_by = None
    if 0.0 < given < wanted * (1.0 - _NOISE):
        capped_by = Cap.SHARE if float(equity) * sizing.cap <= room else Cap.ROOM
    parts = divisor(footing.held or (), equity)
    granted = min(money(exact_decimal(max(given, 0.0))), footing.free)
    if parts != ONE:
        granted = money(EXACT.divide(granted, parts))
    amount, reason = _on_steps(granted, footing)
    if not granted:
        amount, reason = ZERO, _why_nothing(sizing, wanted, room, fraction)
    return Proposal(
        sizing=sizing,
        footing=footing,
        wanted=money(exact_decimal(wanted)),
        granted=granted,
        amount=amount,
        capped_by=capped_by,
        divided_by=parts,
        kelly=None if math.isnan(fraction) else fraction,
        reason=reason,
    )


def _asked(
    numbers: SizingNumbers,
    wallet: Wallet,
    tied: float,
    free: float,
    footing: Footing,
    kelly: float,
) -> float:
    """Ask the rule; a leveraged position loses its stake as many times as fast."""
    leverage = float(footing.leverage)
    stop = float(footing.stop_ratio or math.nan) * leverage
    move = float(footing.move_ratio or math.nan) * leverage
    return float(proposed(numbers, wallet, tied, free, stop, move, kelly))


def _kelly(sizing: Sizing, footing: Footing) -> float:
    """Return the Kelly fraction of the latest closed trades; NaN while they are too few."""
    latest = list(footing.ratios)[-sizing.window :]
    if sizing.kind is not SizingKind.KELLY or len(latest) < max(sizing.min_trades, 1):
        return math.nan
    return float(kelly_fraction(np.array(latest, dtype=np.float64), len(latest)))


def _on_steps(stake: Decimal, footing: Footing) -> tuple[Decimal, str]:
    """Return the amount that a stake buys on the exchange's steps; 0 and why where it is none."""
    instrument, price = footing.instrument, footing.price
    bought = EXACT.divide(EXACT.multiply(stake, footing.leverage), price)
    step = instrument.amount_step or PLACES
    steps = EXACT.divide(bought, step).to_integral_value(ROUND_DOWN)
    amount = EXACT.multiply(steps, step)
    cost = EXACT.multiply(amount, price)
    base, quote = instrument.pair.base, instrument.pair.currency
    fault = ""
    if amount < instrument.min_amount or not amount:
        least = amount_words(max(instrument.min_amount, step))
        fault = f"{amount_words(bought)} {base} is below the least amount, {least} {base}"
    elif cost < instrument.min_cost:
        least = amount_words(instrument.min_cost)
        fault = f"{amount_words(cost)} {quote} is below the least order, {least} {quote}"
    return (ZERO if fault else amount), fault


def _why_nothing(sizing: Sizing, wanted: float, room: float, kelly: float) -> str:
    if room <= 0.0:
        return "nothing is free to be staked"
    if sizing.kind is SizingKind.FIXED and wanted > room:
        return f"the stake is more than the {amount_words(exact_decimal(room))} that may be staked"
    if kelly == 0.0:
        return "trades like these lose in the long run: the Kelly fraction is 0"
    return "the stake comes to nothing"


def _nothing(sizing: Sizing, footing: Footing, reason: str) -> Proposal:
    return Proposal(
        sizing=sizing,
        footing=footing,
        wanted=ZERO,
        granted=ZERO,
        amount=ZERO,
        capped_by=None,
        divided_by=ONE,
        kelly=None,
        reason=reason,
    )
