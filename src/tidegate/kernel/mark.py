"""Balances over time: the portfolio marked at every close, and the same money left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tidegate.kernel.compiled import compiled

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from tidegate.kernel.market import Market
    from tidegate.model import Floats


@compiled
def _mark(
    market: Market,
    trades: NDArray[Any],
    equity: Floats,
    exposure: Floats,
) -> None:
    """Add to each candle what open positions are worth at its close, and realised profit after."""
    for t in range(len(trades)):
        pair = trades[t].pair
        start = market.offset[pair]
        first = market.first[pair]
        side = -1.0 if trades[t].is_short else 1.0
        amount = trades[t].amount
        entry = trades[t].entry_price
        entry_fee = entry * amount * trades[t].fee_open
        for row in range(trades[t].open_row, trades[t].close_row):
            close = market.close[start + row]
            equity[first + row] += side * (close - entry) * amount - entry_fee
            exposure[first + row] += close * amount
    realised = np.zeros(len(equity))
    for t in range(len(trades)):
        realised[market.first[trades[t].pair] + trades[t].close_row] += trades[t].profit_abs
    total = 0.0
    for k in range(len(equity)):
        total += realised[k]
        equity[k] += total


def marked(market: Market, trades: NDArray[Any], wallet: float) -> tuple[Floats, Floats]:
    """Return equity and exposure at the close of each candle of the common grid."""
    equity = np.full(market.candles, wallet)
    exposure = np.zeros(market.candles)
    _mark(market, trades, equity, exposure)
    return equity, exposure


def held(market: Market, wallet: float) -> Floats:
    """Return what the wallet, in equal parts in every pair from its first open, is worth.

    A pair that lists later waits in cash; one that ends earlier stays at its last close.
    """
    pairs = market.pairs
    part = wallet / pairs
    worth = np.zeros(market.candles)
    for pair in range(pairs):
        rows = slice(market.offset[pair], market.offset[pair + 1])
        first = market.first[pair]
        last = first + market.offset[pair + 1] - market.offset[pair]
        units = part / market.open[rows.start]
        worth[:first] += part
        worth[first:last] += units * market.close[rows]
        worth[last:] += units * market.close[rows.stop - 1]
    return worth
