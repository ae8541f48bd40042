"""The candles behind analysed frames, warm-up included: what limits may ask of a market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.freqtrade.remarks import analysed
from tidegate.freqtrade.trimming import times_of
from tidegate.model import Candles, Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable

    from freqtrade.optimize.backtesting import Backtesting

_COLUMNS: Final = ("date", "open", "high", "low", "close", "volume")


def candles_by_pair(backtesting: Backtesting) -> Callable[[str], Candles | None]:
    """Return what gives a pair's candles, as the latest strategy has left them."""

    def candles_of(pair: str) -> Candles | None:
        frame = analysed(backtesting).get(pair)
        if frame is None or frame.columns.isin(_COLUMNS).sum() != len(_COLUMNS):
            return None  # a strategy may take columns away
        opened, high, low, close, volume = (
            np.array(frame[name], dtype=np.float64)  # a copy: the frame stays writable
            for name in _COLUMNS[1:]
        )
        return Candles(
            pair=pair,
            timeframe=Timeframe.parse(backtesting.timeframe),
            time=times_of(frame["date"]),
            open=opened,
            high=high,
            low=low,
            close=close,
            volume=volume,
        )

    return candles_of
