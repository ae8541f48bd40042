"""What the walking loop reads of one pair: prices, signals, tags, price steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tidegate.model import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRows:
    """The rows of one pair, oldest first: a candle's prices with the signals of the one before.

    Arrays are contiguous and of one length, but for the two of the price steps. The first
    candle is gone, for nothing was known before it.
    """

    pair: str
    time: Ints
    """Open of each candle, nanoseconds UTC."""
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    bits: NDArray[np.uint8]
    """1, 2, 4, 8: enter_long, exit_long, enter_short, exit_short equal to 1; 16, 32, 64, 128:
    the same four true at all."""
    enter_tag: NDArray[np.int32]
    """Which of the run's tags; -1: none."""
    exit_tag: NDArray[np.int32]
    tick_from: Ints
    """Instants, nanoseconds UTC, from which on a price step is in force."""
    tick_digits: Ints
    """Decimals of that step; -1: not known, the venue's own is in force."""
    stop_distance: Floats | None = None
    """Distance of the stop in price, decided on the candle before; of plans only, as below."""
    size_distance: Floats | None = None
    """Adverse move in price that sizing risks, decided on the candle before."""
    slip_base: Floats | None = None
    """Slippage whatever the size, a fraction; see `slippage`."""
    slip_impact: Floats | None = None
