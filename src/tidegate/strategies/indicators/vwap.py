"""The average price weighted by volume, rolling or from the start of a day or week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import talib

from tidegate.model import TIMEFRAMES
from tidegate.strategies.indicators.friendly import LONGEST
from tidegate.strategies.indicators.spec import Indicator, Parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.model import Candles, Floats, Timeframe
    from tidegate.strategies.indicators.spec import Params

_SESSIONS: Final = {
    name: next(t for t in TIMEFRAMES if t.name == code)
    for name, code in (("day", "1d"), ("week", "1w"))
}


def _vwap(candles: Candles, _sources: Sequence[Floats], params: Params) -> tuple[Floats, ...]:
    typical = (candles.high + candles.low + candles.close) / 3.0
    traded = typical * candles.volume
    period = int(params["period"])
    if period:
        return (_rolling(traded, candles.volume, period),)
    return (_anchored(traded, candles, _SESSIONS[str(params["anchor"])]),)


def _rolling(traded: Floats, volume: Floats, period: int) -> Floats:
    """Divide the sums of the last `period` candles; NaN where nothing was traded in them."""
    busy: Floats = talib.SUM((volume > 0.0).astype(np.float64), period)
    with np.errstate(divide="ignore", invalid="ignore"):
        average: Floats = talib.SUM(traded, period) / talib.SUM(volume, period)
    average[~(busy > 0.0)] = np.nan
    return average


def _anchored(traded: Floats, candles: Candles, session: Timeframe) -> Floats:
    """Divide the sums since the session began; NaN in a first session that is not whole."""
    into = (candles.time - session.anchor_ns) % session.ns
    opening = into < candles.timeframe.ns
    starts = np.flatnonzero(opening)
    if len(starts) == 0:
        return np.full(len(candles), np.nan)
    number = np.cumsum(opening) - 1
    money, volume = np.cumsum(traded), np.cumsum(candles.volume)
    first = starts[np.maximum(number, 0)]
    money -= (money - traded)[first]
    volume -= (volume - candles.volume)[first]
    with np.errstate(divide="ignore", invalid="ignore"):
        average: Floats = money / volume
    average[number < 0] = np.nan
    return average


def _settle(params: Params, timeframe: Timeframe) -> int:
    period = int(params["period"])
    if period:
        return period - 1
    return max(_SESSIONS[str(params["anchor"])].minutes // timeframe.minutes, 1) - 1


VWAP: Final = Indicator(
    type="VWAP",
    title="Volume-weighted average price",
    help="What the average unit was traded at: over the last `period` candles, or, with "
    "period 0, since the start of the UTC day or week (`anchor`).",
    parameters=(
        Parameter(
            name="period",
            help="Candles of a rolling average; 0: from the anchor on.",
            default=0,
            minimum=0,
            maximum=LONGEST,
        ),
        Parameter(
            name="anchor",
            help="Where a session begins, in UTC; weeks begin on Monday.",
            default="day",
            choices=tuple(_SESSIONS),
        ),
    ),
    reads=("high", "low", "close", "volume"),
    sources=(),
    compute=_vwap,
    settle=_settle,
)
