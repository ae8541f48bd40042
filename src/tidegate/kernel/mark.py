"""Balances over time: the portfolio marked at every close, and the same money left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tidegate.kernel.compiled import compiled
from tidegate.kernel.market import Market, lane_at
from tidegate.kernel.numbers import LONG, SHORT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from tidegate.kernel.lane import Lane
    from tidegate.model import Floats


@compiled
def _mark(
    market: Market,
    trades: NDArray[Any],
    equity: Floats,
    exposure: Floats,
) -> None:
    """Add to each candle what open positions are worth at its close, and realised profit after."""
    realised = np.zeros(len(equity))
    for t in range(len(trades)):
        lane = lane_at(market, trades[t].pair)
        side = SHORT if trades[t].is_short else LONG
        amount = trades[t].amount
        entry = trades[t].entry_price
        entry_fee = entry * amount * trades[t].fee_open
        for row in range(trades[t].open_row, trades[t].close_row):
            equity[lane.first + row] += side * (lane.close[row] - entry) * amount - entry_fee
            exposure[lane.first + row] += lane.close[row] * amount
        realised[lane.first + trades[t].close_row] += trades[t].profit_abs
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


def held(lanes: Sequence[Lane], candles: int, wallet: float) -> Floats:
    """Return what the wallet, in equal parts in every pair from its first open, is worth.

    A pair that lists later waits in cash; one that ends earlier stays at its last close.
    """
    part = wallet / len(lanes)
    worth = np.zeros(candles)
    for lane in lanes:
        first, last = lane.first, lane.first + lane.rows
        units = part / lane.open[0]
        worth[:first] += part
        worth[first:last] += units * lane.close
        worth[last:] += units * lane.close[-1]
    return worth
