"""A stake made smaller by what is held already and moves the same way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidegate.model.money import EXACT, ONE, exact_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A pair that is held, and how its returns go with those of the pair to be bought."""

    pair: str
    notional: Decimal
    """At present prices, quote currency."""
    correlation: float | None
    """From -1 to 1; None: not known, which counts as 1."""

    @property
    def weight(self) -> Decimal:
        """Correlation as it counts: from 0 (none, or against) to 1 (the same, or not known)."""
        if self.correlation is None or math.isnan(self.correlation):
            return ONE
        return exact_decimal(min(max(self.correlation, 0.0), 1.0))


def divisor(held: Iterable[Held], equity: Decimal) -> Decimal:
    """Return what a stake is divided by: 1 + sum of correlation * share of equity, over all held.

    Nothing held, or nothing that moves the same way: 1. All of equity in the same: 2.
    """
    total = ONE
    for one in held:
        share = EXACT.divide(one.notional, equity)
        total = EXACT.add(total, EXACT.multiply(one.weight, share))
    return total
