"""The steps in which a pair is traded, as its prices suggest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.exchange.venue import UNIT, Listing
from tidegate.model import Pair

if TYPE_CHECKING:
    from tidegate.model import Candles, Floats

_LOOKED_AT: Final = 2000
_DIGITS: Final = 4
_NEARLY: Final = 1e-9
_MOST_WORTH: Final = 4e8
_COARSEST: Final = 2e-4
"""How much of a price its step may be."""
_LEAST_COST: Final = {"BTC": UNIT // 10_000, "ETH": UNIT // 1000, "BNB": UNIT // 100}
_WORTH: Final = {"BTC": 42_000.0, "ETH": 2_300.0, "BNB": 310.0}
"""About what a whole of a quote currency is worth in dollars, for sizes that make sense."""


def listing_for(pair: str, candles: Candles) -> Listing:
    """List a pair with the steps of its prices, or coarser ones where lots would be too large."""
    parsed = Pair.parse(pair)
    price = float(np.median(candles.close))
    worth = price * _WORTH.get(parsed.quote, 1.0)
    tick = _tick(candles.close[-_LOOKED_AT:])
    # A lot is worth some cents, in a power of ten; and a lot at one tick is no less than a unit:
    # first the tick gives way, as far as prices stay fine enough, and then the lot.
    lot = max(UNIT // 10 ** max(0, int(np.ceil(np.log10(worth)))), 1)
    coarsest = 10 ** max(0, int(np.floor(np.log10(price * _COARSEST * UNIT))))
    while tick * lot < UNIT and tick < coarsest:
        tick *= 10
    lot = max(lot, UNIT // tick)
    most = int(_MOST_WORTH / worth) + 1
    return Listing(
        pair=parsed,
        tick=tick,
        lot=lot,
        min_cost=_LEAST_COST.get(parsed.quote, 5 * UNIT),
        max_ticks=10**14 // tick,
        max_lots=most * UNIT // lot,
        max_market_lots=most * UNIT // lot // 10,
    )


def _tick(prices: Floats) -> int:
    """Return the coarsest step, in units, that all prices are multiples of."""
    for places in range(9):
        scaled = prices * 10.0**places
        if places >= _least_places(prices) and np.all(
            np.abs(scaled - np.rint(scaled)) <= _NEARLY * np.maximum(scaled, 1)
        ):
            break
    return int(10 ** (8 - places))


def _least_places(prices: Floats) -> int:
    """Return how many decimals leave four digits at the lowest price."""
    return min(8, max(2, _DIGITS - 1 - int(np.floor(np.log10(float(prices.min()))))))
